using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Release;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Escalation.Outbox;

/// <summary>The words of a message, made of the members of <see cref="FaultJson.Report"/> and of nothing else.</summary>
internal sealed class NoticeText(FaultKinds kinds, TimeZoneInfo zone, Func<Fault, ReleasedReport?> releasedOf)
{
    /// <summary>Faults that a digest names; the rest is counted.</summary>
    public const int MostNamed = 10;

    private const int LongestSubject = 120;

    public (Wording Subject, Wording Body) Of(Fault fault, NoticeKind kind, string step, IReadOnlyList<ContractClock> clocks)
    {
        var what = kinds.Of(fault.Code);
        var mark = kind is NoticeKind.Clock ? MarkOf(step) : "";
        var (headZh, headEn) = kind switch
        {
            NoticeKind.Over => ("已恢复 ", "Over: "),
            NoticeKind.Reporter => ReporterHead(step),
            NoticeKind.FollowUp => ("待回访 ", "Follow-up due: "),
            NoticeKind.Report => ("报修单 ", "Report: "),
            NoticeKind.Clock => ($"时限提醒（{ClockZh(mark)}）", $"Contract clock ({mark}): "),
            _ => ("", ""),
        };
        var subject = new Wording(Cut($"[{fault.Severity}] {headZh}{fault.Subject} {what.Zh} {fault.Id}"), Cut($"[{fault.Severity}] {headEn}{fault.Subject}: {what.En} {fault.Id}"));
        var (zh, en) = (new StringBuilder(subject.Zh), new StringBuilder(subject.En));
        void Line(string chinese, string english)
        {
            zh.Append('\n').Append(chinese);
            en.Append('\n').Append(english);
        }

        Line($"开始 {Local(fault.Since)}，第 {fault.Times} 次", $"since {Local(fault.Since)}, {fault.Times} time(s)");
        if (fault.Affected.Length > 0) Line($"受影响设备 {fault.Affected.Length} 台", $"{fault.Affected.Length} devices affected");
        if (fault.Circuit is { } circuit) Line($"电路编号 {circuit}", $"circuit {circuit}");
        if (fault.LastGood is { } good) Line($"最后正常 {Local(good)}", $"last good {Local(good)}");
        if (fault.RecoveredAt is { } recovered) Line($"恢复 {Local(recovered)}", $"recovered {Local(recovered)}");
        foreach (var clock in clocks.Where(c => c.IsOpen && c.Due is not null))
            Line($"{ClockZh(clock.Word)} 截止 {Local(clock.Due!.Value)}", $"{clock.Word} due {Local(clock.Due!.Value)}");
        if (kind is NoticeKind.Report && releasedOf(fault) is { } released)
            Line($"报修单第 {released.Revision} 版已由法院批准外发，SHA-256 {released.Report}", $"report, revision {released.Revision}, was let go by the court, SHA-256 {released.Report}");
        if (kind is NoticeKind.FollowUp) Line($"回访：avgateway ctl faults follow-up {fault.Id} result=ok text=…", $"afterwards: avgateway ctl faults follow-up {fault.Id} result=ok text=…");
        else if (kind is NoticeKind.Reporter && step.StartsWith(ReporterSteps.Solved, StringComparison.Ordinal)) Line("请确认是否正常；三个工作日内无异议即关闭", "please say whether it is well; it closes when nothing is heard within three workdays");
        else if (kind is NoticeKind.Fault or NoticeKind.Clock or NoticeKind.Report) Line($"确认：avgateway ctl faults ack {fault.Id}", $"acknowledge: avgateway ctl faults ack {fault.Id}");
        return (subject, new(zh.ToString(), en.ToString()));
    }

    public (Wording Subject, Wording Body) OfMany(IReadOnlyList<(Fault Fault, NoticeKind Kind)> told)
    {
        var faults = told.Select(t => t.Fault).DistinctBy(f => f.Id).OrderBy(f => f.Severity).ThenBy(f => f.OpenedAt).ToList();
        var counts = string.Join(' ', faults.GroupBy(f => f.Severity).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key}×{g.Count()}")));
        var over = faults.Count(f => told.Any(t => t.Kind is NoticeKind.Over && t.Fault.Id == f.Id));
        var (zhOver, enOver) = over == 0 ? ("", "") : ($"，其中已恢复 {over} 起", $", {over} of them over");
        var subject = new Wording(Cut($"[{faults[0].Severity}] {faults.Count} 起故障：{counts}{zhOver}"), Cut($"[{faults[0].Severity}] {faults.Count} faults: {counts}{enOver}"));
        var (zh, en) = (new StringBuilder(subject.Zh), new StringBuilder(subject.En));
        foreach (var fault in faults.Take(MostNamed))
        {
            var what = kinds.Of(fault.Code);
            zh.Append(CultureInfo.InvariantCulture, $"\n{fault.Severity} {fault.Id} {fault.Subject} {what.Zh}");
            en.Append(CultureInfo.InvariantCulture, $"\n{fault.Severity} {fault.Id} {fault.Subject}: {what.En}");
        }

        if (faults.Count > MostNamed)
        {
            zh.Append(CultureInfo.InvariantCulture, $"\n另有 {faults.Count - MostNamed} 起");
            en.Append(CultureInfo.InvariantCulture, $"\nand {faults.Count - MostNamed} more");
        }

        return (subject, new(zh.ToString(), en.ToString()));
    }

    /// <summary>What programs get: the report of each fault that the text names.</summary>
    public string Report(IEnumerable<(Fault Fault, ImmutableArray<ContractClock> Clocks)> told, bool isOne)
    {
        var payload = PayloadWriter.Start();
        payload.Json.WriteStartObject();
        if (!isOne) payload.Json.WriteStartArray("faults"u8);
        foreach (var (fault, clocks) in told.Take(MostNamed))
        {
            if (!isOne) payload.Json.WriteStartObject();
            FaultJson.Report(payload.Json, fault, kinds.Of(fault.Code), clocks, isOne ? releasedOf(fault) : null);
            if (!isOne) payload.Json.WriteEndObject();
        }

        if (!isOne) payload.Json.WriteEndArray();
        payload.Json.WriteEndObject();
        return Encoding.UTF8.GetString(payload.Take());
    }

    /// <summary><c>answer 80 %</c> for the step <c>answer-80-P2</c>.</summary>
    public static string MarkOf(string step)
    {
        var mark = step[..step.LastIndexOf('-')];
        var share = mark.LastIndexOf('-');
        return $"{mark[..share]} {mark[(share + 1)..]} %";
    }

    private static (string Zh, string En) ReporterHead(string step) => step switch
    {
        _ when step.StartsWith(ReporterSteps.TakenUp, StringComparison.Ordinal) => ("您的报修已受理 ", "Your report was taken up: "),
        _ when step.StartsWith(ReporterSteps.Sent, StringComparison.Ordinal) => ("您的报修已派人处理 ", "Somebody was sent for your report: "),
        _ => ("您的报修已处理完毕 ", "Your report is solved: "),
    };

    private string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    public static string ClockZh(string word) => word switch
    {
        _ when word.StartsWith("acknowledge", StringComparison.Ordinal) => "确认" + Share(word),
        _ when word.StartsWith("answer", StringComparison.Ordinal) => "响应" + Share(word),
        _ when word.StartsWith("on-site-released", StringComparison.Ordinal) => "到场（自调度）" + Share(word),
        _ when word.StartsWith("on-site", StringComparison.Ordinal) => "到场" + Share(word),
        _ => "恢复" + Share(word),
    };

    // The share stands behind the last blank of a step such as "answer 80 %".
    private static string Share(string word) => word.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank ? word[blank..] : "";

    private static string Cut(string text) => text.Length <= LongestSubject ? text : text[..(LongestSubject - 1)] + "…";
}
