using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;

namespace AvGateway.Scenes.Running;

/// <summary>How a run ended. There is no other end (I12).</summary>
public enum RunState { Running, Done, RolledBack, Partial }

public enum StepState
{
    Planned,

    /// <summary>The device itself shows the effect.</summary>
    Seen,

    /// <summary>The device acknowledged and cannot show more.</summary>
    Assumed,
    Failed,
    Skipped,
    Undone,
    NotUndone,
}

/// <summary>A step and what became of it.</summary>
/// <param name="Reason">A code (<c>no-reply</c>, <c>AVG-GUARD-ROUTE</c> …), with the device's own words where it gave some.</param>
/// <param name="WasSent">A frame may have gone out for it: failed or not, it may have taken effect.</param>
public sealed record StepReport(SceneStep Step, StepState State, string? Reason = null, bool WasSent = false);

/// <summary>What one point shows at the end of a run; null where it is not known.</summary>
public sealed record Truth(Point Point, Value Wished, Value? Shown)
{
    public bool IsAsWished => Shown == Wished;
}

/// <summary>The wish to run a scene.</summary>
/// <param name="Confirmed">A person confirmed the consequence on the panel.</param>
/// <param name="Insist">Moves the hearing on although silence was not seen; a judge's word, shown as NOT CONFIRMED. Never for a stage that
/// closes a hearing to the public.</param>
public sealed record RunRequest(string Run, string Scene, Actor Actor, bool Confirmed = false, bool Insist = false, bool? IsPublic = null,
    string? Hearing = null);

/// <summary>A run as it is stored: before its first frame with its way back, and again at each turn and at its end.</summary>
public sealed record SceneRun(string Id, string Room, string Scene, RunRequest Request, DateTimeOffset StartedAt,
    ImmutableArray<StepReport> Steps)
{
    public RunState State { get; init; } = RunState.Running;

    /// <summary>The hearing's stage when it began, and whether the run moved it.</summary>
    public Stage StageBefore { get; init; }
    public Stage Destination { get; init; }
    public bool HasTurned { get; init; }

    /// <summary>A judge moved the hearing on although silence was not seen.</summary>
    public bool IsInsisted { get; init; }
    public bool IsRollback { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>False when the store could not take it at some moment: a kill would have left no way back.</summary>
    public bool IsStored { get; init; } = true;

    /// <summary>Why it did not end as wished: the first failed step, <c>not-confirmed</c>, <c>preempted</c>, <c>interrupted</c>; null when
    /// done.</summary>
    public string? FailedAt { get; init; }

    /// <summary>What is true now, point by point.</summary>
    public ImmutableArray<Truth> Truths { get; init; } = [];

    public IEnumerable<string> FailedSteps => Steps.Where(s => s.State is StepState.Failed or StepState.NotUndone).Select(s => s.Step.Name);
}

/// <summary>Keeps runs durably, so that a killed one is resumed or listed.</summary>
public interface ISceneRunStore
{
    /// <summary>Completes when the run is durable; replaces an earlier copy with the same id.</summary>
    /// <exception cref="IOException">Nothing can be stored now (disk full, store broken).</exception>
    ValueTask PutAsync(SceneRun run, CancellationToken cancellation);

    /// <summary>Runs of one room: all that did not end, and the last of each scene.</summary>
    ValueTask<IReadOnlyList<SceneRun>> LoadAsync(string room, CancellationToken cancellation);
}

/// <summary>The answer to a wish to run or roll back.</summary>
/// <param name="Ended">Completes with the end of the run; null when it was refused.</param>
/// <param name="Code">A code of CONTRACT §3 when it was refused.</param>
public sealed record RunAnswer(Task<SceneRun>? Ended, string? Code = null, Wording? Says = null)
{
    public static RunAnswer Refused(string code, string zh, string en) => new(null, code, new(zh, en));
    public static RunAnswer Refused(HearingAnswer answer) => new(null, answer.Code, answer.Says);
}

/// <summary>What a scene does to the recorders is told to who watches them, before the frame goes.</summary>
public interface IRecordingDesk
{
    /// <summary>Durable when it completes: a recorder that stops from here on did so by our wish, or not.</summary>
    ValueTask WishAsync(DeviceId recorder, Hearings.Recording.RecordingWish wish, LegalReason reason, CancellationToken cancellation);

    /// <summary>True once content evidence proved this recorder; false at the deadline.</summary>
    ValueTask<bool> ProveAsync(DeviceId recorder, Deadline deadline, CancellationToken cancellation);

    /// <summary>A recorder did not take a wish: known at once, without waiting for its counter.</summary>
    void Refused(DeviceId recorder, string reason);
}
