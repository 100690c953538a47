using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>What the device is asked to do. Its yes repeats the words of the command; done is what a reading or an event shows.</summary>
public sealed partial class PolyDriver
{
    private const string DialTimer = "dial-shows-nothing";
    private const string LookAtCall = "look-";
    private const string GiveUpCall = "give-up-";
    private const string NoCause = "no-cause-";

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan CallsEndWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan SleepsWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan WakesWithin = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan BeginsWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LooksAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan CauseWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BootsFor = TimeSpan.FromSeconds(10);

    /// <summary>Commands that wait for a call of theirs to connect, by the call's number.</summary>
    private readonly SortedDictionary<int, CommandRequest> _awaited = [];

    /// <summary>Calls that are over and whose cause was not told yet.</summary>
    private readonly HashSet<int> _endings = [];

    /// <summary>The calls that were there before our dial.</summary>
    private readonly HashSet<int> _others = [];

    /// <summary>The dial whose call has not shown itself yet.</summary>
    private CommandRequest? _dialling;

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case CodecWords.DialVerb: Dial(command); break;
            case CodecWords.AnswerVerb: Answer(command); break;
            case CodecWords.HangUpVerb: HangUp(command); break;
            case CodecWords.MuteVerb: Do(command, "mute near on", CodecWords.MutedFlag, true, LookAtMute); break;
            case CodecWords.UnmuteVerb: Do(command, "mute near off", CodecWords.MutedFlag, false, LookAtMute); break;
            case CodecWords.SetVolumeVerb: SetVolume(command); break;
            case CodecWords.PresentVerb: Do(command, Words($"vcbutton play {command.Args["source"].Integer}"), CodecWords.PresentingFlag, true, LookAtContent); break;
            case CodecWords.StopPresentingVerb: Do(command, "vcbutton stop", CodecWords.PresentingFlag, false, LookAtContent); break;
            case CodecWords.PresetRecallVerb: Tell(command, Words($"preset near go {command.Args["n"].Integer}")); break;
            case CodecWords.PresetStoreVerb: Tell(command, Words($"preset near set {command.Args["n"].Integer}")); break;
            case PowerWords.OnVerb: Wake(command); break;
            case PowerWords.OffVerb: Sleep(command); break;
            case PowerWords.RestartVerb: Restart(command); break;
        }
    }

    private static string Words(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sends a command whose yes repeats its words, and reads back the property that shows its effect.</summary>
    private void Do(CommandRequest command, string request, string property, Value wished, Action look) => Ask(request, reply => reply.Says(request), reply =>
    {
        if (IsRefused(command, reply)) return;
        Device.Acknowledged(command);
        Device.Expect(command, property, wished, FollowsWithin, look);
        look();
    }, command);

    private void SetVolume(CommandRequest command)
    {
        var level = command.Args["v"].Integer;
        Ask(Words($"volume set {level}"), static reply => TryVolume(reply, out _), reply =>
        {
            if (IsRefused(command, reply)) return;
            Device.Acknowledged(command);
            Device.Expect(command, CodecWords.VolumeLevel, level, FollowsWithin, LookAtVolume);
            Settle();
            LookAtVolume();
        }, command);
    }

    /// <summary>Sends a command whose effect nothing shows.</summary>
    private void Tell(CommandRequest command, string request) => Ask(request, reply => reply.Says(request), reply =>
    {
        if (!IsRefused(command, reply)) Device.Complete(command, CommandResult.AcknowledgedOnly);
    }, command);

    private void Dial(CommandRequest command)
    {
        var uri = command.Args["uri"].Text;

        // How a quote inside quotes would be written is documented nowhere.
        if (uri.Length == 0 || uri.Any(c => char.IsControl(c) || c is '"' or '\\' or '\u2028' or '\u2029'))
        {
            Device.Complete(command, CommandResult.Rejected("the address holds a quote, a backslash or a control character, or is empty"));
            return;
        }

        if (IsSettingUp)
        {
            Device.Complete(command, CommandResult.Rejected("a call is being set up"));
            return;
        }

        // The yes names no call: ours is the outgoing one that shows itself next, and that may be before the yes.
        _dialling = command;
        _others.Clear();
        _others.UnionWith(_calls.Keys);
        var protocol = _setup.Options[ProtocolOption].Text;
        Ask($"dial manual auto \"{uri}\"{(protocol == AnyProtocol ? "" : " " + protocol)}", static reply => reply.Says("dialing"), reply =>
        {
            if (reply.IsRefusal)
            {
                if (_dialling == command) _dialling = null;
                Device.Complete(command, CommandResult.Refused(reply.Text));
                return;
            }

            Device.Acknowledged(command);
            if (_dialling == command) Device.StartTimer(DialTimer, BeginsWithin);
        }, command);
    }

    /// <summary>An outgoing call has shown itself; the first new one is that of our dial.</summary>
    private void TakeOurs(int id)
    {
        if (_dialling is not { } command || _others.Contains(id)) return;
        _dialling = null;
        Device.StopTimer(DialTimer);
        Await(id, command);
    }

    // Perhaps its lines were lost: it is read once, and what then stands is believed.
    private void DialShowsNothing() => LookAtCalls(() =>
    {
        if (_dialling is not { } command) return;
        _dialling = null;
        Device.Complete(command, CommandResult.NotSeen("the codec shows no such call"));
    });

    private void Answer(CommandRequest command)
    {
        var (id, _) = _calls.FirstOrDefault(c => c.Value.IsRinging);
        if (id == 0)
        {
            Device.Complete(command, CommandResult.Rejected("no call rings"));
            return;
        }

        Ask("answer video", static reply => reply.Says("answer video"), reply =>
        {
            if (IsRefused(command, reply)) return;
            Device.Acknowledged(command);
            Await(id, command);
            LookAtCalls();
        }, command);
    }

    /// <summary>Ends every call. Dials of ours that still wait are over with it.</summary>
    private void HangUp(CommandRequest command)
    {
        var isSettingUp = IsSettingUp;
        foreach (var waiting in _awaited.Values.Append(_dialling).OfType<CommandRequest>())
            Device.Complete(waiting, new(CommandOutcome.Superseded, $"hung up by {command.Id}"));
        foreach (var id in _awaited.Keys.ToArray()) Forget(id);
        _dialling = null;
        Device.StopTimer(DialTimer);

        // While a call is set up this is the one command that is heard. At other times it is read first: without a call nothing is to be ended.
        if (isSettingUp) HangUpAll(command);
        else LookAtCalls(() =>
        {
            if (_calls.Count == 0) Device.Complete(command, CommandResult.Verified);
            else HangUpAll(command);
        }, command);
    }

    private void HangUpAll(CommandRequest command) => Ask("hangup all", static reply => reply.Says("hanging up"), reply =>
    {
        if (IsRefused(command, reply)) return;
        Device.Acknowledged(command);
        Device.Expect(command, CodecWords.CallState, CallStates.Idle, CallsEndWithin, LookAtCalls);
        LookAtCalls();
    }, command);

    private void Wake(CommandRequest command) => Ask("wake", static reply => reply.Is("wake"), reply =>
    {
        if (IsRefused(command, reply)) return;
        Device.Acknowledged(command);
        switch (_isAsleep)
        {
            case true:
                Device.Expect(command, PowerWords.PowerState, PowerStates.On, WakesWithin, () => Ask("wake", static again => again.Is("wake"), static _ => { }));
                break;
            case false: Device.Complete(command, CommandResult.Verified); break;

            // It may have been awake, and then says nothing; there is no question that would tell.
            case null: Device.Complete(command, CommandResult.AcknowledgedOnly); break;
        }
    }, command);

    private void Sleep(CommandRequest command)
    {
        if (_calls.Count > 0 || IsSettingUp)
        {
            Device.Complete(command, CommandResult.Rejected("in a call; hang up first"));
            return;
        }

        Ask("sleep", static reply => reply.Is("sleep"), reply =>
        {
            if (IsRefused(command, reply)) return;
            Device.Acknowledged(command);
            if (_isAsleep == true) Device.Complete(command, CommandResult.Verified);
            else Device.Expect(command, PowerWords.PowerState, PowerStates.Off, SleepsWithin, () => Ask("sleep", static again => again.Is("sleep"), static _ => { }));
        }, command);
    }

    /// <summary>No answer is documented. That it still answers something else shows that the command was not refused.</summary>
    private void Restart(CommandRequest command)
    {
        string? refusal = null;
        Device.Tell("reboot now", command);
        Device.Ask("callinfo all", reply =>
        {
            if (reply.IsRefusal) refusal = reply.Text;
            if (refusal is null && !reply.Is("callinfo end") && !reply.Says(NoCalls)) return false;
            if (refusal is not null)
            {
                Device.Complete(command, CommandResult.Refused(refusal));
                return true;
            }

            Device.Complete(command, CommandResult.AcknowledgedOnly);
            Device.Reconnect(StatusReasons.LinkClosed, "restarting", BootsFor);
            return true;
        }, command);
    }

    private bool IsRefused(CommandRequest command, PolyReply reply)
    {
        if (!reply.IsRefusal) return false;
        Device.Complete(command, CommandResult.Refused(reply.Text));
        return true;
    }

    private void Await(int id, CommandRequest command)
    {
        _awaited[id] = command;
        Device.StartTimer(Timer(LookAtCall, id), LooksAfter);
        Device.StartTimer(Timer(GiveUpCall, id), ConnectsWithin);
    }

    private void CompleteConnected()
    {
        foreach (var (id, command) in _awaited.ToArray())
        {
            if (!_calls.TryGetValue(id, out var call) || call.State != CallStates.Connected) continue;
            Forget(id);
            Device.Complete(command, CommandResult.Verified);
        }
    }

    /// <summary>A call is over; the notification that says why may follow.</summary>
    private void Over(int id)
    {
        if (!_calls.Remove(id)) return;
        _toldRinging.Remove(id);
        if (_endings.Add(id)) Device.StartTimer(Timer(NoCause, id), CauseWithin);
    }

    private void Ended(int id, string cause)
    {
        Over(id);
        if (!_endings.Remove(id)) return;
        Device.StopTimer(Timer(NoCause, id));
        Device.Happened(CodecWords.CallEnded, ("cause", cause));
        if (!_awaited.TryGetValue(id, out var command)) return;
        Forget(id);
        Device.Complete(command, CommandResult.Refused($"the call ended before it stood, cause {cause}"));
    }

    private void CallTimer(string name)
    {
        var id = int.Parse(name.AsSpan(name.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
        if (name.StartsWith(NoCause, StringComparison.Ordinal))
        {
            Ended(id, "");
        }
        else if (name.StartsWith(LookAtCall, StringComparison.Ordinal))
        {
            LookAtCalls();
        }
        else if (_awaited.TryGetValue(id, out var command))
        {
            Forget(id);
            var state = _calls.TryGetValue(id, out var call) ? $"still {call.State}" : "the codec shows no such call";
            Device.Complete(command, CommandResult.NotSeen($"not connected within {ConnectsWithin.TotalSeconds:0} s; {state}"));
        }
    }

    private void Forget(int id)
    {
        _awaited.Remove(id);
        Device.StopTimer(Timer(LookAtCall, id));
        Device.StopTimer(Timer(GiveUpCall, id));
    }

    private static string Timer(string what, int id) => what + id.ToString(CultureInfo.InvariantCulture);
}
