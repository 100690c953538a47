using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.WakeOnLan;

/// <summary>Drives a PC that is woken by a magic packet and shut down by a command over SSH.</summary>
/// <remarks>
/// What is shown is what was seen of it on the network: on when its SSH server greets, off when nothing has answered for a while. This part is
/// the machine of what it is seen to do.
/// </remarks>
public sealed partial class WakeOnLanDriver : DeviceDriver<WakeReply>
{
    private const string LookTimer = "look", GoneTimer = "gone", FollowTimer = "follow", WakeTimer = "wake";
    private const string RunTimer = "run", TryTimer = "try", LostTimer = "lost", WatchTimer = "watch";

    private readonly StateMachine<Mode, Told> _power = new(Mode.Unknown);
    private readonly string _shutdown;
    private readonly TimeSpan _bootWithin;
    private readonly TimeSpan _shutdownWithin;
    private readonly TimeSpan _silence;
    private readonly string _mac;

    public WakeOnLanDriver(DriverSetup setup) : base(new WakeCodec())
    {
        ArgumentNullException.ThrowIfNull(setup);
        _shutdown = setup.Options[ShutdownOption].Text.Trim();
        _bootWithin = TimeSpan.FromSeconds(setup.Options[BootOption].Integer);
        _shutdownWithin = TimeSpan.FromSeconds(setup.Options[ShutdownWithinOption].Integer);
        _silence = TimeSpan.FromSeconds(setup.Options[SilenceOption].Integer);
        _mac = setup.Link.Option("mac") ?? "";

        _power.Configure(Mode.Unknown)
            .Permit(Told.Up, Mode.On)
            .Permit(Told.Gone, Mode.Off)
            .Ignore(Told.Alive).Ignore(Told.Silent).Ignore(Told.Lost).Ignore(Told.WakeSent).Ignore(Told.StopTaken).Ignore(Told.GaveUp).Ignore(Told.LinkLost);

        _power.Configure(Mode.Known).Permit(Told.LinkLost, Mode.Unknown);

        _power.Configure(Mode.Off).SubstateOf(Mode.Known)
            .Permit(Told.WakeSent, Mode.Waking)
            .Permit(Told.Lost, Mode.Unclear)
            .Permit(Told.Up, Mode.On)
            .Ignore(Told.Alive).Ignore(Told.Silent).Ignore(Told.Gone).Ignore(Told.StopTaken).Ignore(Told.GaveUp);

        _power.Configure(Mode.Waking).SubstateOf(Mode.Known)
            .Permit(Told.Alive, Mode.Starting)
            .Permit(Told.Up, Mode.On)
            .Permit(Told.GaveUp, Mode.Off)
            .Ignore(Told.WakeSent).Ignore(Told.Silent).Ignore(Told.Gone).Ignore(Told.Lost).Ignore(Told.StopTaken);

        // A card falls silent and comes back several times before the system is there.
        _power.Configure(Mode.Starting).SubstateOf(Mode.Known)
            .Permit(Told.Up, Mode.On)
            .Permit(Told.GaveUp, Mode.Off)
            .Ignore(Told.Alive).Ignore(Told.Silent).Ignore(Told.Gone).Ignore(Told.WakeSent).Ignore(Told.Lost).Ignore(Told.StopTaken);

        _power.Configure(Mode.On).SubstateOf(Mode.Known)
            .Permit(Told.StopTaken, Mode.Stopping)
            .Permit(Told.Lost, Mode.Unclear)
            .Ignore(Told.Up).Ignore(Told.Alive).Ignore(Told.Silent).Ignore(Told.Gone).Ignore(Told.WakeSent).Ignore(Told.GaveUp);

        _power.Configure(Mode.Stopping).SubstateOf(Mode.Known)
            .Permit(Told.Alive, Mode.Leaving)
            .Permit(Told.Silent, Mode.Leaving)
            .Permit(Told.Gone, Mode.Off)
            .Permit(Told.GaveUp, Mode.On)
            .Ignore(Told.Up).Ignore(Told.Lost).Ignore(Told.WakeSent).Ignore(Told.StopTaken);

        // One look that missed is no leave.
        _power.Configure(Mode.Leaving).SubstateOf(Mode.Known)
            .Permit(Told.Gone, Mode.Off)
            .Permit(Told.Up, Mode.Stopping)
            .Permit(Told.GaveUp, Mode.Unclear)
            .Ignore(Told.Alive).Ignore(Told.Silent).Ignore(Told.Lost).Ignore(Told.WakeSent).Ignore(Told.StopTaken);

        _power.Configure(Mode.Unclear).SubstateOf(Mode.Known)
            .Permit(Told.Up, Mode.On)
            .Permit(Told.Gone, Mode.Off)
            .Permit(Told.StopTaken, Mode.Leaving)
            .Ignore(Told.Alive).Ignore(Told.Silent).Ignore(Told.Lost).Ignore(Told.WakeSent).Ignore(Told.GaveUp);

        _power.OnTransitioned(Moved);
    }

    internal enum Mode
    {
        Unknown,
        Known,
        Off,

        /// <summary>The magic packet has left, and nothing answers yet.</summary>
        Waking,

        /// <summary>It has power, and its SSH server is not there yet.</summary>
        Starting,
        On,

        /// <summary>It took the command and is up as before.</summary>
        Stopping,

        /// <summary>It took the command, and what was up answers no more as it did.</summary>
        Leaving,

        /// <summary>What was up answers no more, or what was off answers, and nobody here asked for that.</summary>
        Unclear,
    }

    internal enum Told
    {
        Up,
        Alive,
        Silent,

        /// <summary>Silent for as long as it takes to be called off.</summary>
        Gone,

        /// <summary>Not found up, more than once.</summary>
        Lost,
        WakeSent,
        StopTaken,
        GaveUp,
        LinkLost,
    }

    internal static StateMachineInfo Describe() => new WakeOnLanDriver(Manifest.OnPaper())._power.GetInfo();

    private static string Draw() => MermaidGraph.Format(Describe());

    public override void OnLinked()
    {
        _misses = _silentLooks = _aliveLooks = 0;
        _isLooking = false;
        if (_isWatched) WatchForReturn();
        Look();
    }

    public override void OnLinkLost()
    {
        _following = _held = null;
        _isRunning = _isTrying = false;
        _power.Fire(Told.LinkLost);
    }

    public override void OnPoll() => Look();

    public override void OnTimer(string name)
    {
        switch (name)
        {
            case LookTimer: Look(); break;
            case GoneTimer: BelieveSilence(); break;
            case FollowTimer: StopFollowing(); break;
            case WakeTimer: WakeAgain(); break;
            case RunTimer: Ended(new(WakeReplyKind.Unsure, 0, "", "nothing was heard of the command any more")); break;
            case TryTimer: TryLogIn(); break;
            case LostTimer: LeaveWhatAnswersWrongly(); break;
            case WatchTimer: _isWatched = false; break;
        }
    }

    private void Moved(StateMachine<Mode, Told>.Transition move)
    {
        if (move.Destination is Mode.Unknown) return;
        Device.SetMode(move.Destination.ToString());
        switch (move.Destination)
        {
            case Mode.Off: Arrived(move, PowerStates.Off); break;
            case Mode.On: Arrived(move, PowerStates.On); break;
            case Mode.Starting: Device.Report(PowerWords.PowerState, PowerStates.Warming); break;
            case Mode.Stopping when move.Source is Mode.On: Device.StartTimer(FollowTimer, _shutdownWithin); break;
            case Mode.Stopping: Device.Report(PowerWords.PowerState, PowerStates.On); break;
            case Mode.Leaving:
                if (move.Source is Mode.Unclear)
                {
                    Device.Synchronised();
                    Device.StartTimer(FollowTimer, _shutdownWithin);
                }

                Device.Report(PowerWords.PowerState, PowerStates.Cooling);
                break;
            case Mode.Unclear:
                Device.StartTimer(LostTimer, AnswersWronglyFor);
                Device.Unusable(StatusReasons.NoReply);
                break;
        }
    }

    private void Arrived(StateMachine<Mode, Told>.Transition move, string state)
    {
        Device.StopTimer(FollowTimer);
        Device.StopTimer(WakeTimer);
        Device.StopTimer(LostTimer);
        if (move.Source is Mode.Unknown or Mode.Unclear) Device.Synchronised();
        TellUnasked(move, state);
        Device.Report(PowerWords.PowerState, state);
        if (move.Trigger is Told.Up)
        {
            Device.Clear(DidNotWake.Code);
            TryLogIn();
        }
        else if (move.Trigger is Told.Gone)
        {
            Device.StopTimer(TryTimer);
            Device.Clear(NotFollowing.Code);
            Device.Clear(CameBack.Code);
            if (_order == PowerStates.Off) WatchForReturn();
        }

        // Thought to be off and found on: what was only to be looked at has to be done.
        if (move is { Source: Mode.Off, Destination: Mode.On } && _following is { Verb: PowerWords.OffVerb } off) _held = off;
        _following = null;
        Settle();
    }
}
