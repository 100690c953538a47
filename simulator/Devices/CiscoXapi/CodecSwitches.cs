using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>The switches that only this codec has.</summary>
internal sealed class CodecSwitches(SwitchBoard board, SimulatedCodec codec)
{
    public const string Answers = "answers";
    public const string NeverAnswers = "no-answer";

    public Switch<string> FarEnd { get; } = board.Choice("far-end", "What a dialled number does.", Answers,
        [Answers, "busy", "rejects", NeverAnswers, "unknown", "unreachable"]);

    public Switch<TimeSpan> DialTime { get; } = board.Duration("dial-time", "From Dialling to Ringing.", TimeSpan.FromMilliseconds(300));

    public Switch<TimeSpan> RingTime { get; } =
        board.Duration("ring-time", "From Ringing to Connected, or to the far end's refusal.", TimeSpan.FromMilliseconds(300));

    public Switch<TimeSpan> NoAnswerTime { get; } =
        board.Duration("no-answer-time", "How long it rings when nobody answers, at either end.", TimeSpan.FromSeconds(60));

    public Switch<TimeSpan> DisconnectTime { get; } =
        board.Duration("disconnect-time", "From Disconnecting to the end of a call.", TimeSpan.FromMilliseconds(100));

    public Switch<TimeSpan> StandbyTime { get; } =
        board.Duration("standby-time", "From EnteringStandby to Standby.", TimeSpan.FromMilliseconds(300));

    public Switch<bool> LoginRequired { get; } =
        board.Boolean("login-required", "Sessions begin with a login, on the serial port too.", false, codec.LoginSwitched);

    public Switch<bool> RejectsLogin { get; } = board.Boolean("rejects-login", "Every login is wrong, as after a change of the password.");

    public Switch<bool> LastLogin { get; } =
        board.Boolean("last-login", "Newer software: a line about the last login comes after the first OK.");

    public Switch<string?> BannerText { get; } =
        board.Text("banner-text", "A sign-in banner of the administrator, in front of everything.");

    public Switch<bool> TerminalEscape { get; } = board.Boolean("terminal-escape", "The first reply of a session begins with ESC[?1034h.");

    public Switch<bool> ForgetsFeedback { get; } =
        board.Boolean(
            "forgets-feedback", "Silently loses the registrations of all sessions, and keeps losing them.", false, codec.FeedbackSwitched);

    public Switch<int> FeedbackCap { get; } = board.Integer("feedback-cap", "Registrations that one session may have.", 38, 0, 1000);

    public Switch<bool> DuplicateEvents { get; } = board.Boolean("duplicate-events", "Every event is told twice.");

    public Switch<bool> EventsFirst { get; } =
        board.Boolean("events-before-reply", "Feedback caused by a command comes before the reply to it.");

    public Switch<double> Temperature { get; } =
        board.Number(
            "temperature", "Inside temperature in degrees Celsius; 85 and more shuts down after overheat-time.", 45, -40, 150,
            codec.TemperatureSwitched);

    public Switch<TimeSpan> OverheatTime { get; } =
        board.Duration("overheat-time", "How long it is too hot before the codec shuts itself down.", TimeSpan.FromSeconds(30));

    public Switch<string?> Fan { get; } =
        board.Text(
            "fan", "Status of the fan in the codec's own words, such as \"locked on 1096 rpm\"; null: 2372 rpm.", 64, codec.FanSwitched);

    public Switch<string> SipRegistration { get; } = board.Choice("sip-registration", "Registration at the SIP proxy.", "Registered",
        ["Registered", "Registering", "Inactive", "Failed"], codec.RegistrationSwitched);

    public Switch<bool> NotReady { get; } = board.Boolean("not-ready", "Still starting: JSON-RPC answers everything with -31997.");

    public Switch<double> PacketLoss { get; } =
        board.Number("packet-loss", "Per cent of the packets of each call that are lost.", 0, 0, 100);

    public Switch<int> Jitter { get; } = board.Integer("jitter", "Milliseconds in the channels of each call.", 2, 0, 10_000);
}
