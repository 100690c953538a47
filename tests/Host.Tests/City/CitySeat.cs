using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Operations.Rooms;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;

namespace AvGateway.Host.Tests.City;

/// <summary>One device of a city: its driver on the real runtime, and the simulated device at the other end of a link in memory.</summary>
internal sealed class CitySeat
{
    private readonly DevicePlan _plan;
    private readonly Seen _seen;
    private BenchLinks? _links;
    private DeviceFleet? _fleet;

    public CitySeat(DeviceSetting setting, DevicePlan plan, VirtualClock clock)
    {
        _plan = plan;
        Clock = new(clock);
        Peer = new(setting, Clock);
        IsFeeder = setting.Protocol is "modbus-sequencer" or "snmp-pdu" or "serial-power";
        _seen = new(this);
    }

    public SharedClock Clock { get; }
    public SimulatedPeer Peer { get; }
    public bool IsFeeder { get; }
    public FrameGuard? Gate { get; set; }
    public IDevice Device => _seen;

    /// <summary>As things are: online where the device has power, away where it has none.</summary>
    public bool IsInStep => Device.Status.State is DeviceState.Online || (Device.Status.State is DeviceState.Offline && !(bool)Peer.Device.State()["powered"]!);

    public void Open(IDeviceObserver observer, BenchLog log)
    {
        var links = _links = new BenchLinks(Clock) { Opened = Peer.Connected, Refuses = () => Peer.Refuses };
        _fleet = new([_plan], new(Clock, links, observer, new(1), new(), log) { Luck = links.Draw, Guard = Gate });
    }

    public void Start()
    {
        _fleet!.Start();
        Clock.Touch();
    }

    public async Task SettleAsync()
    {
        if (_links is null || _fleet is null) return;
        await _links.RestAsync(TestContext.Current.CancellationToken);
        await _fleet.SettleAsync();
        await _links.RestAsync(TestContext.Current.CancellationToken);
        await _fleet.SettleAsync();
    }

    public async Task CloseAsync()
    {
        _links?.Dispose();
        if (_fleet is not null) await _fleet.StopAsync();
        await Peer.ShuttleAsync();
        (_links, _fleet) = (null, null);
    }

    /// <summary>The device as the gateway's parts see it; whoever asks it for something wakes the seat.</summary>
    private sealed class Seen(CitySeat seat) : IDevice
    {
        private static readonly DeviceStatus Resting = new(DeviceState.Init, StatusReasons.Starting, DeviceStatus.UnknownMode, default);

        private IDevice? Real => seat._fleet?.Devices.Single();

        public DeviceId Id => seat._plan.Id;
        public DriverManifest Manifest => seat._plan.Manifest;
        public DeviceStatus Status => Real?.Status ?? Resting;
        public int QueueDepth => Real?.QueueDepth ?? 0;

        public DeviceSnapshot Snapshot() => Real!.Snapshot();
        public int? Extent(string name) => Real?.Extent(name);

        public bool TryGetReading(string property, out Reading reading)
        {
            reading = default;
            return Real is { } real && real.TryGetReading(property, out reading);
        }

        public Task<CommandResult> AskAsync(CommandRequest command, ICommandProgress? progress, CancellationToken withdrawn)
        {
            seat.Clock.Touch();
            return Real!.AskAsync(command, progress, withdrawn);
        }

        public void TryNow()
        {
            seat.Clock.Touch();
            Real?.TryNow();
        }
    }
}
