using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Schedule;

public sealed class SiteCalendarTests
{
    private static readonly SiteCalendar Calendar = BuiltInCalendar.Calendar;

    private static DateOnly Day(string text) => DateOnly.Parse(text, null);

    [Fact]
    public void The_shutdowns_of_2026_are_those_of_the_notice()
    {
        var pairs = HolidayShutdown.Between(Calendar, new(2026, 1, 1), new(2026, 12, 31), leastDays: 3).Select(s => (s.Block.Evening, s.Block.Morning, s.Block.Days));

        Assert.Equal(
        [
            (Day("2025-12-31"), Day("2026-01-04"), 3), (Day("2026-02-14"), Day("2026-02-24"), 9), (Day("2026-04-03"), Day("2026-04-07"), 3),
            (Day("2026-04-30"), Day("2026-05-06"), 5), (Day("2026-06-18"), Day("2026-06-22"), 3), (Day("2026-09-24"), Day("2026-09-28"), 3),
            (Day("2026-09-30"), Day("2026-10-08"), 7),
        ], pairs);
    }

    [Fact]
    public void The_workdays_of_2026_are_as_many_as_the_notice_makes_them()
    {
        int[] months = new int[12];
        for (var day = new DateOnly(2026, 1, 1); day.Year == 2026; day = day.AddDays(1)) months[day.Month - 1] += Calendar.IsOff(day) ? 0 : 1;

        // Weekend days close to a New Year whose list is not known count as possible workdays: 19, 20, 26 and 27 December.
        Assert.Equal([21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23 + 4], months);
    }

    [Fact]
    public void A_make_up_workday_says_for_which_holiday_in_both_languages()
    {
        var day = Calendar.Of(Day("2026-10-10"));

        Assert.Equal(DayKind.MakeUpWorkday, day.Kind);
        Assert.Contains("国庆节调休上班", day.Why.Zh, StringComparison.Ordinal);
        Assert.Contains("make-up workday (调休) of National Day (国庆节)", day.Why.En, StringComparison.Ordinal);
        Assert.Contains("国务院办公厅关于2026年部分节假日安排的通知", day.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2027-01-01", DayKind.StatutoryHoliday)]
    [InlineData("2027-02-08", DayKind.StatutoryHoliday)]
    [InlineData("2027-02-09", DayKind.Workday)]
    [InlineData("2027-01-30", DayKind.PossibleWorkday)]
    [InlineData("2027-02-21", DayKind.PossibleWorkday)]
    [InlineData("2027-02-27", DayKind.Weekend)]
    [InlineData("2026-12-19", DayKind.PossibleWorkday)]
    [InlineData("2026-12-13", DayKind.Weekend)]
    public void Without_a_list_only_the_law_switches_off_and_weekends_near_a_holiday_stay_on(string date, DayKind kind) => Assert.Equal(kind, Calendar.Of(Day(date)).Kind);

    [Fact]
    public void The_law_of_2027_is_computed_as_it_is_listed() => Assert.Equal(BuiltInCalendar.Lists.Single(l => l.Year == 2027).Off, StatutoryDays.Of(2027));

    [Fact]
    public void Every_year_has_its_statutory_days_where_the_law_puts_them()
    {
        for (var year = StatutoryDays.FirstYear; year <= StatutoryDays.LastYear; year++)
        {
            var days = StatutoryDays.Of(year);
            Assert.Equal(year >= 2025 ? 13 : 11, days.Sum(s => s.To.DayNumber - s.From.DayNumber + 1));
            Assert.InRange(days.Single(s => s.Name == "春节").To, new(year, 1, 23), new(year, 2, 23));
            Assert.InRange(days.Single(s => s.Name == "清明节").From, new(year, 4, 4), new(year, 4, 5));
            Assert.InRange(days.Single(s => s.Name == "端午节").From, new(year, 5, 27), new(year, 6, 26));
            Assert.InRange(days.Single(s => s.Name == "中秋节").From, new(year, 9, 7), new(year, 10, 8));
        }
    }

    [Fact]
    public void The_court_s_own_word_goes_before_every_list_and_work_before_off()
    {
        var own = new OwnDays([DayOfWeek.Sunday, DayOfWeek.Monday], [new(Day("2026-10-10"), "院庆", true), new(Day("2026-10-02"), "值班", false), new(Day("2026-10-02"), "院庆", true)]);
        var calendar = new SiteCalendar(BuiltInCalendar.Lists, own);

        Assert.Equal(DayKind.SiteOff, calendar.Of(Day("2026-10-10")).Kind);
        Assert.Equal(DayKind.SiteWorkday, calendar.Of(Day("2026-10-02")).Kind);
        Assert.True(calendar.IsOff(Day("2026-08-04")));
        Assert.False(calendar.IsOff(Day("2026-08-02")));
    }

    [Fact]
    public void December_is_read_from_the_list_of_the_next_year_as_well()
    {
        var next = new YearList(2027, "notice", null, [new("元旦", new(2026, 12, 31), new(2027, 1, 2)), new("其他", new(2027, 7, 1), new(2027, 7, 20))], [new(new(2026, 12, 27), "元旦")]);
        var calendar = new SiteCalendar([.. BuiltInCalendar.Lists.Where(l => l.Year == 2026), next], OwnDays.None);

        Assert.Equal(DayKind.Holiday, calendar.Of(Day("2026-12-31")).Kind);
        Assert.Equal(DayKind.MakeUpWorkday, calendar.Of(Day("2026-12-27")).Kind);
        Assert.Equal(new OffBlock(Day("2026-12-31"), Day("2027-01-03")), calendar.BlockAt(Day("2027-01-01")));
    }

    [Theory]
    [InlineData("2026-11-14", null)]
    [InlineData("2026-11-15", "P4")]
    [InlineData("2026-12-09", "P4")]
    [InlineData("2026-12-10", "P3")]
    [InlineData("2026-12-20", "P2")]
    [InlineData("2026-12-31", "P2")]
    [InlineData("2027-01-01", "P2")]
    public void A_missing_list_is_told_louder_as_its_year_comes_nearer(string today, string? severity) =>
        Assert.Equal(severity, CalendarReminder.On(Day(today), Calendar)?.Severity);

    [Fact]
    public void A_file_alone_is_no_publication()
    {
        OffSpan[] enough = [new("元旦", new(2027, 1, 1), new(2027, 1, 20))];
        Assert.Equal(ListStatus.Published, new YearList(2027, "notice", null, [.. enough], []).Status);
        Assert.Equal(ListStatus.Missing, new YearList(2027, "", null, [.. enough], []).Status);
        Assert.Equal(ListStatus.Missing, new YearList(2027, "notice", null, [enough[0] with { To = new(2027, 1, 19) }], []).Status);
        Assert.Equal(ListStatus.Missing, new YearList(2027, "notice", null, [], []).Status);
        Assert.Equal(ListStatus.Provisional, new YearList(2027, "notice", null, [.. enough], []) { IsProvisional = true }.Status);
    }
}
