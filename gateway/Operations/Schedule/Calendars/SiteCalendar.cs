using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>A day that a court sets for itself.</summary>
public sealed record OwnDay(DateOnly Date, string Occasion, bool IsOff);

/// <summary>What a court lays over the national calendar.</summary>
/// <param name="Workdays">The days of an ordinary week on which it works.</param>
public sealed record OwnDays(ImmutableHashSet<DayOfWeek> Workdays, ImmutableArray<OwnDay> Days)
{
    public static readonly OwnDays None = new(
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday], []);
}

/// <summary>
/// Which days are worked: the court's own word, then the published lists, then the law while a list is missing, then the week. Immutable; a
/// date is a date in the site's zone, and nothing here knows hours. What is not known counts as a workday.
/// </summary>
public sealed class SiteCalendar
{
    /// <summary>Make-up workdays were never further from their holiday than this.</summary>
    public const int MakeUpReach = 14;

    private const int LongestBlock = 60;

    private readonly FrozenDictionary<DateOnly, Day> _listed;
    private readonly FrozenDictionary<int, YearList> _lists;
    private readonly ImmutableHashSet<DayOfWeek> _workdays;
    private readonly ConcurrentDictionary<int, ImmutableArray<OffSpan>> _uncertain = new();

    /// <param name="lists">At most one a year.</param>
    public SiteCalendar(IEnumerable<YearList> lists, OwnDays own)
    {
        _lists = lists.ToFrozenDictionary(l => l.Year);
        Own = own;
        _workdays = own.Workdays;
        var listed = new Dictionary<DateOnly, Day>();

        // In the order of the years: December may be changed by the list of the next one.
        foreach (var list in _lists.Values.Where(l => l.Status is ListStatus.Published).OrderBy(l => l.Year))
        {
            foreach (var span in list.Off)
            {
                foreach (var day in span.Days) listed[day] = new(day, DayKind.Holiday, span.Name, list.Source);
            }

            foreach (var day in list.MakeUp) listed[day.Date] = new(day.Date, DayKind.MakeUpWorkday, day.For, list.Source);
        }

        // Of two own words the one that keeps the equipment on is taken.
        foreach (var day in own.Days.OrderBy(d => !d.IsOff)) listed[day.Date] = new(day.Date, day.IsOff ? DayKind.SiteOff : DayKind.SiteWorkday, day.Occasion, "");
        _listed = listed.ToFrozenDictionary();
    }

    public OwnDays Own { get; }
    public IEnumerable<YearList> Lists => _lists.Values.OrderBy(l => l.Year);
    public YearList? ListOf(int year) => _lists.GetValueOrDefault(year);
    public ListStatus StatusOf(int year) => ListOf(year)?.Status ?? ListStatus.Missing;

    public Day Of(DateOnly date)
    {
        if (_listed.TryGetValue(date, out var listed)) return listed;
        var isWorked = _workdays.Contains(date.DayOfWeek);
        if (StatutoryOn(date) is { } holiday) return new(date, DayKind.StatutoryHoliday, holiday.Name, "");
        if (isWorked) return new(date, DayKind.Workday, "", "");
        return CloseTo(date) is { } close ? new(date, DayKind.PossibleWorkday, close.Name, "") : new(date, DayKind.Weekend, "", "");
    }

    public bool IsOff(DateOnly date) => Of(date).IsOff;

    /// <summary>The whole run of days off that a date lies in; null for a workday.</summary>
    public OffBlock? BlockAt(DateOnly date)
    {
        if (!IsOff(date)) return null;
        var (from, to) = (date, date);
        for (var i = 0; i < LongestBlock && IsOff(from.AddDays(-1)); i++) from = from.AddDays(-1);
        for (var i = 0; i < LongestBlock && IsOff(to.AddDays(1)); i++) to = to.AddDays(1);
        return new(from, to);
    }

    /// <summary>Every run of at least this many days off that has its evening, its morning or a day of its own in the range.</summary>
    public IEnumerable<OffBlock> Blocks(DateOnly from, DateOnly to, int leastDays)
    {
        for (var date = from.AddDays(-1); date <= to.AddDays(1); date = date.AddDays(1))
        {
            if (BlockAt(date) is not { } block) continue;
            date = block.To;
            if (block.Days >= leastDays) yield return block;
        }
    }

    private OffSpan? StatutoryOn(DateOnly date) =>
        date.Year is < StatutoryDays.FirstYear or > StatutoryDays.LastYear ? null : UncertainOf(date.Year).FirstOrDefault(s => s.From <= date && date <= s.To);

    // Around New Year the list of the other year may reach over.
    private OffSpan? CloseTo(DateOnly date)
    {
        for (var year = date.AddDays(-MakeUpReach).Year; year <= date.AddDays(MakeUpReach).Year; year++)
        {
            if (year is < StatutoryDays.FirstYear or > StatutoryDays.LastYear) continue;
            foreach (var span in UncertainOf(year))
            {
                if (span.From.AddDays(-MakeUpReach) <= date && date <= span.To.AddDays(MakeUpReach)) return span;
            }
        }

        return null;
    }

    private ImmutableArray<OffSpan> UncertainOf(int year) => _uncertain.GetOrAdd(year, y => StatusOf(y) switch
    {
        ListStatus.Published => [],
        ListStatus.Provisional => _lists[y].Off,
        _ => StatutoryDays.Of(y),
    });
}
