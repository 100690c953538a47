using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>Drives a Cisco video codec by its xAPI.</summary>
/// <remarks>
/// This file: modes and requests. <c>.Session</c>: log-in and the session's own settings. <c>.Feedback</c>: what it is to tell unasked.
/// <c>.Status</c>: what it tells. <c>.Commands</c>: what it is asked to do.
/// </remarks>
public sealed partial class CiscoXapiDriver : DeviceDriver<XapiReply>
{
    private readonly StateMachine<Mode, Told> _machine = new(Mode.Unknown);
    private readonly XapiModel _model = new();
    private readonly DriverSetup _setup;
    private readonly XapiFraming _framing;
    private int _lastId;

    public CiscoXapiDriver(DriverSetup setup) : this(setup, XapiFraming.Of(setup.Link.Scheme))
    {
    }

    private CiscoXapiDriver(DriverSetup setup, XapiFraming framing) : base(framing.Codec)
    {
        _setup = setup;
        _framing = framing;

        _machine.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.LoggingIn)
            .Ignore(Told.Usable).Ignore(Told.Denied).Ignore(Told.Asleep).Ignore(Told.Idle).Ignore(Told.Dialling).Ignore(Told.Connected).Ignore(Told.LinkLost);

        _machine.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _machine.Configure(Mode.LoggingIn).SubstateOf(Mode.Linked)
            .OnEntry(LogIn).OnExit(StopLogIn)
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
            case XapiReplyKind.Object when !reply.IsAnswer: TakeTold(reply); break;
        }
    }

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case ProbeTimer: _machine.Fire(Told.Usable); break;
            case LoginTimer: Device.Reconnect(StatusReasons.NoReply, LoginOverdue); break;
            case HeartBeatTimer: Beat(); break;
            case FeedbackTimer: CheckFeedback(); break;
            default: CallTimer(name); break;
        }
    }

    internal static StateMachineInfo Describe() => new CiscoXapiDriver(Manifest.OnPaper())._machine.GetInfo();

    private int NextId()
    {
        // Numbers go on over reconnects: the session of a serial port outlives our links.
        return ++_lastId;
    }

    private void Ask(XapiRequest request, Action<XapiReply> answered, CommandRequest? command = null)
    {
        var id = NextId();
        Ask(id, _framing.Write(id, request), answered, command);
    }

    /// <summary>Asks with a number of its own, so that no late answer is taken for another.</summary>
    private void Ask(int id, string frame, Action<XapiReply> answered, CommandRequest? command = null)
    {
        var key = XapiFraming.Id(id);
        Device.Ask(frame, reply =>
        {
            if (reply.ResultId != key) return false;
            if (reply.Kind is XapiReplyKind.NotReady) Device.Reconnect(StatusReasons.NoReply, "the codec is still starting", StartsWithin);
            else answered(reply);
            return true;
        }, command);
    }
}
