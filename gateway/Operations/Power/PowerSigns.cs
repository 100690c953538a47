using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Operations.Power;

public enum SignSays
{
    /// <summary>The sign exists and tells nothing now.</summary>
    Nothing,
    Off,
    On,

    /// <summary>Warming or cooling.</summary>
    Between,
}

/// <summary>One of several independent ways to see whether something has power.</summary>
/// <param name="Name">One of <see cref="PowerSigns.Names"/>.</param>
/// <param name="Shown">What was seen, for people.</param>
public sealed record Sign(string Name, SignSays Says, string Shown);

/// <summary>
/// Looks at a step's effect. What the device says of itself, what its outlet draws, what its feeder says and whether its link lives are told by
/// different hardware: two of them that agree are a proof, one alone is a claim.
/// </summary>
public static class PowerSigns
{
    public const string Answer = "answer";
    public const string Current = "current";
    public const string Outlet = "outlet";
    public const string Link = "link";
    public const string Supply = "supply";

    public static IReadOnlyList<string> Names { get; } = [Answer, Current, Outlet, Link, Supply];

    public static string InChinese(string sign) => sign switch
    {
        Answer => "设备应答",
        Current => "电流",
        Outlet => "插座状态",
        Link => "连接",
        Supply => "上级供电",
        _ => sign,
    };

    /// <summary>What a sign showed; a figure or a place stands as it is.</summary>
    public static string ShownInChinese(string shown) => shown switch
    {
        PowerStates.On => "开",
        PowerStates.Off => "关",
        PowerStates.Warming => "预热中",
        PowerStates.Cooling => "冷却中",
        PowerStates.Unknown => "未知",
        RecordingStates.Recording => "录制中",
        RecordingStates.Starting => "正在启动录制",
        RecordingStates.Stopping => "正在停止录制",
        RecordingStates.Stopped => "已停止",
        RecordingStates.Paused => "已暂停",
        "online" => "在线",
        "offline" => "离线",
        "degraded" => "异常",
        "init" => "启动中",
        "disabled" => "停用",
        "maintenance" => "维护中",
        "parentdown" => "上级故障",
        _ => shown,
    };

    /// <param name="isSettled">The effect is old enough that a link which still lives tells against it: a silent device is offline only after a while.</param>
    public static ImmutableArray<Sign> Look(PowerStep step, IDeviceDirectory devices, bool isSettled) => step.Kind switch
    {
        StepKind.StopStream or StepKind.RecorderIdle => OfTransport(step, devices),
        StepKind.OutletOff or StepKind.OutletOn => OfOutlet(step, devices, isSettled),
        _ => OfDevice(step, devices),
    };

    private static ImmutableArray<Sign> OfTransport(PowerStep step, IDeviceDirectory devices)
    {
        var shown = Seen(devices.Find(step.Device), RecorderWords.RecordingState);
        return [new(Answer, shown is null ? SignSays.Nothing : shown.Value.Text == RecordingStates.Stopped ? SignSays.Off : SignSays.On, shown?.Text ?? "")];
    }

    private static ImmutableArray<Sign> OfDevice(PowerStep step, IDeviceDirectory devices)
    {
        var signs = ImmutableArray.CreateBuilder<Sign>(3);
        var device = devices.Find(step.Device);
        if (device?.Manifest.Properties.Any(p => p.Name == PowerWords.PowerState) is true)
        {
            var shown = Seen(device, PowerWords.PowerState);
            signs.Add(new(Answer, OfWord(shown?.Text), shown?.Text ?? ""));
        }

        // One that answers and cannot be asked whether it sleeps is there all the same.
        if (step.Kind is StepKind.Appear || (step is { Kind: StepKind.DeviceOn, Load: not LoadKind.Computer } && signs is [{ Says: SignSays.Nothing }] && device is not { Manifest.LinkOutlivesPower: true }))
            signs.Add(new(Link, device is { Status.IsUsable: true } ? SignSays.On : SignSays.Nothing, Word(device?.Status)));
        else if (step.Load is LoadKind.Computer && device is not { Manifest.LinkOutlivesPower: true })
            signs.Add(new(Link, device is { Status.State: DeviceState.Offline } ? SignSays.Off : SignSays.Nothing, Word(device?.Status)));
        if (step.Meter is { } meter) AddCurrent(signs, devices.Find(meter.Feeder), meter.Number, step);
        AddSupply(signs, step, devices);
        return signs.ToImmutable();
    }

    private static ImmutableArray<Sign> OfOutlet(PowerStep step, IDeviceDirectory devices, bool isSettled)
    {
        var signs = ImmutableArray.CreateBuilder<Sign>(3);
        var feeder = devices.Find(step.Device);
        var number = step.Outlet ?? 0;
        var shown = Seen(feeder, OutletWords.Outlet(number));
        signs.Add(new(Outlet, OfWord(shown?.Text), shown?.Text ?? ""));
        AddCurrent(signs, feeder, number, step);
        AddSupply(signs, step, devices);
        var fed = step.Fed.Select(devices.Find).OfType<IDevice>().ToList();
        if (fed.Count == 0) return signs.ToImmutable();

        // A device that lives behind an outlet which says off hangs on another outlet than the site file thinks.
        var alive = fed.Count(IsAlive);
        var gone = fed.Count(IsGone);
        var says = alive > 0 ? SignSays.On : gone == fed.Count ? SignSays.Off : SignSays.Nothing;
        if (step.IsOff ? says is SignSays.On && !isSettled : says is SignSays.Off) says = SignSays.Nothing;
        signs.Add(new(Link, says, string.Create(CultureInfo.InvariantCulture, $"{alive}/{fed.Count}")));
        return signs.ToImmutable();
    }

    // A link that is our own look at the device lives on without it: what the look says counts in its place.
    private static bool IsAlive(IDevice device) => device.Manifest.LinkOutlivesPower
        ? Seen(device, PowerWords.PowerState)?.Text is PowerStates.On
        : device.Status.IsUsable;

    private static bool IsGone(IDevice device) => device.Manifest.LinkOutlivesPower
        ? Seen(device, PowerWords.PowerState)?.Text is PowerStates.Off
        : device.Status.State is DeviceState.Offline;

    private static void AddCurrent(ImmutableArray<Sign>.Builder signs, IDevice? feeder, int number, PowerStep step)
    {
        if (feeder is null || !feeder.TryGetReading(OutletWords.Current(number), out _)) return;
        var shown = Seen(feeder, OutletWords.Current(number));
        var says = shown is not { Kind: ValueKind.Number or ValueKind.Integer } amperes ? SignSays.Nothing
            : amperes.Number >= step.Standby ? SignSays.On
            // What was just switched on and idles draws as little as what is off.
            : step.IsOff ? SignSays.Off : SignSays.Nothing;
        signs.Add(new(Current, says, shown is { } value ? value + " A" : ""));
    }

    // What hangs on an outlet that is off is off, whatever it said last.
    private static void AddSupply(ImmutableArray<Sign>.Builder signs, PowerStep step, IDeviceDirectory devices)
    {
        foreach (var above in step.Above)
        {
            if (Seen(devices.Find(above.Feeder), OutletWords.Outlet(above.Number))?.Text != PowerStates.Off) continue;
            signs.Add(new(Supply, SignSays.Off, above.ToString()));
            return;
        }
    }

    private static Value? Seen(IDevice? device, string property) =>
        device is { Status.IsUsable: true } && device.TryGetReading(property, out var reading) && reading.Quality is Quality.Good ? reading.Value : null;

    private static SignSays OfWord(string? word) => word switch
    {
        PowerStates.Off => SignSays.Off,
        PowerStates.On => SignSays.On,
        PowerStates.Warming or PowerStates.Cooling => SignSays.Between,
        _ => SignSays.Nothing,
    };

    private static string Word(DeviceStatus? status) => status?.State.ToString().ToLowerInvariant() ?? "";
}
