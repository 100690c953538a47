using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>What the codec is asked to do. The answer to a command is an acknowledgement; done is what the status tree shows.</summary>
public sealed partial class CiscoXapiDriver
{
    private const string LookAtCall = "look-";
    private const string GiveUpCall = "give-up-";
    private const string NoCause = "no-cause-";

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan CallsEndWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan StandbyWithin = TimeSpan.FromSeconds(8);

    // A far end that does not take a call within this time is told as not seen; the command's own deadline may be sooner.
    private static readonly TimeSpan LooksAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan CauseWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BootsFor = TimeSpan.FromSeconds(10);

    /// <summary>Commands that wait for a call of theirs to connect, by the call's number.</summary>
    private readonly SortedDictionary<int, CommandRequest> _awaited = [];

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case CodecWords.DialVerb: Dial(command); break;
            case CodecWords.AnswerVerb: Answer(command); break;
            case CodecWords.HangUpVerb: HangUp(command); break;
            case CodecWords.MuteVerb: Do(command, XapiWords.Mute, CodecWords.MutedFlag, true, FollowsWithin, LookAtAudio); break;
            case CodecWords.UnmuteVerb: Do(command, XapiWords.Unmute, CodecWords.MutedFlag, false, FollowsWithin, LookAtAudio); break;
            case CodecWords.SetVolumeVerb:
                var level = command.Args["v"].Integer;
                Do(command, XapiWords.Volume(level), CodecWords.VolumeLevel, level, FollowsWithin, LookAtAudio);
                break;
            case CodecWords.PresentVerb: Present(command); break;
            case CodecWords.StopPresentingVerb:
                Do(command, XapiWords.StopPresenting, CodecWords.PresentingFlag, false, FollowsWithin, LookAtPresentation);
                break;
            case CodecWords.PresetRecallVerb: Tell(command, XapiWords.RecallPreset(command.Args["n"].Integer)); break;
            case CodecWords.PresetStoreVerb:
                Tell(command, XapiWords.StorePreset(command.Args["n"].Integer, command.Args.TryGet("camera", out var camera) ? camera.Integer : 1));
                break;
            case PowerWords.OnVerb: Do(command, XapiWords.Wake, PowerWords.PowerState, PowerStates.On, StandbyWithin, LookAtStandby); break;
            case PowerWords.OffVerb: PowerOff(command); break;
            case PowerWords.RestartVerb: Restart(command); break;
        }
    }

    /// <summary>Sends a command whose effect one property shows.</summary>
    private void Do(CommandRequest command, XapiRequest request, string property, Value wished, TimeSpan within, Action look) => Ask(request, reply =>
    {
        if (IsRefused(command, reply)) return;
        Device.Acknowledged(command);
        Device.Expect(command, property, wished, within, look);
    }, command);

    /// <summary>Sends a command whose effect nothing shows.</summary>
    private void Tell(CommandRequest command, XapiRequest request) => Ask(request, reply =>
    {
        if (!IsRefused(command, reply)) Device.Complete(command, CommandResult.AcknowledgedOnly);
    }, command);

    private void Present(CommandRequest command)
    {
        // Without a call the codec would show the source to its own room only.
        if (!_model.Calls.Values.Any(call => call.State is CallStates.Connected)) Device.Complete(command, CommandResult.Rejected("not in a call"));
        else Do(command, XapiWords.Present(command.Args["source"].Integer), CodecWords.PresentingFlag, true, FollowsWithin, LookAtPresentation);
    }

    private void Dial(CommandRequest command)
    {
        if (!XapiWords.TryDial(command.Args["uri"].Text, _setup.Options[ProtocolOption].Text, out var words))
        {
            Device.Complete(command, CommandResult.Rejected("the address holds a control character or a backslash, or is empty"));
            return;
        }

        Ask(words, reply =>
        {
            if (IsRefused(command, reply)) return;
            Device.Acknowledged(command);
            if (CallOf(reply) is { } call) Await(call, command);
            else Device.Complete(command, CommandResult.NotSeen("the codec named no call"));
        }, command);
    }

    private void Answer(CommandRequest command)
    {
        var (call, _) = _model.Calls.FirstOrDefault(c => c.Value.IsRinging);
        if (call == 0)
        {
            Device.Complete(command, CommandResult.Rejected("no call rings"));
            return;
        }

        Ask(XapiWords.Accept(call), reply =>
        {
            if (IsRefused(command, reply)) return;
            Device.Acknowledged(command);
            Await(call, command);
        }, command);
    }

    /// <summary>Ends every call. Dials of ours that still wait are over with it.</summary>
    private void HangUp(CommandRequest command)
    {
        foreach (var waiting in _awaited.Values) Device.Complete(waiting, new(CommandOutcome.Superseded, $"hung up by {command.Id}"));
        _awaited.Clear();

        // Read first: a call that was not told, or ended meanwhile, is neither forgotten nor asked for in vain.
        Ask(XapiWords.Calls, reply =>
        {
            if (IsUnread(command, reply)) return;
            if (_model.Calls.Count == 0)
            {
                Device.Complete(command, CommandResult.Verified);
                return;
            }

            var left = _model.Calls.Count;
            string? refusal = null;
            foreach (var call in _model.Calls.Keys.ToArray())
            {
                Ask(XapiWords.Disconnect(call), answer =>
                {
                    // One call that ended by itself meanwhile is refused, and that is as good as ended.
                    refusal = answer.Failure ?? refusal;
                    if (--left == 0) CallsAreEnding(command, refusal);
                }, command);
            }
        }, command);
    }

    private void CallsAreEnding(CommandRequest command, string? refusal)
    {
        if (refusal is null) Device.Acknowledged(command);
        Ask(XapiWords.Calls, reply =>
        {
            if (IsUnread(command, reply)) return;
            var isEnding = _model.Calls.Values.All(call => call.State is CallStates.Ending or CallStates.Idle);
            if (_model.Calls.Count == 0) Device.Complete(command, CommandResult.Verified);
            else if (refusal is not null && !isEnding) Device.Complete(command, CommandResult.Refused(refusal));
            else Device.Expect(command, CodecWords.CallState, CallStates.Idle, CallsEndWithin, LookAtCalls);
        }, command);
    }

    private void PowerOff(CommandRequest command)
    {
        if (_model.Calls.Count > 0) Device.Complete(command, CommandResult.Rejected("in a call; hang up first"));
        else Do(command, XapiWords.Sleep, PowerWords.PowerState, PowerStates.Off, StandbyWithin, LookAtStandby);
    }

    private void Restart(CommandRequest command) => Ask(XapiWords.Restart, reply =>
    {
        if (IsRefused(command, reply)) return;
        Device.Complete(command, CommandResult.AcknowledgedOnly);
        Device.Reconnect(StatusReasons.LinkClosed, "restarting", BootsFor);
    }, command);

    /// <summary>Takes the answer about all calls; an answer that tells nothing ends the command, since no call would be a guess.</summary>
    private bool IsUnread(CommandRequest command, XapiReply reply)
    {
        TakeCalls(reply);
        return !reply.IsNoMatch && IsRefused(command, reply);
    }

    private bool IsRefused(CommandRequest command, XapiReply reply)
    {
        if (reply.Failure is not { } words) return false;
        Device.Complete(command, CommandResult.Refused(words));
        return true;
    }

    private void Await(int call, CommandRequest command)
    {
        if (_ended.FirstOrDefault(e => e.Call == call) is { Cause: { } cause })
        {
            // The codec told the end before it answered the command.
            Device.Complete(command, CommandResult.Refused(cause));
            return;
        }

        _awaited[call] = command;
        Device.StartTimer(Timer(LookAtCall, call), LooksAfter);
        Device.StartTimer(Timer(GiveUpCall, call), ConnectsWithin);

        // What the codec told before it answered, or tells no more, is read at once.
        LookAtCalls();
    }

    private void CompleteConnected()
    {
        foreach (var (call, command) in _awaited.ToArray())
        {
            if (!_model.Calls.TryGetValue(call, out var told) || told.State != CallStates.Connected) continue;
            Forget(call);
            Device.Complete(command, CommandResult.Verified);
        }
    }

    /// <summary>A call is over; the event that says why may follow.</summary>
    private void Gone(int call)
    {
        if (_awaited.ContainsKey(call)) Device.StartTimer(Timer(NoCause, call), CauseWithin);
    }

    private void Failed(int call, string cause)
    {
        if (!_awaited.TryGetValue(call, out var command)) return;
        Forget(call);
        Device.Complete(command, CommandResult.Refused(cause));
    }

    private void CallTimer(string name)
    {
        var call = int.Parse(name.AsSpan(name.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
        if (!_awaited.TryGetValue(call, out var command)) return;
        if (name.StartsWith(LookAtCall, StringComparison.Ordinal))
        {
            LookAtCalls();
        }
        else if (name.StartsWith(NoCause, StringComparison.Ordinal))
        {
            Failed(call, "the call ended, and no cause was told");
        }
        else
        {
            Forget(call);
            var state = _model.Calls.TryGetValue(call, out var told) ? $"still {told.State}" : "the codec shows no such call";
            Device.Complete(command, CommandResult.NotSeen($"not connected within {ConnectsWithin.TotalSeconds:0} s; {state}"));
        }
    }

    private void Forget(int call)
    {
        _awaited.Remove(call);
        Device.StopTimer(Timer(LookAtCall, call));
        Device.StopTimer(Timer(GiveUpCall, call));
        Device.StopTimer(Timer(NoCause, call));
    }

    private void LookAtCalls() => Ask(XapiWords.Calls, TakeCalls);

    private void LookAtAudio() => Ask(XapiWords.Audio, TakeStatus);

    private void LookAtPresentation() => Ask(XapiWords.Presentation, TakeStatus);

    private void LookAtStandby() => Ask(XapiWords.Standby, TakeStatus);

    private static string Timer(string what, int call) => what + call.ToString(CultureInfo.InvariantCulture);

    private static int? CallOf(XapiReply reply)
    {
        var told = XapiTree.Leaf(reply.Json, "CommandResponse", "DialResult", "CallId") ?? XapiTree.Leaf(reply.Json, "CallId");
        return int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var call) ? call : null;
    }
}
