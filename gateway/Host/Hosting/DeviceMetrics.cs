using System.Diagnostics.Metrics;
using AvGateway.Devices;
using AvGateway.Drivers.Runtime;

namespace AvGateway.Host.Hosting;

/// <summary>Figures of the devices for <c>/metrics</c>, read when somebody asks and not before.</summary>
internal sealed class DeviceMetrics : IDisposable
{
    public const string MeterName = "AvGateway.Devices";

    private readonly Meter _meter = new(MeterName);

    public DeviceMetrics(DeviceFleet fleet)
    {
        _meter.CreateObservableGauge("avgw.devices", () => CountStates(fleet), description: "Devices by state");
        _meter.CreateObservableGauge("avgw.device.up", () => fleet.Running.Select(d => new Measurement<int>(d.Status.State is DeviceState.Online ? 1 : 0, Tags(d))), description: "1 while the device is in step");
        _meter.CreateObservableGauge("avgw.device.queue", () => fleet.Running.Select(d => new Measurement<int>(d.QueueDepth, Tags(d))), description: "Commands that wait for the device");
        Count("avgw.device.requests", "Frames sent", c => c.RequestsSent);
        Count("avgw.device.replies", "Replies received", c => c.RepliesReceived);
        Count("avgw.device.timeouts", "Questions without an answer", c => c.Timeouts);
        Count("avgw.device.links", "Links opened", c => c.LinksOpened);
        Count("avgw.device.protocol_errors", "Streams given up as garbage", c => c.ProtocolErrors);
        Count("avgw.device.driver_crashes", "Drivers replaced after a bug", c => c.DriverCrashes);

        void Count(string name, string what, Func<DeviceCounters, long> of) =>
            _meter.CreateObservableCounter(name, () => fleet.Running.Select(d => new Measurement<long>(of(d.Counters), Tags(d))), description: what);
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> CountStates(DeviceFleet fleet) =>
        Enum.GetValues<DeviceState>().Select(state => new Measurement<int>(
            fleet.Running.Count(d => d.Status.State == state), new KeyValuePair<string, object?>("state", state.ToString().ToLowerInvariant())));

    private static KeyValuePair<string, object?>[] Tags(RunningDevice device) => [new("room", device.Id.Room), new("device", device.Id.Name)];
}
