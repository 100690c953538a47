using System.Globalization;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>Drives a Cisco video codec by its xAPI.</summary>
/// <remarks>This file: the session. <c>.Status</c>: what the codec tells. <c>.Commands</c>: what it is asked to do.</remarks>
public sealed partial class CiscoXapiDriver : DeviceDriver<XapiReply>
{
    private const string ProbeTimer = "probe";
    private const string LoginTimer = "login";
    private const string HeartBeatTimer = "heartbeat";
    private const string FeedbackTimer = "feedback";

    // An open session says nothing to an empty line; a closed one prompts at once.
    private static readonly TimeSpan PromptsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogsInWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan HeartBeatEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FeedbackEvery = TimeSpan.FromSeconds(90);

    private readonly StateMachine<Mode, Told> _machine = new(Mode.Unknown);
    private readonly XapiModel _model = new();
    private readonly DriverSetup _setup;
    private int _lastId;
    private bool _userGiven;

    public CiscoXapiDriver(DriverSetup setup) : base(new XapiSerialCodec())
    {
        _setup = setup;

        _machine.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.LoggingIn)
            .Ignore(Told.Usable).Ignore(Told.Denied).Ignore(Told.Asleep).Ignore(Told.Idle).Ignore(Told.Dialling).Ignore(Told.Connected).Ignore(Told.LinkLost);

        _machine.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _machine.Configure(Mode.LoggingIn).SubstateOf(Mode.Linked)
            .OnEntry(Knock).OnExit(StopLogIn)
            .Permit(Told.Usable, Mode.Initialising)
            .Permit(Told.Denied, Mode.Denied)
            .Ignore(Told.Asleep).Ignore(Told.Idle).Ignore(Told.Dialling).Ignore(Told.Connected);

        _machine.Configure(Mode.Denied).SubstateOf(Mode.Linked)
            .OnEntry(GiveUpLogIn)
            .Ignore(Told.Usable).Ignore(Told.Denied).Ignore(Told.Asleep).Ignore(Told.Idle).Ignore(Told.Dialling).Ignore(Told.Connected);

        _machine.Configure(Mode.Initialising).SubstateOf(Mode.Linked)
            .OnEntry(Initialise)
            .Permit(Told.Asleep, Mode.Standby).Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall)
            .Ignore(Told.Usable).Ignore(Told.Denied);

        _machine.Configure(Mode.InStep).SubstateOf(Mode.Linked)
            .Ignore(Told.Usable).Ignore(Told.Denied);

        _machine.Configure(Mode.Standby).SubstateOf(Mode.InStep)
            .Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Ignore(Told.Asleep);

        _machine.Configure(Mode.Ready).SubstateOf(Mode.InStep)
            .Permit(Told.Asleep, Mode.Standby).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Ignore(Told.Idle);

        _machine.Configure(Mode.Calling).SubstateOf(Mode.InStep)
            .Permit(Told.Asleep, Mode.Standby).Permit(Told.Idle, Mode.Ready).Permit(Told.Connected, Mode.InCall).Ignore(Told.Dialling);

        _machine.Configure(Mode.InCall).SubstateOf(Mode.InStep)
            .Permit(Told.Asleep, Mode.Standby).Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Ignore(Told.Connected);

        _machine.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, LoggingIn, Denied, Initialising, InStep, Standby, Ready, Calling, InCall }

    internal enum Told { Linked, Usable, Denied, Asleep, Idle, Dialling, Connected, LinkLost }

    private bool IsInStep => _machine.IsInState(Mode.InStep);

    public override void OnLinked()
    {
        _model.Clear();
        _awaited.Clear();
        _ended.Clear();
        _callsRead = false;
        _machine.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _machine.Fire(Told.LinkLost);

    public override void OnUnsolicited(XapiReply reply)
    {
        switch (reply.Kind)
        {
            case XapiReplyKind.LoginPrompt or XapiReplyKind.PasswordPrompt when _machine.State is not Mode.LoggingIn: StartedAgain(); break;
            case XapiReplyKind.LoginPrompt: GiveUser(); break;
            case XapiReplyKind.PasswordPrompt: GivePassword(); break;
            case XapiReplyKind.Line when _machine.State is Mode.LoggingIn: TakeLoginLine(reply); break;
            case XapiReplyKind.Line when IsInStep && reply.Text.Contains("Login successful", StringComparison.Ordinal): StartedAgain(); break;
            case XapiReplyKind.Object when reply.ResultId.Length == 0: TakeTold(reply); break;
        }
    }

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case ProbeTimer: _machine.Fire(Told.Usable); break;
            case LoginTimer: Device.Reconnect(StatusReasons.NoReply, "the log-in was not finished"); break;
            case HeartBeatTimer: Beat(); break;
            case FeedbackTimer: CheckFeedback(); break;
            default: CallTimer(name); break;
        }
    }

    internal static StateMachineInfo Describe()
    {
        var options = Manifest.Options.Aggregate(Arguments.None, (all, option) => all.With(option.Name, option.Default));
        return new CiscoXapiDriver(new(new("serial", null, "", null, "/dev/null", new Dictionary<string, string>()), options, null))._machine.GetInfo();
    }

    /// <summary>Asks with a number of its own, so that no late answer is taken for another.</summary>
    private void Ask(string words, Action<XapiReply> answered, CommandRequest? command = null, AskTiming? timing = null)
    {
        // Numbers go on over reconnects: the session of a serial port outlives our links.
        var id = (++_lastId).ToString(CultureInfo.InvariantCulture);
        Device.Ask($"{id} {words}", reply =>
        {
            if (reply.ResultId != id) return false;
            answered(reply);
            return true;
        }, command, timing);
    }

    private void Knock()
    {
        _userGiven = false;
        Device.Tell(XapiSerialCodec.Raw);
        Device.StartTimer(ProbeTimer, PromptsWithin);
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
        Device.Ask(XapiSerialCodec.Raw + "echo off", reply => reply.IsOk);
        var id = (++_lastId).ToString(CultureInfo.InvariantCulture);
        Device.Ask($"{id} {XapiWords.Json}", reply => reply.IsOk || reply.ResultId == id);
        Ask(XapiWords.Connect, static _ => { });
        Ask(XapiWords.ForgetFeedback, static _ => { });
        foreach (var expression in XapiWords.Feedback) Ask(XapiWords.Register(expression), static _ => { });
        foreach (var query in FirstReadings) Ask(query, TakeStatus);
        Ask(XapiWords.Calls, reply =>
        {
            TakeCalls(reply);
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
            if (XapiTree.Failure(reply) is not null) Ask(XapiWords.Connect, static _ => { });
        });
    }

    /// <summary>Registrations have been seen to vanish in the middle of a session: they are listed and made again.</summary>
    private void CheckFeedback()
    {
        Device.StartTimer(FeedbackTimer, FeedbackEvery);
        var listed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var id = (++_lastId).ToString(CultureInfo.InvariantCulture);
        Device.Ask($"{id} {XapiWords.ListFeedback}", reply =>
        {
            if (reply.Kind is XapiReplyKind.Line && reply.Text.StartsWith('/') && listed.Count < XapiWords.Feedback.Count * 4) listed.Add(reply.Text);
            if (reply.ResultId != id && !(reply.Kind is XapiReplyKind.Line && reply.Text == XapiWords.EndOfList)) return false;
            foreach (var missing in XapiWords.Feedback.Where(expression => !listed.Contains(expression))) Ask(XapiWords.Register(missing), static _ => { });
            return true;
        });
    }
}
