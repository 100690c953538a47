namespace AvGateway.Operations.Records.Ledger;

/// <summary>What a device or room was for a while.</summary>
public enum LedgerState
{
    /// <summary>Not registered: the site did not have it.</summary>
    Absent,

    /// <summary>In maintenance that the court approved.</summary>
    Maintenance,

    /// <summary>Switched off by a power run, or coming back from that.</summary>
    Planned,

    /// <summary>Nobody looked, or nobody can tell. Never counted as up.</summary>
    Unknown,
    Down,

    /// <summary>It answers, and not as it should. Counted as up, and shown apart.</summary>
    Degraded,
    Up,
}

/// <param name="Cause">A code or an id: what it was put down to.</param>
public readonly record struct LedgerValue(LedgerState State, string Cause = "");

/// <summary>One stretch; what follows begins where it ends.</summary>
public readonly record struct LedgerSpan(DateTimeOffset From, DateTimeOffset Until, LedgerValue Value)
{
    public LedgerState State => Value.State;
    public TimeSpan Length => Until - From;
}

/// <summary>Sums of stretches, and what they make.</summary>
public readonly record struct Availability(TimeSpan Up, TimeSpan Degraded, TimeSpan Down, TimeSpan Unknown, TimeSpan Planned, TimeSpan Maintenance, TimeSpan Absent)
{
    public static Availability Of(IEnumerable<LedgerSpan> spans)
    {
        var sums = new TimeSpan[7];
        foreach (var span in spans) sums[(int)span.State] += span.Length;
        return new(
            sums[(int)LedgerState.Up], sums[(int)LedgerState.Degraded], sums[(int)LedgerState.Down], sums[(int)LedgerState.Unknown],
            sums[(int)LedgerState.Planned], sums[(int)LedgerState.Maintenance], sums[(int)LedgerState.Absent]);
    }

    public static Availability operator +(Availability one, Availability other) => new(
        one.Up + other.Up, one.Degraded + other.Degraded, one.Down + other.Down, one.Unknown + other.Unknown,
        one.Planned + other.Planned, one.Maintenance + other.Maintenance, one.Absent + other.Absent);

    public TimeSpan Usable => Up + Degraded;

    /// <summary>What it is measured on: without what was off on purpose, in approved maintenance or not there.</summary>
    public TimeSpan Counted => Usable + Down + Unknown;

    public TimeSpan Total => Counted + Planned + Maintenance + Absent;

    /// <summary>Of the time that is known, in percent; null where nothing is.</summary>
    public double? Share => Percent(Usable, Usable + Down);

    /// <summary>The least that can be vouched for: unknown time as if it had been down.</summary>
    public double? LeastShare => Percent(Usable, Counted);

    private static double? Percent(TimeSpan part, TimeSpan whole) => whole > TimeSpan.Zero ? part / whole * 100 : null;
}
