using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>What the device tells.</summary>
public sealed partial class PolyDriver
{
    private const int MostCalls = 64;
    private const string NoCalls = "system is not in a call";

    private static readonly string[] ByWeight =
        [CallStates.Connected, CallStates.Held, CallStates.Ringing, CallStates.Dialling, CallStates.Ending, CallStates.Idle];

    private readonly SortedDictionary<int, PolyCall> _calls = [];
    private readonly HashSet<int> _toldRinging = [];
    private readonly HashSet<string> _looking = new(StringComparer.Ordinal);
    private bool? _isAsleep;
    private bool _callsRead;
    private int _round;

    private bool IsSettingUp => _dialling is not null || _calls.Values.Any(call => call.IsBeginning);

    private PolyCall? MainCall => _calls.Values.MinBy(call => Array.IndexOf(ByWeight, call.State));

    public override void OnPoll()
    {
        // While it sets up a call the device wants no commands. Every other round asks all the same: silence would be taken for a dead link.
        if (IsSettingUp && _round++ % 2 == 0) return;
        switch (_round++ % 5)
        {
            case 1: LookAtMute(); break;
            case 2: LookAtVolume(); break;
            case 3: LookAtContent(); break;
            case 4: LookAtServices(); break;
            default: LookAtCalls(); break;
        }
    }

    private void Forget()
    {
        _calls.Clear();
        _toldRinging.Clear();
        _looking.Clear();
        _awaited.Clear();
        _endings.Clear();
        _dialling = null;
        _isAsleep = null;
        _callsRead = false;
    }

    private void TakeTold(PolyReply reply)
    {
        var line = reply.Text;
        if (PolyCallLines.TryNotification(line, out var id, out var call, out var cause)) TakeNotification(id, call, cause);
        else if (reply.Says("notification:mutestatus:near:")) TakeMuteNotification(line);
        else if (reply.Says("cs: call[") || reply.Says("active: call[") || reply.Says("ended: call[") || reply.Says("cleared: call[")) TakeProgress(line);
        else if (reply.Says("listen video ringing")) LookAtCalls();
        else if (reply.Says("listen going to sleep")) TakeSleep(true);
        else if (reply.Says("listen waking up")) TakeSleep(false);

        // These look like the acknowledgement of a command that changed nothing: they are a reason to look, and nothing more.
        else if (reply.Is("mute near on") || reply.Is("mute near off")) LookOnce("mute", LookAtMute);
        else if (TryVolume(reply, out _)) LookOnce("volume", LookAtVolume);
        else if (reply.Says("vcbutton play") || reply.Says("vcbutton stop")) LookOnce("content", LookAtContent);
    }

    /// <summary>A line that leads to a question does so once until that question is answered.</summary>
    private void LookOnce(string what, Action look)
    {
        if (IsInStep && _looking.Add(what)) look();
    }

    private void LookAtVolume() => Ask("volume get", static reply => TryVolume(reply, out _), reply =>
    {
        _looking.Remove("volume");
        if (TryVolume(reply, out var level)) Device.Report(CodecWords.VolumeLevel, level);
    });

    private void LookAtMute()
    {
        Settle();
        Ask("mute near get", static reply => reply.Is("mute near on") || reply.Is("mute near off"), reply =>
        {
            _looking.Remove("mute");
            if (!reply.IsRefusal) Device.Report(CodecWords.MutedFlag, reply.Is("mute near on"));
        });
    }

    private void LookAtContent()
    {
        Settle();
        Ask("vcbutton get", static reply => reply.Says("vcbutton play") || reply.Says("vcbutton stop"), reply =>
        {
            _looking.Remove("content");
            if (!reply.IsRefusal) Device.Report(CodecWords.PresentingFlag, reply.Says("vcbutton play"));
        });
    }

    /// <summary>
    /// A question whose answer looks like nothing else. The echo of a command and its acknowledgement have the same words as a reading and
    /// may both still be under way: behind this answer they are not.
    /// </summary>
    private void Settle() => LookAtCalls();

    private void LookAtServices()
    {
        var watched = _setup.Options[RegistrationOption].Text switch { "sip" => "sipserver ", "h323" => "gatekeeper ", _ => null };
        Ask("status", reply =>
        {
            if (watched is not null && reply.Says(watched))
            {
                if (reply.Text.EndsWith("offline", StringComparison.OrdinalIgnoreCase)) Device.Raise(NotRegistered.Code, reply.Text);
                else Device.Clear(NotRegistered.Code);
            }

            return reply.Is("status end");
        }, static _ => { });
    }

    private void LookAtCalls() => LookAtCalls(static () => { });

    private void LookAtCalls(Action taken, CommandRequest? command = null)
    {
        var told = new Dictionary<int, PolyCall>();
        Ask("callinfo all", reply =>
        {
            if (PolyCallLines.TryInfo(reply.Text, out var id, out var call) && told.Count < MostCalls && call.State != CallStates.Idle) told[id] = call;
            return reply.Is("callinfo end") || reply.Says(NoCalls);
        }, reply =>
        {
            // A refusal tells nothing about calls, and "no call" would be a guess.
            if (reply.IsRefusal)
            {
                if (command is not null) Device.Complete(command, CommandResult.Refused(reply.Text));
                return;
            }

            foreach (var gone in _calls.Keys.Except(told.Keys).ToArray()) Over(gone);
            foreach (var (id, call) in told) Known(id, call, isDirectionTold: true);
            _callsRead = true;
            ShowCalls();
            taken();
        }, command);
    }

    private void TakeNotification(int id, PolyCall call, string cause)
    {
        if (call.State == CallStates.Idle) Ended(id, cause);
        else Known(id, call, isDirectionTold: true);
        ShowCalls();
    }

    private void TakeProgress(string line)
    {
        if (!PolyCallLines.TryCallId(line, out var id)) return;
        if (line.StartsWith("ended:", StringComparison.OrdinalIgnoreCase))
        {
            Over(id);
        }
        else
        {
            var known = _calls.GetValueOrDefault(id) ?? new PolyCall(CallStates.Dialling, false, "", "");
            if (known.Number.Length == 0 && PolyCallLines.Between(line, "dialstr[", out var number)) known = known with { Number = number };
            Known(id, known with { State = ProgressOf(line, known.State) }, isDirectionTold: false);
        }

        ShowCalls();
    }

    // Channels come and go inside a call that stands; only its own lines move it back.
    private static string ProgressOf(string line, string before)
    {
        if (line.StartsWith("active:", StringComparison.OrdinalIgnoreCase)) return CallStates.Connected;
        if (line.StartsWith("cleared:", StringComparison.OrdinalIgnoreCase)) return CallStates.Ending;
        if (before is CallStates.Connected or CallStates.Ending) return before;
        return PolyCallLines.Between(line, "state[", out var state) && state.Equals("RINGING", StringComparison.OrdinalIgnoreCase) ? CallStates.Ringing : before;
    }

    /// <summary>A call is there; what was known of its other end is not lost by a line that leaves it out.</summary>
    private void Known(int id, PolyCall call, bool isDirectionTold)
    {
        var before = _calls.GetValueOrDefault(id);
        if (before is null && _calls.Count == MostCalls) return;
        if (before is not null)
        {
            call = call with
            {
                Name = call.Name.Length > 0 ? call.Name : before.Name,
                Number = call.Number.Length > 0 ? call.Number : before.Number,
                IsIncoming = call.IsIncoming || before.IsIncoming,
            };
        }

        _calls[id] = call;
        if (call.State is CallStates.Connected) TakeSleep(false);
        if (call.IsRinging && call.Number.Length > 0 && _toldRinging.Add(id)) Device.Happened(CodecWords.IncomingCall, ("from", call.Number));
        if (isDirectionTold && !call.IsIncoming) TakeOurs(id);
    }

    private void TakeMuteNotification(string line) => Device.Report(CodecWords.MutedFlag, line.EndsWith(":muted", StringComparison.OrdinalIgnoreCase));

    private void TakeSleep(bool asleep)
    {
        _isAsleep = asleep;
        if (_callsRead) Device.Report(PowerWords.PowerState, asleep ? PowerStates.Off : PowerStates.On);
        Evaluate();
    }

    private void ShowCalls()
    {
        if (!_callsRead) return;
        Evaluate();
        var main = MainCall;
        Device.Report(CodecWords.RemoteParty, main?.Remote ?? "");
        Device.Report(CodecWords.CallCount, _calls.Count);
        Device.Report(CodecWords.CallState, main?.State ?? CallStates.Idle);
        CompleteConnected();
    }

    private void Evaluate()
    {
        if (!_callsRead) return;
        _machine.Fire(MainCall?.State switch
        {
            CallStates.Connected or CallStates.Held => Told.Connected,
            null or CallStates.Idle => _isAsleep == true ? Told.Asleep : Told.Idle,
            _ => Told.Dialling,
        });
    }

    private static bool TryVolume(PolyReply reply, out long level)
    {
        level = 0;
        return reply.Says("volume ") && long.TryParse(reply.Text.AsSpan("volume ".Length), NumberStyles.None, CultureInfo.InvariantCulture, out level);
    }
}
