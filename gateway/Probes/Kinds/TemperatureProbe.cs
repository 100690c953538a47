using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes.Kinds;

/// <summary>How hot it is inside a device whose driver tells that. Asks it nothing more.</summary>
internal sealed class TemperatureProbe(IDeviceDirectory? devices)
{
    private const string Temperature = CommonWords.TemperatureReading;

    public static ProbeKind Kind(ProbeTools tools) => new("temperature", "Temperature inside a device", "设备内部温度", "", new TemperatureProbe(tools.Devices).RunAsync)
    {
        NeedsDevice = true,

        // Professional equipment is built for 40 °C around it; well above that inside, its fan or filter is the matter.
        Measures = [new(Temperature, "°C", "Temperature inside", "内部温度", new MeasureLimits { WarnAbove = 60, AlarmAbove = 75, Hysteresis = 3, Lasts = TimeSpan.FromMinutes(2) })],
    };

    private Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        if (DeviceReadings.Of(devices, turn, out var device) is { } blind) return Task.FromResult(blind);
        if (DeviceReadings.Read(device, turn, Temperature, out var value) is { } unseen) return Task.FromResult(unseen);
        return Task.FromResult(value.Kind is ValueKind.Integer or ValueKind.Number
            ? ProbeSight.Seen(Wording.Own(FormattableString.Invariant($"{value.Number:0.#} °C")), new Measured(Temperature, value.Number))
            : ProbeSight.Blind(new($"设备给出的温度为“{value}”", $"the device tells its temperature as \"{value}\""), new("改用 device 探测并设置“expect”", "use the kind \"device\" with \"expect\"")));
    }
}
