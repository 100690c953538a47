using System.Collections.Immutable;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Rules;

/// <summary>A switching-off that was begun, for the rules that undo it.</summary>
/// <param name="Until">When it ended; the end of time while it still waits for a room.</param>
/// <param name="ForHoliday">By a rule that looks at runs of days off.</param>
public sealed record PastOff(string Job, DateOnly Date, DateTimeOffset At, DateTimeOffset Until, ImmutableArray<string> Rooms, bool ForHoliday)
{
    /// <summary>When it last switched something off, as far as is known.</summary>
    public DateTimeOffset Last => IsOpen ? At : Until;

    /// <summary>Parts of other jobs that undo it are named after it; what it does to its last rooms is another act than what it did to the first.</summary>
    public string Name => $"{Job}-{Date:MMdd}{(IsOpen ? "-open" : "")}";

    private bool IsOpen => Until == DateTimeOffset.MaxValue;
}

/// <summary>What the rules need to know of what was done before.</summary>
/// <param name="Offs">Begun in the last weeks, in their order.</param>
/// <param name="LastHolidayOn">When a job last began to switch on after a run of days off.</param>
/// <param name="BegunAt">When an occurrence was begun or decided, by its key; null while it is not decided.</param>
/// <param name="UnknownSince">Since when the docket of a room was seen as unknown, without a break; null: it is known.</param>
public sealed record PastActs(ImmutableArray<PastOff> Offs, DateTimeOffset? LastHolidayOn, Func<string, DateTimeOffset?> BegunAt, Func<string, DateTimeOffset?> UnknownSince)
{
    public static readonly PastActs None = new([], null, static _ => null, static _ => null);
}

/// <summary>
/// When each job is due on a date: calendar, docket and past in, moments out. Pure. What is not known leads to a room that is on: an unknown
/// docket counts as a hearing, a shutdown that nothing undoes is undone on the next workday.
/// </summary>
public sealed class SchedulePlanner(LocalClock clock, SiteCalendar calendar, Func<string, DocketView> docket)
{
    private static readonly Wording DocketUnknown = new("排期未知，按有庭审处理", "the docket is silent or contradicts itself, so a hearing is taken for granted");

    public SiteCalendar Calendar => calendar;

    public IEnumerable<Occurrence> On(JobPlan job, DateOnly date, PastActs past) => job.Rule switch
    {
        ScheduleRule.Cron rule => Cron(job, rule, date),
        ScheduleRule.EveningBefore rule => Evening(job, rule, date),
        ScheduleRule.MorningAfter rule => Morning(job, rule, date, past),
        ScheduleRule.BeforeFirstHearing rule => job.Rooms.SelectMany(room => Hearing(job, rule, date, room, past)),
        _ => throw new ArgumentOutOfRangeException(nameof(job)),
    };

    private IEnumerable<Occurrence> Cron(JobPlan job, ScheduleRule.Cron rule, DateOnly date)
    {
        var day = calendar.Of(date);
        if (!CronText.Passes(rule.Days, day) || CronText.TimeOn(rule.Expression, date) is not { } time || clock.At(date, time) is not { } due) return [];
        return [new(job, date, "", due, job.Rooms, day.Why)];
    }

    private IEnumerable<Occurrence> Evening(JobPlan job, ScheduleRule.EveningBefore rule, DateOnly date)
    {
        if (calendar.BlockAt(date.AddDays(1)) is not { } block || block.Days < rule.LeastDays || clock.At(date, rule.At) is not { } due) return [];
        if (block.From > date) return [new(job, date, "", due, job.Rooms, BlockWords.Before(block, calendar))];

        ImmutableArray<string> used = [.. job.Rooms.Where(room => docket(room) is var view && (view.IsUnknown || FirstOn(view, date) is not null))];
        return used.IsEmpty ? [] : [new(job, date, "", due, used, new("放假期间有庭审的法庭，当晚关机", "rooms that had a hearing on a day off"))];
    }

    private IEnumerable<Occurrence> Morning(JobPlan job, ScheduleRule.MorningAfter rule, DateOnly date, PastActs past)
    {
        if (calendar.IsOff(date) || clock.At(date, rule.At) is not { } due) return [];
        if (calendar.BlockAt(date.AddDays(-1)) is { } block && block.Days >= rule.LeastDays) return [new(job, date, "", due, job.Rooms, BlockWords.After(block, calendar))];

        // The list was changed after the shutdown: the days off ended earlier, or are no block any more.
        var isOpen = past.Offs.Any(o => o.ForHoliday && o.Date < date && o.At < due && (past.LastHolidayOn is not { } on || on < o.At));
        return isOpen ? [new(job, date, "", due, job.Rooms, new("放假安排有变，已关机的设备恢复开机", "the days off were changed after the shutdown; what was switched off comes on again"))] : [];
    }

    private IEnumerable<Occurrence> Hearing(JobPlan job, ScheduleRule.BeforeFirstHearing rule, DateOnly date, string room, PastActs past)
    {
        var view = docket(room);
        if (DueOn(view, rule, date) is { } first) yield return new(job, date, room, first.Due, [room], first.Why) { Until = OverOn(view, date) };
        if (past.BegunAt(Occurrence.KeyOf(job.Id, date, room)) is not { } on) yield break;
        var offs = past.Offs.Where(o => o.Date >= date.AddDays(-1) && o.Until > on && o.Rooms.Contains(room)).ToList();
        if (offs.Count == 0) yield break;

        // Switched off since, by any job: each later hearing of the date needs it on again, and so does a docket that fell silent.
        foreach (var entry in view.Entries)
        {
            if (clock.DateOf(entry.Start) != date || offs.Where(o => o.At < entry.Start).MaxBy(o => o.Last) is not { } off) continue;
            yield return new(job, date, $"{room}+{clock.Local(entry.Start):HHmm}-{off.Name}", Later(entry.Start - rule.Lead, off.Last), [room], HearingWhy(entry)) { Until = entry.End };
        }

        // Nothing is switched off while the docket is unknown, so that once for each time it falls silent is enough.
        if (view.IsUnknown && past.UnknownSince(room) is { } since && clock.DateOf(since) == date && since > on)
            yield return new(job, date, $"{room}+unknown-{clock.Local(since):HHmm}", since, [room], DocketUnknown) { Until = OverOn(view, date) };
    }

    private (DateTimeOffset Due, Wording Why)? DueOn(DocketView view, ScheduleRule.BeforeFirstHearing rule, DateOnly date)
    {
        var first = FirstOn(view, date);
        var known = first is null ? ((DateTimeOffset, Wording)?)null : (first.Start - rule.Lead, HearingWhy(first));
        if (view.State is DocketState.Known || (view.State is DocketState.NotUsed && calendar.IsOff(date))) return known;
        if (clock.At(date, rule.Otherwise) is not { } otherwise) return known;
        if (known is { } earlier && earlier.Item1 <= otherwise) return known;
        return (otherwise, view.State is DocketState.NotUsed
            ? new("本院不使用排期，工作日按时开机", "this site has no docket; on at this time of a workday")
            : DocketUnknown);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    // The end of the date, or of its last hearing if that is later.
    private DateTimeOffset OverOn(DocketView view, DateOnly date)
    {
        var over = clock.At(date.AddDays(1), TimeOnly.MinValue) ?? new DateTimeOffset(date.AddDays(2), TimeOnly.MinValue, TimeSpan.Zero);
        foreach (var entry in view.Entries)
            if (entry.End > over && clock.DateOf(entry.Start) == date) over = entry.End;
        return over;
    }

    private Wording HearingWhy(DocketEntry first) => new($"{clock.Local(first.Start):HH:mm} 开庭", $"hearing at {clock.Local(first.Start):HH:mm}");

    private DocketEntry? FirstOn(DocketView view, DateOnly date)
    {
        DocketEntry? first = null;
        foreach (var entry in view.Entries)
            if ((first is null || entry.Start < first.Start) && clock.DateOf(entry.Start) == date) first = entry;
        return first;
    }
}

/// <summary>Reasons that name a run of days off.</summary>
public static class BlockWords
{
    public static Wording Before(OffBlock block, SiteCalendar calendar) =>
        new($"{Name(block, calendar).Zh}放假 {block.Days} 天（{block.From:MM-dd} 至 {block.To:MM-dd}）前一晚", $"evening before {block.Days} days off, {Name(block, calendar).En} ({block.From:MM-dd} to {block.To:MM-dd})");

    public static Wording After(OffBlock block, SiteCalendar calendar) =>
        new($"{Name(block, calendar).Zh}放假 {block.Days} 天（{block.From:MM-dd} 至 {block.To:MM-dd}）后首个工作日", $"first workday after {block.Days} days off, {Name(block, calendar).En} ({block.From:MM-dd} to {block.To:MM-dd})");

    /// <summary>The occasions of a run of days off.</summary>
    public static Wording Name(OffBlock block, SiteCalendar calendar)
    {
        var names = new List<string>();
        for (var date = block.From; date <= block.To; date = date.AddDays(1))
        {
            if (calendar.Of(date).Occasion is { Length: > 0 } occasion && !names.Contains(occasion)) names.Add(occasion);
        }

        return names.Count == 0 ? new("周末", "weekend") : new(string.Join('、', names), string.Join(", ", names.Select(DayWords.OccasionIn)));
    }
}
