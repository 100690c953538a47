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
        if (devices?.Find(turn.Plan.Subject.Device!.Value) is not { } device) return ProbeSight.Blind("the device is not running", "enable it in the site file");
        if (!device.TryGetReading(property, out var reading) || reading.Quality is Quality.Unknown)
        {
            return device.Status.State is DeviceState.Online
                ? ProbeSight.Blind($"the device has not shown \"{property}\"", $"name a property that its driver {device.Manifest.Name} has and the device tells")
                : ProbeSight.Silent($"\"{property}\" is not known while the device is {device.Status.State.ToString().ToLowerInvariant()} ({device.Status.Reason})");
        }

        turn.Note($"{property} = {reading.Value}, {reading.Quality} since {reading.At:u}");
        if (reading.Quality is not Quality.Good) return ProbeSight.Silent($"\"{property}\" was last seen before the device became {device.Status.State.ToString().ToLowerInvariant()}");
        if (expected.Length > 0)
        {
            return reading.Value.ToString() == expected
                ? ProbeSight.Seen($"{property} is {expected}")
                : ProbeSight.Wrong($"{property} is \"{reading.Value}\", should be \"{expected}\"");
        }

        return reading.Value.Kind switch
        {
            ValueKind.Integer or ValueKind.Number => Number(property, reading.Value.Number),
            ValueKind.Flag => Number(property, reading.Value.Flag ? 1 : 0),
            _ => ProbeSight.Seen($"{property} is \"{reading.Value}\""),
        };
    }

    private static ProbeSight Number(string property, double value) =>
        ProbeSight.Seen(string.Create(CultureInfo.InvariantCulture, $"{property} is {value:0.###}"), new Measured(Value, value));
}
