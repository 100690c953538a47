using System.Collections.Immutable;
using System.Globalization;

namespace AvGateway.Operations.Schedule.Calendars;

/// <summary>
/// The public holidays of the law (全国年节及纪念日放假办法, article 2), computed: what may be relied on while the notice of a year is not known. Days that
/// the notice moves there, and those that it has made up for, nobody can compute.
/// </summary>
public static class StatutoryDays
{
    /// <summary>The formula for Qingming holds for these years.</summary>
    public const int FirstYear = 2000;

    public const int LastYear = 2099;

    // The fourth revision, in force since 2025, added the eve of the Spring Festival and 2 May.
    private const int FourthRevision = 2025;

    private static readonly ChineseLunisolarCalendar Lunar = new();

    public static ImmutableArray<OffSpan> Of(int year)
    {
        if (year is < FirstYear or > LastYear) throw new ArgumentOutOfRangeException(nameof(year), year, "known from 2000 to 2099");
        var isNew = year >= FourthRevision;
        var spring = LunarDay(year, 1, 1);
        var qingming = Qingming(year);
        var (boat, autumn) = (LunarDay(year, 5, 5), LunarDay(year, 8, 15));
        return
        [
            new("元旦", new(year, 1, 1), new(year, 1, 1)),
            new("春节", isNew ? spring.AddDays(-1) : spring, spring.AddDays(2)),
            new("清明节", qingming, qingming),
            new("劳动节", new(year, 5, 1), new(year, 5, isNew ? 2 : 1)),
            new("端午节", boat, boat),
            new("中秋节", autumn, autumn),
            new("国庆节", new(year, 10, 1), new(year, 10, 3)),
        ];
    }

    // A leap month takes the number after the month that it repeats, so that the later ones move up by one.
    private static DateOnly LunarDay(int year, int month, int day)
    {
        var leap = Lunar.GetLeapMonth(year);
        return DateOnly.FromDateTime(Lunar.ToDateTime(year, leap > 0 && month >= leap ? month + 1 : month, day, 0, 0, 0, 0));
    }

    private static DateOnly Qingming(int year)
    {
        var inCentury = year % 100;
        return new(year, 4, (int)((inCentury * 0.2422) + 4.81) - (inCentury / 4));
    }
}
