using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.WakeOnLan;

/// <summary>The switches that only a PC has.</summary>
internal sealed class PcSwitches(SwitchBoard board)
{
    public Switch<TimeSpan> Boot { get; } = board.Duration("boot", "From the packet, or the button, to its SSH server.", TimeSpan.FromSeconds(10));

    public Switch<TimeSpan> ShutdownTime { get; } =
        board.Duration("shutdown-time", "From the command to the end of its SSH server; updates can make it minutes.", TimeSpan.FromSeconds(3));

    public Switch<TimeSpan> Closing { get; } =
        board.Duration("closing", "How long it still answers and refuses SSH on its way down, before it falls silent.", TimeSpan.FromSeconds(1));

    public Switch<bool> IgnoresWake { get; } = board.Boolean("ignores-wake", "The packet is heard and wakes nobody, as with deep sleep (ErP).");

    public Switch<int> WakesAt { get; } = board.Integer("wakes-at-packet", "The so-manieth packet wakes it; those before are lost on the way.", 1, 1, 1000);

    public Switch<bool> IgnoresShutdown { get; } = board.Boolean("ignores-shutdown", "The command ends with 0, and the PC stays up.");

    public Switch<TimeSpan> WakesByItself { get; } =
        board.Duration("wakes-by-itself", "This long after it has gone off it starts by itself, as by a timer of its BIOS.", TimeSpan.Zero);

    public Switch<bool> Restarts { get; } = board.Boolean("restarts-instead", "The command to shut down restarts it.");

    public Switch<bool> LosesStatus { get; } = board.Boolean("loses-status", "The connection breaks before the command's status is told.");

    public Switch<bool> DirectOn { get; } = board.Boolean("direct-on", "Mains back starts it, without being asked.");
}
