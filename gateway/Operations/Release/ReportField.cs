using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Release;

/// <summary>To whom a report goes decides what stands in it.</summary>
public enum ReportKind
{
    /// <summary>To the vendor that mends a device (报修单).</summary>
    Repair,

    /// <summary>To the carrier of a line.</summary>
    Carrier,
}

/// <summary>Who knows a field.</summary>
public enum FieldSource
{
    /// <summary>The gateway, and nobody else may write it.</summary>
    Gateway,

    /// <summary>The gateway where it was told; else a person, who may also say that it is unknown.</summary>
    Either,

    Person,
}

/// <summary>One field of a report. The tables of fields are the allow-list: what stands in none of them does not leave.</summary>
public sealed record ReportField(string Name, string Zh, string En, FieldSource Source)
{
    /// <summary>The word by which a person says of a field that nobody knows it.</summary>
    public const string Unknown = "unknown";

    public bool IsRequired { get; init; }

    /// <summary>The only values, each with how it reads.</summary>
    public ImmutableArray<(string Word, Wording Says)> Words { get; init; } = [];

    /// <summary>It is needed when this field has one of these values.</summary>
    public (string Field, ImmutableArray<string> Words)? With { get; init; }

    /// <summary>Four numbers with points between them are a version here and no address.</summary>
    public bool IsVersion { get; init; }

    public bool MayBeWritten => Source is not FieldSource.Gateway;
}

/// <summary>A field's value: for programs, and as it reads in each language.</summary>
public sealed record FieldValue(string Value, Wording Says)
{
    public static FieldValue Of(string value) => new(value, new(value, value));
    public static FieldValue Of(string value, string zh, string en) => new(value, new(zh, en));
    public static readonly FieldValue NotKnown = Of(ReportField.Unknown, "不详", "unknown");
}

/// <summary>The fields of both kinds of report, in the order in which they are printed.</summary>
public static class ReportFields
{
    private static readonly ImmutableArray<(string, Wording)> CaseTypes =
    [
        ("hardware", new("硬件故障", "Hardware")), ("software", new("软件或固件", "Software or firmware")), ("configuration", new("配置", "Configuration")),
        ("network", new("网络", "Network")), ("power", new("供电", "Power")), ("other", new("其他", "Other")),
    ];

    private static readonly ImmutableArray<(string, Wording)> Requests =
    [
        ("advice", new("技术支持", "Advice")), ("visit", new("上门维修", "Visit")), ("part", new("更换配件", "Part")), ("rma", new("返厂维修", "Return for repair (RMA)")),
    ];

    private static readonly ImmutableArray<(string, Wording)> Loans =
        [("none", new("不需要", "Not needed")), ("wanted", new("需要备机", "Wanted")), ("in-place", new("备机已就位", "In place"))];

    private static readonly ImmutableArray<(string, Wording)> Frequencies =
        [("always", new("持续", "Always")), ("often", new("经常", "Often")), ("seldom", new("偶发", "Seldom")), ("once", new("一次", "Once"))];

    private static readonly ImmutableArray<(string, Wording)> Extents = [("full", new("全部中断", "Full")), ("partial", new("部分中断", "Partial"))];

    /// <summary>The repair report (domain: what vendors ask for, and what proves it).</summary>
    public static ImmutableArray<ReportField> Repair { get; } =
    [
        Known("fault", "故障编号", "Fault"), Known("code", "故障代码", "Kind of fault"), Known("severity", "级别", "Severity"),
        Known("party", "报修对象", "Reported to", required: true),
        Told("case-type", "报修类型", "Case type", CaseTypes), Told("description", "故障简述", "Short description"),
        Known("site", "法院", "Site"), Known("room", "房间", "Room"), Either("rack", "机柜位置", "Rack"), Known("device", "设备", "Device"),
        Either("model", "型号", "Model"), Either("serial", "序列号", "Serial number"), Either("firmware", "固件版本及日期", "Firmware and build date") with { IsVersion = true },
        Told("part", "配件号", "Part number") with { IsRequired = false, With = ("request", ["part", "rma"]) },
        Known("linked", "关联设备及版本", "Linked products"), Either("warranty", "质保截止", "Warranty until"),
        Known("since", "首次出现", "Since"), Known("last-good", "最后正常", "Last good"), Known("clock-offset", "网关时钟偏差", "Clock offset of the gateway"),
        Known("changed-seen", "此前变化（网关记录）", "What changed before (seen)"), Told("changed", "此前变化（补充）", "What changed before (told)") with { IsRequired = false },
        Known("environment", "当时环境", "Environment at the time"), Known("power", "当时供电", "Power at the time"),
        Told("frequency", "出现频率", "How often", Frequencies), Known("times", "已出现次数", "Times seen"), Known("scope", "单台或普遍", "Single or general"),
        Known("impact", "影响", "Impact"), Told("reproduce", "如何复现", "How to reproduce"), Told("first-checks", "现场初步检查", "First checks on site"),
        Told("tried", "已尝试的处理", "Steps tried"), Told("attachments", "另附材料", "Attachments") with { IsRequired = false },
        Known("frames", "所附报文", "Frames in the bundle"), Known("config-hash", "配置摘要", "Configuration hash"), Known("inspection", "最近巡检", "Last inspection"),
        Told("contact", "现场联系方式", "Contact on site"), Told("access", "可进场时间", "Access window"), Told("request", "请求", "Request", Requests),
        Told("rma", "返修编号", "RMA number") with { IsRequired = false }, Told("loan", "备机", "Loan unit", Loans), Either("deadline", "期限", "Deadline"),
    ];

    /// <summary>The report to a carrier.</summary>
    public static ImmutableArray<ReportField> Carrier { get; } =
    [
        Known("fault", "故障编号", "Fault"), Known("code", "故障代码", "Kind of fault"), Known("severity", "级别", "Severity"),
        Known("party", "运营商", "Carrier", required: true), Known("site", "客户名称", "Customer"),
        Either("contract", "合同编号", "Contract number"), Either("circuit", "电路编号", "Circuit number"),
        Told("end-a", "本端", "This end"), Told("end-b", "对端", "Far end"),
        Known("since", "中断时间", "Since"), Known("last-good", "最后正常", "Last good"), Known("clock-offset", "网关时钟偏差", "Clock offset of the gateway"),
        Either("extent", "中断范围", "Full or partial") with { Words = Extents },
        Known("loss", "丢包率", "Loss"), Known("jitter", "抖动", "Jitter"), Known("delay", "时延", "Delay"), Known("far-end", "对端测量", "Measured at the far end"),
        Known("times", "已出现次数", "Times seen"), Known("impact", "影响", "Impact"), Told("own-checks", "本方已排查", "Own checks"),
        Told("contact-a", "本端联系方式", "Contact at this end"), Told("contact-b", "对端联系方式", "Contact at the far end"),
        Told("order", "运营商工单号", "Carrier's order number") with { IsRequired = false }, Told("promised", "承诺修复时间", "Promised time") with { IsRequired = false },
        Known("config-hash", "配置摘要", "Configuration hash"), Either("deadline", "期限", "Deadline"),
    ];

    public static ImmutableArray<ReportField> Of(ReportKind kind) => kind is ReportKind.Carrier ? Carrier : Repair;

    private static ReportField Known(string name, string zh, string en, bool required = false) => new(name, zh, en, FieldSource.Gateway) { IsRequired = required };
    private static ReportField Either(string name, string zh, string en) => new(name, zh, en, FieldSource.Either) { IsRequired = true };

    private static ReportField Told(string name, string zh, string en, ImmutableArray<(string, Wording)> words = default) =>
        new(name, zh, en, FieldSource.Person) { IsRequired = true, Words = words.IsDefault ? [] : words };
}
