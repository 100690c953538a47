using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation.Outbox;

/// <summary>A message on its way to one receiver. Its text and its key are those of its first try for ever.</summary>
/// <param name="Number">Messages to one receiver leave in this order, but for the first priority.</param>
public sealed record OutboxNotice(string Key, long Number, string Contact, string Channel, NoticeKind Kind, Severity Severity, DateTimeOffset At, Wording Subject, Wording Body)
{
    /// <summary>The faults that it tells of.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    public string Report { get; init; } = "";
    public string? Language { get; init; }
    public int Tries { get; init; }

    /// <summary>What came of the last try.</summary>
    public string? Said { get; init; }

    /// <summary>It will not be tried again; somebody has to look.</summary>
    public bool IsDead { get; init; }

    /// <summary>The contact's next way was taken beside this one.</summary>
    public bool WentAround { get; init; }

    internal string Lane => $"{Contact}/{Channel}";
}
