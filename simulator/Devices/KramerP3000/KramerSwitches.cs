using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>The switches that only this switcher has.</summary>
internal sealed class KramerSwitches(SwitchBoard board, SimulatedKramer matrix, int inputs, int outputs, bool secured)
{
    public Switch<int> MaxSessions { get; } =
        board.Integer("max-sessions", "TCP clients at a time; one more is closed without a word, 0 refuses all.", 4, 0, 100);

    public Switch<TimeSpan> StartTime { get; } = board.Duration("start-time",
        "How long after boot-time or brown-out the device answers every command with ERR006.", TimeSpan.FromSeconds(1));

    public Switch<bool> BrownOut { get; } = board.Momentary("brown-out",
        "The processor starts again without losing its connections: the start message in the middle of a session, logins forgotten.",
        matrix.BrownOut);

    public Switch<string> Welcome { get; } = board.Choice("welcome",
        "The start message: on a serial line at a start only, also at each TCP connection, there joined to the first reply, or never.",
        "start", ["start", "connect", "first-reply", "never"]);

    public Switch<int> Busy { get; } = board.Integer("busy", "The next so many commands get ERR006; counts down.", 0, 0, 1_000_000);

    public Switch<int?> NextError { get; } =
        board.OptionalInteger("next-error", "The next command, a question too, gets this error; then null again.", 1, 999);

    public Switch<string> ErrorFormat { get; } = board.Choice("error-format",
        "Errors name their command (VID ERR003), with a space in the number (VID ERR 003), or name nothing (ERR003).",
        "named", ["named", "spaced", "bare"]);

    public Switch<string> Confirmation { get; } = board.Choice("confirmation",
        "Whether set commands are answered with a trailing OK: as the profile has it, always or never.",
        "profile", ["profile", "always", "never"]);

    public Switch<string> Handshake { get; } = board.Choice("handshake",
        "Answer to a lone #: with header, as older devices without, or in small letters.", "usual", ["usual", "bare", "lower-case"]);

    public Switch<string> LineEnd { get; } =
        board.Choice("line-end", "What ends each line of the device; half of it may be missing.", "crlf", ["crlf", "cr", "lf"]);

    public Switch<bool> TellsAsker { get; } =
        board.Boolean("tells-asker", "Who changes something hears of it twice: as the reply, and as all the others do.");

    public Switch<bool> Security { get; } =
        board.Boolean("security", "Everything but the handshake and LOGIN gets ERR004 before login.", secured);

    public Switch<bool> SecurityReturns { get; } =
        board.Boolean("security-returns", "After a restart security is on, even when it was off.");

    public Switch<bool> ForgetsRouting { get; } =
        board.Boolean("forgets-routing", "After a restart the routing is one to one again instead of what it was.");

    public Switch<int?> RaceInput { get; } = board.OptionalInteger("race-input",
        "A hand at the panel is faster: every output that a client routes ends on this input right after the reply.", 0, inputs);

    public Switch<IReadOnlyList<int>> SignalLost { get; } =
        board.Integers("signal-lost", "Inputs without a signal; each change is told to everybody.", 1, inputs, matrix.SignalsChanged);

    public Switch<IReadOnlyList<int>> SinkUnplugged { get; } = board.Integers("sink-unplugged",
        "Outputs with nothing plugged in; each change is told to everybody.", 1, outputs, matrix.SinksChanged);

    public Switch<IReadOnlyList<int>> SinkWithoutHdcp { get; } = board.Integers("sink-without-hdcp",
        "Outputs whose sink is there and not ready for HDCP: DISPLAY status 2.", 1, outputs, matrix.SinksChanged);

    public Switch<bool> WrongBaud { get; } = board.Boolean("wrong-baud",
        "The serial line runs at another speed: nothing is understood, and what the device says comes as 00 and FF.");
}
