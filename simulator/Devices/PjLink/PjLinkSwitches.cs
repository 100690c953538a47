using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.PjLink;

/// <summary>The switches that only a projector has.</summary>
internal sealed class PjLinkSwitches(SwitchBoard board, SimulatedPjLink projector, bool secured)
{
    public Switch<bool> Authentication { get; } =
        board.Boolean("authentication", "Asks for the password; counts for connections made later.", secured);

    public Switch<TimeSpan> WarmUp { get; } =
        board.Duration("warm-up", "From the request to a picture; no time: the lamp is on at once.", TimeSpan.FromSeconds(10));

    public Switch<TimeSpan> CoolDown { get; } =
        board.Duration("cool-down", "From the request to standby; ERR3 to POWR 1 meanwhile. A large lamp takes 90 seconds.", TimeSpan.FromSeconds(15));

    public Switch<TimeSpan> SilentStart { get; } = board.Duration("silent-start",
        "How long it answers nothing after it has begun to warm up or has come to standby; the specification allows ten seconds.", TimeSpan.Zero);

    public Switch<bool> IgnoresOn { get; } = board.Boolean("ignores-on", "POWR 1 is acknowledged, and the lamp stays off.");

    public Switch<bool> IgnoresOff { get; } = board.Boolean("ignores-off", "POWR 0 is acknowledged, and the lamp stays on.");

    public Switch<int?> PowerLie { get; } = board.OptionalInteger("power-lie", "What POWR ? tells, whatever the lamp does; null: the truth.", 0, 3);

    public Switch<TimeSpan> ComesBack { get; } =
        board.Duration("comes-back", "This long after it has come to standby it switches itself on again.", TimeSpan.Zero);

    public Switch<bool> DirectOn { get; } = board.Boolean("direct-on", "Mains back means on, without being asked.");

    public Switch<bool> LampFails { get; } = board.Boolean("lamp-fails", "A warm-up ends in standby, with a lamp error.");

    public Switch<bool> Overheat { get; } =
        board.Momentary("overheat", "Temperature error, and a protective shut-down into cooling.", projector.Overheat);

    public Switch<int> FanError { get; } = board.Integer("error-fan", "First digit of ERST: 0 good, 1 warning, 2 error.", 0, 0, 2);

    public Switch<int> LampError { get; } = board.Integer("error-lamp", "Second digit of ERST.", 0, 0, 2);

    public Switch<int> TemperatureError { get; } = board.Integer("error-temperature", "Third digit of ERST.", 0, 0, 2);

    public Switch<int> CoverError { get; } = board.Integer("error-cover", "Fourth digit of ERST.", 0, 0, 2);

    public Switch<int> FilterError { get; } = board.Integer("error-filter", "Fifth digit of ERST.", 0, 0, 2);

    public Switch<int> OtherError { get; } = board.Integer("error-other", "Sixth digit of ERST.", 0, 0, 2);

    public Switch<string?> NextError { get; } =
        board.Text("next-error", "The next request, a question too, gets this error, such as \"ERR4\"; then null again.", 8);

    public Switch<string> StandbyAnswers { get; } = board.Choice("standby-answers",
        "What is answered in standby: all that the device knows of itself, or the power alone and ERR3 to everything else.", "all", ["all", "power"]);

    public Switch<TimeSpan> InputTime { get; } =
        board.Duration("input-time", "From the acknowledgement of an input to its being shown; nothing is answered meanwhile.", TimeSpan.Zero);

    public Switch<bool> DropsWhileSwitching { get; } =
        board.Boolean("drops-while-switching", "The connection is lost when the input is switched or the lamp struck, behind the acknowledgement.");

    public Switch<bool> OneClient { get; } = board.Boolean("one-client", "A second connection is closed without a greeting.");

    public Switch<TimeSpan> IdleClose { get; } =
        board.Duration("idle-close", "A connection is closed this long after the last answer; none: never.", TimeSpan.FromSeconds(30));

    public Switch<TimeSpan> GreetsLate { get; } = board.Duration("greets-late", "How long the greeting takes; counts for connections made later.", TimeSpan.Zero);

    public Switch<bool> ClosesAfterReply { get; } = board.Boolean("closes-after-reply", "The connection is closed behind every answer.");

    public Switch<string> LineEnd { get; } = board.Choice("line-end", "What ends each line of the device.", "cr", ["cr", "crlf"]);
}
