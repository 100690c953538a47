using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.Probes;

/// <summary>What a device shows through its driver, and what a probe says when it does not.</summary>
internal static class DeviceReadings
{
    /// <returns>Null when the device runs.</returns>
    public static ProbeSight? Of(IDeviceDirectory? devices, ProbeTurn turn, out IDevice device)
    {
        var found = devices?.Find(turn.Plan.Subject.Device!.Value);
        device = found!;
        return found is null ? ProbeSight.Blind(new("该设备未运行", "the device is not running"), new("在站点文件中启用该设备", "enable it in the site file")) : null;
    }

    /// <returns>Null when the value was seen and is good.</returns>
    public static ProbeSight? Read(IDevice device, ProbeTurn turn, string property, out Value value)
    {
        value = default;
        if (!device.TryGetReading(property, out var reading) || reading.Quality is Quality.Unknown)
        {
            return device.Status.State is DeviceState.Online
                ? ProbeSight.Blind(
                    new($"设备未给出“{TitleOf(device, property).Zh}”", $"the device has not shown \"{property}\""),
                    new($"请填写驱动 {device.Manifest.Name} 具备且设备会给出的属性", $"name a property that its driver {device.Manifest.Name} has and the device tells"))
                : ProbeSight.Silent(new(
                    $"设备{StateOf(device)}（{SightReasons.Says(device.Status.Reason).Zh}），“{TitleOf(device, property).Zh}”未知",
                    $"\"{property}\" is not known while the device is {device.Status.State.ToString().ToLowerInvariant()} ({device.Status.Reason})"));
        }

        turn.Note($"{property} = {reading.Value}, {reading.Quality} since {reading.At:u}");
        value = reading.Value;
        return reading.Quality is Quality.Good ? null
            : ProbeSight.Silent(new(
                $"设备{StateOf(device)}，“{TitleOf(device, property).Zh}”为此前最后所见",
                $"\"{property}\" was last seen before the device became {device.Status.State.ToString().ToLowerInvariant()}"));
    }

    /// <summary>What people call a property; one that the manifest does not name stands as it is.</summary>
    public static Wording TitleOf(IDevice device, string property) => SpecOf(device, property) is { } spec ? new(NumberedTitle(spec, property), property) : Wording.Own(property);

    /// <summary>A value as people read it: a word of the driver in Chinese, everything else as it is.</summary>
    public static Wording ValueOf(IDevice device, string property, string value) =>
        new(SpecOf(device, property)?.WordOf(value)?.Zh ?? value, value);

    /// <summary>A number with the unit in which the device shows it.</summary>
    public static string NumberOf(IDevice device, string property, double value) =>
        FormattableString.Invariant($"{value:0.###} {SpecOf(device, property)?.Unit}").TrimEnd();

    private static PropertySpec? SpecOf(IDevice device, string property) => device.Manifest.Properties.FirstOrDefault(p => p.Matches(property, out _));

    // One of many, as outlet-3, is told by its number.
    private static string NumberedTitle(PropertySpec spec, string property) =>
        spec.Name != property && spec.Matches(property, out var number) ? FormattableString.Invariant($"{spec.Zh}（{number}）") : spec.Zh;

    private static string StateOf(IDevice device) => device.Status.State switch
    {
        DeviceState.Init => "启动中",
        DeviceState.Online => "在线",
        DeviceState.Degraded => "异常",
        DeviceState.Offline => "离线",
        DeviceState.Disabled => "已停用",
        DeviceState.Maintenance => "维护中",
        _ => "因上级故障不可用",
    };

    /// <summary>Null unless it is a number that was seen and is good.</summary>
    public static double? Number(IDevice device, string property) =>
        device.TryGetReading(property, out var reading) && reading.Quality is Quality.Good && reading.Value.Kind is ValueKind.Integer or ValueKind.Number ? reading.Value.Number : null;
}
