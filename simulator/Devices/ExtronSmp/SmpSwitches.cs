using AvGateway.Simulator.Devices.ExtronSis;
using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.ExtronSmp;

/// <summary>The switches that only this recorder has.</summary>
internal sealed class SmpSwitches(SwitchBoard board, SimulatedSmp recorder) : ISisSwitches
{
    public Switch<bool> NoGrowth { get; } = board.Boolean("no-growth",
        "Says that it records, while neither its time nor its disk moves.", false, recorder.GrowthChanged);

    public Switch<bool> TimeOnly { get; } = board.Boolean("time-only",
        "Says that it records and counts the time, while nothing reaches the disk.", false, recorder.GrowthChanged);

    public Switch<TimeSpan> StopsByItself { get; } =
        board.Duration("stops-by-itself", "Each recording ends by itself after this time.", TimeSpan.Zero);

    public Switch<bool> DiskFull { get; } =
        board.Boolean("disk-full", "Nothing fits any more: E28 to record, and a running recording ends.", false, recorder.DiskSwitched);

    public Switch<int?> DiskLeft { get; } = board.OptionalInteger("disk-left",
        "Seconds that can be recorded from the moment of setting; null: as the disk is.", 0, 1_000_000, recorder.DiskSwitched);

    public Switch<bool> NoMedium { get; } = board.Boolean("no-medium",
        "The medium is gone: E25 to record, and a running recording ends.", false, recorder.DiskSwitched);

    public Switch<bool> Silence { get; } = board.Boolean("silence", "The meters show nothing, as with a pulled plug.");

    public Switch<double> Level { get; } = board.Number("level", "Level of the left channel in dBFS; the right one is 5 dB lower.", -20, -145, 0);

    public Switch<bool> NoMeters { get; } = board.Boolean("no-meters", "34I is answered E10, as by models without meters.");

    public Switch<int> ClockOffset { get; } = board.Integer("clock-offset", "Seconds by which the clock is wrong.", 0, -100_000, 100_000);

    public Switch<bool> NoClock { get; } = board.Boolean("no-clock", "The question for date and time is answered E10.");

    public Switch<TimeSpan> FinalisingTime { get; } = board.Duration("finalising-time",
        "How long a file is being finished after the stop.", TimeSpan.FromSeconds(2));

    public Switch<bool> FinalisesAsRecording { get; } = board.Boolean("finalises-as-recording",
        "Says recording while it is finalising, as the SMP 111 does.");

    public Switch<TimeSpan> TransportDelay { get; } =
        board.Duration("transport-delay", "Time between the echo and the recorder following.", TimeSpan.Zero);

    public Switch<int?> VerboseDefault { get; } = board.OptionalInteger("verbose-default",
        "Verbose mode of a new connection; null: 0 on TCP, 1 on a serial line.", 0, 3);

    public Switch<bool> BrownOut { get; } = board.Momentary("brown-out",
        "The processor starts again without losing its connections: the banner in the middle of a session, the recording gone.", recorder.BrownOut);

    public Switch<int> Busy { get; } = board.Integer("busy", "The next so many commands get E22; counts down.", 0, 0, 1_000_000);

    public Switch<int> MaxConnections { get; } =
        board.Integer("max-connections", "One more gets E26 and is closed; 0 refuses all.", 200, 0, 1000);

    public Switch<TimeSpan> IdleClose { get; } =
        board.Duration("idle-close", "A TCP connection without traffic is closed after this; none: never.", TimeSpan.FromMinutes(5));

    public Switch<bool> PasswordLoop { get; } = board.Boolean("password-loop", "Every password is wrong.");

    public Switch<bool> TelnetNegotiation { get; } =
        board.Boolean("telnet-negotiation", "Begins a TCP session with telnet option bytes (IAC DO, IAC WILL).");

    public Switch<bool> TaggedStatus { get; } = board.Boolean("tagged-status", "In verbose modes 2 and 3 the answer to I is tagged Inf00*.");
}
