using AvGateway.Devices;

namespace AvGateway.Mqtt.Session;

/// <summary>How one device fares. <paramref name="Counters"/> only ever grow within a run of the gateway.</summary>
public sealed record DeviceHealth(DeviceId Id, DeviceState State, int Waiting, IReadOnlyList<KeyValuePair<string, long>> Counters);

/// <summary>How the gateway fares at one moment.</summary>
/// <param name="WorkingSet">Bytes.</param>
/// <param name="Heap">Bytes of managed memory.</param>
/// <param name="Queues">What waits, by name.</param>
/// <param name="ClockOffset">Our clock against its reference; null while nothing measures it.</param>
public sealed record GatewayHealth(
    long WorkingSet, long Heap, IReadOnlyList<KeyValuePair<string, long>> Queues, TimeSpan? ClockOffset, IReadOnlyCollection<DeviceHealth> Devices);

/// <summary>Tells how the gateway fares; asked every 30 s, must return at once.</summary>
public interface IHealthSource
{
    GatewayHealth Look();
}
