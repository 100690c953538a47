using AvGateway.Devices;
using AvGateway.Mqtt.Publishing;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Session;

/// <summary>Health as this assembly can see it.</summary>
/// <param name="clockOffset">Null while nothing measures it.</param>
/// <param name="moreOf">Counters that others keep of a device, for example frames sent and received.</param>
public sealed class HealthSource(
    IDeviceDirectory devices, CommandRouter router, RequestDesk desk, SnapshotPublisher publisher,
    Func<TimeSpan?>? clockOffset = null, Func<IDevice, IEnumerable<KeyValuePair<string, long>>>? moreOf = null) : IHealthSource
{
    public GatewayHealth Look() => new(
        Environment.WorkingSet,
        GC.GetTotalMemory(forceFullCollection: false),
        [new("requests", desk.Waiting), new("commands", router.Running)],
        clockOffset?.Invoke(),
        [.. devices.Devices.Select(LookAt)]);

    private DeviceHealth LookAt(IDevice device)
    {
        var counters = new List<KeyValuePair<string, long>>();
        if (publisher.CountersOf(device.Id) is { } line)
        {
            counters.Add(new("published", line.Published));
            counters.Add(new("collapsed", line.Collapsed));
            counters.Add(new("eventsDropped", line.EventsDropped));
            counters.Add(new("oversized", line.Oversized));
        }

        if (moreOf is not null) counters.AddRange(moreOf(device));
        return new(device.Id, device.Status.State, device.QueueDepth, counters);
    }
}
