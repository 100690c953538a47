using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Access;
using AvGateway.Operations.Power;
using AvGateway.Operations.Rooms;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Testing;
using AvGateway.Testing.City;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Courts;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// A city on the bench: the site file as the gateway reads it, real drivers on the real runtime, simulated devices at the other ends, copper between outlets
/// and loads, the guard, the power runs and the schedules, all on one clock that only the test moves. The gateway may rest and come back on the same store.
/// </summary>
internal sealed class CityBench : IAsyncDisposable, IDeviceDirectory
{
    private const int Hands = 8;

    /// <summary>Short against the gaps and the times that are measured.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(20);

    private readonly CourtPump _pump = new();
    private readonly Dictionary<DeviceId, CitySeat> _seats = [];
    private readonly Late _observer = new();
    private readonly SiteModel _site;
    private CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;

    public CityBench(CityPlan plan, DateTimeOffset start, JsonObject? more = null)
    {
        Plan = plan;
        Clock = new(start);
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        _site = reader.Read(Encoding.UTF8.GetBytes(plan.SiteFile(more)), "city")!;
        Assert.True(_site is not null && reader.Findings.Count == 0, string.Join('\n', reader.Findings.Select(f => $"{f.Message} {f.Remedy}").Take(20)));
        var plans = _site.Devices.ToDictionary(d => d.Plan.Id, d => d.Plan);
        foreach (var setting in plan.Devices)
        {
            var id = new DeviceId(setting.Room, setting.Device);
            _seats.Add(id, new(setting, plans[id], Clock));
        }

        Mains = new(plan.Feeds, _seats.ToDictionary(s => s.Key, s => s.Value.Peer.Device), Clock) { Turned = id => _seats[id].Clock.Touch() };
        Mains.CloseAll();
        (House, Runs, Schedules) = Opened();
    }

    public CityPlan Plan { get; }
    public VirtualClock Clock { get; }
    public Mains Mains { get; }
    public FakeState State { get; } = new();
    public FakeJournal Journal { get; } = new();
    public BenchLog Log { get; } = new();
    public Courthouse House { get; private set; }
    public PowerRuns Runs { get; private set; }
    public ScheduleLoop Schedules { get; private set; }
    public List<PowerFault> Faults { get; } = [];
    public PowerGraph Graph => _site.Power;
    public IReadOnlyCollection<IDevice> Devices => [.. _seats.Values.Select(s => s.Device)];

    public IDevice? Find(DeviceId id) => _seats.TryGetValue(id, out var seat) ? seat.Device : null;

    public SimulatedPeer Peer(string room, string device) => _seats[new(room, device)].Peer;

    /// <summary>Starts the gateway and lets it come into step with every device that has power.</summary>
    public async Task StartAsync(bool isFirst = true)
    {
        foreach (var seat in _seats.Values) seat.Open(_observer, Log);
        await _pump.Start(() => House.RestoreAsync(isFirst, CancellationToken.None));
        await _pump.Start(() => Runs.RestoreAsync(CancellationToken.None));
        await _pump.Start(() => Schedules.RestoreAsync(CancellationToken.None));
        foreach (var seat in _seats.Values) seat.Start();
        _pump.Start(() =>
        {
            Runs.Start();
            return true;
        });
        _working = _pump.Start(() => Task.WhenAll([LookAtSchedulesAsync(_stopping.Token), .. House.Rooms.Select(r => r.WatchAsync(_stopping.Token))]));
        await PassUntilAsync(TimeSpan.FromMinutes(3), () => _seats.Values.All(s => s.IsInStep), "every device in step, and those without power seen as such");
    }

    /// <summary>The gateway is stopped as by its host; devices and store stay as they are.</summary>
    public async Task RestAsync()
    {
        await CloseAsync();
        _stopping = new();
        (House, Runs, Schedules) = Opened();
    }

    /// <summary>Time goes by with the gateway at rest.</summary>
    public async Task SleepUntilAsync(DateTimeOffset until) =>
        await Clock.PassInGrainsAsync(until - Clock.GetUtcNow(), TimeSpan.FromHours(1), static () => false, static () => Task.CompletedTask);

    public Task PassAsync(TimeSpan span) => Clock.PassInGrainsAsync(span, Grain, static () => false, SettleAsync);

    public async Task PassUntilAsync(TimeSpan span, Func<bool> condition, string what)
    {
        if (await Clock.PassInGrainsAsync(span, Grain, condition, SettleAsync)) return;
        var late = _seats.Values.Where(s => !s.IsInStep).Select(s => $"{s.Device.Id} {s.Device.Status.State} {s.Device.Status.Reason}").Take(20);
        var parked = House.Rooms.Select(r => $"{r.Room} parked {string.Join(' ', r.Hearing.Record.Parked)}");
        Assert.Fail($"{what}: not within {span}; {string.Join(", ", late)}; {string.Join(", ", parked)}; {string.Join('\n', Runs.All.Select(Told))}");
    }

    /// <summary>Lets something run as the gateway's own parts do.</summary>
    public Task<T> DoAsync<T>(Func<Task<T>> act) => EndAsync(_pump.Start(act));

    public static string Told(PowerPicture run) => $"{run.Record.Id} {run.Record.Order.Act} {run.Record.Phase}: {string.Join(", ", run.Record.Rooms.Where(r => r.Value.Phase is not RoomPhase.Done).Select(r => $"{r.Key} {r.Value.Phase} {r.Value.Why}"))}\n" + string.Join('\n', run.Steps.Zip(run.Progress)
        .Where(p => p.Second.State is not StepState.Verified).Select(p => $"{p.First.Id} {p.Second.State} {p.Second.Reason} {string.Join(' ', p.Second.Signs.Select(s => $"{s.Name}={s.Says}"))}").Take(40));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        foreach (var seat in _seats.Values) await seat.DisposeAsync();
        Log.Check();
    }

    private (Courthouse House, PowerRuns Runs, ScheduleLoop Schedules) Opened()
    {
        var users = new FakeUsers(new("scheduler", Role.Scheduler, []), new("engineer", Role.Engineer, []), new("clerk", Role.Clerk, [.. _site.Rooms.Select(r => r.Id)]));
        var gate = new FrameGuard();
        foreach (var seat in _seats.Values) seat.Gate = gate;
        var docket = new DocketBook(Clock);
        var house = new Courthouse(_site.Rooms.Select(r => r.Plan), new(this, users, State, Journal, docket, gate, Clock, NullLogger<Courthouse>.Instance) { RoomsHit = Graph.RoomsHit, Guarding = _site.Guard });
        var runs = new PowerRuns(new(Graph, house, this, State, Journal, new(), Clock, NullLogger<PowerRuns>.Instance));
        runs.Faulted += Faults.Add;
        string[] rooms = [.. _site.Rooms.Select(r => r.Id)];
        var acts = new ActTable(new ScheduledPower(PowerAct.Off, runs, users, rooms), new ScheduledPower(PowerAct.On, runs, users, rooms));
        var calendar = new CalendarBook(_site.Calendar.Given.IsEmpty ? BuiltInCalendar.Lists : _site.Calendar.Given, _site.Calendar.Own, null, State, Journal, Clock, NullLogger<CalendarBook>.Instance);
        var schedules = new ScheduleLoop(new(_site.Schedules, new(_site.Zone), calendar, docket.Of, house.Guard.WhyGuarded, acts, State, Journal, Clock, NullLogger<ScheduleLoop>.Instance));
        (_observer.House, _observer.Runs) = (house, runs);
        return (house, runs, schedules);
    }

    private async Task LookAtSchedulesAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Schedules.LookAsync(stopping);
            await Task.Delay(ScheduleLoop.LookEvery, Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task CloseAsync()
    {
        await _stopping.CancelAsync();
        await EndAsync(_pump.Start(async () => { await Schedules.StopAsync(); return true; }));
        await EndAsync(_pump.Start(async () => { await Runs.StopAsync(); return true; }));
        await EndAsync(_pump.Start(async () =>
        {
            await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }));
        foreach (var seat in _seats.Values) await seat.CloseAsync();
        await House.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task<T> EndAsync<T>(Task<T> act)
    {
        while (!act.IsCompleted) await SettleAsync();
        return await act;
    }

    private async Task SettleAsync()
    {
        bool moved;
        do
        {
            var touched = _seats.Values.Where(s => s.Clock.TakeTouch()).ToList();
            foreach (var seat in touched) await seat.SettleAsync();
            await ThroughThePoolAsync();
            moved = _pump.Run();
            foreach (var seat in touched)
            {
                if (!await seat.Peer.ShuttleAsync()) continue;
                seat.Clock.Touch();
                moved = true;
            }

            foreach (var seat in touched.Where(s => s.IsFeeder)) moved |= Mains.Look(seat.Device.Id);
        }
        while (moved);
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

    private sealed class Late : IDeviceObserver
    {
        public Courthouse? House { get; set; }
        public PowerRuns? Runs { get; set; }

        public void StatusChanged(IDevice device, DeviceStatus status) => Tell(o => o.StatusChanged(device, status));
        public void ReadingChanged(IDevice device, string property, in Reading reading)
        {
            House?.ReadingChanged(device, property, in reading);
            Runs?.ReadingChanged(device, property, in reading);
        }

        public void TargetChanged(IDevice device, string property, Target? target) => Tell(o => o.TargetChanged(device, property, target));
        public void FaultChanged(IDevice device, string code, bool raised, string? detail) => Tell(o => o.FaultChanged(device, code, raised, detail));
        public void ExtentChanged(IDevice device) => Tell(o => o.ExtentChanged(device));
        public void Happened(IDevice device, DeviceEvent happened) => Tell(o => o.Happened(device, happened));

        private void Tell(Action<IDeviceObserver> tell)
        {
            if (House is not null) tell(House);
            if (Runs is not null) tell(Runs);
        }
    }
}
