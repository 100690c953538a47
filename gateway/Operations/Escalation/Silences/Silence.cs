using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Escalation.Silences;

/// <summary>Faults that call nobody for a while, on somebody's word. They are recorded all the same.</summary>
/// <param name="Until">Always there: nothing is silent for ever.</param>
public sealed record Silence(string Id, string By, string Reason, DateTimeOffset From, DateTimeOffset Until)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>A planned one begins within this time; nobody knows today what a year brings.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromDays(90);

    /// <summary>Open silences; more of them would hide what is wrong.</summary>
    public const int Most = 50;

    /// <summary>One fault by its id, or else:</summary>
    public string? Fault { get; init; }

    /// <summary>A room with all in it, <c>room/device</c>, or a branch of the network.</summary>
    public string? Subject { get; init; }

    public string? Code { get; init; }

    public bool IsActive(DateTimeOffset now) => From <= now && now < Until;

    /// <summary>A recording that is in danger is silenced by the fault's own id alone: nobody may have meant it otherwise.</summary>
    public bool Holds(Fault fault)
    {
        if (Fault is { } id) return fault.Id == id;
        if (fault.Severity is Severity.P1 && fault.Code.StartsWith("recording.", StringComparison.Ordinal)) return false;
        var meant = Subject is null || fault.Subject == Subject || fault.Room == Subject;
        return meant && (Code is null || fault.Code == Code);
    }
}
