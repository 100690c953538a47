using System.Globalization;
using System.Net;
using System.Text;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Release;

/// <summary>A report as a page to print and sign: A4, black on white, no script and nothing from outside. It holds what the JSON holds.</summary>
public static class ReportPage
{
    public const string Chinese = "zh";
    public const string English = "en";
    private const string StyleSheet = "AvGateway.Operations.Release.report.css";

    public static IReadOnlyList<string> Languages { get; } = [Chinese, English];

    private static readonly Lazy<string> Style = new(static () =>
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream(StyleSheet)!);
        return reader.ReadToEnd();
    });

    /// <param name="digest">SHA-256 of the JSON with the same content.</param>
    public static byte[] Write(ReportDraft draft, string language, string digest) => Encoding.UTF8.GetBytes(new Page(draft, language, digest).Write());

    private sealed class Page(ReportDraft draft, string language, string digest)
    {
        private static readonly string[] RepairParts =
            ["fault code severity party since deadline", "case-type description site room rack device model serial firmware part linked warranty", "last-good clock-offset times frequency scope impact changed-seen changed environment power", "reproduce first-checks tried attachments frames config-hash inspection", "contact access request rma loan"];

        private static readonly string[] CarrierParts =
            ["fault code severity party since deadline", "site contract circuit end-a end-b", "extent last-good clock-offset loss jitter delay far-end times impact", "own-checks config-hash", "contact-a contact-b order promised"];

        private readonly StringBuilder _html = new();

        private bool IsChinese => language == Chinese;
        private bool IsCarrier => draft.Case.Kind is ReportKind.Carrier;

        public string Write()
        {
            var title = IsCarrier ? Say("线路故障申告单", "Line fault report") : Say("设备报修单", "Repair report");
            Line("<!DOCTYPE html>");
            Line($"<html lang=\"{(IsChinese ? "zh-CN" : "en")}\"><head><meta charset=\"utf-8\">");
            Line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
            Line($"<title>{Text(draft.Facts.Fault.Id)} {title}</title><style>");
            Line(Style.Value);
            Line("</style></head><body>");
            Line($"<header><p class=\"court\">{Text(draft.Facts.Site.Name)}</p><h1>{title}</h1>");
            Line($"<p class=\"number\">{Text(draft.Facts.Fault.Id)} · {Say("第 ", "revision ")}{Number(draft.Case.Revision)}{Say(" 版", "")} · {Text(draft.Facts.Local(draft.Facts.At).ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture))}</p></header>");
            if (draft.Missing.Length > 0)
                Line($"<p class=\"notice\">{Say("尚缺：", "Still missing: ")}{string.Join(Say("、", ", "), draft.Missing.Select(f => Text(Say(f.Zh, f.En))))}</p>");
            var names = IsCarrier
                ? new[] { Say("申告", "Fault"), Say("线路", "Line"), Say("情况与测量", "What is seen and measured"), Say("本方排查", "Own checks"), Say("联系与处理", "Contacts and handling") }
                : [Say("报修", "Fault"), Say("设备", "Device"), Say("情况与影响", "What is seen, and what it hits"), Say("排查与证据", "Checks and evidence"), Say("请求与到场", "Request and access")];
            foreach (var (part, name) in (IsCarrier ? CarrierParts : RepairParts).Zip(names)) Part(name, part.Split(' '));
            TimeLine();
            Signature();
            Line("</body></html>");
            return _html.ToString();
        }

        private void Part(string name, string[] fields)
        {
            Line($"<section><h2>{name}</h2><table class=\"fields\"><tbody>");
            foreach (var field in fields)
            {
                var line = draft.Lines.First(l => l.Field.Name == field);
                var value = line.Value is { } known ? Text(known.Says) : draft.IsRequired(line.Field) ? Say("（未填写）", "(missing)") : "–";
                Line($"<tr><th>{Text(Say(line.Field.Zh, line.Field.En))}</th><td{(field == "config-hash" ? " class=\"digest\"" : "")}>{value}</td></tr>");
            }

            Line("</tbody></table></section>");
        }

        private void TimeLine()
        {
            Line($"<section><h2>{Say("时间线", "Time line")} <span class=\"zone\">{Text(draft.Facts.Site.Zone.Id)}</span></h2><table class=\"steps\"><tbody>");
            foreach (var step in ReportJson.StepsOf(draft.Facts))
                Line($"<tr><td class=\"time\">{Text(draft.Facts.Local(step.At).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture))}</td><td>{Text(StepWords.Of(step.What))} <span class=\"id\">{Text(step.What)}</span></td></tr>");
            foreach (var clock in draft.Facts.Clocks.Where(c => c.Due is not null))
                Line($"<tr><td class=\"time\">{Text(draft.Facts.Local(clock.Due!.Value).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture))}</td><td>{Text(StepWords.OfClock(clock.Word))} <span class=\"id\">{Text(clock.Word)}</span></td></tr>");
            Line("</tbody></table></section>");
        }

        private void Signature()
        {
            Line("<section class=\"sign\"><table><tbody>");
            Line($"<tr><td>{Say("报修人签字", "For the maintainer")}</td><td></td><td>{Say("法院批准人签字", "Approved for the court")}</td><td></td></tr>");
            Line($"<tr><td>{(IsCarrier ? Say("运营商受理人", "Taken by the carrier") : Say("厂家受理人", "Taken by the vendor"))}</td><td></td><td>{Say("日期", "Date")}</td><td></td></tr>");
            Line("</tbody></table>");
            Line($"<p class=\"notice small\">{Say("未经法院批准不得外发。批准记录见证据包中的 release.json；没有该文件即为草稿。", "Not to leave the court without its approval. The approval is release.json of the bundle; without that file this is a draft.")}</p>");
            Line($"<p class=\"digest\">{Say("同内容 JSON 的 SHA-256", "SHA-256 of the JSON with the same content")}: {digest}</p></section>");
        }

        private string Say(string zh, string en) => IsChinese ? zh : en;
        private string Text(Wording says) => Text(Say(says.Zh, says.En));
        private static string Text(string text) => WebUtility.HtmlEncode(text);
        private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
        private void Line(string html) => _html.Append(html).Append('\n');
    }
}

/// <summary>How the words of a fault's time line and of its clocks read.</summary>
public static class StepWords
{
    public static Wording Of(string what) => what switch
    {
        "opened" => new("发现故障", "Opened"),
        "caused-by" => new("归因于其他故障", "Explained by another fault"),
        "cause-gone" => new("原因消除，故障仍在", "Its cause is gone, it is not"),
        "rated" => new("级别变更", "Rated anew"),
        "relapsed" => new("再次出现", "Came again"),
        "flapping" => new("反复出现", "Flapping"),
        "steady" => new("趋于稳定", "Steady"),
        "recovered" => new("测得恢复", "Recovery measured"),
        "acknowledged" => new("已确认", "Acknowledged"),
        "accepted" => new("已受理", "Accepted"),
        "answered" => new("已响应", "Answered"),
        "assigned" => new("已派单", "Assigned"),
        "solved" => new("已解决", "Solved"),
        "closed" => new("已关闭", "Closed"),
        "reopened" => new("重新打开", "Reopened"),
        "on-site" => new("到场", "On site"),
        "released" => new("上级法院已调度", "Visit released"),
        "paused" => new("计时暂停", "Clocks paused"),
        "continued" => new("计时恢复", "Clocks go on"),
        "taken-back" => new("确认被撤回", "Acknowledgement taken back"),
        "reported" => new("有人报修", "Reported by somebody"),
        "follow-up-due" => new("待回访", "Follow-up due"),
        "followed-up" => new("已回访", "Followed up"),
        "verdict" => new("判定责任段", "Whose trouble was judged"),
        "report-submitted" => new("报修单已提交", "Report submitted"),
        "report-released" => new("报修单已批准外发", "Report released"),
        "report-refused" => new("报修单被退回", "Report refused"),
        _ => new(what, what),
    };

    public static Wording OfClock(string clock) => clock switch
    {
        "acknowledge" => new("确认时限", "To be acknowledged by"),
        "answer" => new("响应时限", "To be answered by"),
        "on-site" => new("到场时限", "On site by"),
        "on-site-released" => new("到场时限（自调度起）", "On site by (from the release)"),
        _ => new("恢复时限", "To be restored by"),
    };
}
