using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections;

/// <summary>What is known of one device at one moment of an inspection.</summary>
/// <param name="HasAnswered">It was asked for everything since the inspection began, and answered; before that what it shows is only remembered.</param>
/// <param name="Open">Faults on the board that are about it, or about what it hangs on.</param>
/// <param name="IsOff">Switched off by a power run.</param>
public sealed record Evidence(IDevice Device, DeviceSnapshot Shown, bool HasAnswered, IReadOnlyList<Fault> Open, bool IsOff, bool IsOptional);

/// <summary>What was found.</summary>
public sealed record Sight(RowState State, string Reason, Wording Says, Wording? Detail = null, string? Fault = null);

/// <summary>Judges a device by what is seen. Pure.</summary>
public static class DeviceSight
{
    private const int MostNamed = 5;

    /// <param name="isLast">The time to wait is over.</param>
    /// <returns>Null while it is better to wait.</returns>
    public static Sight? Judge(Evidence seen, FaultKinds kinds, bool isLast)
    {
        var status = seen.Shown.Status;
        switch (status.State)
        {
            case DeviceState.Disabled: return Of(RowState.Skipped, SightReasons.Disabled);
            case DeviceState.Maintenance: return Of(RowState.Skipped, SightReasons.Maintenance);
            case DeviceState.Offline or DeviceState.ParentDown: return Gone(seen, status.Reason);
            case DeviceState.Init: return isLast ? Gone(seen, status.Reason) : null;
            case DeviceState.Degraded:
                return new(RowState.Fault, status.Reason, SightReasons.Says(status.Reason), null, FaultOf(seen, FaultKinds.Unusable));
        }

        // Also a fault may be gone since it was last asked for.
        if (!seen.HasAnswered && !isLast && seen.Device.Manifest.CanBeAsked) return null;
        if (Shown(seen) is { } code) return new(RowState.Fault, code, SaysOf(kinds, code), seen.Open.FirstOrDefault(f => f.Code == code)?.Detail, FaultOf(seen, code));
        if (seen.Open.FirstOrDefault(f => f.IsPresent && f.Subject == seen.Device.Id.ToString() && !IsShownByDevice(seen, f.Code)) is { } present)
            return new(RowState.Fault, present.Code, SaysOf(kinds, present.Code), present.Detail, present.Id);
        if (!seen.HasAnswered)
        {
            if (!seen.Device.Manifest.CanBeAsked) return Of(RowState.Skipped, SightReasons.CannotBeAsked);
            return Gone(seen, StatusReasons.NoReply);
        }

        if (Doubtful(seen) is { } doubtful) return isLast ? Of(RowState.Degraded, SightReasons.Stale, doubtful) : null;
        if (seen.Open.FirstOrDefault(f => f.IsFlapping && f.Subject == seen.Device.Id.ToString()) is { } flapping)
            return Of(RowState.Degraded, SightReasons.Flapping) with { Fault = flapping.Id };
        return Of(RowState.Ok, SightReasons.Seen);
    }

    private static Sight Gone(Evidence seen, string reason) =>
        seen.IsOff ? Of(RowState.Skipped, SightReasons.SwitchedOff)
        : seen.IsOptional ? Of(RowState.NotPresent, reason)
        : Of(RowState.Missing, reason) with { Fault = FaultOf(seen, FaultKinds.Unreachable) };

    private static Sight Of(RowState state, string reason, Wording? detail = null) => new(state, reason, SightReasons.Says(reason), detail);

    // What the board holds comes first: it names the gravest.
    private static string? Shown(Evidence seen) =>
        seen.Open.Where(f => f.IsPresent && seen.Shown.Faults.Contains(f.Code)).OrderBy(f => f.Severity).FirstOrDefault()?.Code ?? seen.Shown.Faults.FirstOrDefault();

    // Of these the device has the newer word: the board waits a minute before it believes that something is gone.
    private static bool IsShownByDevice(Evidence seen, string code) =>
        code is FaultKinds.Unreachable or FaultKinds.Unusable || seen.Device.Manifest.Faults.Any(f => f.Code == code);

    private static string? FaultOf(Evidence seen, string code) => (seen.Open.FirstOrDefault(f => f.Code == code) ?? seen.Open.FirstOrDefault(f => f.IsPresent))?.Id;

    /// <summary>A value that was not seen again in its time, or of which the device itself does not know what it is.</summary>
    private static Wording? Doubtful(Evidence seen)
    {
        var names = seen.Shown.Readings.Where(r => r.Value.Quality is Quality.Stale || IsUnknown(r.Key, r.Value.Value)).Select(r => r.Key).Take(MostNamed + 1).ToList();
        if (names.Count == 0) return null;
        var more = names.Count > MostNamed ? " …" : "";
        return new(string.Join('、', names.Take(MostNamed).Select(n => TitleOf(seen.Device, n))) + more, string.Join(", ", names.Take(MostNamed)) + more);
    }

    private static string TitleOf(IDevice device, string property)
    {
        foreach (var spec in device.Manifest.Properties)
            if (spec.Matches(property, out var index)) return spec.Index is null ? spec.Zh : FormattableString.Invariant($"{spec.Zh} {index}");
        return property;
    }

    private static bool IsUnknown(string property, Value value) =>
        property is RecorderWords.RecordingState or PowerWords.PowerState && value.Kind is ValueKind.Text && value.Text == RecordingStates.Unknown;

    private static Wording SaysOf(FaultKinds kinds, string code)
    {
        var kind = kinds.Of(code);
        return new(kind.Zh, kind.En);
    }
}

/// <summary>Codes of why a row is as it is, with their words.</summary>
public static class SightReasons
{
    public const string Seen = "seen";
    public const string Disabled = "disabled";
    public const string Maintenance = "maintenance";
    public const string SwitchedOff = "switched-off";
    public const string CannotBeAsked = "cannot-be-asked";
    public const string Stale = "stale";
    public const string Flapping = "flapping";
    public const string Interrupted = "interrupted";
    public const string Cancelled = "cancelled";
    public const string HoursDue = "hours-due";

    public static Wording Says(string reason) => reason switch
    {
        Seen => new("已见正常", "seen in order"),
        Disabled => new("已停用", "disabled in the site file"),
        Maintenance => new("维修锁定", "locked for maintenance"),
        SwitchedOff => new("已按计划关机", "switched off as planned"),
        CannotBeAsked => new("该设备无法询问", "this device cannot be asked"),
        Stale => new("部分数值已过时或未知", "some values are stale or unknown"),
        Flapping => new("故障反复出现", "a fault comes and goes"),
        Interrupted => new("巡检中断", "the inspection was interrupted"),
        Cancelled => new("巡检被取消", "the inspection was cancelled"),
        HoursDue => new("运行时数已到维护限值", "running hours have reached their limit"),
        StatusReasons.Starting or StatusReasons.Connecting => new("尚未建立连接", "not connected yet"),
        StatusReasons.Synchronising => new("正在读取状态", "its state is still being read"),
        StatusReasons.Synchronised => new("已同步", "in step"),
        StatusReasons.NoReply => new("无应答", "it does not answer"),
        StatusReasons.LinkSuspect => new("链路不可信", "its link cannot be trusted"),
        StatusReasons.LinkClosed => new("链路已断开", "its link was closed"),
        StatusReasons.ConnectFailed => new("无法连接", "it cannot be connected to"),
        StatusReasons.AccessDenied => new("拒绝登录", "it refuses the log-in"),
        StatusReasons.WrongIdentity => new("应答的不是登记的设备", "another device than the registered one answers"),
        StatusReasons.DriverCrashed => new("驱动程序出错", "its driver failed"),
        StatusReasons.Quarantined => new("已隔离", "quarantined after repeated failures"),
        StatusReasons.ProtocolError => new("协议错误", "it does not keep to its protocol"),
        StatusReasons.Stopped => new("网关已停止与其通信", "the gateway has stopped speaking to it"),
        StatusReasons.DeviceAbsent => new("链路对端报告设备不存在", "the far end says that it is not there"),
        StatusReasons.Occupied => new("被其他控制端占用", "it serves somebody else"),
        StatusReasons.HostKey => new("密钥未登记或不符", "its key is not the pinned one"),
        _ => new(reason, reason),
    };
}
