using System.Collections.Frozen;
using System.Collections.Immutable;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Operations.Faults.Clocks;

/// <summary>When a contract's time runs.</summary>
public enum HoursKind
{
    /// <summary>Office hours of workdays: 5×8.</summary>
    Office,

    /// <summary>Round the clock, by phone: 24 h.</summary>
    Phone,

    /// <summary>Round the clock, from afar: 7×24.</summary>
    Always,
}

/// <summary>A stretch of the office day, in local time of day.</summary>
public readonly record struct OfficeSpan(TimeOnly From, TimeOnly To);

/// <summary>A stretch of time; without an end while it lasts.</summary>
public readonly record struct Stretch(DateTimeOffset From, DateTimeOffset? Until);

/// <summary>Counts a contract's time over days off, make-up workdays, nights, lunch and pauses. Holds no clock: every moment is given.</summary>
/// <param name="calendar">Asked each time: a list that a person approves moves what is due.</param>
public sealed class ServiceHours(LocalClock clock, Func<SiteCalendar> calendar, ImmutableArray<OfficeSpan> office)
{
    /// <summary>What is not due within two years has no due time.</summary>
    private const int MostDays = 732;

    public static readonly ImmutableArray<OfficeSpan> UsualOffice = [new(new(9, 0), new(12, 0)), new(new(13, 0), new(18, 0))];

    public static readonly FrozenDictionary<string, HoursKind> Words = new Dictionary<string, HoursKind>
    {
        ["5x8"] = HoursKind.Office,
        ["24h"] = HoursKind.Phone,
        ["7x24"] = HoursKind.Always,
    }.ToFrozenDictionary();

    public static string WordOf(HoursKind kind) => Words.First(w => w.Value == kind).Key;

    /// <summary>When so much time has run since <paramref name="from"/>; null while a pause without an end stands before that.</summary>
    public DateTimeOffset? Due(HoursKind kind, DateTimeOffset from, TimeSpan amount, IReadOnlyList<Stretch> pauses)
    {
        if (amount <= TimeSpan.Zero) return from;
        var left = amount;
        foreach (var (start, end) in Running(kind, from, pauses))
        {
            if (end is not { } until) return start + left;
            if (until - start >= left) return start + left;
            left -= until - start;
        }

        return null;
    }

    /// <summary>The end of the office day of the so-manieth workday after that of <paramref name="from"/>.</summary>
    public DateTimeOffset EndOfWorkday(DateTimeOffset from, int workdays)
    {
        var (days, date, left) = (calendar(), clock.DateOf(from), workdays);
        for (var i = 0; i < MostDays && left > 0; i++)
        {
            date = date.AddDays(1);
            if (!days.IsOff(date)) left--;
        }

        return clock.At(date, office[^1].To) ?? from.AddDays(workdays);
    }

    /// <summary>How much time has run between two moments.</summary>
    public TimeSpan Used(HoursKind kind, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<Stretch> pauses)
    {
        var used = TimeSpan.Zero;
        foreach (var (start, end) in Running(kind, from, pauses))
        {
            if (start >= to) break;
            used += (end is { } until && until < to ? until : to) - start;
        }

        return used;
    }

    // Stretches in which time runs, in order. The last one has no end, or none comes any more.
    private IEnumerable<Stretch> Running(HoursKind kind, DateTimeOffset from, IReadOnlyList<Stretch> pauses)
    {
        if (kind is not HoursKind.Office) return Without(new(from, null), pauses);
        return OfficeTime(from).SelectMany(span => Without(span, pauses));
    }

    private IEnumerable<Stretch> OfficeTime(DateTimeOffset from)
    {
        var days = calendar();
        var date = clock.DateOf(from);
        for (var i = 0; i < MostDays; i++, date = date.AddDays(1))
        {
            if (days.IsOff(date)) continue;
            foreach (var span in office)
            {
                if (clock.At(date, span.From) is not { } begins || clock.At(date, span.To) is not { } ends || ends <= from) continue;
                yield return new(begins < from ? from : begins, ends);
            }
        }
    }

    private static IEnumerable<Stretch> Without(Stretch open, IReadOnlyList<Stretch> pauses)
    {
        var from = open.From;
        foreach (var pause in pauses.OrderBy(p => p.From))
        {
            // A clock that was set back may have left a pause that ends before it begins.
            if (pause.Until <= from || pause.Until <= pause.From) continue;
            if (open.Until is { } closes && pause.From >= closes) break;
            if (pause.From > from) yield return new(from, pause.From);
            if (pause.Until is not { } goesOn) yield break;
            from = goesOn;
        }

        if (open.Until is null || from < open.Until) yield return new(from, open.Until);
    }
}
