using System.Text;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Docket;

namespace AvGateway.Operations.Tests.Schedule;

public sealed class EventFileTests
{
    private static readonly DateTimeOffset Stamp = new(2026, 11, 29, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_are_short_whole_characters_and_end_as_the_standard_says()
    {
        var text = Encoding.UTF8.GetString(EventFile.Write([new("a@b", new string('假', 80), "一,二;三\n四\\", Day: new(2026, 2, 14))], Stamp));

        Assert.DoesNotContain("\uFFFD", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.Contains("DTSTART;VALUE=DATE:20260214\r\nDTEND;VALUE=DATE:20260215\r\n", text, StringComparison.Ordinal);
        Assert.Contains("DESCRIPTION:一\\,二\\;三\\n四\\\\\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preview_can_be_opened_as_a_calendar()
    {
        var planner = new SchedulePlanner(ScheduleBench.Zone, BuiltInCalendar.Calendar, _ => DocketView.NotUsed);
        var due = Enumerable.Range(0, 30).SelectMany(d => planner.On(ScheduleBench.HolidayOff, new DateOnly(2026, 2, 1).AddDays(d), PastActs.None)).ToList();

        var text = Encoding.UTF8.GetString(EventFile.Write(EventFile.Of("city", due), Stamp));

        Assert.Contains("UID:holiday-off/2026-02-14@city.avgateway\r\nDTSTAMP:20261129T100000Z\r\nDTSTART:20260214T100000Z\r\nSUMMARY:关机 power off", text, StringComparison.Ordinal);
    }
}
