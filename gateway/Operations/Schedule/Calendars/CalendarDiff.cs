using System.Collections.Immutable;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>A date that means something else under the other calendar.</summary>
public sealed record DayChange(Day Before, Day After)
{
    public DateOnly Date => Before.Date;

    /// <summary>Whether the court is open on it changes, and not only why.</summary>
    public bool Flips => Before.IsOff != After.IsOff;
}

/// <summary>What a new list changes, day by day, and what of it comes so close that a person must say a word.</summary>
public sealed record CalendarDiff(ImmutableArray<DayChange> Changes, ImmutableArray<OffBlock> Gone, ImmutableArray<OffBlock> Come, ImmutableArray<DateOnly> Close)
{
    /// <summary>Nothing is changed without a word this close to a power action.</summary>
    public const int NoticeDays = 14;

    // A block of three days is what every court's holiday shutdown begins at.
    private const int LeastDays = 3;

    public bool NeedsWord => Close.Length > 0;

    public static CalendarDiff Of(SiteCalendar before, SiteCalendar after, IEnumerable<int> years, DateOnly today)
    {
        var changes = new List<DayChange>();
        var (gone, come) = (new HashSet<OffBlock>(), new HashSet<OffBlock>());
        var close = new SortedSet<DateOnly>();
        var until = today.AddDays(NoticeDays);
        foreach (var year in years.Order())
        {
            // The list of a year speaks of the weeks around it as well.
            var (from, to) = (new DateOnly(year, 1, 1).AddDays(-45), new DateOnly(year, 12, 31).AddDays(45));
            for (var date = from; date <= to; date = date.AddDays(1))
            {
                var (was, becomes) = (before.Of(date), after.Of(date));
                if (was.Kind == becomes.Kind && was.Occasion == becomes.Occasion) continue;
                if (changes.Count == 0 || changes[^1].Date < date) changes.Add(new(was, becomes));

                // Each workday may have its own evening and morning.
                if (was.IsOff != becomes.IsOff && date >= today && date.AddDays(-1) <= until) close.Add(date);
            }

            var (old, fresh) = (before.Blocks(from, to, LeastDays).ToHashSet(), after.Blocks(from, to, LeastDays).ToHashSet());
            gone.UnionWith(old.Except(fresh));
            come.UnionWith(fresh.Except(old));
        }

        foreach (var action in gone.Concat(come).SelectMany(b => new[] { b.Evening, b.Morning }))
        {
            if (action >= today && action <= until) close.Add(action);
        }

        return new([.. changes], [.. gone.OrderBy(b => b.From)], [.. come.OrderBy(b => b.From)], [.. close]);
    }
}
