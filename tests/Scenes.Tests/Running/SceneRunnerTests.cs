using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Running;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Running;

public sealed class SceneRunnerTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly FakeRoom _room = new();
    private int _number;

    [Fact]
    public async Task A_whole_hearing_runs_through_its_scenes_and_each_is_seen()
    {
        var court = await BootAsync();

        foreach (var (scene, stage) in new (string, Stage)[]
        {
            ("prepare", Stage.Preparing), ("open", Stage.Opened), ("evidence", Stage.Evidence), ("closed-evidence", Stage.ClosedEvidence),
                ("evidence", Stage.Evidence),
            ("protected-witness", Stage.ProtectedWitness), ("debate", Stage.Debate), ("mediation", Stage.Mediation),
                ("panic-mute", Stage.Mediation),
            ("recess", Stage.Adjourned), ("deliberation", Stage.Deliberation), ("verdict", Stage.Verdict),
                ("technical-fault", Stage.Verdict), ("close", Stage.Closed),
        })
        {
            var run = await RunAsync(court, scene);

            Assert.True(run.State is RunState.Done,
                $"{scene}: {run.FailedAt} {string.Join(',', run.Steps.Where(s => s.State is StepState.Failed).Select(s => $"{s.Step.Name} {s.Reason}"))}");
            Assert.Equal(stage, court.Hearing.Snapshot.Stage);
            Assert.All(run.Truths, t => Assert.True(t.IsAsWished, $"{scene} {t.Point}"));
            Assert.Equal(SceneState.Active, court.Board.Find(scene)!.State);
            Assert.Empty(_room.Crimes);
        }
    }

    [Fact]
    public async Task The_prepared_room_made_a_test_recording_and_ended_it()
    {
        var court = await BootAsync();

        await RunAsync(court, "prepare");

        Assert.Equal(["record", "stop"], Verbs(_room.Main));
        Assert.Equal("stopped", _room.Main.Physical["recording"].Text);
    }

    [Fact]
    public async Task A_preparation_does_not_end_a_recording_that_somebody_makes()
    {
        var court = await BootAsync();
        _room.Main.Tell("recording", "recording");

        await RunAsync(court, "prepare");

        Assert.Empty(Verbs(_room.Main));
        Assert.Equal("recording", _room.Main.Physical["recording"].Text);
    }

    [Fact]
    public async Task Nothing_opens_before_it_is_recorded_and_the_stream_is_the_last()
    {
        var court = await BootAsync();
        var order = new List<string>();
        _room.OnFrame = (device, command) => order.Add($"{device.Id.Name} {command.Verb}");

        await RunAsync(court, "open", isPublic: true);

        Assert.True(order.IndexOf("recorder record") < order.IndexOf("dsp unmute"));
        Assert.True(order.IndexOf("backup record") < order.IndexOf("dsp unmute"));
        Assert.Equal("encoder record", order[^1]);
    }

    [Fact]
    public async Task The_stream_is_seen_stopped_before_a_closed_phase_begins()
    {
        var court = await BootAsync();
        await RunAsync(court, "open", isPublic: true);
        var stageAtStop = Stage.Closed;
        var firstRoute = "";
        _room.OnFrame = (device, command) =>
        {
            if (device == _room.Encoder) stageAtStop = court.Hearing.Snapshot.Stage;
            else if (firstRoute.Length == 0) firstRoute = _room.Encoder.Physical["recording"].Text;
        };

        await RunAsync(court, "closed-evidence");

        Assert.Equal(Stage.Opened, stageAtStop);
        Assert.Equal("stopped", firstRoute);
        Assert.Equal(Stage.ClosedEvidence, court.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task A_closed_phase_does_not_begin_while_the_stream_is_not_seen_stopped()
    {
        var court = await BootAsync();
        await RunAsync(court, "open", isPublic: true);
        FailFrames(_room.Encoder, Mishap.Late);

        var run = await RunAsync(court, "closed-evidence", insist: true);

        Assert.Equal((RunState.Partial, SceneRunner.NotConfirmed), (run.State, run.FailedAt));
        var shown = court.Hearing.Snapshot;
        Assert.Equal((Stage.Opened, (Stage?)Stage.ClosedEvidence, true), (shown.Stage, shown.Wished, shown.NotConfirmed));
        Assert.Contains("stop-stream:stream", run.FailedSteps);
    }

    [Fact]
    public async Task A_recess_whose_silence_is_not_seen_is_shown_as_not_confirmed_until_a_judge_insists()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        FailFrames(_room.Dsp, Mishap.FrameLost);

        var first = await RunAsync(court, "recess");
        var clerk = await RunAsync(court, "recess", insist: true, actor: FakeRoom.Clerk);
        var judge = await RunAsync(court, "recess", insist: true, actor: FakeRoom.Judge);

        Assert.Equal(SceneRunner.NotConfirmed, first.FailedAt);
        Assert.Equal(SceneRunner.NotConfirmed, clerk.FailedAt);
        Assert.Equal((RunState.Partial, Stage.Adjourned), (judge.State, court.Hearing.Snapshot.Stage));
        Assert.True(court.Hearing.Snapshot.NotConfirmed);
        Assert.Contains(judge.Truths, t => t.Point.Property == "muted-1" && t.Shown != (Value?)(Value)true);
    }

    [Fact]
    public async Task A_delicate_sink_goes_dark_between_two_sources_and_the_mask_is_seen_first()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var gallery = new List<long>();
        var maskedAtRoute = false;
        _room.OnFrame = (device, command) =>
        {
            if (command.Verb != "route" || command.Args["output"].Integer != 2) return;
            gallery.Add(command.Args["input"].Integer);
            if (command.Args["input"].Integer == 6) maskedAtRoute = _room.Mask.Physical["masked"].Flag;
        };

        await RunAsync(court, "protected-witness");

        Assert.Equal([0L, 6L], gallery);
        Assert.True(maskedAtRoute);
    }

    [Fact]
    public async Task A_mask_that_does_not_come_on_leaves_every_public_sink_dark()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        FailFrames(_room.Mask, Mishap.Refused);

        var run = await RunAsync(court, "protected-witness");

        Assert.Equal(RunState.Partial, run.State);
        Assert.Contains("mask:mask.masked", run.FailedSteps);
        Assert.All(Enumerable.Range(2, 5), o => Assert.Equal(0L, _room.Matrix.Physical[$"output-{o}"].Integer));
        Assert.True(_room.Dsp.Physical["muted-4"].Flag);
        Assert.Contains(run.Steps, s => s.Reason == "AVG-GUARD-ROUTE");
    }

    [Fact]
    public async Task A_preview_sends_nothing_and_names_what_would_be_sent()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var before = Frames();

        var plan = court.Preview("recess")!;

        Assert.Equal(before, Frames());
        Assert.Contains(plan.Silence, s => s is { Name: "mute:mic-1", Verb: "mute" });
        Assert.DoesNotContain(plan.Steps, s => s.Name.Contains("mic-3", StringComparison.Ordinal));
        Assert.Equal(Stage.Opened, court.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task What_is_so_already_is_not_sent_again()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "debate");
        var before = Frames();

        var run = await RunAsync(court, "debate");

        Assert.Equal(RunState.Done, run.State);
        Assert.Equal(before, Frames());
    }

    [Fact]
    public async Task A_step_that_fails_takes_the_others_back_in_reverse()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var before = Physical(_room.Matrix);
        var routes = new List<(long Output, long Input)>();
        _room.OnFrame = (_, command) =>
        {
            if (command.Verb != "route") return;
            routes.Add((command.Args["output"].Integer, command.Args["input"].Integer));
            _room.Mishaps = () => routes[^1] is (5, 3) ? Mishap.Refused : Mishap.None;
        };

        var run = await RunAsync(court, "evidence");

        Assert.Equal((RunState.RolledBack, "show:remote-feed"), (run.State, run.FailedAt));
        Assert.Equal(before, Physical(_room.Matrix));
        Assert.Equal(Stage.Opened, court.Hearing.Snapshot.Stage);
        Assert.Equal([(5L, 0L), (2L, 0L), (2L, 2L)],
            routes.SkipWhile(r => r != (5, 3)).Skip(1).Where(r => r.Output is 2 || r is (5, 0)).Take(3));
    }

    [Fact]
    public async Task A_run_is_taken_back_on_request_and_the_hearing_stays()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "evidence");
        Assert.Equal(3L, _room.Matrix.Physical["output-1"].Integer);

        var back = await (await court.RollBackAsync(new("back", "evidence", FakeRoom.Clerk), None)).Ended!;

        Assert.Equal(RunState.RolledBack, back.State);
        Assert.Equal(2L, _room.Matrix.Physical["output-1"].Integer);
        Assert.Equal(2L, _room.Matrix.Physical["output-2"].Integer);
        Assert.Equal(Stage.Evidence, court.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task Taking_back_an_opening_stops_no_recording_and_says_so()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");

        var back = await (await court.RollBackAsync(new("back", "open", FakeRoom.Judge), None)).Ended!;

        Assert.Equal(["record"], Verbs(_room.Main));
        Assert.Contains(back.Steps, s => s is { Step.Name: "start-record:recorder", State: StepState.NotUndone, Reason: "no-way-back" });
        Assert.True(_room.Dsp.Physical["muted-1"].Flag);
    }

    [Fact]
    public async Task Taking_back_a_recess_opens_no_microphone_and_the_list_says_so()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "recess");

        var back = await (await court.RollBackAsync(new("back", "recess", FakeRoom.Judge), None)).Ended!;

        Assert.Equal(RunState.Partial, back.State);
        Assert.True(_room.Dsp.Physical["muted-1"].Flag);
        Assert.Contains(back.Steps, s => s is { State: StepState.NotUndone, Reason: "AVG-GUARD-ROUTE" });
    }

    [Fact]
    public async Task A_room_changed_by_hand_marks_the_scene_overridden_and_back()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");

        _room.Press(_room.Matrix, "output-1", 4);
        await court.LookAsync(None);
        var overridden = court.Board.Find("open")!;
        _room.Press(_room.Matrix, "output-1", 2);
        await court.LookAsync(None);

        Assert.Equal(SceneState.Overridden, overridden.State);
        Assert.Equal(["matrix.output-1"], overridden.Changed.Select(p => p.ToString()));
        Assert.Equal(SceneState.Active, court.Board.Find("open")!.State);
    }

    [Fact]
    public async Task Two_scenes_do_not_run_at_once_but_a_panic_mute_goes_first()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var stuck = new TaskCompletionSource<CommandResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isStuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _room.Matrix.Holds = () =>
        {
            isStuck.TrySetResult();
            return stuck.Task;
        };
        var evidence = await court.RunAsync(new("e", "evidence", FakeRoom.Clerk, true), None);
        await isStuck.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        _room.Matrix.Holds = null;

        var second = await court.RunAsync(new("d", "debate", FakeRoom.Clerk, true), None);
        var panic = await RunAsync(court, "panic-mute");
        var first = await evidence.Ended!;

        Assert.Equal("AVG-GUARD-SCENE-RUNNING", second.Code);
        Assert.Equal((RunState.Partial, SceneRunner.Preempted), (first.State, first.FailedAt));
        Assert.All(Enumerable.Range(1, 4), c => Assert.True(_room.Dsp.Physical[$"muted-{c}"].Flag));
        Assert.True(panic.State is RunState.Done, panic.FailedAt);
        Assert.Equal("recording", _room.Main.Physical["recording"].Text);
    }

    [Theory]
    [InlineData(Mishap.ReplyLost)]
    [InlineData(Mishap.FrameLost)]
    public async Task A_device_that_restarts_in_the_middle_is_read_again_and_gone_on_with(Mishap mishap)
    {
        var court = await BootAsync();
        var once = true;
        _room.OnFrame = (device, _) =>
        {
            var lost = device == _room.Dsp && once;
            if (lost) once = false;
            _room.Mishaps = () => lost ? mishap : Mishap.None;
        };

        var run = await RunAsync(court, "open");

        Assert.True(run.State is RunState.Done, run.FailedAt);
        Assert.False(_room.Dsp.Physical["muted-1"].Flag);
    }

    [Fact]
    public async Task A_device_that_stays_away_leaves_a_partial_run_with_what_is_true()
    {
        var court = await BootAsync();
        FailFrames(_room.Matrix, Mishap.Reboots);

        var run = await RunAsync(court, "open");

        Assert.Equal(RunState.Partial, run.State);
        Assert.Contains(run.Truths, t => t.Point.Property == "output-1" && t.Shown is null);
        Assert.Contains(run.Truths, t => t.Point.Property == "muted-1" && t.IsAsWished);
    }

    [Fact]
    public async Task A_gallery_that_cannot_be_seen_keeps_the_doors_from_being_closed()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "evidence");
        FailFrames(_room.Matrix, Mishap.Reboots);

        var run = await RunAsync(court, "closed-evidence");

        Assert.Equal(SceneRunner.NotConfirmed, run.FailedAt);
        Assert.Equal(Stage.Evidence, court.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task While_a_scene_leads_to_a_recess_nobody_opens_a_microphone_behind_its_back()
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        await RunAsync(court, "open");
        var unmute = new CommandRequest("c", "unmute", Arguments.Of(("channel", 1)), Deadline.In(TimeSpan.FromSeconds(3), _room.Clock), "clerk-1");
        var codes = new List<(Stage Stage, string? Code)>();
        _room.OnFrame = (_, _) => codes.Add((court.Hearing.Snapshot.Stage, guard.Judge(_room.Dsp, unmute).Code));

        await RunAsync(court, "recess");

        Assert.Contains((Stage.Opened, "AVG-GUARD-ROUTE"), codes);
        Assert.All(codes, c => Assert.Equal("AVG-GUARD-ROUTE", c.Code));
    }

    [Fact]
    public async Task What_the_rules_forbid_is_taken_away_also_by_a_scene_that_forgot_it()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "deliberation");
        _room.Press(_room.Dsp, "muted-2", false);

        var plan = court.Preview("technical-fault")!;

        Assert.Equal(["mute:dsp.muted-2"], plan.Silence.Select(s => s.Name));
    }

    [Fact]
    public async Task What_had_to_be_silent_on_the_way_is_brought_back()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "protected-witness");
        _room.Press(_room.Mask, "masked", false);

        var run = await RunAsync(court, "protected-witness");

        Assert.True(run.State is RunState.Done, run.FailedAt);
        Assert.False(_room.Dsp.Physical["muted-4"].Flag);
        Assert.Equal(6L, _room.Matrix.Physical["output-2"].Integer);
    }

    [Fact]
    public async Task A_run_id_that_would_confuse_the_guard_is_refused()
    {
        var court = await BootAsync();

        Assert.Equal("AVG-REQ-RUN", (await court.RunAsync(new("a/b", "open", FakeRoom.Judge, true), None)).Code);
        Assert.Equal("AVG-REQ-RUN", (await court.RunAsync(new("", "open", FakeRoom.Judge, true), None)).Code);
        Assert.Equal("AVG-REQ-SCENE", (await court.RunAsync(new("a", "dance", FakeRoom.Judge, true), None)).Code);
        Assert.Equal("AVG-REQ-ROLLBACK", (await court.RollBackAsync(new("a", "open", FakeRoom.Judge, true), None)).Code);
    }

    [Fact]
    public async Task A_late_route_does_not_survive_into_a_closed_phase()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var route = new CommandRequest("x", "route", Arguments.Of(("output", 2), ("input", 3)),
            Deadline.In(TimeSpan.FromSeconds(3), _room.Clock), "judge-1");
        _room.Press(_room.Matrix, "output-2", 0);
        _room.Mishaps = () => Mishap.Late;
        await _room.Matrix.AskAsync(route, null, None);
        _room.Mishaps = () => Mishap.None;

        await RunAsync(court, "closed-evidence");
        _room.Clock.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(0L, _room.Matrix.Physical["output-2"].Integer);
        Assert.Empty(_room.Crimes);
    }

    [Fact]
    public async Task A_killed_run_goes_on_after_the_restart_or_is_listed_when_it_is_too_old()
    {
        foreach (var pause in (TimeSpan[])[TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10)])
        {
            var room = new FakeRoom();
            var (court, _) = await room.BootAsync();
            room.DiesAfter = 12;
            await Assert.ThrowsAsync<ProcessDied>(async () =>
                await (await court.RunAsync(new("r", "open", FakeRoom.Clerk, true), None)).Ended!);
            room.DiesAfter = -1;
            room.Clock.Pass(pause);

            await room.BootAsync();

            var run = Assert.Single(room.Store.Runs);
            var isFresh = pause < TimeSpan.FromMinutes(2);
            Assert.Equal(isFresh ? RunState.Done : RunState.Partial, run.State);
            Assert.Equal(isFresh ? null : SceneRunner.Interrupted, run.FailedAt);
            Assert.NotEmpty(run.Truths);
        }
    }

    [Fact]
    public async Task The_way_back_is_stored_before_the_first_frame()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        SceneRun? stored = null;
        _room.OnFrame = (_, _) => stored ??= _room.Store.Runs.Single(r => r.Scene == "evidence");

        await RunAsync(court, "evidence");

        Assert.Equal(RunState.Running, stored!.State);
        Assert.Contains(stored.Steps, s => s.Step.Name == "blank:gallery-display" && s.Step.Undo == 2);
    }

    [Fact]
    public async Task A_scene_of_an_engineer_runs_in_a_free_room_and_not_in_a_hearing()
    {
        var court = await BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));

        var free = await court.RunAsync(new("a", "technical-fault", FakeRoom.Engineer), None);
        await free.Ended!;
        await RunAsync(court, "open");
        var busy = await court.RunAsync(new("b", "technical-fault", FakeRoom.Engineer), None);

        Assert.Null(free.Code);
        Assert.Equal("AVG-AUTH-HEARING", busy.Code);
    }

    [Fact]
    public async Task Closing_hangs_up_stops_the_recorders_last_and_leaves_no_call()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        _room.Codec.Tell("call", "connected");

        var run = await RunAsync(court, "close");

        Assert.Equal(RunState.Done, run.State);
        Assert.Equal(("idle", "stopped", "stopped"),
            (_room.Codec.Physical["call"].Text, _room.Main.Physical["recording"].Text, _room.Backup.Physical["recording"].Text));
    }

    // Long enough after the start that nothing is doubted for it.
    private async Task<Courtroom> BootAsync()
    {
        var (court, _) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        return court;
    }

    private async Task<SceneRun> RunAsync(Courtroom court, string scene, bool insist = false, Actor? actor = null, bool? isPublic = null)
    {
        var answer = await court.RunAsync(new($"run{++_number}", scene, actor ?? FakeRoom.Judge, Confirmed: true, insist, isPublic), None);
        Assert.True(answer.Ended is not null, answer.Code);
        return await answer.Ended.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private void FailFrames(FakeDevice failing, Mishap mishap) =>
        _room.OnFrame = (device, _) => _room.Mishaps = () => device == failing ? mishap : Mishap.None;

    private int Frames() => _room.Devices.Cast<FakeDevice>().Sum(d => d.Frames.Count);
    private static IEnumerable<string> Verbs(FakeDevice device) => device.Frames.Select(f => f.Command.Verb);
    private static string Physical(FakeDevice device) => string.Join(' ', device.Physical.OrderBy(p => p.Key, StringComparer.Ordinal));
}
