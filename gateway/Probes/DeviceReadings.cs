using AvGateway.Devices;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes;

/// <summary>What a device shows through its driver, and what a probe says when it does not.</summary>
internal static class DeviceReadings
{
    /// <returns>Null when the device runs.</returns>
    public static ProbeSight? Of(IDeviceDirectory? devices, ProbeTurn turn, out IDevice device)
    {
        var found = devices?.Find(turn.Plan.Subject.Device!.Value);
        device = found!;
        return found is null ? ProbeSight.Blind("the device is not running", "enable it in the site file") : null;
    }

    /// <returns>Null when the value was seen and is good.</returns>
    public static ProbeSight? Read(IDevice device, ProbeTurn turn, string property, out Value value)
    {
        value = default;
        if (!device.TryGetReading(property, out var reading) || reading.Quality is Quality.Unknown)
        {
            return device.Status.State is DeviceState.Online
                ? ProbeSight.Blind($"the device has not shown \"{property}\"", $"name a property that its driver {device.Manifest.Name} has and the device tells")
                : ProbeSight.Silent($"\"{property}\" is not known while the device is {device.Status.State.ToString().ToLowerInvariant()} ({device.Status.Reason})");
        }

        turn.Note($"{property} = {reading.Value}, {reading.Quality} since {reading.At:u}");
        value = reading.Value;
        return reading.Quality is Quality.Good ? null
            : ProbeSight.Silent($"\"{property}\" was last seen before the device became {device.Status.State.ToString().ToLowerInvariant()}");
    }

    /// <summary>Null unless it is a number that was seen and is good.</summary>
    public static double? Number(IDevice device, string property) =>
        device.TryGetReading(property, out var reading) && reading.Quality is Quality.Good && reading.Value.Kind is ValueKind.Integer or ValueKind.Number ? reading.Value.Number : null;
}
