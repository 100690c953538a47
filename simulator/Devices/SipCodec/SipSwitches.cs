using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>The switches that only this endpoint has.</summary>
internal sealed class SipSwitches(SwitchBoard board, SimulatedSip endpoint)
{
    public const string Answers = "answers";

    public Switch<string> FarEnd { get; } = board.Choice("far-end", "What another party does that is called, by the endpoint or through it.",
        Answers, [Answers, "busy", "rejects", "no-answer", "unknown", "unreachable"]);

    public Switch<bool> Busy { get; } = board.Boolean("busy", "A call to the endpoint itself gets 486, OPTIONS too.");

    public Switch<bool> NoAnswer { get; } = board.Boolean("no-answer", "A call to the endpoint rings and nobody takes it.");

    public Switch<int?> Status { get; } = board.OptionalInteger("status", "A call to the endpoint gets this response.", 400, 699);

    public Switch<bool> Forked { get; } = board.Boolean("forked", "A call to the endpoint is answered twice, by two tags.");

    public Switch<bool> LosesBye { get; } = board.Boolean("loses-bye", "BYE never arrives, and the endpoint sends none.");

    public Switch<int?> FalseLength { get; } =
        board.OptionalInteger("false-length", "Octets added to the Content-Length of every response.", 1, 1000);

    public Switch<bool> TakesRefer { get; } = board.Boolean("takes-refer", "REFER is carried out; else it gets 405.", true);

    public Switch<bool> DialogEvents { get; } = board.Boolean("dialog-events", "Calls can be subscribed to; else SUBSCRIBE gets 489.", true);

    public Switch<bool> SkipsVersion { get; } = board.Boolean("skips-version", "Every second notification of calls is lost on the way.");

    public Switch<string> Registration { get; } =
        board.Choice("registration", "The account at its registrar, as event reg tells it.", "active", ["active", "terminated"], endpoint.RegistrationSwitched);

    public Switch<TimeSpan> AnswerTime { get; } =
        board.Duration("answer-time", "From the ringing of the endpoint to its answer.", TimeSpan.FromMilliseconds(100));

    public Switch<TimeSpan> DialTime { get; } =
        board.Duration("dial-time", "From calling another party to its ringing.", TimeSpan.FromMilliseconds(300));

    public Switch<TimeSpan> RingTime { get; } =
        board.Duration("ring-time", "From ringing to the answer or the refusal of another party.", TimeSpan.FromMilliseconds(300));

    public Switch<TimeSpan> NoAnswerTime { get; } =
        board.Duration("no-answer-time", "How long it rings when nobody answers, at either end.", TimeSpan.FromSeconds(60));

    public Switch<bool> OneWay { get; } = board.Boolean("one-way-audio", "Sends no audio in a call; what comes is heard.");

    public Switch<double> Loss { get; } = board.Number("rtp-loss", "Per cent of its audio packets that the endpoint leaves out.", 0, 0, 100);

    public Switch<int> Jitter { get; } = board.Integer("rtp-jitter", "Milliseconds that its audio packets are late at most.", 0, 0, 1000);
}
