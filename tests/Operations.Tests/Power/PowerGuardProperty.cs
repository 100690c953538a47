using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Classes;
using AvGateway.Operations.Access;
using AvGateway.Operations.Power;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Power;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Power;

/// <summary>
/// Random orders, hearings, dockets, docket failures, recorders and crashes against a model of a few lines that knows nothing of the guard: no
/// frame takes power from a room that must not be touched, and a deferred room goes as soon as it may. <c>AVGW_POWER_CASES</c> says how many.
/// </summary>
public sealed class PowerGuardProperty
{
    private const int Rooms = 3;
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan Unsure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Horizon = TimeSpan.FromHours(5);
    private static readonly Actor[] Clerks = [.. Enumerable.Range(1, Rooms).Select(i => new Actor($"clerk-{i}", CourtRole.Clerk, [$"court-{i}"]))];

    private static int Cases => int.TryParse(Environment.GetEnvironmentVariable("AVGW_POWER_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var cases) ? cases : 300;

    private sealed record Deed(int Minute, int Kind, int Room, int Arg);

    private static readonly Gen<Deed> Deeds =
        from minute in Gen.Int[-40, 200]
        from kind in Gen.Int[0, 9]
        from room in Gen.Int[1, Rooms]
        from arg in Gen.Int[0, 120]
        select new Deed(minute, kind, room, arg);

    private static readonly Gen<(Deed[] Deeds, int Scope, int[] Deaths)> Nights =
        from deeds in Deeds.Array[0, 12]
        from scope in Gen.Int[0, Rooms]
        from deaths in Gen.Int[1, 400].Array[0, 3]
        select (deeds, scope, deaths);

    [Fact]
    public void No_frame_takes_power_from_a_guarded_room_and_deferred_rooms_go_when_they_may() =>
        Nights.Sample(night => Play(night.Deeds, night.Scope, night.Deaths), iter: Cases, threads: 2);

    /// <summary>What a person in the room would say.</summary>
    private sealed class Life
    {
        public bool IsOpen;
        public string? Hearing;
        public TimeSpan? ClosedAt;
        public List<(string Id, TimeSpan From, TimeSpan To)> Docket { get; } = [];
        public TimeSpan FreeSince;
        public bool WasDeferred;
    }

    private sealed class Night
    {
        public LeapClock Clock { get; } = new();
        public RunBench Bench { get; }
        public Life[] Lives { get; } = [.. Enumerable.Range(0, Rooms + 1).Select(_ => new Life())];
        public bool DocketLost;
        public DocketBook Docket { get; }
        public FakeState State { get; } = new();
        public Courthouse House { get; private set; }
        public TimeSpan? RestartedAt { get; private set; }
        private FrameGuard _gate = new();

        public Night()
        {
            Bench = new(Site, Build, Clock) { Options = new() { LookEvery = TimeSpan.FromSeconds(45) } };
            Docket = new(Clock, DocketSource.File);
            Docket.Accept(DocketSource.File, new([], []));
            House = Opened(isFirst: true);
            Bench.World.Guard = (device, command) => _gate.Refusal(device, command);
            Bench.WhyGuarded = room => House.Guard.WhyGuarded(room);
            Bench.IsParked = recorder => House.Find(recorder.Room)!.Hearing.Record.Parked.Contains(recorder.Name);
            Bench.Parks = step => step.Recorders.All(r => House.Find(r.Room)!.ParkAsync(r, default).Result);
        }

        public void Restart() => House = Opened(isFirst: false);

        private Courthouse Opened(bool isFirst)
        {
            _gate = new();
            var users = new FakeUsers([new("scheduler", Role.Scheduler, []), .. Clerks.Select(c => new User(c.Name, Role.Clerk, c.Rooms))]);
            var house = new Courthouse(
                [.. Enumerable.Range(1, Rooms).Select(i => new RoomPlan(new($"court-{i}") { Recorders = [new(new($"court-{i}", "recorder"), RecorderRole.Main)] }, []))],
                new(Bench.World, users, State, new FakeJournal(), Docket, _gate, Clock, NullLogger<Courthouse>.Instance) { RoomsHit = Bench.Graph.RoomsHit });
            house.RestoreAsync(isFirst, default).GetAwaiter().GetResult();
            if (!isFirst) RestartedAt = Clock.Now;
            return house;
        }
    }

    private static void Play(Deed[] deeds, int scope, int[] deaths)
    {
        var night = new Night();
        var bench = night.Bench;
        var told = string.Join(", ", deeds.Select(d => d.ToString()));
        var open = new Queue<Deed>(deeds.OrderBy(d => d.Minute));
        while (open.TryPeek(out var before) && before.Minute <= 0) Do(night, open.Dequeue());
        night.Clock.Leapt = _ =>
        {
            while (open.TryPeek(out var next) && TimeSpan.FromMinutes(next.Minute) <= night.Clock.Now) Do(night, open.Dequeue());
            for (var i = 1; i <= Rooms; i++) if (IsGuarded(night, i)) night.Lives[i].FreeSince = night.Clock.Now;
        };
        bench.World.Framed = frame =>
        {
            foreach (var room in RoomsOf(frame))
            {
                Assert.False(IsGuarded(night, room), $"{frame} under court-{room} [{told}]");
                var life = night.Lives[room];
                if (life.WasDeferred) Assert.True(night.Clock.Now - life.FreeSince <= TimeSpan.FromSeconds(150), $"{frame}: court-{room} was free since {life.FreeSince} [{told}]");
                life.WasDeferred = false;
            }
        };
        bench.Looked = run =>
        {
            for (var i = 1; i <= Rooms; i++)
                if (run.Record.Rooms.TryGetValue($"court-{i}", out var room) && room.Phase is RoomPhase.Deferred) night.Lives[i].WasDeferred = true;
        };
        bench.DiesHere = () =>
        {
            if (!deaths.Contains(bench.Boundaries)) return false;
            night.Restart();

            // Guarded from here, also where the clock leaps over all of it.
            for (var i = 1; i <= Rooms; i++) if (IsGuarded(night, i)) night.Lives[i].FreeSince = night.Clock.Now + Unsure;
            return true;
        };

        var rooms = scope == 0 ? Array.Empty<string>() : [$"court-{scope}"];
        var end = bench.Play(bench.Start(PowerAct.Off, rooms), Horizon);

        foreach (var (name, room) in end.Record.Rooms.Where(r => r.Key.StartsWith("court", StringComparison.Ordinal)))
        {
            var number = name[^1] - '0';
            if (room.Phase is RoomPhase.Deferred) Assert.True(night.Clock.Now - night.Lives[number].FreeSince <= TimeSpan.FromSeconds(150), $"{name} waits for nothing [{told}]");
            else Assert.True(room.Phase is RoomPhase.Done, $"{name} {room.Phase} [{told}]: {string.Join('\n', end.Steps.Zip(end.Progress).Where(p => p.Second.State is not StepState.Verified).Select(p => $"{p.First.Id} {p.Second.State} {p.Second.Reason}"))}");
        }

        Assert.Empty(bench.Faults);
    }

    private static void Do(Night night, Deed deed)
    {
        var life = night.Lives[deed.Room];
        var hearing = night.House.Find($"court-{deed.Room}")!.Hearing;
        var recorder = night.Bench.World[$"court-{deed.Room}/recorder"];
        switch (deed.Kind)
        {
            case 0 or 1:
                var id = deed.Kind == 0 ? null : $"h{deed.Arg}";
                if (!Turn(hearing, Told.Opened, deed.Room, id)) break;
                if (!life.IsOpen) (life.Hearing, life.ClosedAt) = (id, null);
                life.IsOpen = true;
                break;
            case 2:
                Turn(hearing, deed.Arg % 2 == 0 ? Told.Adjourned : Told.DeliberationCalled, deed.Room, null);
                break;
            case 3 or 4 when life.IsOpen && recorder.Recording == RecordingStates.Stopped:
                if (!Turn(hearing, Told.Closed, deed.Room, null)) break;
                life.IsOpen = false;
                life.ClosedAt = night.Clock.Now;
                break;
            case 5:
                // What is said twice alike is said once.
                var entry = ($"h{deed.Arg}", night.Clock.Now + TimeSpan.FromMinutes(deed.Arg), night.Clock.Now + TimeSpan.FromMinutes(deed.Arg + 45));
                if (!life.Docket.Contains(entry)) life.Docket.Add(entry);
                Publish(night);
                break;
            case 6:
                night.Docket.Lose(DocketSource.File);
                night.DocketLost = true;
                break;
            case 7: Publish(night); break;
            case 8 when recorder.HasPower: recorder.Recording = deed.Arg % 2 == 0 ? RecordingStates.Recording : RecordingStates.Stopping; break;
            case 9: recorder.Recording = RecordingStates.Stopped; break;
        }
    }

    private static bool Turn(HearingRoom hearing, Told told, int room, string? id) =>
        hearing.TurnAsync(new(told, Clerks[room - 1], Confirmed: true, Hearing: id), default).Result.Done;

    private static void Publish(Night night)
    {
        var entries = night.Lives.SelectMany((l, i) => l.Docket.Select(d => new DocketEntry($"court-{i}", d.Id, LeapClock.Start + d.From, LeapClock.Start + d.To, false)));
        night.Docket.Accept(DocketSource.File, new([.. entries], []));
        night.DocketLost = false;
    }

    private static bool IsGuarded(Night night, int room)
    {
        var life = night.Lives[room];
        var now = night.Clock.Now;
        var recorder = night.Bench.World[$"court-{room}/recorder"];
        if (life.IsOpen || night.DocketLost) return true;
        if (recorder.HasPower && recorder.Recording != RecordingStates.Stopped) return true;
        if (life.ClosedAt is { } closed && now - closed < Grace) return true;
        var over = life.ClosedAt is null ? null : life.Hearing;
        var torn = life.Docket.OrderBy(d => d.From).Zip(life.Docket.OrderBy(d => d.From).Skip(1)).Any(p => p.Second.From < p.First.To) || life.Docket.Select(d => d.Id).Distinct().Count() < life.Docket.Count;
        if (torn || life.Docket.Exists(d => d.From - Ahead <= now && now < d.To && d.Id != over)) return true;

        // After a restart nobody knows for half a minute what an earlier frame still does to a recorder that has power.
        return night.RestartedAt is { } restarted && now < restarted + Unsure && recorder.HasPower;
    }

    private static IEnumerable<int> RoomsOf(PowerFrame frame) => frame switch
    {
        { Device.Room: "machine-room", Outlet: { } outlet } => [outlet % 10],
        _ => [frame.Device.Room[^1] - '0'],
    };

    private static PowerSite Site => new(
        [
            .. Enumerable.Range(1, Rooms).Select(i => new RoomPower($"court-{i}")
            {
                Gap = TimeSpan.FromMilliseconds(500),
                Loads =
                [
                    StandardCourt.Load("sequencer", $"machine-room/pdu/{i}"),
                    StandardCourt.Load("recorder", $"court-{i}/sequencer/1"),
                    StandardCourt.Load("display", $"court-{i}/sequencer/2"),
                    StandardCourt.Load("clerk-pc", $"machine-room/pdu/{10 + i}"),
                ],
            }),
        ],
        []);

    private static void Build(PowerWorld world)
    {
        world.Add("machine-room/pdu", PowerManifests.Pdu);
        for (var i = 1; i <= Rooms; i++)
        {
            world.Add($"court-{i}/sequencer", PowerManifests.Pdu, $"machine-room/pdu/{i}");
            world.Add($"court-{i}/recorder", PowerManifests.Recorder, $"court-{i}/sequencer/1");
            world.Add($"court-{i}/display", PowerManifests.Display, $"court-{i}/sequencer/2");
            world.Add($"court-{i}/clerk-pc", PowerManifests.Computer, $"machine-room/pdu/{10 + i}");
        }
    }
}
