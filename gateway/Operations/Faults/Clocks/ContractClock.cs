using System.Text.Json;

namespace AvGateway.Operations.Faults.Clocks;

/// <summary>What a contract clock waits for.</summary>
public enum ClockKind
{
    Acknowledge, Answer,

    /// <summary>A technician on site, counted from the fault.</summary>
    OnSite,

    /// <summary>The same, counted from the superior court's release.</summary>
    OnSiteReleased,
    Restore,
}

public enum ClockState { Running, Paused, Met, Missed }

/// <summary>One contract clock of one fault as it stands at a moment.</summary>
/// <param name="Due">Null while a pause without an end stands before it.</param>
/// <param name="Used">What ran already.</param>
/// <param name="EndedAt">When that came about which it waits for.</param>
public sealed record ContractClock(ClockKind Kind, ClockLimit Limit, DateTimeOffset From, DateTimeOffset? Due, TimeSpan Used, ClockState State, DateTimeOffset? EndedAt)
{
    /// <summary><c>on-site-released</c> for <see cref="ClockKind.OnSiteReleased"/>.</summary>
    public string Word => WordOf(Kind);

    public string StateWord => JsonNamingPolicy.KebabCaseLower.ConvertName(State.ToString());

    public static string WordOf(ClockKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>The whole percents that are used; 100 and more when the limit has passed.</summary>
    public int Percent => (int)Math.Min(999, Used / Limit.Amount * 100);

    public bool IsOpen => EndedAt is null;
}
