using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Tests.Fakes;
using CsCheck;

namespace AvGateway.Scenes.Tests.Guard;

/// <summary>Random schedules, hearings, recorders and crashes against a model of a few lines: no power-off reaches a room that it must not
/// reach (I10, I11).</summary>
public sealed class GuardModelProperty
{
    private sealed record Deed(int Kind, int A, int B);

    private static readonly Gen<Deed> Deeds = from kind in Gen.Int[0, 9]
                                              from a in Gen.Int[0, 14]
                                              from b in Gen.Int[0,
        300]
                                              select new Deed(kind, a, b);

    [Fact]
    public async Task The_guard_agrees_with_its_model_at_every_frame()
    {
        Assert.SkipWhen(RandomCases.LeftOut, RandomCases.Why);
        await Deeds.Array[1, 25].SampleAsync(PlayAsync, iter: RandomCases.Or(20_000), threads: 2);
    }

    private sealed class World
    {
        public Stage Stage;
        public string? Hearing;
        public TimeSpan? ClosedAt;
        public TimeSpan Started;
        public TimeSpan? DocketAt;
        public bool DocketLost;
        public List<(string Id, TimeSpan From, TimeSpan To)> Docket = [];
        public string Recorder = "stopped";
        public bool RecorderGone;
        public bool Parked;
    }

    private static async Task PlayAsync(Deed[] deeds)
    {
        var room = new FakeRoom();
        var docket = new DocketBook(room.Clock, DocketSource.File);
        var (court, guard) = await room.BootAsync(docket);
        var world = new World();
        var number = 0;
        foreach (var deed in deeds)
        {
            switch (deed.Kind)
            {
                case 0 or 1: await TurnAsync(court, world, room, (Told)(deed.A % 14)); break;
                case 2: Publish(docket, world, room, deed, ++number); break;
                case 3:
                    docket.Lose(DocketSource.File);
                    world.DocketLost = true;
                    break;
                case 4:
                    room.Clock.Pass(TimeSpan.FromMinutes(deed.B));
                    break;
                case 5:
                    world.Recorder = (deed.A % 3) switch { 0 => "stopped", 1 => "paused", _ => "stopping" };
                    room.Main.Tell("recording", world.Recorder);
                    break;
                case 6 when !world.RecorderGone:
                    room.Main.Drop(TimeSpan.MaxValue);
                    world.RecorderGone = true;
                    break;
                case 7:
                    world.Parked = deed.A % 2 == 0;
                    await court.Hearing.AmendAsync(r =>
                        r with { Parked = world.Parked ? r.Parked.Add("recorder") : r.Parked.Clear() }, CancellationToken.None);
                    break;
                case 8:
                    (court, guard) = await room.BootAsync(docket);
                    world.Started = room.Clock.Now;
                    break;
            }

            Compare(room, guard, world, deed, ++number);
        }
    }

    private static async Task TurnAsync(Courtroom court, World world, FakeRoom room, Told told)
    {
        var before = world.Stage;
        var answer = await court.Hearing.TurnAsync(
            new(told, FakeRoom.Clerk, true, before is Stage.Closed && world.Docket.Count > 0 ? world.Docket[0].Id : null),
            CancellationToken.None);
        if (!answer.Done) return;
        world.Stage = court.Hearing.Snapshot.Stage;
        if (before is Stage.Closed && world.Stage is not Stage.Closed)
        {
            world.Hearing = world.Docket.Count > 0 ? world.Docket[0].Id : null;
            world.ClosedAt = null;
        }

        var wasOpen = before is not (Stage.Closed or Stage.Planned or Stage.Preparing);
        if (world.Stage is Stage.Closed && wasOpen) world.ClosedAt = room.Clock.Now;
    }

    private static void Publish(DocketBook docket, World world, FakeRoom room, Deed deed, int number)
    {
        var from = room.Clock.Now + TimeSpan.FromMinutes(deed.B);
        world.Docket = [($"h{number}", from, from + TimeSpan.FromMinutes(30 + deed.A))];
        if (deed.A == 7) world.Docket.Add(($"x{number}", from + TimeSpan.FromMinutes(5), from + TimeSpan.FromMinutes(90)));
        world.DocketAt = room.Clock.Now;
        world.DocketLost = false;
        var zero = room.Clock.GetUtcNow() - room.Clock.Now;
        Assert.True(docket.Accept(DocketSource.File,
            new([.. world.Docket.Select(e => new DocketEntry(FakeRoom.Id, e.Id, zero + e.From, zero + e.To, false))], [])));
    }

    private static void Compare(FakeRoom room, HearingGuard guard, World world, Deed deed, int number)
    {
        var caller = (deed.A % 4) switch { 0 => "scheduler", 1 => "engineer", 2 => "judge-1", _ => "stranger" };
        var verb = deed.B % 2 == 0 ? "power-off" : "power-on";
        var verdict = guard.Judge(room.Display,
            new($"c{number}", verb, Arguments.None, Deadline.In(TimeSpan.FromSeconds(1), room.Clock), caller));
        var hot = world.Stage is not (Stage.Closed or Stage.Planned or Stage.Preparing);
        var guarded = hot || world.Stage is Stage.Preparing || IsRecorderInTheWay(room, world) || IsDocketInTheWay(room, world)
            || world.ClosedAt is { } closed && room.Clock.Now - closed < TimeSpan.FromMinutes(15);
        var allowed = verb == "power-off" ? !guarded : !hot || caller == "judge-1";
        Assert.True(allowed == verdict.IsAllowed,
            $"{verb} by {caller}: {verdict.Reason} in {world.Stage}, model says {(allowed ? "allowed" : "guarded")}");
        if (!verdict.IsAllowed) Assert.Equal(caller == "scheduler", verdict.Decision is GuardDecision.Deferred);
    }

    private static bool IsRecorderInTheWay(FakeRoom room, World world)
    {
        var fresh = room.Clock.Now - world.Started < TimeSpan.FromSeconds(30);
        if (!fresh && !world.RecorderGone && world.Recorder != "stopped") return true;
        var mainUnknown = (fresh || world.RecorderGone) && !world.Parked;
        return mainUnknown || fresh;
    }

    private static bool IsDocketInTheWay(FakeRoom room, World world)
    {
        if (world.DocketAt is not { } at || world.DocketLost || room.Clock.Now - at > TimeSpan.FromHours(26)) return true;
        if (world.Docket.Count > 1) return true;
        var over = world.ClosedAt is not null ? world.Hearing : null;
        return world.Docket.Any(e => e.Id != over && room.Clock.Now >= e.From - TimeSpan.FromMinutes(60) && room.Clock.Now < e.To);
    }
}
