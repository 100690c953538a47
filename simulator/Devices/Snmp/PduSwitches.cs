using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>The switches that only a PDU has.</summary>
internal sealed class PduSwitches(SwitchBoard board)
{
    public Switch<bool> IgnoresOff { get; } = board.Boolean("ignores-off", "OFF is acknowledged and the relay stays on, as a welded one does.");

    public Switch<bool> Lies { get; } = board.Boolean("lies", "OFF is acknowledged and shown, while the relay stays on and current flows.");

    public Switch<TimeSpan> RelayDelay { get; } =
        board.Duration("relay-delay", "Time between the acknowledgement and the relay.", TimeSpan.FromMilliseconds(300));

    public Switch<TimeSpan> ComesBack { get; } =
        board.Duration("comes-back", "An outlet that was switched off is on again by itself after this.", TimeSpan.Zero);

    public Switch<int?> RestartAfter { get; } = board.OptionalInteger("restart-after",
        "After so many more orders the management card restarts in the middle of a run: the order is done, and nothing answers for boot-time.", 1, 1000);

    public Switch<double> OutletCurrent { get; } = board.Number("outlet-current", "Ampere that each outlet draws while it is on.", 0.8, 0, 16);

    public Switch<string> PhaseLoad { get; } = board.Choice("phase-load",
        "What the unit says of the load of its phases.", "as-measured", ["as-measured", "low", "normal", "near-overload", "overload"]);

    public Switch<string> AfterPower { get; } =
        board.Choice("after-power", "What the outlets do when the mains comes back.", "last", ["last", "on", "off"]);
}
