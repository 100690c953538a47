namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>The list of a year is missing, and it is time to say so.</summary>
/// <param name="Severity">P4, P3 or P2, as the year comes nearer.</param>
public sealed record CalendarReminder(int Year, string Severity, DateOnly Since)
{
    // Notices came between late October and mid-December: 2018 on 12-06, 2022 on 12-08.
    private static readonly (int Month, int Day, string Severity)[] Steps = [(11, 15, "P4"), (12, 10, "P3"), (12, 20, "P2")];

    /// <summary>The strongest reminder that is due on this date; null while nothing is.</summary>
    public static CalendarReminder? On(DateOnly today, SiteCalendar calendar)
    {
        if (calendar.StatusOf(today.Year) is not ListStatus.Published) return new(today.Year, "P2", new(today.Year, 1, 1));
        if (calendar.StatusOf(today.Year + 1) is ListStatus.Published) return null;
        CalendarReminder? due = null;
        foreach (var (month, day, severity) in Steps)
        {
            if (new DateOnly(today.Year, month, day) is var since && today >= since) due = new(today.Year + 1, severity, since);
        }

        return due;
    }
}
