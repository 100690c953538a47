using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Running;

namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>A store that survives the process, and may see it die before or after a write.</summary>
public sealed class FakeStore : IHearingStore, ISceneRunStore
{
    private readonly Dictionary<string, SceneRun> _runs = [];
    private HearingRecord? _hearing;

    public Action OnStep { get; set; } = () => { };

    /// <summary>The stage as it is durably known has just changed.</summary>
    public Action OnStage { get; set; } = () => { };

    public bool IsFull { get; set; }

    /// <summary>Fails with what no contract names.</summary>
    public bool IsBroken { get; set; }
    public Stage Stage => _hearing?.Stage ?? Stage.Closed;
    public bool IsPublic => _hearing?.IsPublic ?? false;
    public HearingRecord? Hearing => _hearing;
    public IReadOnlyCollection<SceneRun> Runs => _runs.Values;

    public ValueTask PutAsync(HearingRecord record, CancellationToken cancellation)
    {
        OnStep();
        if (IsFull) throw new IOException("disk full");
        if (IsBroken) throw new InvalidOperationException("a bug");
        _hearing = record;
        OnStage();
        OnStep();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<HearingRecord>> LoadAsync(CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<HearingRecord>>(_hearing is null ? [] : [_hearing]);

    public ValueTask PutAsync(SceneRun run, CancellationToken cancellation)
    {
        OnStep();
        if (IsFull) throw new IOException("disk full");
        if (IsBroken) throw new InvalidOperationException("a bug");
        _runs[run.Id] = run;
        OnStep();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<SceneRun>> LoadAsync(string room, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<SceneRun>>([.. _runs.Values.Where(r => r.State is RunState.Running)]);
}
