using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Power;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>Plays runs against a house on one thread: what the real runner does, without its waiting.</summary>
internal sealed class RunBench
{
    private static readonly CommandResult NotIdle = CommandResult.Guarded("AVG-GUARD-RECORDER-UNKNOWN", "not idle", retryable: true);

    public RunBench(PowerSite? site = null, Action<PowerWorld>? build = null, LeapClock? clock = null)
    {
        Clock = clock ?? new();
        World = new(Clock);
        (build ?? StandardCourt.Build)(World);
        Graph = new(site ?? StandardCourt.Site, World.Machines.Select(m => m.Id.Room).Distinct(), World.ForGraph);
    }

    public LeapClock Clock { get; }
    public PowerWorld World { get; }
    public PowerGraph Graph { get; }
    public PowerOptions Options { get; set; } = new();
    public Func<DeviceId, bool>? IsParked { get; set; }
    public Func<string, GuardReason> WhyGuarded { get; set; } = static _ => GuardReason.None;
    public List<PowerFault> Faults { get; } = [];

    /// <summary>Whether the recorders that this step takes the power from were noted as idle.</summary>
    public Func<PowerStep, bool> Parks { get; set; } = static _ => true;

    /// <summary>Called after each look.</summary>
    public Action<PowerRun>? Looked { get; set; }

    /// <summary>Called at each boundary that a real run stores; true kills the process there.</summary>
    public Func<bool> DiesHere { get; set; } = static () => false;

    /// <summary>How often <see cref="DiesHere"/> was asked.</summary>
    public int Boundaries { get; private set; }

    public PowerPlan Plan(PowerAct act, params string[] rooms) =>
        PowerPlanner.Plan(Graph, act, rooms.Length == 0 ? Graph.Rooms.Where(r => Graph.UseOf(r) is not PowerUse.Machines) : rooms, StandardCourt.SourcesOf);

    public PowerPicture Play(PowerAct act, params string[] rooms) => Play(Start(act, rooms), TimeSpan.FromHours(24));

    public PowerRun Start(PowerAct act, params string[] rooms) => Make(new("01RUN", new(act, [.. rooms], "scheduler", null, null), Clock.GetUtcNow()), Plan(act, rooms).Steps, null);

    public PowerPicture Play(PowerRun run, TimeSpan most)
    {
        var end = Clock.Now + most;
        var due = new List<int>();
        var stored = run.Picture;
        while (!run.HasEnded && Clock.Now < end)
        {
            due.Clear();
            var wait = run.Advance(due);
            if (run.TakeDirty().Count > 0 || run.IsRecordDirty)
            {
                if (Dies()) return Resume(stored, end - Clock.Now);
                stored = run.Picture;
                run.RecordStored();
                if (Dies()) return Resume(stored, end - Clock.Now);
            }

            Faults.AddRange(run.TakeFaults());
            Looked?.Invoke(run);
            foreach (var step in due)
            {
                var command = new CommandRequest($"c{step}", PowerRun.VerbName(run[step]), ArgsOf(run[step]), Deadline.In(TimeSpan.FromMinutes(1), Clock), run.Record.Order.By);
                var device = World.Find(run[step].Device)!;
                var result = Parks(run[step]) ? device.AskAsync(command, new Progress(() => run.Sent(step)), default).Result : NotIdle;
                if (Dies()) return Resume(stored, end - Clock.Now);
                run.Ended(step, result);
            }

            if (due.Count == 0 && !run.HasEnded) Clock.Pass(wait);
        }

        return run.Picture;
    }

    private bool Dies()
    {
        Boundaries++;
        return DiesHere();
    }

    private PowerPicture Resume(PowerPicture stored, TimeSpan most) => Play(Make(stored.Record, stored.Steps, stored.Progress), most);

    private PowerRun Make(PowerRecord record, ImmutableArray<PowerStep> steps, IReadOnlyList<StepProgress>? kept) =>
        new(record, steps, kept, Graph.Branches.ToDictionary(b => b.Id), new(World, WhyGuarded, IsParked ?? (r => World.Find(r) is PowerMachine { HasPower: false }), Clock, Options));

    private static Arguments ArgsOf(PowerStep step) => step.Outlet is { } outlet ? Arguments.Of((OutletWords.OutletArgument, outlet)) : Arguments.None;

    private sealed class Progress(Action sent) : ICommandProgress
    {
        public void Sent(CommandRequest command) => sent();
        public void Acknowledged(CommandRequest command) { }
    }
}

/// <summary>A courtroom on a sequencer that hangs on a PDU of the machine room, with a PC on the PDU itself.</summary>
internal static class StandardCourt
{
    public static PowerSite Site => new(
        [
            new("court-1")
            {
                Gap = TimeSpan.FromSeconds(1),
                Loads =
                [
                    Load("sequencer", "machine-room/pdu/1"),
                    Load("dsp", "court-1/sequencer/1"),
                    Load("matrix", "court-1/sequencer/2"),
                    Load("recorder", "court-1/sequencer/3"),
                    Load("display", "court-1/sequencer/4"),
                    Load("projector", "court-1/sequencer/5") with { Kind = LoadKind.Lamp, Cooling = TimeSpan.FromMinutes(3) },
                    Load("amplifier", "court-1/sequencer/8") with { Kind = LoadKind.Amplifier, Sources = ["dsp", "matrix"] },
                    Load("clerk-pc", "machine-room/pdu/2"),
                ],
            },
        ],
        []);

    public static void Build(PowerWorld world)
    {
        world.Add("machine-room/pdu", PowerManifests.Pdu);
        world.Add("court-1/sequencer", PowerManifests.Pdu, "machine-room/pdu/1");
        world.Add("court-1/dsp", PowerManifests.Audio, "court-1/sequencer/1");
        world.Add("court-1/matrix", PowerManifests.Audio, "court-1/sequencer/2");
        world.Add("court-1/recorder", PowerManifests.Recorder, "court-1/sequencer/3");
        world.Add("court-1/display", PowerManifests.Display, "court-1/sequencer/4");
        world.Add("court-1/projector", PowerManifests.Display, "court-1/sequencer/5").Cooling = TimeSpan.FromSeconds(90);
        world.Add("court-1/clerk-pc", PowerManifests.Computer, "machine-room/pdu/2");
    }

    public static RoomSources SourcesOf(string room) => RoomSources.None;

    public static LoadSpec Load(string id, string feed) => new(id, $"$.loads.{id}") { Feeds = [PowerWorld.Outlet(feed)] };
}
