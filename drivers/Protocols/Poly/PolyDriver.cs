using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>Drives a Poly video codec by its text API.</summary>
/// <remarks>
/// This file: modes and what comes in. <c>.Session</c>: log-in and registrations. <c>.Status</c>: what the device tells.
/// <c>.Commands</c>: what it is asked to do.
/// </remarks>
public sealed partial class PolyDriver : DeviceDriver<PolyReply>
{
    private readonly StateMachine<Mode, Told> _machine = new(Mode.Unknown);
    private readonly DriverSetup _setup;

    public PolyDriver(DriverSetup setup) : base(new PolyCodec())
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
            .Permit(Told.Asleep, Mode.Asleep).Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall)
            .Ignore(Told.Usable).Ignore(Told.Denied);

        _machine.Configure(Mode.InStep).SubstateOf(Mode.Linked)
            .Ignore(Told.Usable).Ignore(Told.Denied);

        _machine.Configure(Mode.Asleep).SubstateOf(Mode.InStep)
            .Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Ignore(Told.Asleep);

        _machine.Configure(Mode.Ready).SubstateOf(Mode.InStep)
            .Permit(Told.Asleep, Mode.Asleep).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Ignore(Told.Idle);

        _machine.Configure(Mode.Calling).SubstateOf(Mode.InStep)
            .Permit(Told.Asleep, Mode.Asleep).Permit(Told.Idle, Mode.Ready).Permit(Told.Connected, Mode.InCall).Ignore(Told.Dialling);

        _machine.Configure(Mode.InCall).SubstateOf(Mode.InStep)
            .Permit(Told.Asleep, Mode.Asleep).Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Ignore(Told.Connected);

        _machine.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, LoggingIn, Denied, Initialising, InStep, Asleep, Ready, Calling, InCall }

    internal enum Told { Linked, Usable, Denied, Asleep, Idle, Dialling, Connected, LinkLost }

    private bool IsInStep => _machine.IsInState(Mode.InStep);

    public override void OnLinked()
    {
        Forget();
        _machine.Fire(Told.Linked);
    }

    public override void OnLinkLost()
    {
        // Some releases close the session after a wrong password instead of asking again.
        if (_machine.State is Mode.LoggingIn && _passwordGiven) Device.Raise(AccessDenied.Code, "the codec ended the session after the password", "输入口令后终端中断了会话");
        _machine.Fire(Told.LinkLost);
    }

    public override void OnUnsolicited(PolyReply reply)
    {
        switch (reply.Kind)
        {
            case PolyReplyKind.Telnet:
                if (PolyCodec.RefuseTelnet(reply) is { } refusal) Device.Tell(refusal);
                break;
            case PolyReplyKind.UserPrompt or PolyReplyKind.PasswordPrompt when _machine.State is not Mode.LoggingIn: StartedAgain(); break;
            case PolyReplyKind.UserPrompt: GiveUser(); break;
            case PolyReplyKind.PasswordPrompt: GivePassword(); break;
            case PolyReplyKind.Line when _machine.State is Mode.LoggingIn: TakeLoginLine(reply); break;
            case PolyReplyKind.Line when IsInStep && reply.Says(Greeting): StartedAgain(); break;
            case PolyReplyKind.Line when IsInStep || _machine.State is Mode.Initialising: TakeTold(reply); break;
        }
    }

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case ProbeTimer: _machine.Fire(Told.Usable); break;
            case LoginTimer: Device.Reconnect(StatusReasons.NoReply, "the log-in was not finished"); break;
            case DialTimer: DialShowsNothing(); break;
            default: CallTimer(name); break;
        }
    }

    internal static StateMachineInfo Describe() => new PolyDriver(Manifest.OnPaper())._machine.GetInfo();

    /// <summary>Asks; a refusal answers every question.</summary>
    private void Ask(string request, Func<PolyReply, bool> isAnswer, Action<PolyReply> answered, CommandRequest? command = null) =>
        Device.Ask(request, reply =>
        {
            if (!reply.IsRefusal && !isAnswer(reply)) return false;
            answered(reply);
            return true;
        }, command);
}
