using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.TrialHost;

/// <summary>The switches that only a trial host has.</summary>
internal sealed class TrialHostSwitches(SwitchBoard board, SimulatedTrialHost host)
{
    public Switch<TimeSpan> StartTime { get; } =
        board.Duration("start-time", "How long it takes to begin, pause or end a recording.", TimeSpan.FromMilliseconds(500));

    public Switch<bool> NoGrowth { get; } = board.Boolean("no-growth", "It says that it records, and the recorded time stands still.");

    public Switch<string?> StateWord { get; } = board.Text("state-word", "What it says of its state, whatever it does; null: the truth.", 32);

    public Switch<double> Level { get; } = board.Number("level", "The loudest channel in dBFS.", -18, -120, 0);

    public Switch<bool> StopsByItself { get; } = board.Momentary("stops-by-itself", "The recording ends without having been told to.", host.StopByItself);

    public Switch<bool> DiskFull { get; } = board.Boolean("disk-full", "There is room for one minute and no more.");

    public Switch<bool> ClosesAfterAnswer { get; } = board.Boolean("closes-after-answer", "The connection is closed behind each answer, as older hosts do.");
}
