using System.Collections.Immutable;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Power;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Testing.Power;

/// <summary>A courthouse of one courtroom and a machine room with everything that power runs stand on: the real guard, a store, a desk.</summary>
public sealed class PowerHouse : IAsyncDisposable
{
    /// <param name="world">The house's devices, which know nothing of a restart; null: new ones.</param>
    public PowerHouse(IStateTable? state = null, PowerWorld? world = null, LeapClock? clock = null, PowerSite? site = null, bool hasDocket = false)
    {
        Clock = clock ?? new();
        World = world ?? Built(Clock);
        State = state ?? new FakeState();
        Docket = hasDocket ? new(Clock, DocketSource.File) : new(Clock);
        Users = new(new("engineer", Role.Engineer, []), new("admin", Role.Admin, []), new("scheduler", Role.Scheduler, []), new("panel-1", Role.Panel, ["court-1"]), new("clerk-1", Role.Clerk, ["court-1"]), new("auditor", Role.Auditor, []));
        string[] rooms = [.. World.Machines.Select(m => m.Id.Room).Distinct()];
        var graph = new PowerGraph(site ?? Site, rooms, World.ForGraph);
        House = new(
            rooms.Select(r => new RoomPlan(RoomPlan.Default(r, World.Machines.Where(m => m.Id.Room == r).Select(m => (m.Id, m.Manifest))), [])),
            new(World, Users, State, Journal, Docket, Gate, Clock, NullLogger<Courthouse>.Instance) { RoomsHit = graph.RoomsHit });
        World.Guard = Gate.Refusal;
        Runs = new(new(graph, House, World, State, Journal, Options, Clock, NullLogger<PowerRuns>.Instance));
        Runs.Faulted += Faults.Add;
        Desk = new(new(Runs, State, Users, new(), Options, new("city"), Ledger, Journal, Clock, NullLogger<PowerDesk>.Instance));
    }

    public LeapClock Clock { get; }
    public PowerWorld World { get; }
    public IStateTable State { get; }
    public FakeUsers Users { get; }
    public FakeLedger Ledger { get; } = new();
    public FakeJournal Journal { get; } = new();
    public DocketBook Docket { get; }
    public FrameGuard Gate { get; } = new();
    public PowerOptions Options { get; } = new();
    public Courthouse House { get; }
    public PowerRuns Runs { get; }
    public PowerDesk Desk { get; }
    public List<PowerFault> Faults { get; } = [];

    public static PowerSite Site => new(
        [
            new("court-1")
            {
                Loads =
                [
                    Load("sequencer", "machine-room/pdu/1"),
                    Load("dsp", "court-1/sequencer/1"),
                    Load("recorder", "court-1/sequencer/3"),
                    Load("projector", "court-1/sequencer/5") with { Kind = LoadKind.Lamp },
                    Load("amplifier", "court-1/sequencer/8") with { Kind = LoadKind.Amplifier },
                    Load("clerk-pc", "machine-room/pdu/2"),
                ],
            },
        ],
        []);

    public static PowerWorld Built(LeapClock clock)
    {
        var world = new PowerWorld(clock);
        world.Add("machine-room/pdu", PowerManifests.Pdu);
        world.Add("court-1/sequencer", PowerManifests.Pdu, "machine-room/pdu/1");
        world.Add("court-1/dsp", PowerManifests.Audio, "court-1/sequencer/1");
        world.Add("court-1/recorder", PowerManifests.Recorder, "court-1/sequencer/3");
        world.Add("court-1/projector", PowerManifests.Display, "court-1/sequencer/5").Cooling = TimeSpan.FromSeconds(90);
        world.Add("court-1/clerk-pc", PowerManifests.Computer, "machine-room/pdu/2");
        return world;
    }

    public async Task StartAsync(bool isFirst = true)
    {
        await House.RestoreAsync(isFirst, Xunit.TestContext.Current.CancellationToken);
        await Runs.RestoreAsync(Xunit.TestContext.Current.CancellationToken);
        Runs.Start();
    }

    public Listener Ask(PowerWish wish, string caller = "engineer", string id = "p1", params (string Name, string Value)[] args)
    {
        var listener = new Listener();
        Desk.Ask(new(caller, wish, $"$power/do/{wish}", Clock.GetTimestamp()) { Id = id, Args = [.. args.Select(a => new RawArgument(a.Name, a.Value))] }, listener);
        return listener;
    }

    public ImmutableArray<bool> Powered => [.. World.Machines.Where(m => m.Id.Room == "court-1").Select(m => m.HasPower && m.IsOn)];

    public async ValueTask DisposeAsync()
    {
        await Runs.DisposeAsync();
        await House.DisposeAsync();
    }

    private static LoadSpec Load(string id, string feed) => new(id, $"$.loads.{id}") { Feeds = [PowerWorld.Outlet(feed)] };
}
