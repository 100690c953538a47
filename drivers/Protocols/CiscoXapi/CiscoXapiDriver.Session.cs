using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>From the open link to a session of our own. On a WebSocket the user was let in by HTTP, and nothing is left to be done.</summary>
public sealed partial class CiscoXapiDriver
{
    private const string ProbeTimer = "probe";
    private const string LoginTimer = "login";
    private const string HeartBeatTimer = "heartbeat";
    private const string LoginOverdue = "the codec has not said that its shell is ready";

    // An open session says nothing to an empty line; a closed one prompts at once.
    private static readonly TimeSpan PromptsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogsInWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HeartBeatEvery = TimeSpan.FromSeconds(30);

    // The network is there some time before the API is.
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(5);

    private bool _userGiven;

    private void LogIn()
    {
        _userGiven = false;
        switch (_framing)
        {
            case XapiLineFraming { OpensWithBanner: true }: Device.StartTimer(LoginTimer, LogsInWithin); break;
            case XapiLineFraming:
                Device.Tell(XapiSerialCodec.Raw);
                Device.StartTimer(ProbeTimer, PromptsWithin);
                break;
            default: Device.StartTimer(ProbeTimer, TimeSpan.Zero); break;
        }
    }

    private void StopLogIn()
    {
        Device.StopTimer(ProbeTimer);
        Device.StopTimer(LoginTimer);
    }

    private void GiveUser()
    {
        // A prompt that stood there before and the one that answers our empty line look alike: the user is given once.
        if (_userGiven) return;
        _userGiven = true;
        Device.StopTimer(ProbeTimer);
        Device.StartTimer(LoginTimer, LogsInWithin);
        Device.Tell(XapiSerialCodec.Raw + (_setup.Link.User ?? _setup.Link.Option("user") ?? _setup.Options[UserOption].Text));
    }

    private void GivePassword()
    {
        if (!_userGiven) return;
        if (_setup.Secret is { } secret) Device.Tell(XapiSerialCodec.Secret + secret.Reveal());
        else _machine.Fire(Told.Denied);
    }

    private void TakeLoginLine(XapiReply reply)
    {
        if (reply.IsOk) _machine.Fire(Told.Usable);
        else if (reply.Text.StartsWith("Login incorrect", StringComparison.Ordinal)) _machine.Fire(Told.Denied);
    }

    private void GiveUpLogIn()
    {
        var why = _setup.Secret is null ? "the codec asks for a password and none is configured" : "the codec refuses user or password";
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    // On a serial line a restart ends no link: its prompt or banner in the middle of a session is all that is seen of it.
    private void StartedAgain() => Device.Reconnect(StatusReasons.LinkClosed, "the codec has started again or ended our session");

    /// <summary>Modes are per session: no echo, JSON; then our registrations, then everything is read, the calls last.</summary>
    private void Initialise()
    {
        Device.Clear(AccessDenied.Code);
        if (_framing is XapiLineFraming)
        {
            Device.Ask(XapiLineFraming.EchoOff, reply => reply.IsOk);
            var id = NextId();
            Device.Ask(XapiLineFraming.Json(id), reply => reply.IsOk || reply.ResultId == XapiFraming.Id(id));
        }

        Ask(XapiWords.Connect, static _ => { });
        RegisterFeedback();
        foreach (var query in FirstReadings) Ask(query, TakeStatus);
        Ask(XapiWords.Calls, reply =>
        {
            TakeCalls(reply);

            // Whether there is a call is what everything else hangs on: without that answer the codec is not known.
            if (!_callsRead) return;
            Device.StartTimer(HeartBeatTimer, HeartBeatEvery);
            Device.StartTimer(FeedbackTimer, FeedbackEvery);
            Device.Synchronised();
        });
    }

    private void Beat()
    {
        Device.StartTimer(HeartBeatTimer, HeartBeatEvery);
        Ask(XapiWords.HeartBeat, reply =>
        {
            // A codec that has forgotten us is told again who we are.
            if (reply.Failure is not null) Ask(XapiWords.Connect, static _ => { });
        });
    }
}
