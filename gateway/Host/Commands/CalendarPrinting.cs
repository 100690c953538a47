using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Host.Commands;

/// <summary>What <c>avgateway calendar</c> prints. Reasons stand in both languages, since the notice is Chinese whoever reads it.</summary>
internal static class CalendarPrinting
{
    public static int Explain(CalendarDesk desk, DateOnly date, bool json)
    {
        var day = desk.Calendar.Of(date);
        var block = desk.Calendar.BlockAt(date);
        var list = desk.Calendar.ListOf(date.Year);
        if (json)
        {
            Print(writer =>
            {
                writer.WriteString("date", Iso(date));
                WriteDay(writer, day);
                writer.WriteString("source", day.Source);
                if (block is not null) WriteBlock(writer, "daysOff", block);
                WriteList(writer, date.Year, desk.Calendar);
            });
            return ExitCodes.Done;
        }

        Console.Out.WriteLine($"{Named(date)}  {(day.IsOff ? Texts.Say("休息日", "day off") : Texts.Say("工作日", "workday"))} ({day.Word})");
        Console.Out.WriteLine($"  {day.Why.Zh}");
        Console.Out.WriteLine($"  {day.Why.En}");
        if (block is { Days: > 1 }) Console.Out.WriteLine($"  {Texts.Say($"连续 {block.Days} 天放假", $"{block.Days} days off in a row")}: {Iso(block.From)} … {Iso(block.To)}");
        Console.Out.WriteLine($"  {ListLine(date.Year, desk.Calendar.StatusOf(date.Year), list)}");
        return ExitCodes.Done;
    }

    public static int Preview(CalendarDesk desk, DateOnly from, int days, int leastDays, bool json, string? file)
    {
        var to = from.AddDays(days - 1);
        var shutdowns = HolidayShutdown.Between(desk.Calendar, from, to, leastDays);
        var docket = desk.Docket();
        var planner = new SchedulePlanner(desk.Clock, desk.Calendar, docket.Of);
        var jobs = Enumerable.Range(0, days).SelectMany(d => (desk.Site?.Schedules ?? []).Where(j => j.IsEnabled).SelectMany(j => planner.On(j, from.AddDays(d), PastActs.None)))
            .OrderBy(o => o.Due).ToList();
        if (file is not null) File.WriteAllBytes(file, EventFile.Write(Events(desk, shutdowns, jobs), desk.Time.GetUtcNow()));
        if (json) Print(writer => Write(writer, desk, from, days, shutdowns, jobs));
        else PrintTables(desk, from, to, shutdowns, jobs);
        return ExitCodes.Done;
    }

    public static string Named(DateOnly date) => $"{DayWords.Weekday(date.DayOfWeek, Texts.IsChinese)} {Iso(date)}";

    public static string Iso(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>One JSON object on one line.</summary>
    public static void Print(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public static void WriteDay(Utf8JsonWriter json, Day day)
    {
        json.WriteString("weekday", DayWords.Weekday(day.Date.DayOfWeek, chinese: false));
        json.WriteString("kind", day.Word);
        json.WriteBoolean("off", day.IsOff);
        json.WriteString("occasion", day.Occasion);
        WriteWording(json, "why", day.Why);
    }

    public static void WriteBlock(Utf8JsonWriter json, string name, OffBlock block)
    {
        json.WriteStartObject(name);
        json.WriteString("from", Iso(block.From));
        json.WriteString("to", Iso(block.To));
        json.WriteNumber("days", block.Days);
        json.WriteEndObject();
    }

    public static string Word(ListStatus status) => status.ToString().ToLowerInvariant();

    private static void PrintTables(CalendarDesk desk, DateOnly from, DateOnly to, IReadOnlyList<HolidayShutdown> shutdowns, List<Occurrence> jobs)
    {
        Console.Out.WriteLine($"{"OFF " + Texts.Say("晚", "evening"),-16}{"ON " + Texts.Say("晨", "morning"),-16}{Texts.Say("天数", "days"),-6}{Texts.Say("事由", "why")}");
        foreach (var one in shutdowns)
            Console.Out.WriteLine($"{Named(one.Block.Evening),-16}{Named(one.Block.Morning),-16}{one.Block.Days,-6}{Texts.Say(one.Occasion.Zh, one.Occasion.En)}");
        foreach (var year in Enumerable.Range(from.Year, to.Year - from.Year + 1).Where(y => desk.Calendar.StatusOf(y) is not ListStatus.Published))
            Console.Out.WriteLine(ListLine(year, desk.Calendar.StatusOf(year), desk.Calendar.ListOf(year)));
        if (jobs.Count == 0) return;
        Console.Out.WriteLine();
        Console.Out.WriteLine($"{Texts.Say("时间", "time"),-23}{Texts.Say("任务", "job"),-20}{Texts.Say("动作", "act"),-12}{Texts.Say("房间与事由", "rooms, why")}");
        foreach (var one in jobs)
        {
            var at = desk.Clock.Local(one.Due);
            Console.Out.WriteLine(
                $"{Named(DateOnly.FromDateTime(at))} {at.ToString("HH:mm", CultureInfo.InvariantCulture)}   {one.Job.Id,-20}{one.Job.Act,-12}{string.Join(',', one.Rooms)}: {Texts.Say(one.Reason.Zh, one.Reason.En)}");
        }
    }

    private static void Write(Utf8JsonWriter json, CalendarDesk desk, DateOnly from, int days, IReadOnlyList<HolidayShutdown> shutdowns, List<Occurrence> jobs)
    {
        json.WriteString("from", Iso(from));
        json.WriteNumber("days", days);
        json.WriteStartArray("shutdowns");
        foreach (var one in shutdowns)
        {
            json.WriteStartObject();
            json.WriteString("off", Iso(one.Block.Evening));
            json.WriteString("on", Iso(one.Block.Morning));
            json.WriteNumber("days", one.Block.Days);
            WriteWording(json, "why", one.Occasion);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("jobs");
        foreach (var one in jobs)
        {
            json.WriteStartObject();
            json.WriteString("job", one.Job.Id);
            json.WriteString("act", one.Job.Act);
            json.WriteString("date", Iso(one.Date));
            json.WriteString("at", one.Due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("local", desk.Clock.Local(one.Due).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
            json.WriteStartArray("rooms");
            foreach (var room in one.Rooms) json.WriteStringValue(room);
            json.WriteEndArray();
            WriteWording(json, "why", one.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("lists");
        for (var year = from.Year; year <= from.AddDays(days - 1).Year; year++)
        {
            json.WriteStartObject();
            WriteList(json, year, desk.Calendar, isObject: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<CalendarEvent> Events(CalendarDesk desk, IReadOnlyList<HolidayShutdown> shutdowns, List<Occurrence> jobs)
    {
        var site = desk.Site?.Id ?? "calendar";
        foreach (var one in shutdowns)
        {
            var what = $"{one.Occasion.Zh} {one.Occasion.En} · {one.Block.Days}";
            yield return new($"off-{Iso(one.Block.Evening)}@{site}.avgateway", $"OFF 晚间关机 · {one.Occasion.Zh}", what, one.Block.Evening);
            yield return new($"on-{Iso(one.Block.Morning)}@{site}.avgateway", $"ON 早晨开机 · {one.Occasion.Zh}", what, one.Block.Morning);
        }

        foreach (var job in EventFile.Of(site, jobs)) yield return job;
    }

    private static void WriteList(Utf8JsonWriter json, int year, SiteCalendar calendar, bool isObject = false)
    {
        if (!isObject) json.WriteStartObject("list");
        json.WriteNumber("year", year);
        json.WriteString("status", Word(calendar.StatusOf(year)));
        if (calendar.ListOf(year) is { } list)
        {
            if (list.Published is { } published) json.WriteString("published", Iso(published));
            json.WriteNumber("version", list.Version);
            if (list.Approval is { } approval)
            {
                json.WriteString("approvedBy", approval.By);
                json.WriteString("approvedOn", Iso(approval.On));
            }
        }

        if (!isObject) json.WriteEndObject();
    }

    private static string ListLine(int year, ListStatus status, YearList? list)
    {
        var approved = list?.Approval is { } approval ? Texts.Say($"，{approval.By} 于 {Iso(approval.On)} 批准", $", approved by {approval.By} on {Iso(approval.On)}") : "";
        return status switch
        {
            ListStatus.Published => Texts.Say($"{year} 年放假安排：已公布{(list!.Published is { } p ? $"（{Iso(p)}）" : "")}{approved}", $"list of {year}: published{(list.Published is { } on ? $" {Iso(on)}" : "")}{approved}"),
            ListStatus.Provisional => Texts.Say($"{year} 年放假安排：暂定，仅含法定节假日，调休未知{approved}", $"list of {year}: provisional, days of the law only, make-up workdays unknown{approved}"),
            _ => Texts.Say($"{year} 年放假安排：缺失，按法定节假日计算", $"list of {year}: missing, days of the law computed"),
        };
    }

    private static void WriteWording(Utf8JsonWriter json, string name, Wording wording)
    {
        json.WriteStartObject(name);
        json.WriteString("zh", wording.Zh);
        json.WriteString("en", wording.En);
        json.WriteEndObject();
    }
}
