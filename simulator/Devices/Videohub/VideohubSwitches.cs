using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Videohub;

/// <summary>The switches that only this matrix has.</summary>
internal sealed class VideohubSwitches(SwitchBoard board, int inputs, int outputs, Action presenceChanged, Action lockedChanged)
{
    public Switch<string> Flavour { get; } = board.Choice("protocol-version",
        "2.3: no unique id, no CONFIGURATION, no END PRELUDE. Counts for connections made later.", "2.8", ["2.3", "2.7", "2.8"]);

    public Switch<string> Present { get; } = board.Choice("device-present",
        "Anything but true: the matrix behind the server is not usable; back to true resends everything.", "true",
        ["true", "false", "needs_update"], presenceChanged);

    public Switch<IReadOnlyList<int>> Locked { get; } = board.Integers("locked-outputs",
        "These outputs are locked by another owner; the list replaces the one before.", 0, outputs - 1, lockedChanged);

    public Switch<string> LockedWrite { get; } = board.Choice("locked-write",
        "What writing to an output locked by another gives: NAK, or ACK and nothing.", "nak", ["nak", "ignore"]);

    public Switch<bool> AckWithoutUpdate { get; } = board.Boolean("ack-without-update",
        "Changes are acknowledged and made, and not reported to anybody.");

    public Switch<int?> RaceInput { get; } = board.OptionalInteger("race-input",
        "Another operator wins: every routed output ends on this input instead.", 0, inputs - 1);

    public Switch<TimeSpan> UpdateDelay { get; } = board.Duration("update-delay",
        "Time between the acknowledgement and the change with its report.", TimeSpan.Zero);

    public Switch<bool> ReportsUnchanged { get; } = board.Boolean("reports-unchanged",
        "Reports a write even when it changed nothing.");

    public Switch<bool> UnknownBlock { get; } = board.Boolean("unknown-block",
        "A block of a future version stands in the prelude and before each report, with an unknown line in a known block.");

    public Switch<string> PreludeCut { get; } = board.Choice("prelude-cut",
        "The prelude stops in the middle: the connection then stays silent, or closes.", "off", ["off", "stall", "close"]);

    public Switch<bool> NakStorm { get; } = board.Boolean("nak-storm", "Everything is answered NAK, even PING and reads.");

    public Switch<bool> ForgetsRouting { get; } = board.Boolean("forgets-routing",
        "After a restart the routing is one to one again instead of what it was.");
}
