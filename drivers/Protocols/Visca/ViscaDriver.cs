using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>Drives a PTZ camera over VISCA.</summary>
/// <remarks>
/// An acknowledgement says that a movement has begun, a completion that it has ended; where it ended is read afterwards. No camera tells at which preset it
/// stands: the driver knows the position where each one was seen to end, and shows the preset while the camera stands there.
/// </remarks>
public sealed partial class ViscaDriver : DeviceDriver<ViscaReply>
{
    private const string LookTimer = "look", SettleTimer = "settle", DeadManTimer = "dead-man", RetryTimer = "retry", RestTimer = "rest";
    private const string AddressSet = "*3001", ClearAll = "*010001";

    private readonly StateMachine<Mode, Told> _camera = new(Mode.Unknown);
    private readonly DriverSetup _setup;
    private readonly HeldCommand<ViscaReply> _heldRecall;
    private readonly HeldCommand<ViscaReply> _heldPower;
    private readonly bool _isHeaded;
    private readonly int _address;
    private uint _number;

    public ViscaDriver(DriverSetup setup) : base(new ViscaCodec(AddressOf(setup), IsHeaded(setup)))
    {
        _setup = setup;
        _isHeaded = IsHeaded(setup);
        _address = AddressOf(setup);
        (_heldRecall, _heldPower) = (new(() => Device), new(() => Device));

        _camera.Configure(Mode.Unknown)
            .Permit(Told.Linked, Mode.Opening)
            .Ignore(Told.Opened).Ignore(Told.Off).Ignore(Told.Booting).Ignore(Told.Ready).Ignore(Told.Restarted).Ignore(Told.LinkLost);

        _camera.Configure(Mode.Linked)
            .Permit(Told.LinkLost, Mode.Unknown)
            .Permit(Told.Restarted, Mode.Opening)
            .Ignore(Told.Linked).Ignore(Told.Opened);

        _camera.Configure(Mode.Opening).SubstateOf(Mode.Linked)
            .OnEntry(Open)
            .Permit(Told.Opened, Mode.Identifying)
            .Ignore(Told.Restarted).Ignore(Told.Off).Ignore(Told.Booting).Ignore(Told.Ready);

        _camera.Configure(Mode.Identifying).SubstateOf(Mode.Linked)
            .OnEntry(Identify)
            .Permit(Told.Off, Mode.Standby).Permit(Told.Booting, Mode.Booting).Permit(Told.Ready, Mode.Ready);

        _camera.Configure(Mode.Standby).SubstateOf(Mode.Linked)
            .OnEntry(ShowStandby)
            .Permit(Told.Booting, Mode.Booting).Permit(Told.Ready, Mode.Ready)
            .Ignore(Told.Off);

        // It answers, and its head finds its end stops: what it is told to do now is lost.
        _camera.Configure(Mode.Booting).SubstateOf(Mode.Linked)
            .OnEntry(() => Device.Synchronised())
            .Permit(Told.Off, Mode.Standby).Permit(Told.Ready, Mode.Ready)
            .Ignore(Told.Booting);

        _camera.Configure(Mode.Ready).SubstateOf(Mode.Linked)
            .OnEntry(ShowReady)
            .Permit(Told.Off, Mode.Standby).Permit(Told.Booting, Mode.Booting)
            .Ignore(Told.Ready);

        _camera.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Linked, Opening, Identifying, Standby, Booting, Ready }

    internal enum Told { Linked, Opened, Off, Booting, Ready, Restarted, LinkLost }

    public override void OnLinked()
    {
        Device.Extent(CameraWords.PresetExtent, (int)_setup.Options[PresetsOption].Integer);
        _camera.Fire(Told.Linked);
    }

    public override void OnLinkLost()
    {
        _motion = null;
        _heldRecall.Forget();
        _heldPower.Forget();
        _later.Clear();
        _camera.Fire(Told.LinkLost);
    }

    public override void OnUnsolicited(ViscaReply reply)
    {
        if (reply.Kind is ViscaReplyKind.NetworkChanged && _setup.Link.Scheme == SerialScheme) _camera.Fire(Told.Restarted);
        if (!IsOurs(reply)) return;
        if (reply.Kind is ViscaReplyKind.Completed) TakeCompletion(reply);
        else if (reply.Kind is ViscaReplyKind.Error) TakeFailure(reply);
    }

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case LookTimer: Look(); break;
            case SettleTimer: LookAtPosition(); break;
            case DeadManTimer: Stop(); break;
            case RetryTimer: DoLater(); break;
            case RestTimer: PowerRested(); break;
        }
    }

    internal static StateMachineInfo Describe() => new ViscaDriver(Manifest.OnPaper())._camera.GetInfo();

    private bool IsOurs(ViscaReply reply) => reply.Address == _address;

    /// <summary>Asks with a number where packets have one; every answer but that to this number is somebody else's.</summary>
    private uint Ask(string request, Func<ViscaReply, bool> onReply, CommandRequest? command = null)
    {
        var number = ++_number;
        Device.Ask(_isHeaded ? ViscaCodec.Number(request, number) : request,
            reply => (_isHeaded ? reply.Sequence == number && (IsOurs(reply) || reply.Kind is ViscaReplyKind.Control) : IsOurs(reply)) && onReply(reply), command);
        return number;
    }

    private void Tell(string request) => Device.Tell(_isHeaded ? ViscaCodec.Number(request, ++_number) : request);

    private void Open()
    {
        _isLooking = false;
        if (_isHeaded)
        {
            _number = 0;
            Device.Ask(ViscaCodec.Reset, reply =>
            {
                if (reply is not { Kind: ViscaReplyKind.Control, Data: ViscaReply.ResetDone }) return false;
                _camera.Fire(Told.Opened);
                return true;
            });
            return;
        }

        // Whether they come back depends on the wiring; what counts is whether the camera answers at its address afterwards.
        if (_setup.Link.Scheme == SerialScheme)
        {
            Device.Tell(AddressSet);
            Device.Tell(ClearAll);
        }

        _camera.Fire(Told.Opened);
    }

    private void Identify() => Question("090002", reply => reply.IsVersion, reply =>
    {
        Device.Report(CommonWords.ModelName, $"VISCA {reply.Data[..4]} {reply.Data[4..8]}");
        Device.Report(CommonWords.FirmwareVersion, reply.Data[8..12]);
        Look();
    }, _ => Look());

    private void ShowStandby()
    {
        if (_heldRecall.Take() is { } late) Device.Complete(late, NotOn);
        _isTurning = _isZooming = false;
        Device.Synchronised();
    }

    private void ShowReady()
    {
        Show(_position!.Value);

        // Whoever turned the camera when the link was lost could not let go of the key.
        if (IsDriving) Stop();
        Device.Synchronised();
        if (_heldRecall.Take() is { } recall) Recall(recall);
    }

    private void ForgetPosition()
    {
        _motion = null;
        _position = null;
        foreach (var property in (string[])[CameraWords.Preset, CameraWords.Pan, CameraWords.Tilt, CameraWords.Zoom]) Device.Forget(property);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move.Destination is Mode.Standby or Mode.Booting) ForgetPosition();
        if (move.Trigger is Told.Restarted) Device.Unusable(StatusReasons.Synchronising);
        if (move.Source is not (Mode.Standby or Mode.Booting or Mode.Ready) || move.Destination is not (Mode.Standby or Mode.Booting or Mode.Ready)) return;
        var (was, isOn) = (move.Source is not Mode.Standby, move.Destination is not Mode.Standby);
        if (was == isOn) return;
        if (_wishedOn != isOn) Device.Happened(CameraWords.PowerUnasked, ("power", isOn ? PowerStates.On : PowerStates.Off));
        _wishedOn = null;
    }
}
