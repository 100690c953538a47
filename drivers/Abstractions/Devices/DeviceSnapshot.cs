using System.Collections.Immutable;

namespace AvGateway.Devices;

/// <summary>Everything that is known of a device at one moment.</summary>
/// <param name="Extents">How many inputs, outputs, slots … the device said it has, by name.</param>
public sealed record DeviceSnapshot(
    DeviceId Id,
    DeviceStatus Status,
    ImmutableSortedDictionary<string, Reading> Readings,
    ImmutableSortedDictionary<string, Target> Targets,
    ImmutableSortedDictionary<string, int> Extents,
    ImmutableSortedSet<string> Faults)
{
    /// <summary>The value, or <see cref="Value.None"/> when the property was never seen.</summary>
    public Value this[string property] => Readings.TryGetValue(property, out var reading) ? reading.Value : Value.None;
}
