using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections;

/// <summary>
/// An inspection as a page to print and file: A4, black on white, no script and nothing from outside. It says what was seen and who signed,
/// and the digest of the JSON that says the same.
/// </summary>
public static class InspectionPage
{
    public const string Chinese = "zh";
    public const string English = "en";
    private const string StyleSheet = "AvGateway.Operations.Inspections.inspection.css";

    public static IReadOnlyList<string> Languages { get; } = [Chinese, English];

    private static readonly Lazy<string> Style = new(static () =>
    {
        using var reader = new StreamReader(typeof(InspectionPage).Assembly.GetManifestResourceStream(StyleSheet)!);
        return reader.ReadToEnd();
    });

    public static byte[] Write(Inspection inspection, InspectionSite site, string language) => Encoding.UTF8.GetBytes(new Page(inspection, site, language).Write());

    private sealed class Page(Inspection inspection, InspectionSite site, string language)
    {
        private readonly StringBuilder _html = new();

        private bool IsChinese => language == Chinese;

        public string Write()
        {
            Line("<!DOCTYPE html>");
            Line($"<html lang=\"{(IsChinese ? "zh-CN" : "en")}\"><head><meta charset=\"utf-8\">");
            Line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
            Line($"<title>{Text(inspection.Id)} {Text(inspection.Name)}</title><style>");
            Line(Style.Value);
            Line("</style></head><body>");
            Line($"<header><p class=\"court\">{Text(site.Name)}</p><h1>{Say("视听设备巡检记录", "Inspection of the audio-visual equipment")}</h1></header>");
            Head();
            Summary();
            Findings();
            foreach (var room in inspection.Rooms) Room(room);
            Hours();
            Manual();
            Signature();
            Line("</body></html>");
            return _html.ToString();
        }

        private void Head()
        {
            Line("<table class=\"facts\"><tbody>");
            Fact(Say("巡检编号", "Number"), Text(inspection.Id), Say("方案", "Profile"), Text(inspection.Name));
            Fact(Say("范围", "Scope"), inspection.IsSite ? Say("整个站点", "Whole site") : string.Join(Say("、", ", "), inspection.Rooms.Select(r => Text(r.Name))), Say("发起人", "Ordered by"), Text(inspection.By));
            Fact(Say("开始", "Began"), Time(inspection.StartedAt), Say("结束", "Ended"), inspection.EndedAt is { } ended ? Time(ended) : "–");
            Line("</tbody></table>");
            if (inspection.State is InspectionState.Interrupted or InspectionState.Cancelled)
                Line($"<p class=\"notice\">{Say("本次巡检未完成：", "This inspection did not come to its end: ")}{(inspection.State is InspectionState.Cancelled ? Say("已取消。", "it was cancelled.") : Say("中断。", "it was interrupted."))}{Say("未检查的设备在表中注明。", " What was not looked at is marked in the tables.")}</p>");
        }

        private void Summary()
        {
            Line($"<table class=\"counts\"><thead><tr><th>{Say("登记设备", "Registered")}</th>");
            foreach (var state in Enum.GetValues<RowState>()) Line($"<th>{Mark(state)} {Word(state)}</th>");
            Line($"</tr></thead><tbody><tr><td>{Number(inspection.Rows.Length)}</td>");
            foreach (var state in Enum.GetValues<RowState>()) Line($"<td>{Number(inspection.Count(state))}</td>");
            Line("</tr></tbody></table>");
        }

        private void Findings()
        {
            var findings = inspection.Findings.OrderByDescending(r => r.State).ToList();
            Line($"<h2>{Say("异常", "Findings")}</h2>");
            if (findings.Count == 0)
            {
                Line($"<p>{Say("已检查的设备未见异常。", "Nothing was found on the devices that were looked at.")}</p>");
                return;
            }

            Line($"<table class=\"rows\"><thead><tr><th>{Say("设备", "Device")}</th><th>{Say("结果", "Result")}</th><th>{Say("说明", "What was seen")}</th><th>{Say("故障单", "Fault")}</th></tr></thead><tbody>");
            foreach (var row in findings) Line($"<tr><td>{Device(row)}</td><td class=\"{Class(row.State)}\">{Mark(row.State)} {Word(row.State)}</td><td>{Seen(row.Says, row.Detail)}</td><td>{Text(row.Fault ?? "–")}</td></tr>");
            Line("</tbody></table>");
        }

        private void Room(InspectedRoom room)
        {
            Line($"<section><h2>{Text(room.Name)}</h2>");
            Line($"<table class=\"rows\"><thead><tr><th>{Say("设备", "Device")}</th><th>{Say("结果", "Result")}</th><th>{Say("说明", "What was seen")}</th><th>{Say("时间", "Time")}</th></tr></thead><tbody>");
            foreach (var row in inspection.Rows.Where(r => r.Room == room.Id))
            {
                Line($"<tr><td>{Device(row)}</td><td class=\"{Class(row.State)}\">{Mark(row.State)} {Word(row.State)}</td><td>{Seen(row.Says, row.Detail)}");
                foreach (var check in row.Checks.IsDefault ? [] : row.Checks)
                    Line($"<div class=\"check\">{Mark(check.State)} {Text(CheckWords.Says(check.Check))}{Say("：", ": ")}{Seen(check.Says, check.Detail)}</div>");
                Line($"</td><td class=\"time\">{Time(row.At, "HH:mm:ss")}</td></tr>");
            }

            Line("</tbody></table></section>");
        }

        private void Hours()
        {
            if (inspection.Hours.IsDefaultOrEmpty) return;
            Line($"<section><h2>{Say("运行时数", "Running hours")}</h2><table class=\"rows\"><thead><tr><th>{Say("设备", "Device")}</th><th>{Say("维护项目", "Work")}</th><th>{Say("时数 / 限值", "Hours / limit")}</th><th>{Say("完成人与时间", "Done by, when")}</th></tr></thead><tbody>");
            foreach (var row in inspection.Hours)
            {
                var due = row.IsDue && row.By is null ? $" <b>{Say("到期", "due")}</b>" : "";
                Line($"<tr><td>{Text(row.Device)}</td><td>{Text(row.Title)}</td><td>{Number(row.Hours - row.Since)} / {Number(row.Limit)} h{due}</td><td>{Signed(row.By, row.At)}</td></tr>");
            }

            Line("</tbody></table></section>");
        }

        private void Manual()
        {
            if (inspection.Manual.IsDefaultOrEmpty) return;
            var rooms = inspection.Rooms.ToDictionary(r => r.Id, r => r.Name, StringComparer.Ordinal);
            Line($"<section><h2>{Say("人工检查", "Looked at by people")}</h2><table class=\"rows\"><thead><tr><th>{Say("房间", "Room")}</th><th>{Say("项目", "Item")}</th><th>{Say("结果与说明", "Result and remark")}</th><th>{Say("签署人与时间", "Signed by, when")}</th></tr></thead><tbody>");
            foreach (var row in inspection.Manual)
            {
                var result = row.Verdict switch { ManualResult.Ok => Say("✓ 符合", "✓ in order"), ManualResult.NotOk => Say("✗ 不符合", "✗ not in order"), _ => Say("○ 未填写", "○ open") };
                Line($"<tr><td>{(row.Room is { } room && rooms.TryGetValue(room, out var name) ? Text(name) : Say("整个站点", "Whole site"))}</td><td>{Text(row.Title)}</td><td>{result}{(row.Text is { } text ? $" {Text(text)}" : "")}</td><td>{Signed(row.By, row.At)}</td></tr>");
            }

            Line("</tbody></table></section>");
        }

        private void Signature()
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(InspectionJson.Whole(inspection)));
            Line("<section class=\"sign\"><table><tbody>");
            Line($"<tr><td>{Say("巡检人", "Inspected by")}</td><td>{Signed(inspection.SignedBy, inspection.SignedAt)}</td><td>{Say("签名", "Signature")}</td><td></td></tr>");
            Line($"<tr><td>{Say("法院确认", "For the court")}</td><td></td><td>{Say("签名与日期", "Signature and date")}</td><td></td></tr>");
            Line("</tbody></table>");
            Line($"<p class=\"digest\">{Say("同内容 JSON 的 SHA-256", "SHA-256 of the JSON with the same content")}: {digest}</p></section>");
        }

        private void Fact(string left, string leftValue, string right, string rightValue) => Line($"<tr><th>{left}</th><td>{leftValue}</td><th>{right}</th><td>{rightValue}</td></tr>");

        private string Device(DeviceRow row) => $"{Text(row.Name)} <span class=\"id\">{Text(row.Device)}</span>";

        private string Seen(Wording says, Wording? detail) => detail is null ? Text(says) : $"{Text(says)}{Say("：", ": ")}{Text(detail)}";

        private string Signed(string? by, DateTimeOffset? at) => by is null ? "" : $"{Text(by)}{(at is { } when ? $" {Time(when)}" : "")}";

        private string Word(RowState state) => state switch
        {
            RowState.Ok => Say("正常", "OK"),
            RowState.NotPresent => Say("未配备", "Not present"),
            RowState.Skipped => Say("未检查", "Skipped"),
            RowState.Degraded => Say("降级", "Degraded"),
            RowState.Missing => Say("失联", "Missing"),
            _ => Say("故障", "Fault"),
        };

        // Never by colour alone: the page is copied and faxed in black.
        private static string Mark(RowState state) => state switch { RowState.Ok => "✓", RowState.NotPresent => "–", RowState.Skipped => "○", RowState.Degraded => "△", RowState.Missing => "？", _ => "✗" };

        private static string Class(RowState state) => state.ToString().ToLowerInvariant();

        private string Say(string zh, string en) => IsChinese ? zh : en;

        private string Text(Wording says) => Text(Say(says.Zh, says.En));

        private static string Text(string text) => WebUtility.HtmlEncode(text);

        private string Time(DateTimeOffset at, string format = "yyyy-MM-dd HH:mm:ss zzz") => TimeZoneInfo.ConvertTime(at, site.Zone).ToString(format, CultureInfo.InvariantCulture);

        private static string Number(double number) => number.ToString("0", CultureInfo.InvariantCulture);

        private void Line(string html) => _html.Append(html).Append('\n');
    }
}
