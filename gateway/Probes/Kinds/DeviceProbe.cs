using System.Globalization;
using AvGateway.Devices;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>A value that a device's driver shows anyway, held against limits: temperature, space, level, clock. Asks the device nothing more.</summary>
internal sealed class DeviceProbe(IDeviceDirectory? devices)
{
    private const string Value = "value";

    public static ProbeKind Kind(ProbeTools tools) => new("device", "A value that a device shows", "设备自身的测量值", "", new DeviceProbe(tools.Devices).RunAsync)
    {
        NeedsDevice = true,
        Options =
        [
            new("property", ValueKind.Text, "", "The property, as \"avgateway describe DRIVER\" lists it", "属性名"),
            new("expect", ValueKind.Text, "", "The only value that is right, for a property that is no number", "唯一正确的值（非数值属性）"),
        ],
        CheckOptions = options => options["property"].Text.Length == 0 ? ["\"property\" is missing"] : [],
        Measures = [new(Value, "", "The value", "测量值")],
    };

    private Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late) => Task.FromResult(Look(turn));

    private ProbeSight Look(ProbeTurn turn)
    {
        var (property, expected) = (turn.Plan.Options["property"].Text, turn.Plan.Options["expect"].Text);
        if (DeviceReadings.Of(devices, turn, out var device) is { } blind) return blind;
        if (DeviceReadings.Read(device, turn, property, out var value) is { } unseen) return unseen;
        if (expected.Length > 0) return value.ToString() == expected ? ProbeSight.Seen($"{property} is {expected}") : ProbeSight.Wrong($"{property} is \"{value}\", should be \"{expected}\"");
        return value.Kind switch
        {
            ValueKind.Integer or ValueKind.Number => Number(property, value.Number),
            ValueKind.Flag => Number(property, value.Flag ? 1 : 0),
            _ => ProbeSight.Seen($"{property} is \"{value}\""),
        };
    }

    private static ProbeSight Number(string property, double value) =>
        ProbeSight.Seen(string.Create(CultureInfo.InvariantCulture, $"{property} is {value:0.###}"), new Measured(Value, value));
}
