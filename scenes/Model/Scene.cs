using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings;

namespace AvGateway.Scenes.Model;

/// <summary>What a scene target speaks of.</summary>
public enum TargetKind { Microphones, Streams, Remote, Sinks, Recorders, Calls, Veils, Displays, Point }

/// <summary>One wish of a scene, in the room's words; a room turns it into wishes for points.</summary>
/// <param name="Tagged">Only those with this tag; <see cref="Tags.Any"/> for all.</param>
/// <param name="Be">The word of the wished state: <c>closed open blank home show:A|B recording interrupted stopped ended on
/// off</c>.</param>
public sealed record SceneTarget(TargetKind Kind, string Tagged, string Be)
{
    /// <summary>For <see cref="TargetKind.Point"/> alone: a device of the room and its property.</summary>
    public string? Device { get; init; }
    public string? Property { get; init; }
    public Value Value { get; init; }
}

/// <summary>When within a run the hearing moves on.</summary>
public enum TurnPoint
{
    /// <summary>As soon as everything that must be silent or dark then was seen so, and before anything is connected.</summary>
    Silent,

    /// <summary>At the end, when all steps were seen; after the silence all the same when the present stage forbids what the scene
    /// shows.</summary>
    Done,
}

/// <summary>Moves the hearing as part of a scene. Where it leads is the hearing's to say: "resume" goes back to the phase before.</summary>
public sealed record SceneTurn(Told Told, TurnPoint At);

/// <summary>What follows a step that was not seen to succeed.</summary>
public enum OnFailure
{
    /// <summary>Stop and undo in reverse order.</summary>
    RollBack,

    /// <summary>Go on with the others, so that one dead device leaves no microphone open and no backup unstarted.</summary>
    Continue,
}

/// <summary>A wished state of a room.</summary>
/// <param name="Id"><c>a-z 0-9 -</c>.</param>
public sealed record Scene(string Id, Wording Name, ImmutableArray<SceneTarget> Targets)
{
    public SceneTurn? Turn { get; init; }
    public OnFailure OnFailure { get; init; } = OnFailure.RollBack;

    /// <summary>Why this scene may pause or stop a recording; none: it may not.</summary>
    public LegalReason LegalReason { get; init; }

    /// <summary>A person must have confirmed it on the panel.</summary>
    public bool Confirm { get; init; }

    /// <summary>Takes the place of a scene that is running (panic mute).</summary>
    public bool Preempts { get; init; }

    /// <summary>Opens a first-priority report of a technical fault.</summary>
    public bool ReportsFault { get; init; }
}
