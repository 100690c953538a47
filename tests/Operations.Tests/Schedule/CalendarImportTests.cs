using System.Text;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Schedule;

public sealed class CalendarImportTests
{
    private static ListReading Events(string lines, string source = "notice") =>
        CalendarImport.Read("x.ics", Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\r\n{lines.ReplaceLineEndings("\r\n")}\r\nEND:VCALENDAR\r\n"), source);

    private static ListReading Json(string text) => CalendarImport.Read("x.json", Encoding.UTF8.GetBytes(text), null);

    private static string Event(string summary, string start, string? end) =>
        $"BEGIN:VEVENT\r\nSUMMARY:{summary}\r\nDTSTART;VALUE=DATE:{start}\r\n{(end is null ? "" : $"DTEND;VALUE=DATE:{end}\r\n")}END:VEVENT";

    [Fact]
    public void The_end_of_an_event_is_the_first_day_after()
    {
        var list = Events(Event("春节假期", "20260215", "20260224")).Lists.Single();

        Assert.Equal(new OffSpan("春节", new(2026, 2, 15), new(2026, 2, 23)), list.Off.Single());
    }

    [Fact]
    public void An_event_without_an_end_lasts_one_day() => Assert.Equal(1, Events(Event("清明节 休", "20260404", null)).Lists.Single().DaysOff);

    [Theory]
    [InlineData("上班(补春节假期)", "春节")]
    [InlineData("春节 补班 第1天/共2天", "春节")]
    [InlineData("上班（补国庆节假期）", "国庆节")]
    public void A_make_up_workday_is_known_by_its_summary(string summary, string occasion) =>
        Assert.Equal(new MakeUpDay(new(2026, 2, 14), occasion), Events(Event(summary, "20260214", "20260215")).Lists.Single().MakeUp.Single());

    [Theory]
    [InlineData("妇女节", "20260308", "20260309", "SUMMARY")]
    [InlineData("春节假期", "20260224", "20260215", "SPAN")]
    [InlineData("春节假期", "20260101", "20260301", "SPAN")]
    [InlineData("春节假期", "2026-02-15", "20260224", "DATE")]
    [InlineData("春节假期", "20260230", "20260301", "DATE")]
    [InlineData("春节假期\r\nRRULE:FREQ=YEARLY", "20260215", "20260216", "UNSUPPORTED")]
    public void What_would_have_to_be_guessed_is_a_finding(string summary, string start, string end, string code)
    {
        var reading = Events(Event(summary, start, end));

        Assert.Contains(reading.Findings, f => f.Code == code);
        Assert.Empty(reading.Lists);
    }

    [Fact]
    public void Half_a_file_is_a_finding() =>
        Assert.Contains(CalendarImport.Read("x.ics", Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\r\n" + Event("春节假期", "20260215", "20260224")), "s").Findings, f => f.Code == "NESTING");

    [Fact]
    public void A_calendar_file_names_no_notice_so_that_who_imports_it_must()
    {
        var days = string.Join("\r\n", Enumerable.Range(1, 4).Select(m => Event("春节假期", $"2026{m:00}01", $"2026{m:00}08")));

        Assert.Equal(ListStatus.Missing, Events(days, "").Lists.Single().Status);
        Assert.Equal(ListStatus.Published, Events(days).Lists.Single().Status);
    }

    [Fact]
    public void December_days_before_a_year_belong_to_its_list()
    {
        var list = Events(Event("上班(补元旦假期)", "20251228", "20251229") + "\r\n" + Event("元旦假期", "20251231", "20260103")).Lists.Single();

        Assert.Equal((2026, 3, 1), (list.Year, list.DaysOff, list.MakeUp.Length));
    }

    [Theory]
    [InlineData("""{"year":2026,"papers":["p"],"days":[{"name":"元旦","date":"2026-13-01","isOffDay":true}]}""", "DATE")]
    [InlineData("""{"year":2026,"papers":["p"],"days":[{"name":"元旦","date":"2026-01-01","isOffDay":"yes"}]}""", "TYPE")]
    [InlineData("""{"year":2026,"papers":["p"],"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true},{"name":"元旦","date":"2026-01-01","isOffDay":true}]}""", "TWICE")]
    [InlineData("""{"year":2026,"papers":["p"],"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true},{"name":"元旦","date":"2026-01-01","isOffDay":false}]}""", "BOTH")]
    [InlineData("""{"year":2026,"papers":["p"],"days":[{"name":"元旦","date":"2024-01-01","isOffDay":true}]}""", "ELSEWHERE")]
    [InlineData("""{"year":1026,"papers":["p"],"days":[]}""", "YEAR")]
    [InlineData("""{"year":2026,"days":[]}""", "TYPE")]
    [InlineData("""{"year":2026,"off":[{"name":"元旦","from":"2026-01-03","to":"2026-01-01"}]}""", "SPAN")]
    [InlineData("""{"year":2026,"off":[],"workdaysTotal":248}""", "SUM")]
    [InlineData("""{"year":2026,"off":[],"workdaysPerMonth":{"13":1}}""", "MONTH")]
    [InlineData("""{"year":2026,"off":[],"status":"official"}""", "STATUS")]
    [InlineData("""{"year":2026,"off":[],"colour":1}""", "UNKNOWN")]
    [InlineData("""{"year":2026}""", "MISSING")]
    [InlineData("""{"year":2026,"year":2027,"off":[]}""", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("[]", "TYPE")]
    public void A_wrong_file_is_refused_with_its_place(string text, string code)
    {
        var reading = Json(text);

        Assert.Contains(reading.Findings, f => f.Code == code);
        Assert.Empty(reading.Lists);
    }

    [Fact]
    public void A_list_is_written_as_it_is_read()
    {
        var list = BuiltInCalendar.Lists.Single(l => l.Year == 2026) with { Version = 3, Approval = new("李工", new(2026, 11, 29), "补录") };

        var again = YearListJson.Read(YearListJson.Write(list)).Lists.Single();

        Assert.Equal(list.Off, again.Off);
        Assert.Equal(list.MakeUp, again.MakeUp);
        Assert.Equal((list.Source, list.Published, list.Version, list.Approval), (again.Source, again.Published, again.Version, again.Approval));
    }
}
