using System.Globalization;
using AvGateway.Devices;

namespace AvGateway.Classes;

/// <summary>
/// Verbs and properties of what feeds others: a PDU, a power sequencer, a relay box. Outlets carry the numbers of the device's own protocol.
/// </summary>
public static class OutletWords
{
    public const string OnVerb = "outlet-on";
    public const string OffVerb = "outlet-off";
    public const string OutletArgument = "outlet";
    public const string OutletExtent = "outlet";
    public const string PhaseExtent = "phase";
    public const string TotalCurrent = "current";

    /// <summary>Event: an outlet changed and nobody asked for it here; details <c>outlet</c>, <c>state</c>.</summary>
    public const string ChangedByOthers = "outlet-changed";

    /// <summary>Event: the device has started again; outlets may have followed its own policy.</summary>
    public const string Restarted = "restarted";

    // One slot an outlet: the last wish about it counts.
    private const string OutletSlot = $"outlet/{{{OutletArgument}}}";

    public static string Outlet(int number) => string.Create(CultureInfo.InvariantCulture, $"outlet-{number}");

    public static string Current(int number) => string.Create(CultureInfo.InvariantCulture, $"outlet-current-{number}");

    public static string PhaseCurrent(int number) => string.Create(CultureInfo.InvariantCulture, $"phase-current-{number}");

    public static string PhaseLoad(int number) => string.Create(CultureInfo.InvariantCulture, $"phase-load-{number}");

    public static VerbSpec On(int first = 1) => Switch(OnVerb, "Switch an outlet on", "接通一路电源", first);

    public static VerbSpec Off(int first = 1) => Switch(OffVerb, "Switch an outlet off", "断开一路电源", first);

    /// <summary>One of <see cref="PowerStates.On"/>, <see cref="PowerStates.Off"/>, <see cref="PowerStates.Unknown"/>.</summary>
    public static PropertySpec Outlets(int first = 1) => new($"outlet-{{{OutletExtent}}}", ValueKind.Text, "Outlet", "电源输出")
    {
        First = first,
        OneOf = [PowerStates.Off, PowerStates.On, PowerStates.Unknown],
        Words = [new(PowerStates.Off, "off", "断开"), new(PowerStates.On, "on", "接通"), new(PowerStates.Unknown, "unknown", "未知")],
    };

    public static PropertySpec OutletCurrents(int first = 1) =>
        new($"outlet-current-{{{OutletExtent}}}", ValueKind.Number, "Current of an outlet", "单路电流") { First = first, Unit = "A", Min = 0 };

    public static readonly PropertySpec Total = new(TotalCurrent, ValueKind.Number, "Current of all outlets", "总电流") { Unit = "A", Min = 0 };

    public static readonly PropertySpec PhaseCurrents =
        new($"phase-current-{{{PhaseExtent}}}", ValueKind.Number, "Current of a phase", "相电流") { Unit = "A", Min = 0 };

    /// <summary>What the device itself thinks of a phase's load, by its own thresholds.</summary>
    public static readonly PropertySpec PhaseLoads = new($"phase-load-{{{PhaseExtent}}}", ValueKind.Text, "Load of a phase", "相负载状态")
    {
        OneOf = [PhaseLoadStates.Low, PhaseLoadStates.Normal, PhaseLoadStates.NearOverload, PhaseLoadStates.Overload, PowerStates.Unknown],
        Words =
        [
            new(PhaseLoadStates.Low, "low", "轻载"), new(PhaseLoadStates.Normal, "normal", "正常"), new(PhaseLoadStates.NearOverload, "near overload", "接近过载"),
            new(PhaseLoadStates.Overload, "overload", "过载"), new(PowerStates.Unknown, "unknown", "未知"),
        ],
    };

    /// <summary>Raised when the device acknowledged and the outlet did not follow; gone when it is seen to follow.</summary>
    public static readonly FaultSpec NotFollowing =
        new("power.not-following", "An outlet was switched and did not follow", "电源输出已应答但未动作");

    /// <summary>Raised while an outlet is shown as off and draws current: a welded relay, or a device that lies.</summary>
    public static readonly FaultSpec OffAndDrawing =
        new("power.off-and-drawing", "An outlet is shown as off and draws current", "电源输出显示断开但仍有电流");

    public static readonly FaultSpec Overload = new("power.overload", "The load is beyond the limit that is set in the device", "负载超过设备设定的上限");

    private static VerbSpec Switch(string name, string en, string zh, int first) => new(name, en, zh, OutletSlot)
    {
        Disturbing = true,
        Arguments = [new(OutletArgument, ValueKind.Integer, "Outlet", "路", OutletExtent) { First = first }],
    };
}

/// <summary>The words of <see cref="OutletWords.PhaseLoads"/>.</summary>
public static class PhaseLoadStates
{
    public const string Low = "low";
    public const string Normal = "normal";
    public const string NearOverload = "near-overload";
    public const string Overload = "overload";
}
