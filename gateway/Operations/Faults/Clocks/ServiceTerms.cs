using System.Collections.Immutable;

namespace AvGateway.Operations.Faults.Clocks;

/// <summary>So much time, counted in these hours.</summary>
public sealed record ClockLimit(TimeSpan Amount, HoursKind Hours);

/// <summary>What a contract promises for one severity; null: nothing.</summary>
public sealed record SeverityLimits(ClockLimit? Acknowledge, ClockLimit? Answer, ClockLimit? OnSite, ClockLimit? Restore);

/// <summary>What a contract promises (domain 6.2).</summary>
/// <param name="NeedsDispatch">A visit needs the superior court's word first: a basic-level court.</param>
public sealed record ServiceTerms(ImmutableDictionary<Severity, SeverityLimits> Limits, bool NeedsDispatch)
{
    /// <summary>The usual terms: of an intermediate court, or of a basic one, which is further away.</summary>
    public static ServiceTerms Usual(bool isBasic) => new(
        new Dictionary<Severity, SeverityLimits>
        {
            [Severity.P1] = new(Phone(5), Remote(15), isBasic ? Remote(120) : Remote(30), Remote(30)),
            [Severity.P2] = new(Phone(15), Remote(30), isBasic ? Remote(120) : Remote(60), Remote(240)),
            [Severity.P3] = new(Phone(60), Remote(120), Office(4), Office(8)),

            // One workday; what is done at the next visit, or as planned, has no clock.
            [Severity.P4] = new(Office(8), Office(8), null, null),
        }.ToImmutableDictionary(),
        isBasic);

    private static ClockLimit Phone(int minutes) => new(TimeSpan.FromMinutes(minutes), HoursKind.Phone);

    private static ClockLimit Remote(int minutes) => new(TimeSpan.FromMinutes(minutes), HoursKind.Always);

    private static ClockLimit Office(int hours) => new(TimeSpan.FromHours(hours), HoursKind.Office);
}
