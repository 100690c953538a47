using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AvGateway.Operations.Lines;

/// <summary>On whose side of a line a trouble lies.</summary>
public enum LineSide { Unknown, Local, Carrier, FarSide }

/// <summary>Whose trouble it is, and by which observations. Codes of <see cref="LineReasons"/>; the first one decided.</summary>
public sealed record LineVerdict(LineSide Side, ImmutableArray<string> Reasons)
{
    public bool Equals(LineVerdict? other) => other is not null && Side == other.Side && Reasons.AsSpan().SequenceEqual(other.Reasons.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Side, Reasons.Length, Reasons.IsEmpty ? "" : Reasons[0]);

    /// <summary><c>far-side</c> for <see cref="LineSide.FarSide"/>.</summary>
    public static string WordOf(LineSide side) => side switch
    {
        LineSide.Local => "local",
        LineSide.Carrier => "carrier",
        LineSide.FarSide => "far-side",
        _ => "unknown",
    };

    public static IReadOnlyList<string> Words { get; } = ["unknown", "local", "carrier", "far-side"];
}

/// <summary>An observation in words.</summary>
public sealed record LineReason(string Code, string Zh, string En);

/// <summary>The observations that a verdict can rest on.</summary>
public static class LineReasons
{
    public const string Looking = "looking";
    public const string LinkDown = "link-down";
    public const string RouterSilent = "router-silent";
    public const string RouterPoor = "router-poor";
    public const string RouterWell = "router-well";
    public const string PortDisabled = "port-disabled";
    public const string PortDown = "port-down";
    public const string PortUp = "port-up";
    public const string NearUnseen = "near-unseen";
    public const string CarrierSilent = "carrier-silent";
    public const string CarrierPoor = "carrier-poor";
    public const string CarrierWell = "carrier-well";
    public const string CarrierUnseen = "carrier-unseen";
    public const string FarLinkDown = "far-link-down";
    public const string FarRouterSilentThere = "far-router-silent-there";
    public const string FarRouterPoorThere = "far-router-poor-there";
    public const string FarPortDisabled = "far-port-disabled";
    public const string FarPortDown = "far-port-down";
    public const string FarCarrierSilent = "far-carrier-silent";
    public const string FarCarrierPoor = "far-carrier-poor";
    public const string FarWell = "far-well";
    public const string FarRouterWell = "far-router-well";
    public const string FarRouterSilent = "far-router-silent";
    public const string FarRouterPoor = "far-router-poor";
    public const string FarRouterUnseen = "far-router-unseen";
    public const string ThirdReaches = "third-reaches";
    public const string ThirdLoses = "third-loses";
    public const string OthersSilent = "others-silent";
    public const string BetweenEdges = "between-edges";
    public const string Contradicting = "contradicting";
    public const string Undecided = "undecided";

    public static IReadOnlyList<LineReason> All { get; } =
    [
        new(Looking, "刚出现异常，正在逐段查看", "it has just begun: each stretch is being looked at"),
        new(LinkDown, "本网关的网口没有链路", "this gateway's own network connection has no link"),
        new(RouterSilent, "本院路由器无应答", "the court's own router does not answer"),
        new(RouterPoor, "到本院路由器已有丢包或抖动", "there is loss or jitter on the way to the court's own router already"),
        new(RouterWell, "本院路由器应答正常", "the court's own router answers well"),
        new(PortDisabled, "本院路由器的外网口被管理员关闭", "the outer port of the court's router was switched off by its administrator"),
        new(PortDown, "本院路由器正常，其外网口无线路信号", "the court's router is well, and its outer port has no line"),
        new(PortUp, "本院路由器的外网口已连通", "the outer port of the court's router is up"),
        new(NearUnseen, "本端没有可用的观测", "nothing is seen of this end"),
        new(CarrierSilent, "本端正常，运营商第一跳无应答", "this end is well, and the carrier's first hop does not answer"),
        new(CarrierPoor, "本端正常，从运营商第一跳起出现丢包或抖动", "this end is well, and loss or jitter begin at the carrier's first hop"),
        new(CarrierWell, "运营商第一跳应答正常", "the carrier's first hop answers well"),
        new(CarrierUnseen, "没有对运营商第一跳的观测", "nothing is seen of the carrier's first hop"),
        new(FarLinkDown, "对端网关报告其网口没有链路", "the far gateway tells that its own connection has no link"),
        new(FarRouterSilentThere, "对端网关报告其路由器无应答", "the far gateway tells that its own router does not answer"),
        new(FarRouterPoorThere, "对端网关报告到其路由器有丢包或抖动", "the far gateway tells of loss or jitter on the way to its own router"),
        new(FarPortDisabled, "对端路由器的外网口被管理员关闭", "the outer port of the far router was switched off by its administrator"),
        new(FarPortDown, "对端网关报告其路由器外网口无线路信号", "the far gateway tells that its router's outer port has no line"),
        new(FarCarrierSilent, "对端网关报告其本端正常而运营商第一跳无应答", "the far gateway tells that its end is well and its carrier's first hop does not answer"),
        new(FarCarrierPoor, "对端网关报告从其运营商第一跳起出现丢包或抖动", "the far gateway tells that loss or jitter begin at its carrier's first hop"),
        new(FarWell, "对端网关报告其本端正常", "the far gateway tells that its end is well"),
        new(FarRouterWell, "到对端路由器正常，异常在其后", "the way to the far router is well: the trouble lies behind it"),
        new(FarRouterSilent, "对端路由器无应答", "the far router does not answer"),
        new(FarRouterPoor, "到对端路由器有丢包或抖动", "there is loss or jitter on the way to the far router"),
        new(FarRouterUnseen, "没有对对端路由器的观测", "nothing is seen of the far router"),
        new(ThirdReaches, "第三方法院可正常到达对端", "a third court reaches the far one well"),
        new(ThirdLoses, "第三方法院也无法到达对端：异常在对端法院或其接入线路", "a third court does not reach the far one either: it lies with the far court or its access line"),
        new(OthersSilent, "经同一路由器的所有线路均无应答", "every line over the same router is silent"),
        new(BetweenEdges, "两端及两端接入均正常，异常在运营商网内", "both ends and both accesses are well: it lies within the carrier's network"),
        new(Contradicting, "各段均正常而测试流异常：观测相互矛盾", "each stretch is well and the test stream is not: the observations contradict each other"),
        new(Undecided, "运营商第一跳之后无从分辨：没有第三方法院或对端的观测", "beyond the carrier's first hop nothing tells them apart: no third court and nothing from the far end"),
    ];

    private static readonly FrozenDictionary<string, LineReason> ByCode = All.ToFrozenDictionary(r => r.Code);

    /// <summary>The words of a code; one of another version is shown as it is.</summary>
    public static LineReason Of(string code) => ByCode.GetValueOrDefault(code) ?? new(code, code, code);
}
