using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.EpiphanPearl;

/// <summary>The switches that only this recorder has.</summary>
internal sealed class PearlSwitches(SwitchBoard board, SimulatedPearl pearl)
{
    public Switch<TimeSpan> StartTime { get; } =
        board.Duration("start-time", "How long it is starting before it is started.", TimeSpan.FromSeconds(1));

    public Switch<TimeSpan> StopTime { get; } =
        board.Duration("stop-time", "How long it is stopping before it is stopped.", TimeSpan.FromSeconds(1));

    public Switch<bool> NoGrowth { get; } =
        board.Boolean("no-growth", "Says that it has started, and its duration does not move.", false, pearl.GrowthChanged);

    public Switch<TimeSpan> StopsByItself { get; } =
        board.Duration("stops-by-itself", "Each recording ends by itself after this time.", TimeSpan.Zero);

    public Switch<bool> NumbersAsText { get; } = board.Boolean("numbers-as-text", "The duration too is told as a text.");

    public Switch<int> ClockOffset { get; } = board.Integer("clock-offset", "Seconds by which the clock is wrong.", 0, -100_000, 100_000);

    public Switch<double> Temperature { get; } = board.Number("temperature", "Of the processor in degrees Celsius; the threshold is 80.", 54, -40, 150);

    public Switch<bool> WrongLogin { get; } = board.Boolean("wrong-login", "No password is right, as after a change of it.");

    public Switch<bool> HtmlErrors { get; } = board.Boolean("html-errors", "Every answer is 500 with a page for people.");

    public Switch<bool> ClosesEach { get; } = board.Boolean("closes-each", "Each answer is the last one of its connection.");

    public Switch<bool> NoRecorder { get; } = board.Boolean("no-recorder", "The recorder is taken out of the configuration: 404.");
}
