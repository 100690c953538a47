using System.Text;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using AvGateway.Simulator.Devices;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Testing.Courts;

/// <summary>A device of a court on the bench.</summary>
/// <param name="Manifest">The driver that works it.</param>
/// <param name="Setting">The simulated device at the other end.</param>
public sealed record CourtSeat(DriverManifest Manifest, DeviceSetting Setting, TimeSpan? Poll = null);

/// <summary>
/// A court with the gateway's own runtime, guard, scenes, proof and desk, simulated devices on links in memory, and a clock that only the test
/// moves: a hearing day in seconds.
/// </summary>
public sealed class CourtBench : IAsyncDisposable, IDeviceDirectory
{
    private const int Hands = 8;

    private readonly CourtPump _pump = new();
    private readonly List<Seat> _seats = [];
    private readonly List<IDevice> _devices = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Late _observer = new();
    private Task _watching = Task.CompletedTask;

    /// <param name="layout">The layout of <c>court-1</c> as a site file has it.</param>
    /// <param name="more">Devices that the test itself plays.</param>
    public CourtBench(string layout, IEnumerable<CourtSeat> seats, params FakeDevice[] more)
    {
        foreach (var seat in seats) Add(seat);
        _devices.AddRange(more);
        var (read, findings) = RoomLayoutReader.Read("court-1", Encoding.UTF8.GetBytes(layout));
        Xunit.Assert.Empty(findings);
        Users = new(
            new("judge-1", Role.Judge, ["court-1"]), new("clerk-1", Role.Clerk, ["court-1"]), new("engineer", Role.Engineer, []), new("admin", Role.Admin, []));
        House = new([new(read, [])], new(this, Users, State, Journal, new DocketBook(Clock), Gate, Clock, NullLogger<Courthouse>.Instance));
        _observer.Of = House;
        Desk = new(House, Users, new(), new("city"), Ledger, Journal, Clock, NullLogger<RoomDesk>.Instance);
    }

    public VirtualClock Clock { get; } = new();
    public FakeState State { get; } = new();
    public FakeJournal Journal { get; } = new();
    public FakeLedger Ledger { get; } = new();
    public FakeUsers Users { get; }
    public FrameGuard Gate { get; } = new();
    public BenchLog Log { get; } = new();
    public Courthouse House { get; }
    public RoomDesk Desk { get; }
    public Courtroom Room => House.Find("court-1")!;
    public IReadOnlyCollection<IDevice> Devices => _devices;

    /// <summary>Called whenever everything has come to rest.</summary>
    public Action? AtRest { get; set; }

    public IDevice? Find(DeviceId id) => _devices.FirstOrDefault(d => d.Id == id);
    public SimulatedPeer Peer(string device) => _seats.Single(s => s.Peer.Setting.Device == device).Peer;

    public async Task StartAsync()
    {
        await _pump.Start(() => House.RestoreAsync(isFirstStart: true, CancellationToken.None));
        foreach (var seat in _seats) seat.Fleet.Start();
        _watching = _pump.Start(() => Room.WatchAsync(_stopping.Token));
        await SettleAsync();
        await PassUntilAsync(TimeSpan.FromSeconds(30), () => _devices.All(d => d.Status.State is DeviceState.Online), "all devices online");
    }

    /// <summary>A device that the test plays shows something.</summary>
    public void Show(FakeDevice device, string property, Value value)
    {
        var seq = device.Readings.TryGetValue(property, out var before) ? before.Sequence + 1 : 1;
        var reading = new Reading(value, Clock.GetUtcNow(), Quality.Good, ReadingSource.Poll, seq);
        device.Readings[property] = reading;
        House.ReadingChanged(device, property, reading);
    }

    public Listener Ask(string scene, string caller = "clerk-1", RoomAct act = RoomAct.Run, params RawArgument[] args)
    {
        var listener = new Listener();
        _pump.Start(() =>
        {
            Desk.Ask(new(caller, "court-1", scene, act, $"court-1/$scene/{scene}/do/{act}", Clock.GetTimestamp()) { Args = args }, listener);
            return true;
        });
        return listener;
    }

    /// <summary>Asks and lets time pass until the one final answer is there.</summary>
    public async Task<Answer> DoAsync(string scene, string caller = "clerk-1", RoomAct act = RoomAct.Run, params RawArgument[] args)
    {
        var heard = Ask(scene, caller, act, args);
        await PassUntilAsync(TimeSpan.FromMinutes(5), () => heard.Finals.Count > 0, $"an end of {scene}");
        return heard.Finals[0];
    }

    public Task PassAsync(TimeSpan span) => Clock.PassAsync(span, SettleAsync);

    public async Task PassUntilAsync(TimeSpan span, Func<bool> condition, string what)
    {
        if (await Clock.PassUntilAsync(span, condition, SettleAsync)) return;
        Xunit.Assert.Fail($"{what}: not within {span}; {string.Join(", ", _devices.Select(d => $"{d.Id} {d.Status.State}"))}; hearing {Room.Hearing.Snapshot}");
    }

    /// <summary>Waits until drivers, devices, scenes and watch have come to rest; no time passes.</summary>
    public async Task SettleAsync()
    {
        bool moved;
        do
        {
            foreach (var seat in _seats)
            {
                await seat.Links.RestAsync(Xunit.TestContext.Current.CancellationToken);
                await seat.Fleet.SettleAsync();
            }

            await ThroughThePoolAsync();
            moved = _pump.Run();
            foreach (var seat in _seats) moved |= await seat.Peer.ShuttleAsync();
        }
        while (moved);

        AtRest?.Invoke();
    }

    // An answer of a device comes to whoever awaits it by way of the pool, from hand to hand; these go behind it.
    private async Task ThroughThePoolAsync()
    {
        for (var hand = 0; hand < Hands && !_pump.HasWork; hand++)
        {
            await Task.Run(static () => { });
            while (ThreadPool.PendingWorkItemCount > 0 && !_pump.HasWork) await Task.Run(static () => { });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        while (!_watching.IsCompleted) await SettleAsync();
        foreach (var seat in _seats)
        {
            seat.Links.Dispose();
            await seat.Fleet.StopAsync();
            seat.Peer.Dispose();
        }

        await House.DisposeAsync();
        _stopping.Dispose();
        Log.Check();
    }

    private void Add(CourtSeat seat)
    {
        var peer = new SimulatedPeer(seat.Setting, Clock);
        var links = new BenchLinks(Clock) { Opened = peer.Connected, Refuses = () => peer.Refuses };
        var text = peer.Setting.Link is not AvGateway.Simulator.Devices.Wires.LinkKind.Serial ? "tcp://127.0.0.1:1" : "serial:/dev/ttyS0?baud=115200";
        if (!LinkAddress.TryParse(text, out var address, out var why)) throw new ArgumentException(why, nameof(seat));
        var options = seat.Manifest.DefaultOptions();
        var plan = new DevicePlan(new(seat.Setting.Room, seat.Setting.Device), seat.Manifest, address, options) { Poll = seat.Poll };
        var fleet = new DeviceFleet([plan], new(Clock, links, _observer, new(1), new(), Log) { Luck = links.Draw, Guard = Gate });
        _seats.Add(new(peer, links, fleet));
        _devices.AddRange(fleet.Devices);
    }

    private sealed record Seat(SimulatedPeer Peer, BenchLinks Links, DeviceFleet Fleet);

    /// <summary>The devices are there before the house that listens to them.</summary>
    private sealed class Late : IDeviceObserver
    {
        public IDeviceObserver? Of { get; set; }

        public void StatusChanged(IDevice device, DeviceStatus status) => Of?.StatusChanged(device, status);
        public void ReadingChanged(IDevice device, string property, in Reading reading) => Of?.ReadingChanged(device, property, in reading);
        public void TargetChanged(IDevice device, string property, Target? target) => Of?.TargetChanged(device, property, target);
        public void FaultChanged(IDevice device, string code, bool raised, string? detail) => Of?.FaultChanged(device, code, raised, detail);
        public void ExtentChanged(IDevice device) => Of?.ExtentChanged(device);
        public void Happened(IDevice device, DeviceEvent happened) => Of?.Happened(device, happened);
    }
}
