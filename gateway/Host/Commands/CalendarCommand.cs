using System.CommandLine;
using System.Globalization;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway calendar</c>: which days are worked and why, what is off when, and how a new list comes into force.</summary>
internal static class CalendarCommand
{
    private static readonly Option<string> Site = new("--site") { Description = Texts.Say("站点文件；默认使用内置日历", "the site file; the built-in calendar otherwise"), Recursive = true };
    private static readonly Option<string> Data = new("--data") { Description = Texts.Say("数据目录；默认在站点文件旁", "data directory; beside the site file otherwise"), Recursive = true };
    private static readonly Option<bool> Json = new("--json") { Description = Texts.Say("输出 JSON", "print JSON"), Recursive = true };

    public static Command Build()
    {
        var command = new Command("calendar", Texts.Say("工作日历：节假日、调休、预览与导入", "the calendar: days off, make-up workdays, preview and import")) { Site, Data, Json };
        command.Subcommands.Add(BuildExplain());
        command.Subcommands.Add(BuildPreview());
        command.Subcommands.Add(BuildImport());
        command.Subcommands.Add(BuildApprove());
        return command;
    }

    private static Command BuildExplain()
    {
        var date = new Argument<string>("DATE") { Description = Texts.Say("日期，如 2026-10-10", "a date, for example 2026-10-10") };
        var command = new Command("explain", Texts.Say("说明某日是否上班及其依据", "tell whether a date is worked, and why")) { date };
        command.SetAction(parsed => On(parsed, desk => TryDate(parsed.GetValue(date)!, out var day) ? CalendarPrinting.Explain(desk, day, parsed.GetValue(Json)) : NoDate(parsed.GetValue(date)!)));
        return command;
    }

    private static Command BuildPreview()
    {
        var from = new Option<string>("--from") { Description = Texts.Say("开始日期；默认今天", "first date; today otherwise") };
        var days = new Option<int>("--days") { Description = Texts.Say("天数", "how many days"), DefaultValueFactory = _ => 365 };
        var least = new Option<int>("--block") { Description = Texts.Say("至少连续几天放假才关机", "days off in a row that make a shutdown"), DefaultValueFactory = _ => 3 };
        var file = new Option<string>("--ics") { Description = Texts.Say("另存为 iCalendar 文件", "also write an iCalendar file") };
        var command = new Command("preview", Texts.Say("列出节假日关机与开机日期，以及站点的任务", "list shutdowns of the holidays, and the site's jobs")) { from, days, least, file };
        command.SetAction(parsed => On(parsed, desk =>
        {
            var first = desk.Today;
            if (parsed.GetValue(from) is { } text && !TryDate(text, out first)) return NoDate(text);
            if (parsed.GetValue(days) is < 1 or > 800) return Usage(Texts.Say("--days 应为 1 至 800", "--days is 1 to 800"));
            if (parsed.GetValue(least) is < 1 or > 30) return Usage(Texts.Say("--block 应为 1 至 30", "--block is 1 to 30"));
            if (!IsKnown(first) || !IsKnown(first.AddDays(parsed.GetValue(days)))) return NoDate($"{first:yyyy-MM-dd}");
            return CalendarPrinting.Preview(desk, first, parsed.GetValue(days), parsed.GetValue(least), parsed.GetValue(Json), parsed.GetValue(file));
        }));
        return command;
    }

    private static Command BuildImport()
    {
        var file = new Argument<string>("FILE") { Description = Texts.Say("年度文件：本程序格式、holiday-cn JSON 或 iCalendar", "the list of a year: our own form, holiday-cn JSON or iCalendar") };
        var source = new Option<string>("--source") { Description = Texts.Say("依据的通知；iCalendar 文件必须给出", "the notice that it is from; an iCalendar file needs it") };
        var command = new Command("import", Texts.Say("导入放假安排为待批准的提案，逐日列出变化", "take a list in as a proposal, and show what it changes day by day")) { file, source };
        command.SetAction(parsed => On(parsed, desk => CalendarImporting.Import(desk, parsed.GetValue(file)!, parsed.GetValue(source), parsed.GetValue(Json))));
        return command;
    }

    private static Command BuildApprove()
    {
        var year = new Argument<int?>("YEAR") { Description = Texts.Say("年份；只有一个提案时可省略", "the year; may be left out when one proposal waits"), Arity = ArgumentArity.ZeroOrOne };
        var by = new Option<string>("--by") { Description = Texts.Say("批准人", "who approves it") };
        var word = new Option<string>("--word") { Description = Texts.Say("改动临近开关机（14 天内）时的说明", "what that person says to a change within 14 days of a power action") };
        var command = new Command("approve", Texts.Say("批准提案并生效", "put a proposal into force")) { year, by, word };
        command.SetAction(parsed => On(parsed, desk => CalendarImporting.Approve(desk, parsed.GetValue(year), parsed.GetValue(by), parsed.GetValue(word), parsed.GetValue(Json))));
        return command;
    }

    private static int On(ParseResult parsed, Func<CalendarDesk, int> act)
    {
        try
        {
            return CalendarDesk.Open(parsed.GetValue(Site), parsed.GetValue(Data)) is { } desk ? act(desk) : ExitCodes.Failed;
        }
        catch (Exception refused) when (refused is CalendarFolderException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(refused.Message);
            return ExitCodes.Failed;
        }
    }

    private static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date) && IsKnown(date);

    private static bool IsKnown(DateOnly date) => date.Year is > StatutoryDays.FirstYear and < StatutoryDays.LastYear;

    private static int NoDate(string text) => Usage(Texts.Say($"“{text}”不是 2001 至 2098 年的日期，应写作 2026-10-10", $"\"{text}\" is no date of 2001 to 2098; write for example 2026-10-10"));

    internal static int Usage(string message)
    {
        Console.Error.WriteLine(message);
        return ExitCodes.Usage;
    }
}
