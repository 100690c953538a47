namespace AvGateway.Devices;

/// <summary>Something that happened at a device and has no lasting value, for example an incoming call.</summary>
public sealed record DeviceEvent(string Type, Arguments Details, DateTimeOffset At);

/// <summary>Hears every change of a device, in order, from the device's mailbox: must return at once and must not throw.</summary>
public interface IDeviceObserver
{
    void StatusChanged(IDevice device, DeviceStatus status);
    void ReadingChanged(IDevice device, string property, in Reading reading);
    void TargetChanged(IDevice device, string property, Target? target);
    void FaultChanged(IDevice device, string code, bool raised, string? detail);

    /// <param name="detailZh">The detail in Chinese, where it is the driver's and not the device's own words.</param>
    void FaultChanged(IDevice device, string code, bool raised, string? detail, string? detailZh) => FaultChanged(device, code, raised, detail);

    void ExtentChanged(IDevice device);
    void Happened(IDevice device, DeviceEvent happened);
}
