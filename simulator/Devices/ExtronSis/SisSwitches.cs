using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>The switches that only this switcher has.</summary>
internal sealed class SisSwitches(SwitchBoard board, SimulatedExtron matrix, int inputs) : ISisSwitches
{
    public Switch<int?> VerboseDefault { get; } = board.OptionalInteger("verbose-default",
        "Verbose mode of a new connection; null: 0 on TCP, 1 on a serial line.", 0, 3);

    public Switch<bool> BrownOut { get; } = board.Momentary("brown-out",
        "The processor starts again without losing its connections: the banner in the middle of a session, verbose modes as at the start.",
        matrix.BrownOut);

    public Switch<int> Busy { get; } = board.Integer("busy", "The next so many commands get E22; counts down.", 0, 0, 1_000_000);

    public Switch<TimeSpan> PresetTime { get; } =
        board.Duration("preset-time", "How long after a preset recall every command gets E22.", TimeSpan.FromMilliseconds(300));

    public Switch<int> MaxConnections { get; } =
        board.Integer("max-connections", "One more gets E26 and is closed; 0 refuses all.", 200, 0, 1000);

    public Switch<TimeSpan> IdleClose { get; } =
        board.Duration("idle-close", "A TCP connection without traffic is closed after this; none: never.", TimeSpan.FromMinutes(5));

    public Switch<bool> PasswordLoop { get; } = board.Boolean("password-loop", "Every password is wrong.");

    public Switch<bool> TelnetNegotiation { get; } =
        board.Boolean("telnet-negotiation", "Begins a TCP session with telnet option bytes (IAC DO, IAC WILL).");

    public Switch<bool> TaggedIdentity { get; } =
        board.Boolean("tagged-identity", "In verbose modes 2 and 3 also N, Q and I are tagged: Pno, Ver01*, Inf00*.");

    public Switch<double> Temperature { get; } =
        board.Number("temperature", "Inside temperature in degrees Celsius; the wire tells Fahrenheit.", 26, -40, 150);

    public Switch<int> Fan1 { get; } = board.Integer("fan-1", "Speed in rpm; 0 stands still.", 753, 0, 20_000);

    public Switch<int> Fan2 { get; } = board.Integer("fan-2", "Speed in rpm; 0 stands still.", 774, 0, 20_000);

    public Switch<bool> Supply1 { get; } = board.Boolean("supply-1", "First power supply is good.", true);

    public Switch<bool> Supply2 { get; } = board.Boolean("supply-2", "Second power supply is good.", true);

    public Switch<IReadOnlyList<int>> SignalLost { get; } = board.Integers("signal-lost", "Inputs without a signal.", 1, inputs);

    public Switch<bool> QuikForAll { get; } =
        board.Boolean("quik-for-all", "Every change by hand or by others is told as Qik, without its contents.");
}
