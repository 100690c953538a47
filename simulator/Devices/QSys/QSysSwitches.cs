using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.QSys;

/// <summary>The switches that only a core has.</summary>
internal sealed class QSysSwitches(SwitchBoard board, SimulatedQSys core)
{
    public Switch<string> State { get; } =
        board.Choice("state", "What the core is in its pair: anything but Active takes no orders.", "Active", ["Active", "Standby", "Idle"], core.TellStatusToAll);

    public Switch<bool> NewDesign { get; } = board.Momentary("new-design", "Another design is loaded: its code changes, mutes and gains are as at the start.", core.LoadDesign);

    public Switch<string?> MissingControl { get; } = board.Text("missing-control", "A named control that the design does not have; null: it has all.", 64);

    public Switch<int> MostGroups { get; } = board.Integer("most-groups", "So many change groups a client; one more is error 5.", 4, 0, 64);

    public Switch<bool> AnswersControl { get; } = board.Boolean("answers-control", "Control.Set is answered with the control as it was wished, and not with true.");

    public Switch<int> LostEnds { get; } = board.Integer("lost-ends", "Of the next so many messages the NUL is lost; counts down.", 0, 0, 1_000_000);

    public Switch<bool> Fault { get; } = board.Boolean("fault", "The status of the core is a fault.", changed: core.TellStatusToAll);
}
