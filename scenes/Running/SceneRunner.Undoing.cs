using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;

namespace AvGateway.Scenes.Running;

public sealed partial class SceneRunner
{
    /// <summary>Takes the last run of a scene back. The hearing stays where it is, and nothing comes back that its stage forbids.</summary>
    public async Task<RunAnswer> RollBackAsync(SceneRun last, RunRequest request, CancellationToken stop)
    {
        if (!request.Actor.MayLead(_room.Hearing.Room) && _room.Guard.WhyGuarded(_room.Hearing.Room) is not GuardReason.None)
            return RunAnswer.Refused(HearingRefusals.NotYours);
        return await BeginAsync(request.Run, false, current =>
            UndoAsync(last, NewRun(last.Scene, request) with { IsRollback = true }, current), stop);
    }

    private async Task<SceneRun> GiveUpAsync(Scene scene, SceneRun run, CurrentRun current) =>
        scene.OnFailure is OnFailure.RollBack ? await RollBackNowAsync(run, current) : run;

    private async Task<SceneRun> RollBackNowAsync(SceneRun run, CurrentRun current)
    {
        var failed = run.FailedSteps.FirstOrDefault() ?? run.FailedAt;

        // The way back leads to the old stage only if the hearing never left it.
        _room.Hearing.Wish(null);
        run = await UndoStepsAsync(run, current);
        var isBack = !run.HasTurned && run.Steps.All(s => s.State is not StepState.NotUndone);
        return run with { FailedAt = failed, State = isBack ? RunState.RolledBack : RunState.Partial };
    }

    private async Task<SceneRun> UndoAsync(SceneRun last, SceneRun run, CurrentRun current)
    {
        Admit(run, mayHaltRecorders: false);
        try
        {
            run = run with { Steps = [.. last.Steps.Where(s => s.State is StepState.Seen or StepState.Assumed)] };
            run = await PutAsync(run, null, current.Stop);
            run = await UndoStepsAsync(run, current);
            var left = run.FailedSteps.FirstOrDefault();
            run = run with { State = left is null ? RunState.RolledBack : RunState.Partial, FailedAt = left };
            return await FinishAsync(run, null, CancellationToken.None);
        }
        catch (OperationCanceledException) when (current.IsPreempted)
        {
            return await FinishAsync(Partial(current.Latest ?? run, Preempted), null, CancellationToken.None);
        }
    }

    private async Task<SceneRun> UndoStepsAsync(SceneRun run, CurrentRun current)
    {
        // A step that failed may have taken effect all the same, so it is undone too.
        foreach (var report in run.Steps.Where(s => s.State is StepState.Seen or StepState.Assumed or StepState.Failed).Reverse().ToList())
        {
            current.Token.ThrowIfCancellationRequested();
            var step = report.Step;
            if (step.Rank is StepRank.Prove) continue;
            if (!report.WasSent) continue;
            if (!step.CanUndo)
            {
                run = Note(run, report with { State = StepState.NotUndone, Reason = "no-way-back" });
                continue;
            }

            var undone = await _driver.DriveAsync(_planner.UndoOf(step, _room.Sight), run.Id, run.Request.Actor.Name, current.Token);
            var state = undone.State is StepState.Seen ? StepState.Undone : StepState.NotUndone;
            run = current.Latest = Note(run, report with { State = state, Reason = undone.Reason ?? report.Reason });
        }

        return run;
    }

    private static bool MustRollBack(Scene scene, SceneRun run) => scene.OnFailure is OnFailure.RollBack && run.FailedSteps.Any();
}
