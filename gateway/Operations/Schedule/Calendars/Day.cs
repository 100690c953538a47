using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>What a date is to the court.</summary>
public enum DayKind
{
    Workday,
    Weekend,

    /// <summary>Off by the published list of the year.</summary>
    Holiday,

    /// <summary>A weekend day on which the list has everybody work (调休).</summary>
    MakeUpWorkday,

    /// <summary>Off by law, in a year whose list is not known.</summary>
    StatutoryHoliday,

    /// <summary>A weekend day that an unknown list may make a workday: equipment stays on.</summary>
    PossibleWorkday,

    /// <summary>Off by the site's own word.</summary>
    SiteOff,

    /// <summary>Work by the site's own word.</summary>
    SiteWorkday,
}

/// <summary>A date as the calendar of a site sees it.</summary>
/// <param name="Occasion">The holiday that it belongs to; empty when there is none.</param>
/// <param name="Source">Where that stands.</param>
public sealed record Day(DateOnly Date, DayKind Kind, string Occasion, string Source)
{
    public bool IsOff => Kind is DayKind.Weekend or DayKind.Holiday or DayKind.StatutoryHoliday or DayKind.SiteOff;

    public string Word => DayWords.Of(Kind);

    public Wording Why => DayWords.Why(this);
}

/// <summary>A run of days off without a workday between them.</summary>
public sealed record OffBlock(DateOnly From, DateOnly To)
{
    public int Days => To.DayNumber - From.DayNumber + 1;
    public DateOnly Evening => From.AddDays(-1);
    public DateOnly Morning => To.AddDays(1);
}

/// <summary>Words and reasons of days.</summary>
public static class DayWords
{
    // Names of the notices; what stands nowhere here is shown as the list has it.
    private static readonly (string Zh, string En)[] Occasions =
    [
        ("元旦", "New Year's Day"),
        ("春节", "Spring Festival"),
        ("清明节", "Qingming Festival"),
        ("劳动节", "Labour Day"),
        ("端午节", "Dragon Boat Festival"),
        ("中秋节", "Mid-Autumn Festival"),
        ("国庆节", "National Day"),
    ];

    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<DayKind>().Select(Of)];

    public static string Of(DayKind kind) => kind switch
    {
        DayKind.Workday => "workday",
        DayKind.Weekend => "weekend",
        DayKind.Holiday => "holiday",
        DayKind.MakeUpWorkday => "make-up-workday",
        DayKind.StatutoryHoliday => "statutory-holiday",
        DayKind.PossibleWorkday => "possible-workday",
        DayKind.SiteOff => "site-off",
        DayKind.SiteWorkday => "site-workday",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static string OccasionIn(string occasion)
    {
        var names = occasion.Split('、').Select(part => Occasions.FirstOrDefault(o => o.Zh == part) is { En: { } en } ? $"{en} ({part})" : part);
        return string.Join(", ", names);
    }

    public static string Weekday(DayOfWeek day, bool chinese) => chinese ? $"星期{"日一二三四五六"[(int)day]}" : day.ToString()[..3];

    internal static Wording Why(Day day)
    {
        var (zh, en) = (day.Occasion, OccasionIn(day.Occasion));
        var (zhFrom, enFrom) = day.Source.Length == 0 ? ("", "") : ($"，依据：{day.Source}", $"; by {day.Source}");
        return day.Kind switch
        {
            DayKind.Workday => new($"工作日：{Weekday(day.Date.DayOfWeek, true)}", $"workday: {day.Date.DayOfWeek}"),
            DayKind.Weekend => new($"休息日：{Weekday(day.Date.DayOfWeek, true)}", $"day off: {day.Date.DayOfWeek}"),
            DayKind.Holiday => new($"放假：{zh}{zhFrom}", $"day off: {en}{enFrom}"),
            DayKind.MakeUpWorkday => new($"工作日：{zh}调休上班{zhFrom}", $"workday: make-up workday (调休) of {en}{enFrom}"),
            DayKind.StatutoryHoliday => new($"放假：{zh}（法定节假日，本年放假安排尚未公布）", $"day off: {en} by law; the list of the year is not known"),
            DayKind.PossibleWorkday => new(
                $"可能上班：临近{zh}，本年放假安排尚未公布，设备保持可用", $"possible workday: close to {en}, whose list is not known; equipment stays on"),
            DayKind.SiteOff => new($"本院放假：{zh}", $"day off of this court: {en}"),
            DayKind.SiteWorkday => new($"本院上班：{zh}", $"workday of this court: {en}"),
            _ => throw new ArgumentOutOfRangeException(nameof(day)),
        };
    }
}
