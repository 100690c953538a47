using AvGateway.Classes;
using AvGateway.Operations.Power;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>A run over one courtroom: the order on the wire, what was seen, and a named end with one fault for each thing that goes wrong.</summary>
public sealed class PowerRunTests
{
    private readonly RunBench _bench = new();

    private PowerWorld World => _bench.World;

    [Fact]
    public void A_courtroom_goes_off_and_on_again_with_every_step_seen_twice()
    {
        var off = _bench.Play(PowerAct.Off);

        Assert.Equal(RunPhase.Done, off.Record.Phase);
        Assert.All(off.Progress, p => Assert.Equal(StepState.Verified, p.State));
        Assert.All(World.Machines.Where(m => m.Id.Room == "court-1"), m => Assert.False(m.HasPower));

        var on = _bench.Play(PowerAct.On);

        Assert.True(on.Record.Phase is RunPhase.Done, Told(on));
        Assert.All(World.Machines, m => Assert.True(m.IsOn, m.Id.ToString()));
        Assert.Empty(_bench.Faults);
    }

    [Fact]
    public void Outlets_open_from_the_last_to_the_first_with_their_gap_after_lamp_and_amplifier()
    {
        _bench.Play(PowerAct.Off);

        var outlets = World.Frames.Where(f => f.Device.Name == "sequencer").ToList();
        Assert.Equal([8, 5, 4, 3, 2, 1], outlets.Select(f => f.Outlet ?? 0));
        Assert.All(outlets.Zip(outlets.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromSeconds(1), $"{pair.First} then {pair.Second}"));
        Assert.True(At("projector", PowerWords.OffVerb) + TimeSpan.FromSeconds(90) <= outlets.Single(f => f.Outlet == 5).At);
        Assert.True(World.Frames[^1] is { Device.Name: "pdu", Outlet: 1 });
    }

    [Fact]
    public void A_display_that_ignores_off_is_told_three_times_keeps_its_feed_and_raises_one_fault()
    {
        World["court-1/display"].Ignores = true;

        var end = _bench.Play(PowerAct.Off);

        Assert.Equal(StepState.OffFailed, State(end, "court-1/display:off"));
        Assert.Equal(3, World["court-1/display"].Taken);
        Assert.Equal(StepState.Held, State(end, "court-1/sequencer/4:open"));
        Assert.Equal(StepState.Held, State(end, "machine-room/pdu/1:open"));
        Assert.Equal("power.off-failed", Assert.Single(_bench.Faults).Code);
        Assert.Equal(RunPhase.Partial, end.Record.Phase);
        Assert.False(World["court-1/dsp"].HasPower);
    }

    [Fact]
    public void A_device_that_says_off_and_draws_current_is_contradicted_and_never_reported_off()
    {
        World["court-1/display"].Lies = true;

        var end = _bench.Play(PowerAct.Off);

        Assert.Equal(StepState.Contradicted, State(end, "court-1/display:off"));
        Assert.Equal("power.contradicted", Assert.Single(_bench.Faults).Code);
        Assert.True(World["court-1/display"].HasPower);
    }

    [Fact]
    public void A_lamp_that_cools_is_waited_for()
    {
        var end = _bench.Play(PowerAct.Off);

        Assert.Equal(StepState.Verified, State(end, "court-1/projector:off"));
        Assert.Equal(1, World["court-1/projector"].Taken);
        Assert.Empty(_bench.Faults);
    }

    [Fact]
    public void A_lamp_that_cools_without_end_is_named_and_keeps_its_feed()
    {
        World["court-1/projector"].Cooling = TimeSpan.FromHours(1);

        var end = _bench.Play(PowerAct.Off);

        Assert.Equal(StepState.OffFailed, State(end, "court-1/projector:off"));
        Assert.True(World["court-1/projector"].HasPower);
        Assert.Single(_bench.Faults);
    }

    [Fact]
    public void A_link_lost_in_the_middle_is_no_proof_of_anything()
    {
        World["court-1/projector"].LinkLostAt = TimeSpan.FromSeconds(30);
        var end = _bench.Play(PowerAct.Off);

        // Its outlet tells that it draws nothing: one sign, and it is said that it is one.
        Assert.Equal(StepState.Unverified, State(end, "court-1/projector:off"));
        Assert.Equal(new("仅有一项依据", "one sign only"), end.Progress[Index(end, "court-1/projector:off")].Reason);
    }

    [Fact]
    public void A_device_that_nobody_hears_and_nothing_meters_is_unreachable_and_keeps_its_feed()
    {
        var bench = new RunBench(build: world =>
        {
            StandardCourt.Build(world);
            world.Add("court-1/far-display", PowerManifests.Display).LinkLostAt = TimeSpan.FromSeconds(0);
        });

        var end = bench.Play(PowerAct.Off);

        Assert.Equal(StepState.Unreachable, State(end, "court-1/far-display:off"));
        Assert.Equal("power.unreachable", Assert.Single(bench.Faults).Code);
    }

    [Fact]
    public void What_comes_back_by_itself_is_named_once_and_not_chased()
    {
        var bench = new RunBench(build: world =>
        {
            StandardCourt.Build(world);
            world.Add("court-1/wall-display", PowerManifests.Display).ComesBackAfter = TimeSpan.FromSeconds(40);
        });

        var end = bench.Play(PowerAct.Off);

        Assert.Equal(StepState.CameBack, State(end, "court-1/wall-display:off"));
        Assert.Equal("power.came-back", Assert.Single(bench.Faults).Code);
        Assert.Equal(1, bench.World["court-1/wall-display"].Taken);
    }

    [Fact]
    public void A_toggle_without_feedback_is_sent_once_and_said_to_be_unverified()
    {
        var bench = new RunBench(build: world =>
        {
            StandardCourt.Build(world);
            world.Add("court-1/television", PowerManifests.Toggle);
        });

        var end = bench.Play(PowerAct.Off);

        Assert.Equal(StepState.Unverified, State(end, "court-1/television:off"));
        Assert.Equal(1, bench.World["court-1/television"].Taken);
        Assert.Equal(RunPhase.Partial, end.Record.Phase);
        Assert.Empty(bench.Faults);
    }

    [Fact]
    public void One_sign_is_enough_to_go_on_and_is_said()
    {
        var bench = new RunBench(build: world =>
        {
            StandardCourt.Build(world);
            world.Add("court-1/wall-display", PowerManifests.Display);
        });

        var end = bench.Play(PowerAct.Off);

        Assert.Equal(StepState.Unverified, State(end, "court-1/wall-display:off"));
        Assert.Equal(RunPhase.Done, end.Record.Phase);
    }

    [Fact]
    public void A_recorder_that_runs_keeps_the_whole_room_on_until_its_file_is_closed()
    {
        World["court-1/recorder"].Recording = RecordingStates.Recording;
        _bench.WhyGuarded = _ => World["court-1/recorder"].Recording == RecordingStates.Stopped ? GuardReason.None : GuardReason.RecorderBusy;
        var run = _bench.Start(PowerAct.Off);
        _bench.Play(run, TimeSpan.FromMinutes(30));

        Assert.Empty(World.Frames);
        Assert.Equal((RoomPhase.Deferred, "AVG-GUARD-RECORDER"), (run.Record.Rooms["court-1"].Phase, run.Record.Rooms["court-1"].Why));

        World["court-1/recorder"].Recording = RecordingStates.Stopped;
        Assert.Equal(RunPhase.Done, _bench.Play(run, TimeSpan.FromHours(1)).Record.Phase);
    }

    [Fact]
    public void Also_without_a_guard_the_recorders_feed_waits_for_its_file()
    {
        World["court-1/recorder"].Recording = RecordingStates.Stopping;
        var run = _bench.Start(PowerAct.Off);
        _bench.Play(run, TimeSpan.FromMinutes(30));

        Assert.Empty(World.Frames);
        World["court-1/recorder"].Recording = RecordingStates.Stopped;
        Assert.Equal(RunPhase.Done, _bench.Play(run, TimeSpan.FromHours(1)).Record.Phase);
    }

    [Fact]
    public void A_wrong_outlet_in_the_site_file_is_found_by_the_device_that_lives_on()
    {
        var site = StandardCourt.Site;
        var loads = site.Rooms[0].Loads.Replace(site.Rooms[0].Loads.Single(l => l.Id == "display"), StandardCourt.Load("display", "court-1/sequencer/6"));
        var bench = new RunBench(site with { Rooms = [site.Rooms[0] with { Loads = loads }] });
        bench.World["court-1/sequencer"].SetOutlet(4, true);

        var end = bench.Play(PowerAct.Off);

        Assert.Equal(StepState.Contradicted, State(end, "court-1/sequencer/6:open"));
        Assert.Contains(bench.Faults, f => f.Subject == "court-1/sequencer/6");
    }

    [Fact]
    public void A_device_that_refuses_is_asked_three_times_and_no_more()
    {
        World["court-1/display"].Refuses = true;

        var end = _bench.Play(PowerAct.Off);

        Assert.Equal(StepState.OffFailed, State(end, "court-1/display:off"));
        Assert.Equal(3, World["court-1/display"].Taken);
        Assert.Single(_bench.Faults);
    }

    [Fact]
    public void What_is_off_already_gets_no_frame()
    {
        _bench.Play(PowerAct.Off);
        var frames = World.Frames.Count;

        var again = _bench.Play(PowerAct.Off);

        Assert.Equal(frames, World.Frames.Count);
        Assert.True(again.Record.Phase is RunPhase.Done, Told(again));
    }

    [Fact]
    public void A_matrix_that_does_not_come_up_is_named_and_the_rest_goes_on()
    {
        _bench.Play(PowerAct.Off);
        World["court-1/matrix"].LinkLostAt = TimeSpan.Zero;

        var end = _bench.Play(PowerAct.On);

        Assert.Equal(StepState.OnFailed, State(end, "court-1/matrix:answers"));
        Assert.Equal(("power.on-failed", "court-1/matrix"), _bench.Faults.Select(f => (f.Code, f.Subject)).Single());
        Assert.True(World["court-1/projector"].IsOn);
    }

    [Fact]
    public void A_step_of_the_wall_clock_changes_nothing()
    {
        _bench.Clock.Leapt = now => _bench.Clock.WallStep = TimeSpan.FromHours(now.Seconds % 2 == 0 ? 2 : -24);

        var end = _bench.Play(PowerAct.Off);

        Assert.Equal(RunPhase.Done, end.Record.Phase);
        Assert.True(_bench.Clock.Now < TimeSpan.FromMinutes(5), _bench.Clock.Now.ToString());
    }

    [Fact]
    public void A_cancelled_run_sends_nothing_more_and_tells_what_is_true()
    {
        var run = _bench.Start(PowerAct.Off);
        _bench.Play(run, TimeSpan.FromSeconds(20));
        var frames = World.Frames.Count;
        run.Cancel(null, Wording.Own("the court wants the room"));

        var end = _bench.Play(run, TimeSpan.FromHours(1));

        Assert.Equal(frames, World.Frames.Count);
        Assert.Equal(RunPhase.Cancelled, end.Record.Phase);
        Assert.Contains(end.Progress, p => p.State is StepState.Cancelled);
    }

    [Fact]
    public void A_room_that_was_taken_back_is_not_watched_any_more()
    {
        var bench = new RunBench(build: world =>
        {
            StandardCourt.Build(world);
            world.Add("court-2/display", PowerManifests.Display);
        })
        { WhyGuarded = room => room == "court-2" ? GuardReason.InSession : GuardReason.None };
        var run = bench.Start(PowerAct.Off);
        bench.Play(run, TimeSpan.FromMinutes(20));
        Assert.Equal((RoomPhase.Done, RoomPhase.Deferred), (run.Record.Rooms["court-1"].Phase, run.Record.Rooms["court-2"].Phase));

        run.Cancel(new HashSet<string> { "court-1" }, Wording.Own("superseded"));
        bench.World["machine-room/pdu"].SetOutlet(1, true);
        bench.World["machine-room/pdu"].SetOutlet(2, true);
        bench.Play(run, TimeSpan.FromMinutes(20));

        Assert.Empty(bench.Faults);
        Assert.Equal(RoomPhase.Done, run.Record.Rooms["court-1"].Phase);
    }

    private TimeSpan At(string device, string verb) => World.Frames.Single(f => f.Device.Name == device && f.Verb == verb).At;
    private static int Index(PowerPicture run, string step) => run.Steps.Select((s, i) => (s, i)).Single(p => p.s.Id == step).i;
    private static StepState State(PowerPicture run, string step) => run.Progress[Index(run, step)].State;
    private static string Told(PowerPicture run) => string.Join('\n', run.Steps.Zip(run.Progress).Select(p => $"{p.First.Id} {p.Second.State} {p.Second.Reason}"));
}
