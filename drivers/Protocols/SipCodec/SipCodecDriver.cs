using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>Drives a codec that speaks nothing but SIP, through the language of the SIP link.</summary>
/// <remarks>This file: reachability and the session. <c>.Status</c>: what is told. <c>.Commands</c>: what is asked for.</remarks>
public sealed partial class SipCodecDriver : DeviceDriver<SipReply>
{
    private readonly StateMachine<Mode, Told> _machine = new(Mode.Unknown);
    private readonly SipModel _model = new();
    private readonly DriverSetup _setup;
    private long _lastId;
    private bool _isAbsent;

    public SipCodecDriver(DriverSetup setup) : base(new SipLinkCodec())
    {
        _setup = setup;

        _machine.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Probing)
            .Ignore(Told.Idle).Ignore(Told.Dialling).Ignore(Told.Connected).Ignore(Told.OnHold).Ignore(Told.LinkLost);

        _machine.Configure(Mode.Linked).Permit(Told.LinkLost, Mode.Unknown).Ignore(Told.Linked);

        _machine.Configure(Mode.Probing).SubstateOf(Mode.Linked)
            .OnEntry(Probe)
            .Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Permit(Told.OnHold, Mode.Held);

        _machine.Configure(Mode.InStep).SubstateOf(Mode.Linked);

        _machine.Configure(Mode.Ready).SubstateOf(Mode.InStep)
            .Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Permit(Told.OnHold, Mode.Held).Ignore(Told.Idle);

        _machine.Configure(Mode.Calling).SubstateOf(Mode.InStep)
            .Permit(Told.Idle, Mode.Ready).Permit(Told.Connected, Mode.InCall).Permit(Told.OnHold, Mode.Held).Ignore(Told.Dialling);

        _machine.Configure(Mode.InCall).SubstateOf(Mode.InStep)
            .Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.OnHold, Mode.Held).Ignore(Told.Connected);

        _machine.Configure(Mode.Held).SubstateOf(Mode.InStep)
            .Permit(Told.Idle, Mode.Ready).Permit(Told.Dialling, Mode.Calling).Permit(Told.Connected, Mode.InCall).Ignore(Told.OnHold);

        _machine.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum Mode { Unknown, Linked, Probing, InStep, Ready, Calling, InCall, Held }

    internal enum Told { Linked, Idle, Dialling, Connected, OnHold, LinkLost }

    public override void OnLinked()
    {
        _model.Clear();
        _awaited.Clear();
        _turning = null;
        _testing = null;
        _callsRead = false;
        _isAbsent = false;
        _machine.Fire(Told.Linked);
    }

    public override void OnLinkLost() => _machine.Fire(Told.LinkLost);

    public override void OnPoll() => Ask("options", TakeOptions);

    internal static StateMachineInfo Describe() => new SipCodecDriver(Manifest.OnPaper())._machine.GetInfo();

    /// <summary>Is it there, what of ours is up, what does it tell of its calls: in this order, and only then is anything shown as known.</summary>
    private void Probe() => Ask("options", reply =>
    {
        TakeOptions(reply);
        if (reply.Status == 0) return;
        Ask("calls", _ => Ask("watch", watched =>
        {
            _callsRead = true;
            if (_setup.Options[RegistrarOption].Text is { Length: > 0 } account) Ask("watch-registration", static _ => { }, members: ("uri", account));
            ShowCalls();
            if (!_isAbsent) Device.Synchronised();
        }));
    });

    /// <summary>Any answer proves that somebody is there (RFC 3261 §11); silence ends the link.</summary>
    private void TakeOptions(SipReply reply)
    {
        if (reply.Status == 0)
        {
            Device.Reconnect(StatusReasons.NoReply, $"OPTIONS: {reply.Reason}");
            return;
        }

        if (reply.Text("product") is { Length: > 0 } product) Device.Report(Classes.CommonWords.FirmwareVersion, product);
        if (reply.Flag("passwordRefused")) Device.Raise(AccessDenied.Code, $"OPTIONS: {reply.Status} {reply.Reason}");
        else if (reply.Status is not (401 or 407)) Device.Clear(AccessDenied.Code);

        // A proxy in front of it answers, or its stack without the codec behind it.
        var isAbsent = reply.Status is 408 or 480 or >= 500 and < 600 and not 501;
        if (isAbsent) Device.Unusable(StatusReasons.DeviceAbsent);
        else if (_isAbsent && _callsRead) Device.Synchronised();
        _isAbsent = isAbsent;
    }

    private void Ask(string what, Action<SipReply> answered, CommandRequest? command = null, params ReadOnlySpan<(string Name, object Value)> members)
    {
        var id = ++_lastId;
        Device.Ask(SipLinkCodec.Request(id, what, members), reply =>
        {
            if (reply.Kind != SipReplyKind.Answer || reply.Id != id) return false;
            answered(reply);
            return true;
        }, command);
    }
}
