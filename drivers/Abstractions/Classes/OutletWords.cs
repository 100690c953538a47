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
    public const string TotalCurrent = "current";

    // One slot an outlet: the last wish about it counts.
    private const string OutletSlot = $"outlet/{{{OutletArgument}}}";

    public static string Outlet(int number) => string.Create(CultureInfo.InvariantCulture, $"outlet-{number}");

    public static string Current(int number) => string.Create(CultureInfo.InvariantCulture, $"outlet-current-{number}");

    public static VerbSpec On(int first = 1) => Switch(OnVerb, "Switch an outlet on", "接通一路电源", first);

    public static VerbSpec Off(int first = 1) => Switch(OffVerb, "Switch an outlet off", "断开一路电源", first);

    /// <summary>One of <see cref="PowerStates.On"/>, <see cref="PowerStates.Off"/>, <see cref="PowerStates.Unknown"/>.</summary>
    public static PropertySpec Outlets(int first = 1) => new($"outlet-{{{OutletExtent}}}", ValueKind.Text, "Outlet", "电源输出")
    {
        First = first,
        OneOf = [PowerStates.Off, PowerStates.On, PowerStates.Unknown],
    };

    public static PropertySpec OutletCurrents(int first = 1) =>
        new($"outlet-current-{{{OutletExtent}}}", ValueKind.Number, "Current of an outlet", "单路电流") { First = first, Unit = "A", Min = 0 };

    public static readonly PropertySpec Total = new(TotalCurrent, ValueKind.Number, "Current of all outlets", "总电流") { Unit = "A", Min = 0 };

    private static VerbSpec Switch(string name, string en, string zh, int first) => new(name, en, zh, OutletSlot)
    {
        Disturbing = true,
        Arguments = [new(OutletArgument, ValueKind.Integer, "Outlet", "路", OutletExtent) { First = first }],
    };
}
