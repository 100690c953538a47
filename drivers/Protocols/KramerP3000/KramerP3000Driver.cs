using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>Drives a Kramer matrix by Protocol 3000, over TCP or RS-232 with the same words.</summary>
/// <remarks>This file: the session. <c>.Questions</c>: asking, and what errors mean. <c>.Readings</c>: what is read and told.
/// <c>.Commands</c>: what is wished.</remarks>
public sealed partial class KramerP3000Driver : DeviceDriver<KramerReply>
{
    private const string DrainTimer = "drain";
    private const string LaterTimer = "later";

    // Some models print a welcome text to whoever connects, and lose what is sent while they do.
    private static readonly TimeSpan DrainFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);

    private readonly StateMachine<Mode, Told> _session = new(Mode.Unknown);
    private readonly DriverSetup _setup;
    private readonly KramerCodec _codec;
    private readonly KramerDialect _dialect;
    private readonly KramerTable _table;
    private readonly int _machine;
    private int? _heardMachine;
    private bool _hasLoggedIn;
    private bool _isInStep;

    public KramerP3000Driver(DriverSetup setup) : base(new KramerCodec((int)setup.Options[MachineOption].Integer))
    {
        _setup = setup;
        _codec = (KramerCodec)Codec;
        _machine = (int)setup.Options[MachineOption].Integer;
        var isLayered = setup.Options[RoutingOption].Text == LayerRouting;
        _dialect = new(isLayered, (int)setup.Options[VideoLayerOption].Integer, setup.Options[OffOption].Text);
        _table = new(setup.Options[PlanesOption].Text == VideoAndAudio);

        _session.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Draining)
            .Ignore(Told.Greeted).Ignore(Told.LinkLost);

        _session.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Ignore(Told.Linked).Ignore(Told.Quiet).Ignore(Told.Shaken).Ignore(Told.Identified)
            .Ignore(Told.LoggedIn).Ignore(Told.Refused).Ignore(Told.Read);

        _session.Configure(Mode.Draining).SubstateOf(Mode.Linked)
            .OnEntry(Drain).OnExit(() => Device.StopTimer(DrainTimer))
            .Permit(Told.Quiet, Mode.Shaking)
            .PermitReentry(Told.Greeted)
            .Ignore(Told.Unauthorised);

        _session.Configure(Mode.Shaking).SubstateOf(Mode.Linked)
            .OnEntry(Shake)
            .Permit(Told.Shaken, Mode.Identifying)
            .PermitIf(Told.Unauthorised, Mode.LoggingIn, CanLogIn).PermitIf(Told.Unauthorised, Mode.Denied, CannotLogIn)
            .Permit(Told.Greeted, Mode.Draining);

        _session.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(Identify)
            .Permit(Told.Identified, Mode.Reading)
            .PermitIf(Told.Unauthorised, Mode.LoggingIn, CanLogIn).PermitIf(Told.Unauthorised, Mode.Denied, CannotLogIn)
            .Permit(Told.Greeted, Mode.Draining);

        _session.Configure(Mode.LoggingIn).SubstateOf(Mode.Linked)
            .OnEntry(LogIn)
            .Permit(Told.LoggedIn, Mode.Identifying)
            .Permit(Told.Refused, Mode.Denied)
            .Permit(Told.Greeted, Mode.Draining)
            .Ignore(Told.Unauthorised);

        _session.Configure(Mode.Denied).SubstateOf(Mode.Linked)
            .OnEntry(GiveUpLogIn)
            .Ignore(Told.Unauthorised).Ignore(Told.Greeted);

        _session.Configure(Mode.Reading).SubstateOf(Mode.Linked)
            .OnEntry(ReadAll)
            .Permit(Told.Read, Mode.Ready)
            .PermitIf(Told.Unauthorised, Mode.LoggingIn, CanLogIn).PermitIf(Told.Unauthorised, Mode.Denied, CannotLogIn)
            .Permit(Told.Greeted, Mode.Draining);

        // A start message, or a log-in asked for, in the middle of a session: the device has started again and may have other routes.
        _session.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(BecomeReady).OnExit(FallOutOfStep)
            .PermitIf(Told.Unauthorised, Mode.LoggingIn, CanLogIn).PermitIf(Told.Unauthorised, Mode.Denied, CannotLogIn)
            .Permit(Told.Greeted, Mode.Draining);

        _session.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Draining, Shaking, Identifying, LoggingIn, Denied, Reading, Ready }

    internal enum Told { Linked, Quiet, Greeted, Shaken, Identified, Unauthorised, LoggedIn, Refused, Read, LinkLost }

    public override void OnLinked()
    {
        Forget();
        _session.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _session.Fire(Told.LinkLost);

    public override void OnUnsolicited(KramerReply reply)
    {
        if (!IsOurs(reply)) return;
        switch (reply.Kind)
        {
            case KramerReplyKind.Banner: _session.Fire(Told.Greeted); break;
            case KramerReplyKind.Answer when _isInStep: TakeUnasked(reply); break;
            case KramerReplyKind.Text or KramerReplyKind.Answer when _session.State is Mode.Draining: Device.StartTimer(DrainTimer, DrainFor); break;
        }
    }

    public override void OnTimer(string name)
    {
        if (name == DrainTimer) _session.Fire(Told.Quiet);
        else DoLater();
    }

    internal static StateMachineInfo Describe() => new KramerP3000Driver(Manifest.OnPaper())._session.GetInfo();

    private bool CanLogIn() => _setup.Secret is not null && !_hasLoggedIn;

    private bool CannotLogIn() => !CanLogIn();

    /// <summary>Devices on one RS-485 line all hear everything. Without a configured number it is the one that answered the handshake.</summary>
    private bool IsOurs(KramerReply reply) =>
        reply.Machine == KramerReply.NoMachine || reply.Machine == (_machine > 0 ? _machine : _heardMachine ?? reply.Machine);

    private void Drain()
    {
        Forget();
        Device.StartTimer(DrainTimer, DrainFor);
    }

    private void Forget()
    {
        _reading++;
        _heardMachine = null;
        _hasLoggedIn = false;
        _isInStep = false;
        _later.Clear();
        _doubted.Clear();
        _cued.Clear();
        _lacking.Clear();
        _failing.Clear();
        _strange.Clear();
        _table.AddAudio(_setup.Options[PlanesOption].Text == VideoAndAudio);
    }

    private void Shake() => Ask(new(KramerCodec.Handshake, reply => reply.Kind is KramerReplyKind.Handshake)
    {
        Done = reply =>
        {
            if (reply.Machine != KramerReply.NoMachine) _heardMachine = reply.Machine;
            _session.Fire(Told.Shaken);
        },
        Refused = reply => Device.Reconnect(StatusReasons.ProtocolError, $"the device refuses the handshake: {Words(reply)}"),
    });

    private void LogIn()
    {
        var user = _setup.Link.User ?? _setup.Link.Option("user") ?? _setup.Options[UserOption].Text;
        var request = $"LOGIN {user},{_setup.Secret!.Reveal()}";
        if (!_codec.CanWrite(request))
        {
            _session.Fire(Told.Refused);
            return;
        }

        // Any error is a no: models differ in which one they give.
        Device.Ask(request, reply =>
        {
            if (!IsOurs(reply) || !IsAbout(reply, "LOGIN")) return false;
            if (reply.Kind is KramerReplyKind.Answer) TakeLogIn();
            else _session.Fire(Told.Refused);
            return true;
        });
    }

    private void TakeLogIn()
    {
        _hasLoggedIn = true;
        _session.Fire(Told.LoggedIn);
    }

    private void GiveUpLogIn()
    {
        var why = _setup.Secret is null
            ? "the device asks for a log-in and no password is configured"
            : "the device does not take the configured user and password";
        Device.Raise(AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    private void BecomeReady()
    {
        // From here on a log-in that is asked for is a device that has started again.
        _hasLoggedIn = false;
        _isInStep = true;
        Device.Clear(AccessDenied.Code);
        if (_failing.Count == 0) Device.Clear(Failing.Code);
        if (_strange.Count == 0) Device.Clear(StrangeInput.Code);
        Device.Synchronised();
    }

    private void FallOutOfStep()
    {
        _isInStep = false;
        Device.Unusable(StatusReasons.Synchronising);
    }
}
