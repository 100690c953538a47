using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Shure;

/// <summary>The switches that only this device has.</summary>
internal sealed class ShureSwitches(SwitchBoard board, SimulatedShure device)
{
    public Switch<bool> NoPush { get; } = board.Boolean("no-push", "Changes are told to whoever made them and to nobody else.");

    public Switch<bool> SaysTwice { get; } = board.Boolean("says-twice", "What was set is told twice to whoever set it.");

    public Switch<bool> EchoesWish { get; } = board.Boolean("echoes-wish", "A SET is answered with what was wished, also where the device refuses to follow (see frozen).");

    public Switch<TimeSpan> Meters { get; } =
        board.Duration("meters", "Every so often the meters are told to everybody; none: to nobody.", TimeSpan.Zero, device.RestartMeters);

    public Switch<int> MissingChannel { get; } = board.Integer("missing-channel", "A channel that the device does not have: REP ERR; 0: none.", 0, 0, 64);

    public Switch<int> CutStrings { get; } = board.Integer("cut-strings", "Of the next so many answers the closing bracket is lost; counts down.", 0, 0, 1_000_000);
}
