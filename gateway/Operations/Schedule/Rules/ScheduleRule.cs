using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Scenes.Model;
using Cronos;

namespace AvGateway.Operations.Schedule.Rules;

/// <summary>On which days a time of day counts.</summary>
public enum DayFilter { Any, Workday, Off }

/// <summary>When a job is due. Every rule is due at most once on a local date (and in a room, where it looks at each room).</summary>
public abstract record ScheduleRule
{
    private ScheduleRule() { }

    public abstract Wording Says { get; }

    /// <summary>A cron expression with one time of day, on the days that the filter lets through.</summary>
    public sealed record Cron(string Text, CronExpression Expression, DayFilter Days) : ScheduleRule
    {
        public override Wording Says => new($"定时 {Text}（{FilterZh}）", $"at {Text} ({Days.ToString().ToLowerInvariant()} days)");

        private string FilterZh => Days switch { DayFilter.Workday => "工作日", DayFilter.Off => "休息日", _ => "每天" };
    }

    /// <summary>The evening before a run of days off; inside such a run, the evening of a day on which a room had a hearing.</summary>
    public sealed record EveningBefore(int LeastDays, TimeOnly At) : ScheduleRule
    {
        public override Wording Says => new($"连续放假 {LeastDays} 天及以上的前一晚 {At:HH:mm}", $"{At:HH:mm} on the evening before {LeastDays} or more days off");
    }

    /// <summary>The morning of the first workday after a run of days off, and of any workday that finds the shutdown of such a run not undone.</summary>
    public sealed record MorningAfter(int LeastDays, TimeOnly At) : ScheduleRule
    {
        public override Wording Says => new($"连续放假 {LeastDays} 天及以上后首个工作日 {At:HH:mm}", $"{At:HH:mm} on the first workday after {LeastDays} or more days off");
    }

    /// <summary>In each room, before its first hearing of the day, whatever day it is.</summary>
    /// <param name="Otherwise">When the docket cannot be believed, or the site has none: the time of day by which the room must be on.</param>
    public sealed record BeforeFirstHearing(TimeSpan Lead, TimeOnly Otherwise) : ScheduleRule
    {
        public override Wording Says => new($"首次开庭前 {Lead.TotalMinutes:0} 分钟", $"{Lead.TotalMinutes:0} min before the first hearing");
    }
}

/// <summary>Cron expressions as schedules take them.</summary>
public static class CronText
{
    private static readonly DateTime ProbeFrom = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    // A leap year and all weekdays of each date.
    private static readonly DateTime ProbeTo = new(2032, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Null when it is no expression with one time of day; <paramref name="why"/> then says what it is instead.</summary>
    public static CronExpression? Read(string text, out string why)
    {
        CronExpression expression;
        try { expression = CronExpression.Parse(text, CronFormat.Standard); }
        catch (CronFormatException wrong)
        {
            why = wrong.Message.TrimEnd('.');
            return null;
        }

        why = "";
        var next = expression.GetNextOccurrence(ProbeFrom, inclusive: true);
        if (next is null || next >= ProbeTo) why = "it names a date that never comes";
        for (var at = next; at is { } one && one < ProbeTo && why.Length == 0; at = next)
        {
            next = expression.GetNextOccurrence(one);
            if (next is { } two && two.Date == one.Date) why = "it comes more than once a day";
        }

        return why.Length == 0 ? expression : null;
    }

    /// <summary>The one time of day on this date; null when it does not come.</summary>
    public static TimeOnly? TimeOn(CronExpression expression, DateOnly date)
    {
        var midnight = DateTime.SpecifyKind(date.ToDateTime(TimeOnly.MinValue), DateTimeKind.Utc);
        return expression.GetNextOccurrence(midnight, inclusive: true) is { } at && DateOnly.FromDateTime(at) == date ? TimeOnly.FromDateTime(at) : null;
    }

    internal static bool Passes(DayFilter filter, Day day) => filter switch
    {
        DayFilter.Workday => !day.IsOff,
        DayFilter.Off => day.IsOff,
        _ => true,
    };
}
