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
        if (expected.Length > 0) return Expected(device, property, value.ToString() ?? "", expected);
        return value.Kind switch
        {
            ValueKind.Integer or ValueKind.Number => Number(device, property, value.Number),
            ValueKind.Flag => Number(device, property, value.Flag ? 1 : 0),
            _ => ProbeSight.Seen(new($"{DeviceReadings.TitleOf(device, property).Zh}为“{DeviceReadings.ValueOf(device, property, value.ToString() ?? "").Zh}”", $"{property} is \"{value}\"")),
        };
    }

    private static ProbeSight Expected(IDevice device, string property, string told, string expected)
    {
        var (title, seen, wanted) = (DeviceReadings.TitleOf(device, property).Zh, DeviceReadings.ValueOf(device, property, told).Zh, DeviceReadings.ValueOf(device, property, expected).Zh);
        return told == expected
            ? ProbeSight.Seen(new($"{title}为{seen}", $"{property} is {expected}"))
            : ProbeSight.Wrong(new($"{title}为“{seen}”，应为“{wanted}”", $"{property} is \"{told}\", should be \"{expected}\""));
    }

    private static ProbeSight Number(IDevice device, string property, double value)
    {
        var number = DeviceReadings.NumberOf(device, property, value);
        return ProbeSight.Seen(new($"{DeviceReadings.TitleOf(device, property).Zh}为 {number}", $"{property} is {number}"), new Measured(Value, value));
    }
}
