namespace AvGateway.Operations.Schedule.Rules;

/// <summary>
/// Local dates and times of one zone. An hour that comes twice means its first pass; one that is skipped means the first moment after the gap. A
/// date that a zone left out altogether (Samoa, 2011-12-30) has no moment at all.
/// </summary>
public sealed class LocalClock(TimeZoneInfo zone)
{
    // No zone is further from UTC than this, and none changes twice in the stretch that it spans.
    private static readonly TimeSpan Furthest = TimeSpan.FromHours(16);
    private static readonly TimeSpan Finest = TimeSpan.FromSeconds(1);

    public TimeZoneInfo Zone => zone;

    public DateOnly DateOf(DateTimeOffset moment) => DateOnly.FromDateTime(Local(moment));

    public DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, zone).DateTime;

    /// <summary>When the clock on the wall first shows this time on this date or, where it skips it, the first moment after.</summary>
    public DateTimeOffset? At(DateOnly date, TimeOnly time)
    {
        var begin = First(date.ToDateTime(TimeOnly.MinValue));
        if (DateOf(begin) != date) return null;
        return time == TimeOnly.MinValue ? begin : First(date.ToDateTime(time));
    }

    private DateTimeOffset First(DateTime local)
    {
        var naive = new DateTimeOffset(local, TimeSpan.Zero);
        var (low, high) = (naive - Furthest, naive + Furthest);
        var (before, after) = (zone.GetUtcOffset(low), zone.GetUtcOffset(high));
        if (before == after) return naive - before;
        while (high - low > Finest)
        {
            var middle = low + ((high - low) / 2);
            if (zone.GetUtcOffset(middle) == before) low = middle;
            else high = middle;
        }

        // Changes happen at whole seconds.
        var change = new DateTimeOffset(high.Ticks - (high.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        if (naive - before < change) return naive - before;
        return naive - after >= change ? naive - after : change;
    }
}
