using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Poly;

/// <summary>The switches that only this codec has.</summary>
internal sealed class PolySwitches(SwitchBoard board)
{
    public const string Answers = "answers";
    public const string Auto = "auto";

    public Switch<string> FarEnd { get; } =
        board.Choice("far-end", "What a dialled number does.", Answers, [Answers, "busy", "rejects", "no-answer", "unknown"]);

    public Switch<TimeSpan> DialTime { get; } = board.Duration("dial-time", "From dialling to ringing.", TimeSpan.FromMilliseconds(250));

    public Switch<TimeSpan> RingTime { get; } =
        board.Duration("ring-time", "From ringing to connected, or to the far end's refusal.", TimeSpan.FromMilliseconds(250));

    public Switch<TimeSpan> NoAnswerTime { get; } =
        board.Duration("no-answer-time", "How long it rings when nobody answers, at either end.", TimeSpan.FromSeconds(60));

    public Switch<TimeSpan> WakeTime { get; } = board.Duration("wake-time", "From the command to the state, both ways.", TimeSpan.FromMilliseconds(300));

    public Switch<bool> WakeSilent { get; } = board.Boolean("wake-silent", "Sleeping and waking are acknowledged, done, and never told.");

    public Switch<string> Echo { get; } =
        board.Choice("echo", "Whether typed lines are echoed; auto: on a serial line and over SSH.", Auto, [Auto, "on", "off"]);

    public Switch<bool> ControlEvent { get; } = board.Boolean("control-event", "What is told unasked begins with the words Control event.");

    public Switch<bool> DeafInSetUp { get; } = board.Boolean("deaf-in-set-up", "While a call is set up, every command but hangup is lost.");

    public Switch<bool> LosesHasty { get; } = board.Boolean("loses-hasty", "A command less than 200 ms after the one before is lost.");

    public Switch<bool> NamesMissing { get; } = board.Boolean("names-missing", "Calls are told without the name of the far end, its colon included.");

    public Switch<bool> ForgetsFeedback { get; } = board.Boolean("forgets-feedback", "Nothing is told unasked any more.");

    public Switch<bool> RejectsLogin { get; } = board.Boolean("rejects-login", "Every password is wrong.");

    public Switch<bool> ClosesOnWrong { get; } = board.Boolean("closes-on-wrong-password", "A wrong password ends the session instead of being asked for again.");

    public Switch<bool> Telnet { get; } = board.Boolean("telnet-negotiation", "Begins a TCP session with telnet option bytes (IAC DO, IAC WILL).");

    public Switch<int> MaxSessions { get; } = board.Integer("max-sessions", "One more network session is closed at once.", 5, 0, 100);

    public Switch<TimeSpan> IdleClose { get; } = board.Duration("idle-close", "A network session without traffic is closed after this; none: never.", TimeSpan.Zero);

    public Switch<bool> SipOnline { get; } = board.Boolean("sip-server", "The SIP server is online.", true);

    public Switch<bool> GatekeeperOnline { get; } = board.Boolean("gatekeeper", "The gatekeeper is online.");
}
