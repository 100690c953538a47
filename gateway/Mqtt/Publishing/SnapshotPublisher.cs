using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Topics;

namespace AvGateway.Mqtt.Publishing;

/// <summary>What every line needs.</summary>
internal sealed record PublisherParts(TopicMap Topics, IMqttBus Bus, RetainedTopics Retained, ISiteNames Names, DueQueue Due, TimeProvider Time);

/// <summary>Shows devices on the bus exactly as CONTRACT §2 says. Hears changes from any number of mailboxes at once and never waits.</summary>
public sealed class SnapshotPublisher : IDeviceObserver, IDisposable
{
    /// <summary>Type of the event that tells a device's faults while there is no fault board.</summary>
    public const string FaultEvent = "fault";

    private readonly ConcurrentDictionary<DeviceId, DeviceLine> _lines = new();
    private readonly PublisherParts _parts;

    public SnapshotPublisher(TopicMap topics, IMqttBus bus, RetainedTopics retained, ISiteNames names, TimeProvider time)
    {
        _parts = new(topics, bus, retained, names, new DueQueue(time), time);
    }

    /// <summary>Shows all that is known of these devices now; changes may already be coming in.</summary>
    public void ShowAll(IEnumerable<IDevice> devices)
    {
        foreach (var device in devices) LineOf(device).ShowAll();
    }

    /// <summary>The device left the configuration: its topics are emptied.</summary>
    public void Forget(DeviceId id)
    {
        if (_lines.TryRemove(id, out var line)) line.Forget();
    }

    /// <summary>Null for a device that nothing was published for.</summary>
    public LineCounters? CountersOf(DeviceId id) => _lines.TryGetValue(id, out var line) ? line.Counters : null;

    public void StatusChanged(IDevice device, DeviceStatus status) => LineOf(device).Status(status);

    public void ReadingChanged(IDevice device, string property, in Reading reading) => LineOf(device).Reading(property, reading);

    public void TargetChanged(IDevice device, string property, Target? target) => LineOf(device).Target(property, target);

    public void FaultChanged(IDevice device, string code, bool raised, string? detail) =>
        LineOf(device).Event(FaultEvent, _parts.Time.GetUtcNow(), Arguments.Of(("code", code), ("raised", raised), ("detail", detail)));

    public void ExtentChanged(IDevice device) => LineOf(device).DescribeSoon();

    public void Happened(IDevice device, DeviceEvent happened) => LineOf(device).Event(happened.Type, happened.At, happened.Details);

    public void Dispose() => _parts.Due.Dispose();

    private DeviceLine LineOf(IDevice device) =>
        _lines.TryGetValue(device.Id, out var line) ? line : _lines.GetOrAdd(device.Id, static (_, given) => new(given.device, given.parts), (device, parts: _parts));
}
