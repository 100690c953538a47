using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.TrialHost;

/// <summary>The switches that only a trial host has.</summary>
internal sealed class TrialHostSwitches(SwitchBoard board)
{
    public const string Property = "property", Word = "word", Nothing = "nothing";

    public Switch<string> WriteAnswer { get; } =
        board.Choice("write-answer", "What it says to a write: the property as it is then, a word, or nothing.", Property, [Property, Word, Nothing]);

    public Switch<TimeSpan> StartTime { get; } =
        board.Duration("start-time", "How long it takes to begin, pause or end a recording.", TimeSpan.FromMilliseconds(500));

    public Switch<bool> NoGrowth { get; } = board.Boolean("no-growth", "It says that it records, and the recorded time stands still.");

    public Switch<string?> StateWord { get; } = board.Text("state-word", "What it says of its state, whatever it does; null: the truth.", 32);

    public Switch<double> Level { get; } = board.Number("level", "The loudest channel in dBFS.", -18, -120, 0);

    public Switch<TimeSpan> StopsByItself { get; } =
        board.Duration("stops-by-itself", "Each recording ends by itself after this time.", TimeSpan.Zero);

    public Switch<bool> DiskFull { get; } = board.Boolean("disk-full", "There is room for one minute and no more.");

    public Switch<bool> ClosesAfterAnswer { get; } = board.Boolean("closes-after-answer", "The connection is closed behind each answer, as older hosts do.");
}
