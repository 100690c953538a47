using System.Globalization;
using System.Net;
using System.Text;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Tables;
using AvGateway.Scenes.Model;

namespace AvGateway.Reports.Page;

/// <summary>The report as a page to print and file: A4, charts inside, no script and nothing from outside.</summary>
public static class ReportPage
{
    private const string StyleSheet = "AvGateway.Reports.Page.report.css";

    private static readonly Lazy<string> Style = new(static () =>
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream(StyleSheet)!);
        return reader.ReadToEnd();
    });

    public static byte[] Write(FiledReport filed, Language language) => Encoding.UTF8.GetBytes(new Page(filed, language).Write());

    private sealed class Page(FiledReport filed, Language language)
    {
        // What the court reads first; in the order of the page.
        private static readonly string[] Availability = ["rooms", "hearings", "devices", "intervals"];
        private static readonly string[] Contract = ["sla", "sla-parties", "clocks", "pauses"];
        private static readonly string[] Faults = ["faults", "fault-counts", "repeats"];
        private static readonly string[] Work = ["power", "schedules", "promised", "inspections", "reminders", "maintenance", "hours"];
        private static readonly string[] Service = ["service-term", "service-months", "service-entries"];

        // Columns that files have and paper has no room for.
        private static readonly Dictionary<string, string[]> NotOnPage = new()
        {
            ["rooms"] = ["room", "absent"],
            ["devices"] = ["device", "absent", "maintenance", "degraded", "vendor", "least"],
            ["intervals"] = ["subject"],
            ["clocks"] = ["from", "due"],
            ["faults"] = ["code", "circuit", "cause"],
            ["power"] = ["run", "reason"],
            ["hours"] = ["device"],
            ["hearings"] = ["room"],
            ["revisions"] = ["digest"],
            ["late"] = ["kind"],
        };

        private static readonly string[] Cards = ["rooms-share", "rooms-least", "session-share", "clocks-share", "hearings", "faults", "mttr", "inspections"];

        private readonly StringBuilder _html = new();
        private readonly Dictionary<string, ReportTable> _tables = filed.Tables.ToDictionary(t => t.Id, StringComparer.Ordinal);

        public string Write()
        {
            var facts = filed.Report.Facts;
            var title = Say("视听设备运行维护月报", "Monthly report on the audio-visual equipment");
            var month = Say($"{filed.Period.Month.Year} 年 {filed.Period.Month.Month} 月", filed.Period.Month.First.ToString("MMMM yyyy", CultureInfo.InvariantCulture));
            Line("<!DOCTYPE html>");
            Line($"<html lang=\"{Say("zh-CN", "en")}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
            Line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
            Line($"<title>{Text(facts.Site.Name)} {Text(month)} {Text(title)}</title><style>");
            Line(Style.Value);

            // The head of every printed page: whose it is, of which month, in which revision.
            Line($"@page {{ @top-left {{ content: \"{Css(facts.Site.Name.In(language))}\"; font: 8pt sans-serif; }} @top-center {{ content: \"{Css(month)}\"; font: 8pt sans-serif; }} @top-right {{ content: \"{Css(RevisionText)}\"; font: 8pt sans-serif; }} }}");
            Line($"</style></head><body>{Charts.Patterns}");
            Line($"<header><p class=\"court\">{Text(facts.Site.Name)}</p><h1>{Text(title)}</h1><p class=\"period\">{Text(month)}{Say("　", " · ")}{Text(RevisionText)}</p></header>");
            Head();
            Figures();
            Section(Say("一、设备可用情况", "1. Availability"), Availability, AvailabilityCharts);
            Section(Say("二、服务时限", "2. Contract clocks"), Contract, ClockChart);
            Section(Say("三、故障", "3. Faults"), Faults, FaultChart);
            Section(Say("四、电源、巡检与维护", "4. Power, inspections, maintenance"), Work, null);
            Section(Say("五、服务期台账", "5. Ledger of the service period"), Service, null);
            if (!filed.Revisions.IsEmpty) Section(Say("六、版次与变更说明", "6. Revisions and change note"), ["revisions", "late", "changes"], null);
            Sign();
            Line($"<p class=\"digest\">{Say("数据摘要", "Digest of the figures")} SHA-256 <span class=\"mono\">{filed.Report.Digest}</span>{Say("。本报告全部数据由运维记录推算，可随时重算核对。", ". Every figure is reckoned from the service record and can be reckoned again at any time.")}</p>");
            Line("</body></html>");
            return _html.ToString();
        }

        private string RevisionText => filed.Current is { } current ? Say($"第 {current.Number} 版", $"Revision {current.Number}") : Say("临时报告（本月未结束）", "Provisional: the month is not over");

        private void Head()
        {
            var period = filed.Period;
            Line("<table class=\"facts\"><tbody>");
            Fact(Say("统计期间", "Period"), $"{Time(period.Start)} – {Time(period.End)}", Say("时区", "Time zone"), Text(period.Clock.Zone.Id));
            if (filed.Current is { } current) Fact(Say("编制时间", "Made"), Time(current.At), Say("编制人", "By"), Text(current.By));
            if (filed.Report.Facts.Site.Period is { } contract) Fact(Say("合同期", "Contract"), $"{contract.From:yyyy-MM-dd} – {contract.To:yyyy-MM-dd}", Say("法庭 / 设备", "Rooms / devices"), Counts());
            else Fact(Say("法庭 / 设备", "Rooms / devices"), Counts(), "", "");
            Line("</tbody></table>");
            if (filed.Current is null) Line($"<p class=\"notice\">{Say("本月尚未结束：数据截至运维记录末行，不作为归档报告。", "The month is not over: figures go as far as the service record does, and this is no report to file.")}</p>");
            if (filed.Current is { Number: > 1 } later) Line($"<p class=\"notice\">{Say($"本版替代第 {later.Number - 1} 版：{later.Late.Length} 条迟到记录，{later.Changes.Length} 项数据变更，见第六部分。", $"This revision takes the place of revision {later.Number - 1}: {later.Late.Length} late rows, {later.Changes.Length} figures changed; see part 6.")}</p>");
        }

        private string Counts() => string.Create(CultureInfo.InvariantCulture, $"{filed.Report.Facts.Rooms.Length} / {filed.Report.Facts.Rooms.Sum(r => r.Devices.Length)}");

        private void Figures()
        {
            Line("<div class=\"figures\">");
            foreach (var row in Cards.Select(c => _tables["summary"].Rows.First(r => r.Key == c)))
            {
                var (value, unit) = (Write(row.Cells[1]), Write(row.Cells[2]));
                Line($"<div><b>{(value.Length == 0 ? "–" : value)}{(unit is "" or "h:mm:ss" or "时:分:秒" || value.Length == 0 ? "" : $"<small>{unit}</small>")}</b><span>{Write(row.Cells[0])}</span></div>");
            }

            Line("</div>");
        }

        private void Section(string title, string[] tables, Action? charts)
        {
            Line($"<section><h2>{Text(title)}</h2>");
            charts?.Invoke();
            foreach (var table in tables)
                if (_tables.TryGetValue(table, out var known)) Table(known);
            Line("</section>");
        }

        private void AvailabilityCharts()
        {
            var (ledger, facts, period) = (filed.Report.Ledger, filed.Report.Facts, filed.Period);
            Share[] Shares(IReadOnlyList<LedgerSpan> spans) =>
            [
                .. ((LedgerState[])[LedgerState.Up, LedgerState.Degraded, LedgerState.Down, LedgerState.Unknown, LedgerState.Maintenance, LedgerState.Planned, LedgerState.Absent])
                    .Select(s => new Share(StyleOf(s), ReportWords.Of(s).In(language), spans.Where(p => p.State == s).Sum(p => p.Length.TotalSeconds))),
            ];
            Figure(
                Say("各法庭全月时间构成", "What the month was for each room"),
                Charts.Stacked("", [.. facts.Rooms.Select(r => new Bar(r.Name.In(language), Shares(ledger.Room(r.Id)), Cell.Percent(Operations.Records.Ledger.Availability.Of(ledger.Room(r.Id)).Share).Write(language, period.Clock) is { Length: > 0 } share ? $"{share} %" : "–"))])
                + Legend(LedgerState.Up, LedgerState.Degraded, LedgerState.Down, LedgerState.Unknown, LedgerState.Maintenance, LedgerState.Planned));
            var days = period.Days.Select(d => (d.Date.Day, Value: ledger.OfRoomsWithin(d.From, d.Until).LeastShare, IsOff: facts.Calendar.IsOff(d.Date))).ToList();
            var floor = days.Min(d => d.Value ?? 100) switch { >= 99 => 99.0, >= 90 => 90, >= 50 => 50, _ => 0 };
            Figure(Say($"每日法庭可用率（%，未知按不可用计；纵轴自 {floor:0} 起；红色日期为非工作日）", $"Availability of the rooms by day (%, unknown time as down; the scale begins at {floor:0}; red dates are days off)"), Charts.Days("", days, floor));
            Figure(
                Say("每日最差状态", "What each day was at its worst"),
                Charts.Grid("", [.. facts.Rooms.Select(r => (r.Name.In(language), (IReadOnlyList<(int, string)>)[.. period.Days.Select(d => (d.Date.Day, StyleOf(Worst(Partition.Within(ledger.Room(r.Id), [(d.From, d.Until)])))))]))])
                + Legend(LedgerState.Up, LedgerState.Degraded, LedgerState.Down, LedgerState.Unknown, LedgerState.Maintenance, LedgerState.Planned));
        }

        private void ClockChart()
        {
            var bars = filed.Report.Clocks.GroupBy(c => c.Clock.Kind).OrderBy(g => g.Key).Select(g =>
            {
                var decided = g.Where(c => c.Decided is { } at && filed.Period.Has(at)).ToList();
                Share Of(string style, ClockState state, int count) => new(style, ReportWords.Of(state).In(language), count);
                var (met, missed) = (decided.Count(c => c.Clock.State is ClockState.Met), decided.Count(c => c.Clock.State is ClockState.Missed));
                return new Bar(
                    ReportWords.Of(g.Key).In(language).Split('（', '(')[0].Trim() + (g.Key is ClockKind.OnSiteReleased ? "*" : ""),
                    [Of("met", ClockState.Met, met), Of("missed", ClockState.Missed, missed), Of("paused", ClockState.Paused, g.Count(c => c.Clock.State is ClockState.Paused)), Of("running", ClockState.Running, g.Count(c => c.Clock.State is ClockState.Running))],
                    string.Create(CultureInfo.InvariantCulture, $"{met} / {met + missed}"));
            }).ToList();
            if (bars.Count == 0) return;
            Figure(
                Say("各项时限的结果（右侧：达标 / 已决）", "How the clocks ended (right: met / decided)"),
                Charts.Stacked("", bars) + Charts.Legend([("met", Say("达标", "Met")), ("missed", Say("超时", "Missed")), ("paused", Say("暂停中", "Paused")), ("running", Say("计时中", "Running"))])
                + (bars.Exists(b => b.Name.EndsWith('*')) ? $"<p class=\"note\">{Say("* 自上级法院批准派工起计。", "* counted from the superior court's release.")}</p>" : ""));
        }

        private void FaultChart()
        {
            var kinds = _tables["fault-counts"].Rows.Where(r => r.Key.StartsWith("kind/", StringComparison.Ordinal)).Take(10).ToList();
            if (kinds.Count == 0) return;
            var most = kinds.Max(r => r.Cells[2].Number);
            Figure(Say("新发故障：按类别", "Faults opened, by kind"), Charts.Stacked("", [.. kinds.Select(r => new Bar(Cut(r.Cells[1].Write(language, filed.Period.Clock)), [new("count", "", r.Cells[2].Number), new("rest", "", most - r.Cells[2].Number)], Write(r.Cells[2])))]));
        }

        private void Table(ReportTable table)
        {
            Line($"<h3>{Text(table.Title.In(language))}</h3>");
            if (table.Note is { } note) Line($"<p class=\"note\">{Text(note.In(language))}</p>");
            var shown = table.OnPage is { } rule ? table.Rows.RemoveAll(r => !rule(r)) : table.Rows;
            if (shown.IsEmpty)
            {
                Line($"<p class=\"none\">{Say("无。", "None.")}</p>");
                return;
            }

            var hidden = NotOnPage.GetValueOrDefault(table.Id, []);
            int[] columns = [.. Enumerable.Range(0, table.Columns.Length).Where(i => !hidden.Contains(table.Columns[i].Id) && shown.Any(r => r.Cells[i].Kind is not CellKind.Empty && r.Cells[i].Write(language, filed.Period.Clock).Length > 0))];
            var isRight = columns.ToDictionary(i => i, i => shown.All(r => r.Cells[i].Kind is CellKind.Empty || r.Cells[i].IsRight));
            Line($"<table><thead><tr>{string.Concat(columns.Select(i => $"<th{(isRight[i] ? " class=\"r\"" : "")}>{Text(table.Columns[i].Title.In(language))}{(table.Columns[i].Unit is { En: "%" } ? " %" : "")}</th>"))}</tr></thead><tbody>");
            foreach (var row in shown.Take(table.MostOnPage))
            {
                var cells = columns.Select(i => $"<td{Class(row.Cells[i], isRight[i])}>{Write(row.Cells[i])}</td>");
                Line($"<tr{(row.Key == "site" ? " class=\"total\"" : "")}>{string.Concat(cells)}</tr>");
            }

            Line("</tbody></table>");
            if (shown.Length > table.MostOnPage) Line($"<p class=\"note\">{Say($"另有 {shown.Length - table.MostOnPage} 行，见随附数据文件。", $"{shown.Length - table.MostOnPage} more rows are in the files.")}</p>");
        }

        private void Sign()
        {
            string[] who = [Say("编制", "Made by"), Say("审核", "Checked by"), Say("批准", "Approved by")];
            Line($"<section class=\"sign\"><table><tbody><tr>{string.Concat(who.Select(w => $"<th>{Text(w)}</th><td></td>"))}</tr><tr>{string.Concat(who.Select(_ => $"<th>{Say("日期", "Date")}</th><td></td>"))}</tr></tbody></table></section>");
        }

        private string Legend(params ReadOnlySpan<LedgerState> states)
        {
            var entries = new List<(string, string)>();
            foreach (var state in states) entries.Add((StyleOf(state), ReportWords.Of(state).In(language)));
            return Charts.Legend(entries);
        }

        private static LedgerState Worst(IEnumerable<LedgerSpan> spans)
        {
            var states = spans.Select(s => s.State).ToHashSet();
            foreach (var state in (LedgerState[])[LedgerState.Down, LedgerState.Unknown, LedgerState.Maintenance, LedgerState.Degraded, LedgerState.Up, LedgerState.Planned])
                if (states.Contains(state)) return state;
            return LedgerState.Absent;
        }

        private static string StyleOf(LedgerState state) => state switch
        {
            LedgerState.Up => "up",
            LedgerState.Degraded => "degraded",
            LedgerState.Down => "down",
            LedgerState.Unknown => "unknown",
            LedgerState.Planned => "planned",
            LedgerState.Maintenance => "maintenance",
            _ => "absent",
        };

        private static string Class(Cell cell, bool isRight) => isRight ? " class=\"r\"" : cell.Kind is CellKind.Moment or CellKind.Date ? " class=\"w\"" : "";

        private string Cut(string text) => text.Length > (language is Language.Chinese ? 13 : 25) ? text[..(language is Language.Chinese ? 12 : 24)] + "…" : text;

        private void Figure(string caption, string chart) => Line($"<figure><figcaption>{Text(caption)}</figcaption>{chart}</figure>");

        private void Fact(string one, string value, string other, string otherValue) => Line($"<tr><th>{Text(one)}</th><td>{value}</td><th>{Text(other)}</th><td>{otherValue}</td></tr>");

        private string Time(DateTimeOffset at) => filed.Period.Clock.Local(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

        private string Write(Cell cell) => cell.Kind is CellKind.Moment ? filed.Period.Clock.Local(cell.At).ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : Text(cell.Write(language, filed.Period.Clock));

        private string Say(string zh, string en) => language.Say(zh, en);

        private string Text(Wording words) => Text(words.In(language));

        private static string Text(string text) => WebUtility.HtmlEncode(text);

        // In a string of a style sheet, inside of a page: neither may end early.
        private static string Css(string text) => string.Concat(text.Select(c => c is '"' or '\\' or '<' or '>' or '&' || char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\{(int)c:x6}") : c.ToString()));

        private void Line(string html) => _html.Append(html).Append('\n');
    }
}
