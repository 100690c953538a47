namespace AvGateway.Devices;

/// <summary>The state words of CONTRACT §2 (<c>$state</c>).</summary>
public enum DeviceState { Init, Online, Degraded, Offline, Disabled, Maintenance, ParentDown }

/// <summary>Reasons of a <see cref="DeviceStatus"/>; codes, translated where people read them.</summary>
public static class StatusReasons
{
    public const string Starting = "starting";
    public const string Connecting = "connecting";
    public const string Synchronising = "synchronising";
    public const string Synchronised = "synchronised";
    public const string NoReply = "no-reply";
    public const string LinkSuspect = "link-suspect";
    public const string LinkClosed = "link-closed";
    public const string ConnectFailed = "connect-failed";
    public const string AccessDenied = "access-denied";
    public const string WrongIdentity = "wrong-identity";
    public const string DriverCrashed = "driver-crashed";
    public const string Quarantined = "quarantined";
    public const string ProtocolError = "protocol-error";
    public const string Stopped = "stopped";

    /// <summary>The link's far end answers and says that what it stands for is not there.</summary>
    public const string DeviceAbsent = "device-absent";

    /// <summary>The device serves somebody else and lets nobody in.</summary>
    public const string Occupied = "occupied";

    /// <summary>The far end proved itself with a key or certificate that nobody has pinned, or with another than the pinned one.</summary>
    public const string HostKey = "host-key";
}

/// <summary>Whether a device can be used, why, and what it is doing. Replaced, never edited.</summary>
/// <param name="Mode">The driver's own word (for example <c>Recording</c>); <c>Unknown</c> until it was read.</param>
/// <param name="Since">When state, reason or mode last changed (UTC).</param>
public sealed record DeviceStatus(DeviceState State, string Reason, string Mode, DateTimeOffset Since)
{
    public const string UnknownMode = "Unknown";

    /// <summary>Commands may be sent: the device is in step with what is shown.</summary>
    public bool IsUsable => State is DeviceState.Online;
}
