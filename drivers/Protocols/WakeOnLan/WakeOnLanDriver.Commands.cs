using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.WakeOnLan;

/// <summary>What is wished.</summary>
/// <remarks>
/// A PC that goes down cannot be woken yet, and one that comes up cannot be shut down yet. Such a wish is kept until it can be carried out; its
/// own deadline ends it if that comes too late, and a newer one takes its place.
/// </remarks>
public sealed partial class WakeOnLanDriver
{
    // Longer than the link gives a command to end.
    private static readonly TimeSpan RunWithin = TimeSpan.FromSeconds(40);

    // A card that just got its power back, or sleeps behind a switch that learns, hears the first order not at all.
    private static readonly TimeSpan WakeEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan TryEvery = TimeSpan.FromHours(1);

    // Ends with the command's own deadline, or when the PC is seen not to follow.
    private static readonly TimeSpan PowerWithin = TimeSpan.FromHours(2);

    private CommandRequest? _following;
    private CommandRequest? _held;
    private bool _isRunning;
    private bool _isTrying;
    private int _wakes;

    public override void OnCommand(CommandRequest command)
    {
        ArgumentNullException.ThrowIfNull(command);
        Supersede(ref _held, command);
        if (command.Verb == PowerWords.OnVerb) WishOn(command);
        else WishOff(command);
    }

    public override void OnUnsolicited(WakeReply reply)
    {
        if (reply.Kind is WakeReplyKind.Exit or WakeReplyKind.Unsure or WakeReplyKind.NotRun or WakeReplyKind.Ready) Ended(reply);
    }

    private void WishOn(CommandRequest command)
    {
        switch (_power.State)
        {
            case Mode.Off: BeginWake(command); break;
            case Mode.Waking or Mode.Starting: Follow(command, PowerStates.On); break;
            case Mode.On when !_isRunning: Follow(command, PowerStates.On); break;
            default: Hold(command); break;
        }
    }

    private void WishOff(CommandRequest command)
    {
        switch (_power.State)
        {
            case Mode.On when _isTrying: Hold(command); break;
            case Mode.On when !_isRunning: BeginStop(command); break;
            case Mode.Waking or Mode.Starting: Hold(command); break;
            default: Follow(command, PowerStates.Off); break;
        }
    }

    /// <summary>It is so, or it is on its way: nothing is sent for it but a look.</summary>
    private void Follow(CommandRequest command, string state)
    {
        Supersede(ref _following, command);
        _following = command;
        Device.Expect(command, PowerWords.PowerState, state, PowerWithin, Look);
        LookFor(command);
    }

    private void Hold(CommandRequest command)
    {
        Supersede(ref _following, command);
        _held = command;
    }

    private void BeginWake(CommandRequest command)
    {
        Supersede(ref _following, command);
        _following = command;
        _wakes = 0;
        SendWake(command);
    }

    private void SendWake(CommandRequest command) => Device.Ask(WakeCodec.Wake, reply =>
    {
        if (reply.Kind is WakeReplyKind.Failed)
        {
            GiveUp(command, CommandResult.Unreachable(reply.Words));
            return true;
        }

        if (reply.Kind is not WakeReplyKind.Sent) return false;
        Ordered(PowerStates.On);
        Device.StartTimer(WakeTimer, WakeEvery);
        if (_wakes++ > 0) return true;
        Device.StartTimer(FollowTimer, _bootWithin);
        _power.Fire(Told.WakeSent);
        Device.Expect(command, PowerWords.PowerState, PowerStates.On, PowerWithin, Look);
        Look();
        return true;
    }, command);

    // Waking wakes and never toggles. Who gave the order and waits no more has it sent no more.
    private void WakeAgain()
    {
        if (_power.State is Mode.Waking && _following is { } command) SendWake(command);
    }

    private void BeginStop(CommandRequest command)
    {
        Supersede(ref _following, command);
        if (_shutdown.Length == 0)
        {
            Device.Complete(command, CommandResult.Rejected($"no command is known that shuts it down; write \"options\": {{ \"{ShutdownOption}\": \"…\" }}"));
            return;
        }

        _following = command;
        Device.Ask(WakeCodec.Run(_shutdown), reply =>
        {
            if (reply.Kind is WakeReplyKind.Failed) GiveUp(command, CommandResult.Unreachable(reply.Words));
            else if (reply.Kind is not WakeReplyKind.Begun) return false;
            else _isRunning = true;
            if (_isRunning) Device.StartTimer(RunTimer, RunWithin);
            return true;
        }, command);
    }

    private void TryLogIn()
    {
        Device.StartTimer(TryTimer, TryEvery);
        if (_power.State is not Mode.On || _isRunning || _isTrying) return;
        _isTrying = true;
        Device.StartTimer(RunTimer, RunWithin);
        Device.Ask(WakeCodec.Try, reply =>
        {
            if (reply.Kind is WakeReplyKind.Failed) Tried();
            return reply.Kind is WakeReplyKind.Begun or WakeReplyKind.Failed;
        });
    }

    private void Tried()
    {
        _isTrying = false;
        Settle();
    }

    /// <summary>The command, or the trial log-in, is over.</summary>
    private void Ended(WakeReply reply)
    {
        Device.StopTimer(RunTimer);
        NoteLogIn(reply);
        if (!_isRunning)
        {
            Tried();
            return;
        }

        _isRunning = false;
        switch (reply)
        {
            case { Kind: WakeReplyKind.NotRun }:
                GiveUp(_following, CommandResult.Unreachable($"{reply.Reason}: {reply.Words}") with { Retryable = !IsForPeople(reply) });
                Look();
                break;
            case { Kind: WakeReplyKind.Exit, Status: not 0 }:
                GiveUp(_following, CommandResult.Refused(string.Create(CultureInfo.InvariantCulture, $"the shutdown command ended with {reply.Status}: {reply.Words}").TrimEnd(' ', ':')));
                break;
            default: Stops(reply); break;
        }
    }

    // A status of 0 is a yes and no more. A connection that broke may be the PC going down: what it does next tells.
    private void Stops(WakeReply reply)
    {
        Ordered(PowerStates.Off);
        if (_following is { } command)
        {
            if (reply.Kind is WakeReplyKind.Exit) Device.Acknowledged(command);
            Device.Expect(command, PowerWords.PowerState, PowerStates.Off, PowerWithin, Look);
        }

        // Silence that began under the command is the one that was asked for.
        if (_silentLooks > 0) Device.StartTimer(GoneTimer, _silence);
        _power.Fire(Told.StopTaken);
        Look();
    }

    private void StopFollowing()
    {
        var command = _following;
        _following = null;
        switch (_power.State)
        {
            case Mode.Waking or Mode.Starting: DidNotComeUp(command); break;
            case Mode.Stopping or Mode.Leaving:
                var words = $"it took the command to shut down and is not off after {_shutdownWithin.TotalSeconds:0} s";
                Device.Raise(NotFollowing.Code, words);
                if (command is not null) Device.Complete(command, CommandResult.NotSeen(words));
                _power.Fire(Told.GaveUp);
                break;
        }
    }

    private void DidNotComeUp(CommandRequest? command)
    {
        var isSilent = _silentLooks > 0;
        var words = isSilent
            ? $"woken {_wakes} times as {_mac} and silent after {_bootWithin.TotalSeconds:0} s; check its MAC address, wake-on-LAN in its BIOS and system, and that deep sleep (ErP) is off"
            : $"it has power and its SSH server is not there after {_bootWithin.TotalSeconds:0} s: {_lastWords}";
        Device.Raise(DidNotWake.Code, words);
        if (command is not null) Device.Complete(command, CommandResult.NotSeen(words));
        if (isSilent) _power.Fire(Told.GaveUp);
        else Device.Reconnect(StatusReasons.ConnectFailed, words);
    }

    /// <summary>What was kept for this state is done now.</summary>
    private void Settle()
    {
        if (_held is not { } held || _power.State is not (Mode.On or Mode.Off)) return;
        _held = null;
        if (held.Verb == PowerWords.OnVerb) WishOn(held);
        else WishOff(held);
    }

    private void GiveUp(CommandRequest? command, CommandResult result)
    {
        if (command is not null) Device.Complete(command, result);
        if (command == _following) _following = null;
        Settle();
    }

    private void Ordered(string state)
    {
        _order = state;
        _isWatched = false;
        Device.StopTimer(WatchTimer);
        Device.Clear(CameBack.Code);
    }

    private void NoteLogIn(WakeReply reply)
    {
        if (reply.Kind is WakeReplyKind.Ready or WakeReplyKind.Exit) Device.Clear(LogIn.Code);
        else if (IsForPeople(reply)) Device.Raise(LogIn.Code, $"{reply.Reason}: {reply.Words}");
    }

    // Neither a key nor a password mends itself.
    private static bool IsForPeople(WakeReply reply) => reply.Reason is StatusReasons.HostKey or StatusReasons.AccessDenied;

    private void Supersede(ref CommandRequest? older, CommandRequest newer)
    {
        if (older is { } former && former != newer) Device.Complete(former, CommandResult.SupersededBy(newer));
        older = null;
    }
}
