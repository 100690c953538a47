using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Planning;

/// <summary>One step of a plan: bring one point to one value, or (<see cref="StepRank.Prove"/>) see that a recorder really
/// records.</summary>
/// <param name="Name">Word and subject: <c>start-record:recorder</c>.</param>
/// <param name="Undo">What the point showed before; none when that was not seen, or must not be undone (a recording is never stopped by an
/// undo).</param>
/// <param name="Verb">The verb as it would be sent now; null when the device has none for it and the step must fail.</param>
public sealed record SceneStep(string Name, StepRank Rank, Point Point, Value Wished, Value Undo, string? Verb)
{
    public bool CanUndo => Undo.Kind is not ValueKind.None;
}

/// <summary>What a run would do.</summary>
/// <param name="Silence">Steps that only take away; the hearing moves on after them, or after everything.</param>
/// <param name="Wishes">Every wish of the scene for this room, those already so included.</param>
/// <param name="Notes">What the scene asks for and this room does not have.</param>
public sealed record ScenePlan(
    ImmutableArray<SceneStep> Silence, ImmutableArray<SceneStep> Make, ImmutableArray<Wish> Wishes, ImmutableArray<Finding> Notes)
{
    /// <summary>Something is to be connected that the present stage forbids and the next one allows, so the hearing must move on before
    /// it.</summary>
    public bool NeedsTurnFirst { get; init; }

    public IEnumerable<SceneStep> Steps => Silence.Concat(Make);
}
