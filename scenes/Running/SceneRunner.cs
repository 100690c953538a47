using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Running;

/// <summary>What a runner needs of its room.</summary>
public sealed record RoomParts(
    HearingRoom Hearing, RoomRoutes Routes, RoomSight Sight, RoomSignal Signal, IDeviceDirectory Devices,
    HearingGuard Guard, IRecordingDesk Recording, ISceneRunStore Store, TimeProvider Time);

/// <summary>Runs the scenes of one room, one at a time: silence, the hearing's turn, connections; and the way back.</summary>
/// <remarks>
/// This file: the life of a run and its steps. <c>.Turning</c>: how the hearing moves on under it. <c>.Undoing</c>: the way back. <c>.Ends</c>:
/// what is true when it is over.
/// </remarks>
public sealed partial class SceneRunner
{
    /// <summary>Reasons in <see cref="SceneRun.FailedAt"/> that are no step.</summary>
    public const string NotConfirmed = "not-confirmed";
    public const string Insisted = "insisted";
    public const string NotAsWished = "not-as-wished";
    public const string Preempted = "preempted";
    public const string Interrupted = "interrupted";

    private readonly RoomParts _room;
    private readonly ScenePlanner _planner;
    private readonly StepDriver _driver;
    private readonly RunSlot _slot = new();

    public SceneRunner(RoomParts room)
    {
        _room = room;
        _planner = new(room.Routes, room.Devices);
        _driver = new(room.Devices, room.Sight, room.Guard, room.Signal, room.Time);
    }

    /// <summary>Raised when a run begins, after each part of it, and at its end: must return at once.</summary>
    public event Action<SceneRun, ScenePlan?>? Progressed;

    public bool IsRunning => _slot.IsTaken;

    /// <summary>What a run would do now; sends nothing.</summary>
    public ScenePlan Preview(Scene scene, bool? isPublic = null) => _planner.Plan(scene, _room.Sight, Present, After(scene, isPublic));

    /// <summary>Starts a run; refused while another one is under way, unless this scene goes before others.</summary>
    public async Task<RunAnswer> RunAsync(Scene scene, RunRequest request, CancellationToken stop)
    {
        if (Refusal(scene, request) is { } refusal) return refusal;
        return await BeginAsync(request.Run, scene.Preempts, current =>
            PlayAsync(scene, NewRun(scene.Id, request) with { Destination = DestinationOf(scene) }, current), stop);
    }

    /// <summary>Goes on with a run that a stopped or killed gateway left, or ends it with the list of what is true now.</summary>
    public async Task<SceneRun> ResumeAsync(SceneRun left, Scene? scene, TimeSpan within, CancellationToken stop)
    {
        var stage = _room.Hearing.Snapshot.Stage;
        var turnedAlready = scene?.Turn is { } turn && left.Destination == stage && stage != left.StageBefore;
        var isFresh = _room.Time.GetUtcNow() - left.StartedAt is var age && age >= TimeSpan.Zero && age <= within;
        if (scene is null || left.IsRollback || !isFresh || stage != left.StageBefore && !turnedAlready)
            return await FinishAsync(left with { State = RunState.Partial, FailedAt = left.FailedAt ?? Interrupted }, null, stop);

        var rest = turnedAlready ? scene with { Turn = null } : scene;
        var answer = await BeginAsync(left.Id, false, current => PlayAsync(rest, left with { HasTurned = turnedAlready }, current), stop);
        return answer.Ended is { } ended ? await ended : left;
    }

    private RunAnswer? Refusal(Scene scene, RunRequest request)
    {
        if (request.Run.Length is 0 or > 64 || request.Run.Contains('/', StringComparison.Ordinal)) return BadRunId;
        if (scene.Confirm && !request.Confirmed) return RunAnswer.Refused(HearingRefusals.Unconfirmed);
        if (scene.Turn is { } turn)
            return _room.Hearing.Refusal(new(turn.Told, request.Actor, request.Confirmed, request.Hearing)) is { } no
                ? RunAnswer.Refused(no) : null;
        return !request.Actor.MayLead(_room.Hearing.Room) && _room.Guard.WhyGuarded(_room.Hearing.Room) is not GuardReason.None
            ? RunAnswer.Refused(HearingRefusals.NotYours) : null;
    }

    // The guard reads the run off the front of a command's id.
    private static readonly RunAnswer BadRunId = RunAnswer.Refused("AVG-REQ-RUN", "执行编号无效", "not a run id");

    private Task<RunAnswer> BeginAsync(string run, bool preempts, Func<CurrentRun, Task<SceneRun>> play, CancellationToken stop) =>
        _slot.BeginAsync(preempts, async current =>
        {
            try
            {
                return await play(current);
            }
            finally
            {
                _room.Guard.Revoke(run);
            }
        }, stop);

    private async Task<SceneRun> PlayAsync(Scene scene, SceneRun run, CurrentRun current)
    {
        var hearing = _room.Hearing;
        Admit(run, scene.LegalReason is not LegalReason.None);

        // From here on the rules of where we are and of where we go hold together, also for everybody else's frames.
        var to = run.Destination is var destination && destination != hearing.Snapshot.Stage ? destination : (Stage?)null;
        hearing.Wish(to);
        try
        {
            var plan = Preview(scene, run.Request.IsPublic);

            // A killed run may have left a test recording going, which a new plan takes for somebody's real one: its planned end is kept.
            var leftOpen = run.Steps.Select(s => s.Step)
                .Where(s => s.Rank is StepRank.Interrupt && plan.Steps.All(p => p.Point != s.Point || p.Rank != s.Rank));
            plan = plan with { Make = [.. plan.Make, .. leftOpen] };
            run = run with { Steps = [.. plan.Steps.Select(s => new StepReport(s, StepState.Planned))] };
            run = await PutAsync(run, plan, current.Stop);
            run = await PlayPlanAsync(scene, plan, run, current);
            return await FinishAsync(run, plan, CancellationToken.None);
        }
        catch (OperationCanceledException) when (current.IsPreempted)
        {
            run = await FinishAsync(Partial(current.Latest ?? run, Preempted), null, CancellationToken.None);
            return run;
        }
        finally
        {
            var isOpenWish = run.State is RunState.Partial && run.FailedAt is NotConfirmed;
            hearing.Wish(isOpenWish ? to : null, isOpenWish || run.IsInsisted);
        }
    }

    private async Task<SceneRun> PlayPlanAsync(Scene scene, ScenePlan plan, SceneRun run, CurrentRun current)
    {
        run = await DriveAllAsync(scene, plan.Silence, run, current);
        if (MustRollBack(scene, run)) return await RollBackNowAsync(run, current);

        var rulesHold = true;
        var turnsFirst = scene.Turn is { At: TurnPoint.Silent } || plan.NeedsTurnFirst;
        if (scene.Turn is not null && turnsFirst)
        {
            (run, rulesHold) = await TurnAsync(scene, run, current);
            if (!run.HasTurned) return await GiveUpAsync(scene, run, current);
        }

        run = await DriveAllAsync(scene, plan.Make, run, current);
        if (MustRollBack(scene, run)) return await RollBackNowAsync(run, current);
        if (scene.Turn is not null && !turnsFirst)
        {
            (run, rulesHold) = await TurnAsync(scene, run, current);
            if (!run.HasTurned) return await GiveUpAsync(scene, run, current);
        }

        var failed = run.FailedSteps.FirstOrDefault() ?? (rulesHold ? null : Insisted);
        return run with { State = failed is null ? RunState.Done : RunState.Partial, FailedAt = failed };
    }

    private async Task<SceneRun> DriveAllAsync(Scene scene, ImmutableArray<SceneStep> steps, SceneRun run, CurrentRun current)
    {
        foreach (var step in steps)
        {
            if (MustRollBack(scene, run)) return run;
            current.Token.ThrowIfCancellationRequested();
            run = current.Latest = Note(run, await DriveAsync(scene, step, run, current.Token));
        }

        Progressed?.Invoke(run, null);
        return run;
    }

    private async Task<StepReport> DriveAsync(Scene scene, SceneStep step, SceneRun run, CancellationToken stop)
    {
        var recorder = step.Point.Device;
        if (step.Rank is StepRank.Prove)
        {
            // A recorder that ran already was not started by a step, and is no less this hearing's: what nobody wished is not watched.
            await _room.Recording.WishAsync(recorder, RecordingWish.Record, scene.LegalReason, stop);
            var isProven = await _room.Recording.ProveAsync(recorder, Deadline.In(step.Rank.Within(), _room.Time), stop);
            return new(step, isProven ? StepState.Seen : StepState.Failed, isProven ? null : "not-proven");
        }

        if (step.Rank is StepRank.Record or StepRank.Interrupt)
            await _room.Recording.WishAsync(recorder, WishOf(step), scene.LegalReason, stop);
        var report = await _driver.DriveAsync(step, run.Id, run.Request.Actor.Name, stop);
        if (step.Rank is StepRank.Record && report.State is StepState.Failed) _room.Recording.Refused(recorder, report.Reason ?? "");
        return report;
    }

    private static RecordingWish WishOf(SceneStep step) => step.Wished.Text switch
    {
        RecordingStates.Recording => RecordingWish.Record,
        RecordingStates.Paused => RecordingWish.Pause,
        _ => RecordingWish.Stop,
    };

    private static SceneRun Partial(SceneRun run, string failedAt) => run with { State = RunState.Partial, FailedAt = failedAt };

    private static SceneRun Note(SceneRun run, StepReport report)
    {
        for (var i = 0; i < run.Steps.Length; i++)
            if (ReferenceEquals(run.Steps[i].Step, report.Step)) return run with { Steps = run.Steps.SetItem(i, report) };
        return run with { Steps = run.Steps.Add(report) };
    }

    private SceneRun NewRun(string scene, RunRequest request) =>
        new(request.Run, _room.Hearing.Room, scene, request, _room.Time.GetUtcNow(), []) { StageBefore = _room.Hearing.Snapshot.Stage };

    // Only the court's own runs go under the guard; an engineer's run in a free room needs no warrant.
    private void Admit(SceneRun run, bool mayHaltRecorders)
    {
        var actor = run.Request.Actor;
        if (actor.MayLead(run.Room)) _room.Guard.Admit(new(run.Id, run.Room, actor.Name, mayHaltRecorders));
    }

    // A full disk must not keep a recorder from being started or a microphone from being muted: the run goes on and says that it is not stored.
    private async Task<SceneRun> PutAsync(SceneRun run, ScenePlan? plan, CancellationToken stop)
    {
        try
        {
            await _room.Store.PutAsync(run, stop);
        }
        catch (IOException)
        {
            run = run with { IsStored = false };
        }

        Progressed?.Invoke(run, plan);
        return run;
    }
}
