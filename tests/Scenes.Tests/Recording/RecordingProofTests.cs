using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Running;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Recording;

public sealed class RecordingProofTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly FakeRoom _room = new();
    private readonly List<RecordingAlarm> _alarms = [];
    private int _number;

    [Fact]
    public async Task An_opening_is_proven_within_five_seconds_by_both_recorders()
    {
        var court = await BootAsync();

        var run = await RunAsync(court, "open");

        Assert.Equal(RunState.Done, run.State);
        Assert.Contains(run.Steps, s => s is { Step.Name: "prove-record:recorder", State: StepState.Seen });
        Assert.Contains(run.Steps, s => s is { Step.Name: "prove-record:backup", State: StepState.Seen });
        Assert.Equal("proven", court.Hearing.Snapshot.RecordingText);
        Assert.Equal(["recorder", "backup"], court.Hearing.Record.Log.Spans.Select(s => s.Recorder));
    }

    [Fact]
    public async Task A_recorder_that_ran_before_the_hearing_is_proven_and_watched_like_one_that_was_started_for_it()
    {
        var court = await BootAsync();
        _room.Main.Press("recording", "recording");

        var run = await RunAsync(court, "open");

        Assert.Equal((RunState.Done, null), (run.State, run.FailedAt));
        Assert.DoesNotContain(run.Steps, s => s.Step.Name == "start-record:recorder");
        Assert.Contains(run.Steps, s => s is { Step.Name: "prove-record:recorder", State: StepState.Seen });
        Assert.Equal(RecordingWish.Record, court.Hearing.Record.RecordingWishes["recorder"]);

        _room.Main.Press("recording", "stopped");
        await court.LookAsync(None);

        Assert.Contains(_alarms, a => a is { Recorder.Name: "recorder", Code: RecordingFaults.Stopped, IsRaised: true });
        Assert.NotEqual("proven", court.Hearing.Snapshot.RecordingText);
    }

    [Fact]
    public async Task Whoever_hears_of_a_change_sees_it()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var seen = new List<RecordingPicture>();
        court.Hearing.Changed += _ => seen.Add(court.Recording.Picture);
        court.Recording.Changed += _ => seen.Add(court.Recording.Picture);

        _room.Main.Press("recording", "stopped");
        await court.LookAsync(None);

        Assert.NotEmpty(seen);
        Assert.All(seen, picture => Assert.Contains(RecordingFaults.Stopped, picture.Recorders[0].Faults));
    }

    [Fact]
    public async Task A_recorder_that_refuses_fails_the_opening_by_name_and_the_hearing_shows_it()
    {
        var court = await BootAsync();
        _room.OnFrame = (device, _) => _room.Mishaps = () => device == _room.Main || device == _room.Backup ? Mishap.Refused : Mishap.None;
        var began = _room.Clock.Now;

        var run = await RunAsync(court, "open");

        Assert.Equal((RunState.Partial, "start-record:recorder"), (run.State, run.FailedAt));
        Assert.Equal("not-recorded", court.Hearing.Snapshot.RecordingText);
        Assert.Equal(Stage.Opened, court.Hearing.Snapshot.Stage);
        Assert.Contains(_alarms, a => a is { Code: RecordingFaults.Refused, IsRaised: true, Recorder.Name: "recorder" });
        Assert.True(_room.Clock.Now - began < TimeSpan.FromSeconds(10));
        Assert.True(court.Recording.Picture.IsRed);
    }

    [Fact]
    public async Task A_main_recorder_that_refuses_does_not_keep_the_backup_from_recording()
    {
        var court = await BootAsync();
        _room.OnFrame = (device, _) => _room.Mishaps = () => device == _room.Main ? Mishap.Refused : Mishap.None;

        await RunAsync(court, "open");

        Assert.Equal("recording", _room.Backup.Physical["recording"].Text);
        Assert.Equal("unproven", court.Hearing.Snapshot.RecordingText);
        Assert.Equal([RecorderState.Failed, RecorderState.Proven], court.Recording.Picture.Recorders.Select(r => r.State));
    }

    [Fact]
    public async Task A_hearing_without_any_wish_to_record_is_shown_as_not_recorded()
    {
        var court = await BootAsync();

        await court.Hearing.TurnAsync(new(Told.Opened, FakeRoom.Clerk, true), None);
        await court.LookAsync(None);

        Assert.Equal("not-recorded", court.Hearing.Snapshot.RecordingText);
        Assert.Null(court.Recording.Picture.Offer);
    }

    [Fact]
    public async Task An_idle_backup_is_offered_when_the_main_recorder_is_red_and_not_started_in_silence()
    {
        var court = await BootAsync();
        await court.Recording.WishAsync(_room.Main.Id, RecordingWish.Record, LegalReason.None, None);

        court.Recording.Refused(_room.Main.Id, "E13");
        await court.LookAsync(None);

        Assert.Equal(_room.Backup.Id, court.Recording.Picture.Offer);
        Assert.Empty(_room.Backup.Frames);
    }

    [Fact]
    public async Task The_log_of_a_hearing_names_recess_closed_evidence_and_a_fault_of_ninety_seconds()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await PassAsync(court, 600);
        await RunAsync(court, "recess");
        await PassAsync(court, 300);
        await RunAsync(court, "resume");
        await PassAsync(court, 60);
        await RunAsync(court, "closed-evidence");
        await PassAsync(court, 120);
        await RunAsync(court, "debate");
        await PassAsync(court, 60);
        var lostAt = _room.Clock.GetUtcNow();
        _room.Main.Tell("recording", "stopped");
        await PassAsync(court, 90);
        _room.Main.Tell("recording", "recording");
        await PassAsync(court, 30);
        await RunAsync(court, "close");
        await court.LookAsync(None);

        var rows = court.Hearing.Record.Log.Interruptions;
        Assert.Equal([LegalReason.Recess, LegalReason.ClosedEvidence, LegalReason.None], rows.Select(r => r.Legal));
        Assert.Equal([null, null, RecordingFaults.Stopped], rows.Select(r => r.Fault));
        Assert.Equal([true, true, false], rows.Select(r => r.IsSealed));
        Assert.InRange((rows[2].From - lostAt).TotalSeconds, -2, 2);
        Assert.InRange((rows[2].To!.Value - rows[2].From).TotalSeconds, 88, 95);
        Assert.True(court.Hearing.Record.Log.IsCovered(rows[2]));
        Assert.All(court.Hearing.Record.Log.Spans, s => Assert.NotNull(s.To));
        Assert.Equal(["recorder", "backup"], court.Hearing.Record.Log.Spans.Select(s => s.Recorder));
    }

    [Theory]
    [InlineData("zh-CN", "书面说明", "审判长（签名）：____________", "录制未经指令停止或暂停", "另一设备录制完整")]
    [InlineData("en", "Written statement", "Presiding judge (signature): ____________", "The recording ended or paused", "another recorder went on")]
    public async Task The_draft_of_the_statement_carries_the_gap_and_empty_signature_lines(string language, params string[] parts)
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await PassAsync(court, 60);
        _room.Main.Tell("recording", "stopped");
        await PassAsync(court, 90);
        _room.Main.Tell("recording", "recording");
        await PassAsync(court, 30);

        var text = StatementDraft.Write(court.Hearing.Record, new("第一审判庭", "Courtroom 1"),
            TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), language);

        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.Contains("2026-11-23 09:0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_begins_where_the_counter_last_grew_and_not_where_it_was_noticed()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await PassAsync(court, 60);
        var frozenAt = _room.Clock.GetUtcNow();
        _room.Frozen.Add("recorder");
        await PassAsync(court, 30);

        var alarm = _alarms.Single(a => a is { IsRaised: true, Code: RecordingFaults.NoGrowth });
        Assert.InRange((alarm.At - frozenAt).TotalSeconds, 7, 10);
        Assert.InRange((court.Hearing.Record.Log.Interruptions.Single().From - frozenAt).TotalSeconds, -2, 1);
    }

    [Fact]
    public async Task A_gap_that_the_backup_did_not_cover_is_not_called_covered()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await PassAsync(court, 60);
        _room.Main.Tell("recording", "stopped");
        _room.Backup.Tell("recording", "stopped");
        await PassAsync(court, 60);

        Assert.Equal("not-recorded", court.Hearing.Snapshot.RecordingText);
        Assert.All(court.Hearing.Record.Log.Interruptions, row => Assert.False(court.Hearing.Record.Log.IsCovered(row)));
    }

    [Fact]
    public async Task A_deliberation_pauses_the_recording_and_the_resume_proves_it_again()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        await RunAsync(court, "deliberation");
        await PassAsync(court, 30);
        Assert.Equal(("paused", "off"), (_room.Main.Physical["recording"].Text, court.Hearing.Snapshot.RecordingText));
        Assert.DoesNotContain(_alarms, a => a.IsRaised);

        var resume = await RunAsync(court, "resume");

        Assert.True(resume.State is RunState.Done, resume.FailedAt);
        Assert.Equal("proven", court.Hearing.Snapshot.RecordingText);
        Assert.Equal(["record", "pause", "resume"], _room.Main.Frames.Select(f => f.Command.Verb));
        Assert.False(court.Hearing.Record.Log.Interruptions.Single().IsSealed);
    }

    [Fact]
    public async Task The_gateways_own_absence_leaves_no_row_while_the_counter_went_on_and_one_when_it_did_not()
    {
        foreach (var recorderStopped in (bool[])[false, true])
        {
            var room = new FakeRoom();
            var (court, _) = await room.BootAsync();
            room.Clock.Pass(TimeSpan.FromMinutes(1));
            await (await court.RunAsync(new("r", "open", FakeRoom.Judge, true), None)).Ended!;
            for (var second = 0; second < 40; second++)
            {
                room.Clock.Pass(TimeSpan.FromSeconds(1));
                await court.LookAsync(None);
            }

            if (recorderStopped) room.Main.Tell("recording", "stopped");
            room.Clock.Pass(TimeSpan.FromMinutes(3));
            if (recorderStopped) room.Main.Tell("recording", "recording");
            (court, _) = await room.BootAsync();
            for (var second = 0; second < 10; second++)
            {
                room.Clock.Pass(TimeSpan.FromSeconds(1));
                await court.LookAsync(None);
            }

            var rows = court.Hearing.Record.Log.Interruptions;
            Assert.Equal(recorderStopped ? [("recorder", RecordingFaults.Unwatched)] : [], rows.Select(r => (r.Recorder!, r.Fault!)));
            Assert.Equal("proven", court.Hearing.Snapshot.RecordingText);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_restart_a_recorder_that_tells_no_recorded_time_is_proven_by_its_timecode(bool recorderStopped)
    {
        _room.Counter = "timecode";
        var court = await BootAsync();
        await RunAsync(court, "open");
        await PassAsync(court, 40);
        if (recorderStopped) _room.Main.Tell("recording", "stopped");
        _room.Clock.Pass(TimeSpan.FromMinutes(3));
        if (recorderStopped) _room.Main.Tell("recording", "recording");

        (court, _) = await _room.BootAsync();
        await PassAsync(court, 5);

        Assert.Equal("proven", court.Hearing.Snapshot.RecordingText);
        Assert.Equal(RunState.Done, (await RunAsync(court, "evidence")).State);
        Assert.Equal(recorderStopped ? [("recorder", RecordingFaults.Unwatched)] : [],
            court.Hearing.Record.Log.Interruptions.Select(r => (r.Recorder!, r.Fault!)));
    }

    [Fact]
    public async Task A_full_store_hides_no_alarm_and_loses_no_row()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        _room.Store.IsFull = true;
        _room.Main.Tell("recording", "stopped");
        _room.Clock.Pass(TimeSpan.FromSeconds(1));

        await court.LookAsync(None);
        Assert.False(court.Hearing.Snapshot.IsStored);
        Assert.DoesNotContain(_room.Store.Hearing!.Log.Interruptions, i => i.Fault is not null);
        Assert.Contains(_alarms, a => a is { Code: RecordingFaults.Stopped, IsRaised: true });
        _room.Store.IsFull = false;
        _room.Clock.Pass(TimeSpan.FromSeconds(1));
        await court.LookAsync(None);

        Assert.Equal(RecordingFaults.Stopped, Assert.Single(_room.Store.Hearing!.Log.Interruptions).Fault);
    }

    [Fact]
    public async Task With_a_full_store_an_opening_still_starts_and_proves_the_recorders()
    {
        var court = await BootAsync();
        _room.Store.IsFull = true;

        var run = await RunAsync(court, "open");

        Assert.Equal((RunState.Done, false), (run.State, run.IsStored));
        Assert.Equal("proven", court.Hearing.Snapshot.RecordingText);
        Assert.False(court.Hearing.Snapshot.IsStored);
    }

    [Fact]
    public async Task The_watch_looks_by_itself_and_outlives_a_store_that_fails()
    {
        var court = await BootAsync();
        await RunAsync(court, "open");
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var raised = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cleared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        court.WatchFailed += _ => failed.TrySetResult();
        court.Recording.Alarmed += alarm =>
        {
            (alarm.IsRaised ? raised : cleared).TrySetResult();
        };
        _room.Clock.TimersFire = false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _room.Store.IsBroken = true;
        var watch = court.WatchAsync(stop.Token);

        _room.Main.Tell("recording", "stopped");
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await raised.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        _room.Store.IsBroken = false;
        _room.Main.Tell("recording", "recording");
        await cleared.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    private async Task<Courtroom> BootAsync()
    {
        var (court, _) = await _room.BootAsync();
        court.Recording.Alarmed += _alarms.Add;
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        return court;
    }

    private async Task PassAsync(Courtroom court, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _room.Clock.Pass(TimeSpan.FromSeconds(1));
            await court.LookAsync(None);
        }
    }

    private async Task<SceneRun> RunAsync(Courtroom court, string scene)
    {
        var answer = await court.RunAsync(new($"run{++_number}", scene, FakeRoom.Judge, Confirmed: true), None);
        Assert.True(answer.Ended is not null, answer.Code);
        return await answer.Ended;
    }
}
