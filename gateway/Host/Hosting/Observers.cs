using System.Collections.Concurrent;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Records;

namespace AvGateway.Host.Hosting;

/// <summary>Tells each change of a device to several, in a fixed order.</summary>
internal sealed class Observers(params IDeviceObserver[] first) : IDeviceObserver
{
    private volatile IDeviceObserver[] _all = first;

    /// <summary>For an observer that needs the devices before it can be made. Only while no device runs yet.</summary>
    public void Add(IDeviceObserver observer) => _all = [.. _all, observer];

    public void StatusChanged(IDevice device, DeviceStatus status)
    {
        foreach (var observer in _all) observer.StatusChanged(device, status);
    }

    public void ReadingChanged(IDevice device, string property, in Reading reading)
    {
        foreach (var observer in _all) observer.ReadingChanged(device, property, reading);
    }

    public void TargetChanged(IDevice device, string property, Target? target)
    {
        foreach (var observer in _all) observer.TargetChanged(device, property, target);
    }

    public void FaultChanged(IDevice device, string code, bool raised, string? detail) => FaultChanged(device, code, raised, detail, null);

    public void FaultChanged(IDevice device, string code, bool raised, string? detail, string? detailZh)
    {
        foreach (var observer in _all) observer.FaultChanged(device, code, raised, detail, detailZh);
    }

    public void ExtentChanged(IDevice device)
    {
        foreach (var observer in _all) observer.ExtentChanged(device);
    }

    public void Happened(IDevice device, DeviceEvent happened)
    {
        foreach (var observer in _all) observer.Happened(device, happened);
    }
}

/// <summary>Writes into the service record what became of a device: states and faults, not every value.</summary>
internal sealed class DeviceRecord(IServiceJournal journal) : IDeviceObserver
{
    private const string Gateway = "gateway";

    private readonly ConcurrentDictionary<DeviceId, string> _power = new();

    public void StatusChanged(IDevice device, DeviceStatus status) => Write(
        device, $"device.{status.State.ToString().ToLowerInvariant()}", status.Since, new { reason = status.Reason, mode = status.Mode });

    public void FaultChanged(IDevice device, string code, bool raised, string? detail) => Write(
        device, raised ? "device.fault-raised" : "device.fault-cleared", device.Status.Since, new { code, detail });

    // Whether it is on: hours that the device does not count itself are summed from this.
    public void ReadingChanged(IDevice device, string property, in Reading reading)
    {
        if (property != PowerWords.PowerState || reading.Quality is not Quality.Good || reading.Value.Kind is not ValueKind.Text) return;
        var word = reading.Value.Text;
        if (_power.TryGetValue(device.Id, out var before) && before == word) return;
        _power[device.Id] = word;
        Write(device, RecordKinds.DevicePower, reading.At, new { v = word });
    }

    public void TargetChanged(IDevice device, string property, Target? target) { }
    public void ExtentChanged(IDevice device) { }
    public void Happened(IDevice device, DeviceEvent happened) { }

    private void Write<T>(IDevice device, string kind, DateTimeOffset at, T details) =>
        journal.Append(new(at, kind, device.Id.ToString(), Gateway, JsonSerializer.Serialize(details)));
}
