using System.Collections.Immutable;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>Off on the evening before days off, on again on the morning after them.</summary>
public sealed record HolidayShutdown(OffBlock Block, Wording Occasion)
{
    public static ImmutableArray<HolidayShutdown> Between(SiteCalendar calendar, DateOnly from, DateOnly to, int leastDays) =>
        [.. calendar.Blocks(from, to, leastDays).Where(b => b.Morning >= from && b.Evening <= to).Select(b => new HolidayShutdown(b, BlockWords.Name(b, calendar)))];
}
