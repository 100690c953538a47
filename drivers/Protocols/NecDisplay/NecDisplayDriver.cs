using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.NecDisplay;

/// <summary>Drives an NEC large-screen display by its external control, over RS-232C or TCP with the same packets.</summary>
/// <remarks>This file: the life of the power. <c>.Commands</c>: what is wished. <c>.Readings</c>: what is asked and told.</remarks>
public sealed partial class NecDisplayDriver : DeviceDriver<NecReply>
{
    private const string FollowTimer = "follow";
    private const string LookTimer = "look";
    private const string RepeatTimer = "repeat";

    // Between two packets, also those of two links: what comes sooner is lost.
    private static readonly TimeSpan PacketGap = TimeSpan.FromMilliseconds(600);

    // A panel is there within seconds; meanwhile it answers "not now" to everything.
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    private readonly StateMachine<Mode, Told> _power = new(Mode.Unknown);
    private readonly HeldCommand<NecReply> _heldPower;
    private readonly HeldCommand<NecReply> _heldInput;
    private readonly NecInputs _inputs;
    private readonly char _monitor;

    public NecDisplayDriver(DriverSetup setup) : base(new NecCodec((int)setup.Options[MonitorOption].Integer))
    {
        _inputs = new(setup.Options[InputsOption].Text);
        _monitor = (char)(0x40 + setup.Options[MonitorOption].Integer);
        (_heldPower, _heldInput) = (new(() => Device), new(() => Device));

        _power.Configure(Mode.Unknown)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.On, Mode.On)
            .Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp).Ignore(Told.LinkLost);

        _power.Configure(Mode.Known).Permit(Told.LinkLost, Mode.Unknown);

        _power.Configure(Mode.Off).SubstateOf(Mode.Known)
            .Permit(Told.OnAsked, Mode.Starting)
            .Permit(Told.On, Mode.On)
            .Ignore(Told.Off).Ignore(Told.OffAsked).Ignore(Told.GaveUp);

        _power.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .OnEntry(Follow).OnExit(StopFollowing)
            .Permit(Told.On, Mode.On)
            .Permit(Told.GaveUp, Mode.Off)
            .Ignore(Told.Off).Ignore(Told.OnAsked).Ignore(Told.OffAsked);

        _power.Configure(Mode.On).SubstateOf(Mode.Known)
            .Permit(Told.OffAsked, Mode.Stopping)
            .Permit(Told.Off, Mode.Off)
            .Ignore(Told.On).Ignore(Told.OnAsked).Ignore(Told.GaveUp);

        _power.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .OnEntry(Follow).OnExit(StopFollowing)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.GaveUp, Mode.On)
            .Ignore(Told.On).Ignore(Told.OnAsked).Ignore(Told.OffAsked);

        _power.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Known, Off, Starting, On, Stopping }

    internal enum Told { Off, On, OnAsked, OffAsked, GaveUp, LinkLost }

    internal static StateMachineInfo Describe() => new NecDisplayDriver(Manifest.OnPaper())._power.GetInfo();

    private static string Draw() => MermaidGraph.Format(Describe());

    public override void OnLinked()
    {
        _following = _inputWish = null;
        _heldPower.Forget();
        _heldInput.Forget();
        _wished = null;
        _isLooking = false;
        _polls = 0;
        _later.Clear();
        Device.StartTimer(LookTimer, PacketGap);
    }

    public override void OnLinkLost() => _power.Fire(Told.LinkLost);

    /// <summary>A display tells nothing unasked; what comes late is still what it said of itself.</summary>
    public override void OnUnsolicited(NecReply reply)
    {
        if (IsOurs(reply)) Take(reply);
    }

    public override void OnTimer(string name)
    {
        if (name == FollowTimer) DidNotFollow();
        else if (name == RepeatTimer) DoLater();
        else if (_power.State is Mode.Unknown) AskPower();
        else LookWhileOnTheWay();
    }

    private void Follow()
    {
        Device.StartTimer(FollowTimer, FollowsWithin);
        Device.StartTimer(LookTimer, LooksEvery);
    }

    private void StopFollowing()
    {
        Device.StopTimer(FollowTimer);
        Device.StopTimer(LookTimer);
    }

    private void LookWhileOnTheWay()
    {
        Device.StartTimer(LookTimer, LooksEvery);
        LookAtPower();
    }

    private void DidNotFollow()
    {
        var words = $"acknowledged, and the display still says it is {(_power.State is Mode.Starting ? "off" : "on")}";
        Device.Raise(DisplayWords.NotFollowing.Code, words, $"已应答，但显示设备仍报告为{(_power.State is Mode.Starting ? "关机" : "开机")}");
        if (_following is { } command) Device.Complete(command, CommandResult.NotSeen(words));
        _following = null;
        _wished = null;
        _power.Fire(Told.GaveUp);
        Settle(_power.State);
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        if (move.Trigger is not (Told.On or Told.Off)) return;
        if (move.Source is Mode.Starting or Mode.Stopping) Device.Clear(DisplayWords.NotFollowing.Code);

        // A remote control, a timer of its own, a protective shut-down, or a power save for want of a picture.
        if (move.Source is Mode.On or Mode.Off && _wished != move.Trigger)
            Device.Happened(DisplayWords.PowerUnasked, ("power", move.Destination is Mode.On ? PowerStates.On : PowerStates.Off));
        if (move.Destination is Mode.On) LookAtInput();
        else Device.Forget(DisplayWords.SelectedInput);
        Settle(move.Destination);
    }
}
