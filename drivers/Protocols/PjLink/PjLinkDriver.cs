using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>Drives a projector or display over PJLink (TCP 4352).</summary>
/// <remarks>This file: log-in and the life of the power. <c>.Commands</c>: what is wished. <c>.Readings</c>: what is asked and told.</remarks>
public sealed partial class PjLinkDriver : DeviceDriver<PjLinkReply>
{
    private const string GreetingTimer = "greeting";
    private const string FollowTimer = "follow";
    private const string LookTimer = "look";

    // The specification says two seconds; a busy device greets later than that.
    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(5);

    // Longer than the ten seconds for which a device owes no answer when it begins to warm up.
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    // No lock-out is known, but a rejected password is a matter for people; this is for one that was put right at the projector.
    private static readonly TimeSpan DeniedFor = TimeSpan.FromMinutes(10);

    private readonly StateMachine<Mode, Told> _power = new(Mode.Unknown);
    private readonly DriverSetup _setup;
    private readonly PjLinkInputs _inputs;

    public PjLinkDriver(DriverSetup setup) : base(new PjLinkCodec())
    {
        _setup = setup;
        _inputs = new(setup.Options[InputsOption].Text);

        _power.Configure(Mode.Unknown)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.Warming, Mode.Warming)
            .Permit(Told.On, Mode.On)
            .Permit(Told.Cooling, Mode.Cooling)
            .Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp).Ignore(Told.LinkLost);

        _power.Configure(Mode.Known).Permit(Told.LinkLost, Mode.Unknown);

        _power.Configure(Mode.Off).SubstateOf(Mode.Known)
            .Permit(Told.OnAsked, Mode.Starting)
            .Permit(Told.Warming, Mode.Warming)
            .Permit(Told.On, Mode.On)
            .Permit(Told.Cooling, Mode.Cooling)
            .Ignore(Told.Off).Ignore(Told.OffAsked).Ignore(Told.GaveUp);

        _power.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .OnEntry(() => Follow(FollowsWithin)).OnExit(StopFollowing)
            .Permit(Told.Warming, Mode.Warming)
            .Permit(Told.On, Mode.On)
            .Permit(Told.Cooling, Mode.Cooling)
            .Permit(Told.GaveUp, Mode.Off)
            .Ignore(Told.Off).Ignore(Told.OnAsked).Ignore(Told.OffAsked);

        _power.Configure(Mode.Warming).SubstateOf(Mode.Known)
            .OnEntry(() => Follow(Limit(WarmUpOption))).OnExit(StopFollowing)
            .Permit(Told.On, Mode.On)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.Cooling, Mode.Cooling)
            .Ignore(Told.Warming).Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp);

        _power.Configure(Mode.On).SubstateOf(Mode.Known)
            .Permit(Told.OffAsked, Mode.Stopping)
            .Permit(Told.Cooling, Mode.Cooling)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.Warming, Mode.Warming)
            .Ignore(Told.On).Ignore(Told.OnAsked).Ignore(Told.GaveUp);

        _power.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .OnEntry(() => Follow(FollowsWithin)).OnExit(StopFollowing)
            .Permit(Told.Cooling, Mode.Cooling)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.Warming, Mode.Warming)
            .Permit(Told.GaveUp, Mode.On)
            .Ignore(Told.On).Ignore(Told.OnAsked).Ignore(Told.OffAsked);

        _power.Configure(Mode.Cooling).SubstateOf(Mode.Known)
            .OnEntry(() => Follow(Limit(CoolDownOption))).OnExit(StopFollowing)
            .Permit(Told.Off, Mode.Off)
            .Permit(Told.On, Mode.On)
            .Permit(Told.Warming, Mode.Warming)
            .Ignore(Told.Cooling).Ignore(Told.OnAsked).Ignore(Told.OffAsked).Ignore(Told.GaveUp);

        _power.OnTransitioned(Moved);
    }

    internal enum Mode { Unknown, Known, Off, Starting, Warming, On, Stopping, Cooling }

    internal enum Told { Off, Warming, On, Cooling, OnAsked, OffAsked, GaveUp, LinkLost }

    /// <summary>The device owes no prompt answer on the way from one state to the next.</summary>
    private bool IsOnTheWay => _power.State is Mode.Starting or Mode.Warming or Mode.Stopping or Mode.Cooling;

    internal static StateMachineInfo Describe()
    {
        var options = Manifest.Options.Aggregate(Arguments.None, (all, option) => all.With(option.Name, option.Default));
        return new PjLinkDriver(new(new("tcp", null, "", null, "", new Dictionary<string, string>()), options, null))._power.GetInfo();
    }

    private static string Draw() => MermaidGraph.Format(Describe());

    /// <summary>The device speaks first.</summary>
    public override void OnLinked()
    {
        Forget();
        Device.StartTimer(GreetingTimer, GreetsWithin);
    }

    public override void OnLinkLost() => _power.Fire(Told.LinkLost);

    public override void OnUnsolicited(PjLinkReply reply)
    {
        switch (reply.Kind)
        {
            case PjLinkReplyKind.Open: Greeted(digest: ""); break;
            case PjLinkReplyKind.Locked when _setup.Secret is { } secret: Greeted(PjLinkCodec.Digest(reply.Value, secret.Reveal())); break;
            case PjLinkReplyKind.Locked: Deny("the display asks for a password and none is configured"); break;
            case PjLinkReplyKind.Denied: Deny("the display does not take the configured password"); break;

            // An answer that came too late is still what the device said of itself; answers come in the order of the questions.
            case PjLinkReplyKind.Answer when !reply.IsError: Take(reply); break;
        }
    }

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case GreetingTimer: Device.Reconnect(StatusReasons.ProtocolError, $"no PJLink greeting within {GreetsWithin.TotalSeconds:0} s"); break;
            case LookTimer when _power.State is Mode.Unknown: AskPower(); break;
            case LookTimer: LookWhileOnTheWay(); break;
            case FollowTimer: DidNotFollow(); break;
        }
    }

    private TimeSpan Limit(string option) => TimeSpan.FromSeconds(_setup.Options[option].Integer);

    private void Greeted(string digest)
    {
        // A second greeting on one connection is noise: the first request has been sent, and its digest with it.
        if (_isGreeted) return;
        _isGreeted = true;
        Device.StopTimer(GreetingTimer);
        Identify(digest);
    }

    private void Deny(string why)
    {
        Device.StopTimer(GreetingTimer);
        Device.Raise(DisplayWords.AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    private void Follow(TimeSpan within)
    {
        Device.StartTimer(FollowTimer, within);
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
        var state = _power.State;
        switch (state)
        {
            case Mode.Starting or Mode.Stopping:
                var words = $"acknowledged, and the display still says it is {(state is Mode.Starting ? "off" : "on")}";
                Device.Raise(DisplayWords.NotFollowing.Code, words, $"已应答，但显示设备仍报告为{(state is Mode.Starting ? "关机" : "开机")}");
                GiveUp(CommandResult.NotSeen(words));
                break;
            case Mode.Warming: Device.Raise(DisplayWords.DidNotComeOn.Code, $"warming up for more than {_setup.Options[WarmUpOption]} s", $"预热超过 {_setup.Options[WarmUpOption]} 秒"); break;
            case Mode.Cooling: Device.Raise(CoolsTooLong.Code, $"cooling for more than {_setup.Options[CoolDownOption]} s", $"冷却超过 {_setup.Options[CoolDownOption]} 秒"); break;
        }
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        Device.SetMode(move.Destination.ToString());
        var isTold = move.Trigger is Told.Off or Told.Warming or Told.On or Told.Cooling;
        if (!isTold || move.Source is Mode.Unknown)
        {
            if (move.Destination is Mode.On) Arrived();
            if (isTold) Settle(move.Destination);
            return;
        }

        if (move.Source is Mode.Starting or Mode.Stopping) Device.Clear(DisplayWords.NotFollowing.Code);
        if (move.Source is Mode.Cooling) Device.Clear(CoolsTooLong.Code);
        if (move is { Source: Mode.Warming, Destination: Mode.Off or Mode.Cooling })
            Device.Raise(DisplayWords.DidNotComeOn.Code, "the warm-up ended without a picture", "预热结束但没有画面");
        if (_wished != Direction(move.Trigger) && IsUnasked(move.Source, move.Destination)) Device.Happened(DisplayWords.PowerUnasked, ("power", Word(move.Destination)));
        if (move.Destination is Mode.On) Arrived();
        Settle(move.Destination);
    }

    /// <summary>Neither a wish of ours nor the way that one takes: a remote control, a protective shut-down, a display that wakes by itself.</summary>
    private static bool IsUnasked(Mode from, Mode to) => (from, to) switch
    {
        (Mode.Off or Mode.On, _) => true,
        (Mode.Starting, Mode.Cooling) or (Mode.Stopping, Mode.Warming) => true,
        (Mode.Warming, Mode.Off or Mode.Cooling) or (Mode.Cooling, Mode.On or Mode.Warming) => true,
        _ => false,
    };

    private static Told Direction(Told told) => told is Told.On or Told.Warming ? Told.On : Told.Off;

    private void Arrived()
    {
        Device.Clear(DisplayWords.DidNotComeOn.Code);
        ReadPicture();
    }

    private static string Word(Mode mode) => mode switch
    {
        Mode.Off => PowerStates.Off,
        Mode.Warming => PowerStates.Warming,
        Mode.On => PowerStates.On,
        _ => PowerStates.Cooling,
    };
}
