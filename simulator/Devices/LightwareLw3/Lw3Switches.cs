using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.LightwareLw3;

/// <summary>The switches that only this matrix has.</summary>
internal sealed class Lw3Switches(SwitchBoard board, SimulatedLightware matrix)
{
    public Switch<int> OpenFences { get; } = board.Integer("open-fences", "Of the next so many signed answers the fence is never closed; counts down.", 0, 0, 1_000_000);

    public Switch<bool> ChangeInside { get; } = board.Boolean("change-inside", "A change of another node stands inside each signed answer.");

    public Switch<bool> NoChange { get; } = board.Boolean("no-change", "Changes are told to nobody.");

    public Switch<bool> ChangeStorm { get; } = board.Momentary("change-storm", "A signal flaps: two hundred changes are told to whoever has opened the crosspoint.", matrix.Storm);

    public Switch<IReadOnlyList<int>> LockedOutputs { get; } = board.Integers("locked-outputs", "Outputs that are locked: switching them fails.", 1, 64);

    public Switch<bool> BoardRemoved { get; } = board.Boolean("board-removed", "The board of the crosspoint is gone: its node does not exist.");

    public Switch<string> Errors { get; } = board.Choice("errors", "Which table of error numbers the firmware has.", "new", ["old", "new"]);
}
