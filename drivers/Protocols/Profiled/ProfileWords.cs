using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>A class's verb and what it does to which property.</summary>
/// <param name="IsExpected">A profile of the class has it, or says that the device has not.</param>
internal sealed record ProfileWord(VerbSpec Spec, string? Property, string? Argument, Value Constant, bool IsExpected);

/// <summary>The words of a class that a profile may give a device's words to.</summary>
/// <remarks>
/// A recorder and a conference codec are no profiles: what they do has a life with many states and duties of proof, and a mistake in it loses a
/// hearing. A camera speaks in motions.
/// </remarks>
internal sealed record ProfileWords(IReadOnlyList<ProfileWord> Verbs, IReadOnlyList<PropertySpec> Properties, IReadOnlyList<(string Extent, string Option, string En, string Zh)> Counts, IReadOnlyList<FaultSpec> Faults)
{
    private static readonly PropertySpec[] Common = [CommonWords.Model, CommonWords.Serial, CommonWords.Firmware, CommonWords.Temperature];

    private static readonly Dictionary<string, ProfileWords> ByClass = new(StringComparer.Ordinal)
    {
        ["display"] = new(
            [
                new(PowerWords.On, PowerWords.PowerState, null, PowerStates.On, true), new(PowerWords.Off, PowerWords.PowerState, null, PowerStates.Off, true),
                new(DisplayWords.Input(), DisplayWords.SelectedInput, DisplayWords.NameArgument, Value.None, true),
                new(DisplayWords.Blank, DisplayWords.PictureBlanked, DisplayWords.PictureBlanked, Value.None, false),
                new(DisplayWords.MuteSound, DisplayWords.SoundMuted, DisplayWords.SoundMuted, Value.None, false),
            ],
            [PowerWords.Power, DisplayWords.ShownInput, DisplayWords.Blanked, DisplayWords.Muted, DisplayWords.LampHours, DisplayWords.FilterHours, .. Common],
            [],
            [DisplayWords.NotFollowing, DisplayWords.DidNotComeOn]),
        ["power"] = new(
            [
                new(OutletWords.On(), OutletWords.Outlets().Name, null, PowerStates.On, true),
                new(OutletWords.Off(), OutletWords.Outlets().Name, null, PowerStates.Off, true),
            ],
            [OutletWords.Outlets(), OutletWords.OutletCurrents(), OutletWords.Total, .. Common],
            [(OutletWords.OutletExtent, "outlets", "Number of outlets", "电源路数")],
            [OutletWords.NotFollowing]),
        ["matrix"] = new(
            [new(MatrixWords.Route(1, canDisconnect: false), MatrixWords.Outputs(1).Name, MatrixWords.InputArgument, Value.None, true)],
            [MatrixWords.Outputs(1), .. Common],
            [(MatrixWords.InputExtent, "inputs", "Number of inputs", "输入路数"), (MatrixWords.OutputExtent, "outputs", "Number of outputs", "输出路数")],
            []),
        ["audio"] = new([], [.. Common], [], []),
        ["sensor"] = new([], [SensorWords.Humidity, SensorWords.Leak, SensorWords.Battery, SensorWords.BatteryMinutes, SensorWords.BatteryCharge, SensorWords.OnBattery, SensorWords.Load, .. Common], [], []),
    };

    /// <summary>Asked once in a while: what hardly ever changes.</summary>
    public static readonly IReadOnlyList<string> Slow =
        [CommonWords.ModelName, CommonWords.SerialNumber, CommonWords.FirmwareVersion, DisplayWords.LampTime, DisplayWords.FilterTime];

    /// <summary>Means nothing while a display is off.</summary>
    public static readonly IReadOnlyList<string> OfThePicture = [DisplayWords.SelectedInput, DisplayWords.PictureBlanked, DisplayWords.SoundMuted];

    public static IEnumerable<string> Classes => ByClass.Keys.Order(StringComparer.Ordinal);

    public static ProfileWords? Of(string name) => ByClass.GetValueOrDefault(name);
}
