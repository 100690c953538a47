using System.Text;
using AvGateway.Scenes.Hearings.Docket;
using CsCheck;

namespace AvGateway.Scenes.Tests.Docket;

public sealed class DocketReaderTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTimeOffset NineOClock = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);

    private const string GoodCsv = "room,id,start,end,public\r\ncourt-1,h-17,2026-11-23T09:00,2026-11-23 12:00,true\r\ncourt-2,\"h,\"\"18\",2026-11-23T09:00+08:00,2026-11-23T03:30:00Z,\r\n";

    private const string GoodCalendar = """
        BEGIN:VCALENDAR
        VERSION:2.0
        BEGIN:VTIMEZONE
        TZID:Asia/Shanghai
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:h-17
        SUMMARY:secret: the parties of the case
        DESCRIPTION:a text that goes on
          over a second line
        DTSTART;TZID=Asia/Shanghai:20261123T090000
        DTEND:20261123T040000Z
        LOCATION:court-1
        CLASS:PUBLIC
        BEGIN:VALARM
        UID:not-this
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        UID:h-18
        DTSTART:20261123T090000
        DTEND:20261123T100000
        LOCATION:court-2
        STATUS:CANCELLED
        END:VEVENT
        END:VCALENDAR
        """;

    private const string GoodJson = """
        {"hearings":[{"room":"court-1","id":"h-17","start":"2026-11-23T09:00","end":"2026-11-23T12:00","public":true}]}
        """;

    [Fact]
    public void The_three_forms_say_the_same()
    {
        var csv = Csv(GoodCsv);
        var calendar = Calendar(GoodCalendar);
        var json = Json(GoodJson);

        var expected = new DocketEntry("court-1", "h-17", NineOClock, NineOClock.AddHours(3), true);
        Assert.Equal(expected, csv.Entries[0]);
        Assert.Equal([expected], calendar.Entries);
        Assert.Equal([expected], json.Entries);
        Assert.Equal(new("court-2", "h,\"18", NineOClock, NineOClock.AddHours(2.5), false), csv.Entries[1]);
    }

    [Theory]
    [InlineData("", "line 1 EMPTY")]
    [InlineData("room,id,start\r\n", "line 1 COLUMN")]
    [InlineData("room,id,start,end,parties\r\n", "line 1 COLUMN")]
    [InlineData("room,id,start,end,end\r\n", "line 1 COLUMN")]
    [InlineData("room,id,start,end\ncourt-1,a,2026-11-23T09:00\n", "line 2 CELLS")]
    [InlineData("room,id,start,end\nCourt 1,a,2026-11-23T09:00,2026-11-23T10:00\n", "line 2 ROOM")]
    [InlineData("room,id,start,end\ncourt-1,,2026-11-23T09:00,2026-11-23T10:00\n", "line 2 ID")]
    [InlineData("room,id,start,end\ncourt-1,案,2026-11-23T09:00,2026-11-23T10:00\n", "line 2 ID")]
    [InlineData("room,id,start,end\nr,a,2026-11-23T09:00,2026-11-23T10:00\nr,a,2026-11-24T09:00,2026-11-24T10:00\n", "line 3 TWICE")]
    [InlineData("room,id,start,end\nr,a,2026-11-23T09:00,2026-11-23T09:00\n", "line 2 ORDER")]
    [InlineData("room,id,start,end\nr,a,2026-11-23T09:00,2026-11-27T09:00\n", "line 2 LONG")]
    [InlineData("room,id,start,end\nr,a,23.11.2026 09:00,2026-11-23T10:00\n", "line 2 TIME")]
    [InlineData("room,id,start,end\nr,a,2026-02-30T09:00,2026-11-23T10:00\n", "line 2 TIME")]
    [InlineData("room,id,start,end,public\nr,a,2026-11-23T09:00,2026-11-23T10:00,yes\n", "line 2 PUBLIC")]
    [InlineData("room,id,start,end\nr,\"a,2026-11-23T09:00,2026-11-23T10:00\n", "line 2 QUOTE")]
    [InlineData("room,id,start,end\nr,\"a\"b,2026-11-23T09:00,2026-11-23T10:00\n", "line 2 QUOTE")]
    public void A_wrong_table_is_refused_whole_with_its_place(string text, string finding)
    {
        var reading = Csv(text);

        Assert.Empty(reading.Entries);
        Assert.Contains(finding, reading.Findings.Select(f => $"{f.Place} {f.Code}"));
        Assert.All(reading.Findings, f => Assert.True(f.Says.Zh.Length > 0 && f.Says.En.Length > 0));
    }

    [Theory]
    [InlineData("UID:h-17", "RRULE:FREQ=DAILY", "line 7 UNSUPPORTED")]
    [InlineData("LOCATION:court-1", "LOCATION:Grosser Saal", "line 6 ROOM")]
    [InlineData("DTEND:20261123T040000Z", "DTEND;VALUE=DATE:20261124", "line 12 ZONE")]
    [InlineData("DTEND:20261123T040000Z", "X:1", "line 6 TIME")]
    [InlineData("TZID=Asia/Shanghai:20261123", "TZID=Mars/Olympus:20261123", "line 11 ZONE")]
    [InlineData("20261123T090000", "20261123 090000", "line 11 TIME")]
    [InlineData("END:VALARM", "END:VEVENT", "line 17 NESTING")]
    [InlineData("END:VCALENDAR", "", "line 25 NESTING")]
    [InlineData("BEGIN:VCALENDAR", "BEGIN:VCARD", "line 1 CALENDAR")]
    public void A_wrong_calendar_is_refused_whole_with_its_place(string good, string bad, string finding)
    {
        var text = GoodCalendar.ReplaceLineEndings("\r\n");
        var at = text.IndexOf(good, StringComparison.Ordinal);

        var reading = Calendar(text[..at] + bad + text[(at + good.Length)..]);

        Assert.Empty(reading.Entries);
        Assert.Contains(finding, reading.Findings.Select(f => $"{f.Place} {f.Code}"));
    }

    [Theory]
    [InlineData("{", "line 1 JSON")]
    [InlineData("{\"hearings\":[{\"room\":\"\\ud800\"}]}", "line 1 TEXT")]
    [InlineData("{\"hearings\":[{\"\\udc00\":1}]}", "line 1 TEXT")]
    [InlineData("[]", "$.hearings MISSING")]
    [InlineData("{\"hearings\":{}}", "$.hearings TYPE")]
    [InlineData("{\"hearings\":[{\"room\":\"r\",\"id\":\"a\",\"start\":\"x\",\"end\":\"2026-11-23T12:00\"}]}", "$.hearings[0].start TIME")]
    [InlineData("{\"hearings\":[{\"room\":\"r\",\"id\":\"a\",\"start\":\"2026-11-23T09:00\",\"end\":\"2026-11-23T12:00\",\"case\":\"x\"}]}", "$.hearings[0].case UNKNOWN")]
    [InlineData("{\"hearings\":[{\"room\":\"r\",\"start\":\"2026-11-23T09:00\",\"end\":\"2026-11-23T12:00\"}]}", "$.hearings[0].id MISSING")]
    [InlineData("{\"hearings\":[7]}", "$.hearings[0] TYPE")]
    public void Wrong_json_is_refused_whole_with_its_place(string text, string finding)
    {
        var reading = Json(text);

        Assert.Empty(reading.Entries);
        Assert.Contains(finding, reading.Findings.Select(f => $"{f.Place} {f.Code}"));
    }

    [Theory]
    [InlineData("2026-03-08T02:30")]
    [InlineData("2026-11-01T01:30")]
    public void A_time_that_the_clock_skips_or_repeats_is_asked_about_and_not_guessed(string time)
    {
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

        var reading = CsvDocket.Read(Encoding.UTF8.GetBytes($"room,id,start,end\nr,a,{time},2026-11-01T09:00\n"), newYork);

        Assert.Contains(reading.Findings, f => f is { Place: "line 2", Code: "CLOCK" });
    }

    [Fact]
    public void Nothing_of_a_case_stays_in_memory_or_in_a_finding()
    {
        var good = Calendar(GoodCalendar);
        var bad = Csv("room,id,start,end,parties\nr,a,2026-11-23T09:00,2026-11-23T10:00,Zhang v. Li\n");

        Assert.DoesNotContain("parties of the case", good.ToString() + string.Join(' ', good.Entries), StringComparison.Ordinal);
        Assert.DoesNotContain("Zhang", string.Join(' ', bad.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_bytes_are_the_readers_answer_within_their_bounds()
    {
        var seeds = new[] { GoodCsv, GoodCalendar, GoodJson };
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 700], Gen.Byte.Array[0, 12]).Sample(
            (which, at, noise) =>
            {
                var bytes = Encoding.UTF8.GetBytes(seeds[which]);
                var cut = Math.Min(at, bytes.Length);
                byte[] mangled = [.. bytes[..cut], .. noise, .. bytes[cut..]];
                foreach (var reading in (DocketReading[])[CsvDocket.Read(mangled, Shanghai), CalendarDocket.Read(mangled, Shanghai),
                    JsonDocket.Read(mangled, Shanghai)])
                {
                    Assert.True(reading.IsGood || reading.Entries.IsEmpty);
                    Assert.InRange(reading.Findings.Length, 0, 100);
                }
            },
            iter: 3_000);
    }

    [Fact]
    public void A_file_beyond_the_bound_is_not_read()
    {
        var huge = new byte[4 * 1024 * 1024 + 1];

        Assert.Equal("SIZE", Assert.Single(CsvDocket.Read(huge, Shanghai).Findings).Code);
        Assert.Equal("SIZE", Assert.Single(CalendarDocket.Read(huge, Shanghai).Findings).Code);
        Assert.Equal("SIZE", Assert.Single(JsonDocket.Read(huge, Shanghai).Findings).Code);
    }

    private static DocketReading Csv(string text) => CsvDocket.Read(Encoding.UTF8.GetBytes(text), Shanghai);
    private static DocketReading Calendar(string text) => CalendarDocket.Read(Encoding.UTF8.GetBytes(text), Shanghai);
    private static DocketReading Json(string text) => JsonDocket.Read(Encoding.UTF8.GetBytes(text), Shanghai);
}
