using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.NecDisplay;

/// <summary>The switches that only this display has.</summary>
internal sealed class NecSwitches(SwitchBoard board, SimulatedNecDisplay display)
{
    public Switch<TimeSpan> PowerTime { get; } =
        board.Duration("power-time", "How long it goes on or off; everything gets the NULL message meanwhile.", TimeSpan.FromSeconds(4));

    public Switch<TimeSpan> InputTime { get; } =
        board.Duration("input-time", "How long it takes to show another input; everything gets the NULL message meanwhile.", TimeSpan.FromSeconds(1));

    public Switch<TimeSpan> PacketGap { get; } = board.Duration("packet-gap",
        "A packet sooner than this after the one before is lost; the manual asks for 600 ms. None: all are heard.", TimeSpan.Zero);

    public Switch<bool> IgnoresOn { get; } = board.Boolean("ignores-on", "Power on is acknowledged, and the panel stays dark.");

    public Switch<bool> IgnoresOff { get; } = board.Boolean("ignores-off", "Power off is acknowledged, and the panel stays lit.");

    public Switch<int?> PowerLie { get; } =
        board.OptionalInteger("power-lie", "The mode that is told, whatever the panel does: 1 on, 2 standby, 3 suspend, 4 off; null: the truth.", 1, 4);

    public Switch<TimeSpan> ComesBack { get; } =
        board.Duration("comes-back", "This long after it has gone off it switches itself on again.", TimeSpan.Zero);

    public Switch<bool> DirectOn { get; } = board.Boolean("direct-on", "Mains back means on, without being asked.");

    public Switch<bool> Sleeps { get; } = board.Momentary("sleeps", "Goes into power save for want of a picture.", display.Sleep);

    public Switch<string?> Diagnosis { get; } = board.Text("diagnosis", "Codes of the self-diagnosis, such as \"80 A0\"; null: nothing is wrong.", 64);

    public Switch<int> BadChecks { get; } = board.Integer("bad-checks", "The next so many answers have a wrong check code; counts down.", 0, 0, 1_000_000);

    public Switch<bool> DropsWhileSwitching { get; } =
        board.Boolean("drops-while-switching", "The TCP connection is lost when power or input is switched, behind the acknowledgement.");

    public Switch<TimeSpan> IdleClose { get; } =
        board.Duration("idle-close", "A TCP connection is closed after this much silence; none: never.", TimeSpan.FromMinutes(15));

    public Switch<bool> OtherMonitor { get; } = board.Boolean("other-monitor", "The next monitor of a chain answers everything too, right before this one.");
}
