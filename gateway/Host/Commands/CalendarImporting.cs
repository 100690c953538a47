using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Host.Commands;

/// <summary>How a list that somebody carried in becomes a proposal, and a proposal the list in force.</summary>
internal static class CalendarImporting
{
    private const int LongestWord = 100;

    public static int Import(CalendarDesk desk, string file, string? source, bool json)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
        {
            Console.Error.WriteLine(Texts.Say($"没有文件 {file}", $"there is no file {file}"));
            return ExitCodes.Failed;
        }

        if (source is not null && !IsText(source)) return CalendarCommand.Usage(Texts.Say("--source 应为 1 至 100 字", "--source is 1 to 100 characters"));
        var reading = CalendarImport.Read(info.Name, File.ReadAllBytes(file), source);
        foreach (var finding in reading.Findings) Console.Out.WriteLine($"{file}: {finding.Place}: {Texts.Say(finding.Says.Zh, finding.Says.En)} ({finding.Code})");
        if (!reading.IsGood) return ExitCodes.Findings;

        var published = reading.Lists.Where(l => l.Status is ListStatus.Published).ToList();
        foreach (var list in reading.Lists.Except(published))
        {
            Console.Error.WriteLine(Texts.Say(
                $"{list.Year} 年：未公布（{list.Status}）：有文件不等于已公布，需要通知名称和至少 {YearList.LeastDaysOff} 天放假，文件有 {list.DaysOff} 天。未作任何提案",
                $"{list.Year}: not published ({CalendarPrinting.Word(list.Status)}): {list.Lacks}. Nothing was proposed"));
        }

        if (published.Count == 0) return ExitCodes.Findings;
        var diff = CalendarDiff.Of(desk.Calendar, desk.With(published), published.Select(l => l.Year), desk.Today);
        if (json) CalendarPrinting.Print(writer => WriteDiff(writer, published, diff));
        else PrintDiff(published, diff);
        if (desk.Folder is not { } folder)
        {
            Console.Error.WriteLine(Texts.Say("未保存：请用 --site 或 --data 指明站点", "nothing was stored: name the site with --site or --data"));
            return ExitCodes.Done;
        }

        foreach (var list in published) folder.Propose(list);
        Console.Error.WriteLine(Texts.Say(
            $"提案已保存，尚未生效。批准：avgateway calendar approve {published[0].Year} --by 姓名{(diff.NeedsWord ? " --word 说明" : "")}",
            $"proposed, and not in force. To approve: avgateway calendar approve {published[0].Year} --by NAME{(diff.NeedsWord ? " --word REASON" : "")}"));
        return ExitCodes.Done;
    }

    public static int Approve(CalendarDesk desk, int? year, string? by, string? word, bool json)
    {
        if (desk.Folder is not { } folder) return CalendarCommand.Usage(Texts.Say("请用 --site 或 --data 指明站点：内置日历随程序发布", "name the site with --site or --data: the built-in calendar comes with the program"));
        var proposals = folder.Proposed(desk.Tell);
        if (proposals.IsEmpty || (year is { } wanted && proposals.All(p => p.Year != wanted)))
        {
            Console.Error.WriteLine(Texts.Say("没有待批准的提案；请先 calendar import", "no such proposal waits; import a list first"));
            return ExitCodes.Failed;
        }

        if (year is null && proposals.Length > 1) return CalendarCommand.Usage(Texts.Say($"有多个提案，请指明年份：{string.Join('、', proposals.Select(p => p.Year))}", $"several wait, name the year: {string.Join(", ", proposals.Select(p => p.Year))}"));
        var list = proposals.First(p => year is null || p.Year == year);
        var diff = CalendarDiff.Of(desk.Calendar, desk.With([list]), [list.Year], desk.Today);
        if (json) CalendarPrinting.Print(writer => WriteDiff(writer, [list], diff));
        else PrintDiff([list], diff);
        if (by is null)
        {
            Console.Error.WriteLine(Texts.Say("未批准：请用 --by 写明批准人", "not approved: name who approves it with --by"));
            return ExitCodes.ApprovalMissing;
        }

        if (!IsText(by) || (word is not null && !IsText(word))) return CalendarCommand.Usage(Texts.Say("--by 与 --word 应为 1 至 100 字", "--by and --word are 1 to 100 characters"));
        if (diff.NeedsWord && word is null)
        {
            Console.Error.WriteLine(Texts.Say(
                $"未批准：改动涉及 14 天内的开关机（{CalendarPrinting.Iso(diff.Close[0])} 起），请用 --word 写明理由",
                $"not approved: it changes what is on or off within 14 days (from {CalendarPrinting.Iso(diff.Close[0])}); say why with --word"));
            return ExitCodes.ApprovalMissing;
        }

        var approved = folder.Approve(list.Year, new(by, desk.Today, word));
        Console.Error.WriteLine(Texts.Say(
            $"{list.Year} 年放假安排第 {approved.Version} 版已由 {by} 批准；运行中的网关会在 30 秒内采用",
            $"list of {list.Year}, version {approved.Version}, approved by {by}; a running gateway takes it up within 30 s"));
        return ExitCodes.Done;
    }

    private static bool IsText(string text) => text.Trim().Length is > 0 and <= LongestWord && !text.Any(char.IsControl);

    private static void PrintDiff(IReadOnlyList<YearList> lists, CalendarDiff diff)
    {
        foreach (var list in lists)
            Console.Out.WriteLine(Texts.Say($"{list.Year} 年：放假 {list.DaysOff} 天，调休上班 {list.MakeUp.Length} 天，依据 {list.Source}", $"{list.Year}: {list.DaysOff} days off, {list.MakeUp.Length} make-up workdays, from {list.Source}"));
        if (diff.Changes.IsEmpty) Console.Out.WriteLine(Texts.Say("没有日期变化", "no date changes"));
        foreach (var change in diff.Changes)
        {
            var mark = diff.Close.Contains(change.Date) ? " !" : "";
            Console.Out.WriteLine($"{(change.Flips ? change.After.IsOff ? "off " : "on  " : "    ")}{CalendarPrinting.Named(change.Date)}  {change.Before.Word} -> {change.After.Word} {change.After.Occasion}{mark}");
        }

        foreach (var gone in diff.Gone) Console.Out.WriteLine($"-   OFF {CalendarPrinting.Named(gone.Evening)}  ON {CalendarPrinting.Named(gone.Morning)}  {gone.Days}");
        foreach (var come in diff.Come) Console.Out.WriteLine($"+   OFF {CalendarPrinting.Named(come.Evening)}  ON {CalendarPrinting.Named(come.Morning)}  {come.Days}");
    }

    private static void WriteDiff(System.Text.Json.Utf8JsonWriter json, IReadOnlyList<YearList> lists, CalendarDiff diff)
    {
        json.WriteStartArray("lists");
        foreach (var list in lists)
        {
            json.WriteStartObject();
            json.WriteNumber("year", list.Year);
            json.WriteString("status", CalendarPrinting.Word(list.Status));
            json.WriteString("source", list.Source);
            json.WriteNumber("daysOff", list.DaysOff);
            json.WriteNumber("makeUpWorkdays", list.MakeUp.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in diff.Changes)
        {
            json.WriteStartObject();
            json.WriteString("date", CalendarPrinting.Iso(change.Date));
            json.WriteString("before", change.Before.Word);
            json.WriteString("after", change.After.Word);
            json.WriteBoolean("off", change.After.IsOff);
            json.WriteString("occasion", change.After.Occasion);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        foreach (var (name, blocks) in new[] { ("gone", diff.Gone), ("come", diff.Come) })
        {
            json.WriteStartArray(name);
            foreach (var block in blocks)
            {
                json.WriteStartObject();
                json.WriteString("off", CalendarPrinting.Iso(block.Evening));
                json.WriteString("on", CalendarPrinting.Iso(block.Morning));
                json.WriteNumber("days", block.Days);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteBoolean("needsWord", diff.NeedsWord);
    }
}
