using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Running;

public sealed partial class SceneRunner
{
    // A hand on the front panel may undo what a step did; chasing it for ever would be a fight.
    private const int SilenceRounds = 3;

    /// <summary>Moves the hearing on once everything that the next stage forbids is seen to be gone.</summary>
    private async Task<(SceneRun Run, bool RulesHold)> TurnAsync(Scene scene, SceneRun run, CurrentRun current)
    {
        var turn = scene.Turn!;
        var after = After(scene, run.Request.IsPublic);

        // What is seen forbidden and was so in the stage before keeps nothing from going on, but is not carried along without a try.
        for (var round = 1; round < SilenceRounds && (!MayBegin(after) || IsSeenForbidden(after)); round++)
            run = await DriveAllAsync(scene, _planner.Silence(_room.Sight, after, seenOnly: MayBegin(after)), run, current);

        var holds = MayBegin(after);
        if (!holds && !MayInsist(turn, run.Request)) return (Partial(run, NotConfirmed), false);

        var request = new HearingRequest(turn.Told, run.Request.Actor, run.Request.Confirmed, run.Request.Hearing, run.Request.IsPublic);
        var answer = await _room.Hearing.TurnAsync(request, current.Stop);
        if (!answer.Done) return (Partial(run, answer.Code!), holds);

        _room.Hearing.Wish(null);
        return (await PutAsync(run with { HasTurned = true, IsInsisted = !holds }, null, current.Stop), holds);
    }

    private bool IsSeenForbidden(Situation after) => _room.Routes.Judge(after, _room.Sight).Conflicts.Length > 0;

    private bool MayBegin(Situation after) => _room.Routes.JudgeStep(Present, after, _room.Sight).AreClear;

    // The secret of a protected witness and the closed phases wait for proof; a recess or the end of a hearing is the court's to declare.
    private static bool MayInsist(SceneTurn turn, RunRequest request) =>
        request.Insist && request.Actor.Role is CourtRole.Judge && turn.Told is Told.Adjourned or Told.DeliberationCalled or Told.Closed;

    private Stage DestinationOf(Scene scene) =>
        scene.Turn is { } turn ? _room.Hearing.Destination(turn.Told) : _room.Hearing.Snapshot.Stage;

    private Situation Present
    {
        get
        {
            var hearing = _room.Hearing.Snapshot;
            return new(StageSet.Of(hearing.Stage), hearing.IsPublic);
        }
    }

    private Situation After(Scene scene, bool? isPublic)
    {
        var hearing = _room.Hearing.Snapshot;
        return new(StageSet.Of(DestinationOf(scene)), isPublic ?? (hearing.Stage is not Stage.Closed && hearing.IsPublic));
    }
}
