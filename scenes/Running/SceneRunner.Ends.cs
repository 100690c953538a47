using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;

namespace AvGateway.Scenes.Running;

public sealed partial class SceneRunner
{
    private async Task<SceneRun> FinishAsync(SceneRun run, ScenePlan? plan, CancellationToken stop)
    {
        ImmutableArray<Truth> truths = [.. TruthsOf(run, plan)];

        // A hand, or a device that went away, may have undone a step that was seen: what is not so in the end is not done.
        if (run.State is RunState.Done && truths.FirstOrDefault(t => !t.IsAsWished && !IsAssumed(run, t.Point)) is { } other)
            run = Partial(run, $"{NotAsWished}:{other.Point}");
        var ended = run with
        {
            Steps = [.. run.Steps.Select(s => s.State is StepState.Planned ? s with { State = StepState.Skipped } : s)],
            EndedAt = _room.Time.GetUtcNow(),
            Truths = truths,
        };
        return await PutAsync(ended, plan, stop);
    }

    private static bool IsAssumed(SceneRun run, Point point) => run.Steps.Any(s => s.Step.Point == point && s.State is StepState.Assumed);

    private IEnumerable<Truth> TruthsOf(SceneRun run, ScenePlan? plan)
    {
        var wished = new Dictionary<Point, Value>();
        foreach (var wish in plan?.Wishes ?? []) wished[wish.Point] = wish.Value;
        foreach (var report in run.Steps)
            if (report.Step.Rank is not StepRank.Prove) wished.TryAdd(report.Step.Point, report.Step.Wished);
        foreach (var (point, value) in wished)
        {
            var sight = _room.Sight.Of(point);
            yield return new(point, value, sight.Known ? sight.Value : (Value?)null);
        }
    }
}
