using System.Collections.Frozen;
using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

/// <summary>All devices of this gateway, running.</summary>
public sealed class DeviceFleet : IDeviceDirectory, IAsyncDisposable
{
    private readonly RunningDevice[] _devices;
    private readonly FrozenDictionary<DeviceId, RunningDevice> _byId;

    public DeviceFleet(IEnumerable<DevicePlan> plans, DeviceSurroundings around)
    {
        _devices = [.. plans.Select(plan => plan.Manifest.Accept(new Maker(plan, around)))];
        _byId = _devices.ToFrozenDictionary(d => d.Id);
    }

    public IReadOnlyCollection<RunningDevice> Running => _devices;
    public IReadOnlyCollection<IDevice> Devices => _devices;
    public IDevice? Find(DeviceId id) => _byId.GetValueOrDefault(id);

    public void Start()
    {
        foreach (var device in _devices) device.Start();
    }

    public Task StopAsync() => Task.WhenAll(_devices.Select(d => d.StopAsync()));
    public Task SettleAsync() => Task.WhenAll(_devices.Select(d => d.SettleAsync()));
    public async ValueTask DisposeAsync() => await StopAsync();

    private sealed class Maker(DevicePlan plan, DeviceSurroundings around) : IManifestVisitor<RunningDevice>
    {
        public RunningDevice Visit<TReply>(DriverManifest<TReply> manifest) => new DeviceActor<TReply>(plan, manifest, around);
    }
}
