using System.Collections.Immutable;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Running;

public enum SceneState
{
    Idle, Running, Active, Partial,

    /// <summary>It was active, and somebody else has changed the room since.</summary>
    Overridden,
}

/// <summary>What the panel shows of one scene (<c>S/R/$scene/X</c>).</summary>
/// <param name="Changed">The points that differ from the scene's wishes now.</param>
public sealed record SceneStatus(string Scene, SceneState State, DateTimeOffset Since, SceneRun? Last, ImmutableArray<Point> Changed);

/// <summary>Which scene the room shows, and whether it still does. One scene at most is active.</summary>
public sealed class SceneBoard(IEnumerable<Scene> scenes, RoomSight sight, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SceneStatus> _statuses =
        scenes.ToDictionary(s => s.Id, s => new SceneStatus(s.Id, SceneState.Idle, time.GetUtcNow(), null, []));
    private ImmutableArray<Wish> _wishes = [];
    private string? _shown;

    public event Action<SceneStatus>? Changed;

    public SceneStatus? Find(string scene)
    {
        lock (_gate) return _statuses.GetValueOrDefault(scene);
    }

    /// <summary>Takes in the last runs that the store kept.</summary>
    public void Restore(IEnumerable<SceneRun> runs)
    {
        lock (_gate)
        {
            foreach (var run in runs.Where(r => r.EndedAt is not null && _statuses.ContainsKey(r.Scene)).OrderBy(r => r.EndedAt))
                _statuses[run.Scene] = _statuses[run.Scene] with { Last = run };
        }
    }

    /// <summary>Hears the runner.</summary>
    public void Progressed(SceneRun run, ScenePlan? plan)
    {
        lock (_gate)
        {
            if (!_statuses.TryGetValue(run.Scene, out var status)) return;
            if (plan is not null) _wishes = plan.Wishes;
            if (run.State is RunState.Running)
            {
                foreach (var other in _statuses.Values
                    .Where(s => s.Scene != run.Scene && s.State is not SceneState.Idle).ToList())
                    Set(
                    other with { State = SceneState.Idle, Changed = [] });
                _shown = null;
                Set(status with { State = SceneState.Running, Last = run, Changed = [] });
                return;
            }

            _shown = run.State is RunState.Done && !run.IsRollback ? run.Scene : null;
            var state = run.State switch
            {
                RunState.Done => SceneState.Active,
                RunState.Partial => SceneState.Partial,
                _ => SceneState.Idle,
            };
            Set(status with { State = state, Last = run, Changed = [] });
        }
    }

    /// <summary>Hears that a device of the room changed.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (_shown is not { } scene || _statuses[scene] is not { State: SceneState.Active or SceneState.Overridden } status) return;
            ImmutableArray<Point> changed = [.. _wishes.Where(w => sight.Shown(w.Point) is { Known: true } seen && seen.Value != w.Value)
                .Select(w => w.Point)];
            if (changed.SequenceEqual(status.Changed)) return;
            Set(status with { State = changed.IsEmpty ? SceneState.Active : SceneState.Overridden, Changed = changed });
        }
    }

    private void Set(SceneStatus status)
    {
        var before = _statuses[status.Scene];
        _statuses[status.Scene] = status = before.State == status.State ? status with { Since = before.Since }
            : status with { Since = time.GetUtcNow() };
        Changed?.Invoke(status);
    }
}
