using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>What the codec is asked to do. An answer is an acknowledgement; done is what the codec reports of its calls.</summary>
public sealed partial class SipCodecDriver
{
    private const string LookAtCall = "look-";
    private const string GiveUpCall = "give-up-";
    private const string TestTimer = "test";
    private const int UsualTest = 10;
    private const int KeptDialogs = 64;

    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan CallsEndWithin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LooksAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ConnectsWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan BootsFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TestMargin = TimeSpan.FromSeconds(60);

    /// <summary>Commands that wait for a call of ours to connect, by its number; for a REFER by its request's, below zero.</summary>
    private readonly SortedDictionary<int, CommandRequest> _awaited = [];
    private readonly Dictionary<int, string> _referred = [];

    // The codec's names of calls that were ours, so that their end is not told a second time.
    private readonly Queue<string> _ours = new();
    private (CommandRequest Command, int Left, string? Refusal)? _turning;
    private CommandRequest? _hangingUp;
    private CommandRequest? _testing;

    public override void OnCommand(CommandRequest command)
    {
        switch (command.Verb)
        {
            case CodecWords.DialVerb: Dial(command); break;
            case CodecWords.HangUpVerb: HangUp(command); break;
            case CodecWords.MuteVerb: Turn(command, "hold", muted: true); break;
            case CodecWords.UnmuteVerb: Turn(command, "resume", muted: false); break;
            case PowerWords.RestartVerb: Restart(command); break;
            case TestVerb: Test(command); break;
        }
    }

    public override void OnTimer(string name)
    {
        if (name == TestTimer)
        {
            if (_testing is { } testing) Device.Complete(testing, CommandResult.NotSeen("the test call did not end"));
            _testing = null;
            return;
        }

        var call = int.Parse(name.AsSpan(name.IndexOf('#', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        if (!_awaited.TryGetValue(call, out var command)) return;
        if (name.StartsWith(LookAtCall, StringComparison.Ordinal))
        {
            Look();
            return;
        }

        Forget(call);
        var state = _model.Own.TryGetValue(call, out var own) ? $"; still {own.State}" : "";
        Device.Complete(command, CommandResult.NotSeen($"not connected within {ConnectsWithin.TotalSeconds:0} s{state}"));
    }

    private void Dial(CommandRequest command)
    {
        var domain = _setup.Options[DomainOption].Text is { Length: > 0 } set ? set : _setup.Link.Host;
        if (!SipAddressText.TryComplete(command.Args["uri"].Text, domain, out var uri))
            Device.Complete(command, CommandResult.Rejected("that is no SIP address; write a number, user@host or sip:user@host"));
        else if (_setup.Options[ByOption].Text == ByRefer) DialByRefer(command, uri);
        else DialByLegs(command, uri);
    }

    private void DialByLegs(CommandRequest command, string uri) => Ask("dial", reply =>
    {
        if (!IsTaken(command, reply)) return;
        var call = (int)reply.Number("call");
        Await(call, command);
    }, command, ("uri", uri), ("via", _setup.Options[ProxyOption].Text));

    private void DialByRefer(CommandRequest command, string uri)
    {
        if (!_model.IsWatched)
        {
            Device.Complete(command, CommandResult.Rejected("the codec does not tell its calls, so that a REFER could not be seen to work; use dial-by legs"));
            return;
        }

        var reference = -(int)(_lastId + 1);
        _referred[reference] = SipAddressText.Shown(uri);
        Ask("refer", reply =>
        {
            if (!IsTaken(command, reply))
            {
                _referred.Remove(reference);
                return;
            }

            Device.Acknowledged(command);
            Await(reference, command);
        }, command, ("uri", uri));
    }

    private void Await(int call, CommandRequest command)
    {
        _awaited[call] = command;
        Device.StartTimer(Timer(LookAtCall, call), LooksAfter);
        Device.StartTimer(Timer(GiveUpCall, call), ConnectsWithin);
        CompleteConnected();
    }

    private void Keep(string dialog)
    {
        if (_ours.Count == KeptDialogs) _ours.Dequeue();
        _ours.Enqueue(dialog);
    }

    private void CompleteConnected()
    {
        foreach (var (call, command) in _awaited.ToArray())
        {
            var isDone = call < 0
                ? _model.Foreign.Any(f => f.IsConfirmed && !f.IsIncoming && f.With == _referred.GetValueOrDefault(call))
                : _model.Own.TryGetValue(call, out var own) && own.IsUp && _model.IsSeen(own);
            if (!isDone) continue;
            Forget(call);
            Device.Complete(command, CommandResult.Verified);
        }
    }

    /// <summary>What became of the call that the codec was asked to make.</summary>
    private void TakeReferral(SipReply reply)
    {
        var reference = -(int)reply.Number("refer");
        if (reply.Status >= 300 && _awaited.TryGetValue(reference, out var command))
        {
            Forget(reference);
            Device.Complete(command, CommandResult.Refused($"{reply.Status} {reply.Reason}".Trim()));
        }
        else if (reply.Status >= 300 && _hangingUp is { } hangingUp && !_referred.ContainsKey(reference))
        {
            _hangingUp = null;
            Device.Complete(hangingUp, CommandResult.Refused($"the codec does not end a call of its own: {reply.Status}"));
        }
    }

    private void EndedOwn(int call, string cause, bool isOurs)
    {
        if (!_awaited.TryGetValue(call, out var command)) return;
        Forget(call);
        Device.Complete(command, isOurs ? new(CommandOutcome.Superseded, cause) : CommandResult.Refused(cause));
    }

    /// <summary>Ends every call, those that the codec placed or took by itself as well. Dials that still wait are over with it.</summary>
    private void HangUp(CommandRequest command)
    {
        foreach (var (call, waiting) in _awaited.ToArray())
        {
            Forget(call);
            Device.Complete(waiting, new(CommandOutcome.Superseded, $"hung up by {command.Id}"));
        }

        _hangingUp = command;
        Ask("calls", _ =>
        {
            if (_model.Count == 0)
            {
                _hangingUp = null;
                Device.Complete(command, _model.IsWatched ? CommandResult.Verified : CommandResult.AcknowledgedOnly);
                return;
            }

            Device.Acknowledged(command);
            foreach (var call in _model.Own.Keys.ToArray()) Ask("hang-up", static _ => { }, command, ("call", call));

            // RFC 3515: a reference to BYE is the only word that SIP has for the call of somebody else.
            foreach (var foreign in _model.Foreign) Ask("refer", reply => EndForeign(command, reply), command, ("uri", $"sip:{foreign.With};method=BYE"));
            Device.Expect(command, CodecWords.CallState, CallStates.Idle, CallsEndWithin, Look);
        }, command);
    }

    private void EndForeign(CommandRequest command, SipReply reply)
    {
        if (reply.IsSuccess) return;
        _hangingUp = null;
        Device.Complete(command, reply.Status == 0
            ? new(CommandOutcome.NoReply, reply.Reason, Retryable: true)
            : CommandResult.Refused($"the codec does not end a call of its own: {reply.Status} {reply.Reason}"));
    }

    private void AllAreOver()
    {
        if (_hangingUp is not { } command) return;
        _hangingUp = null;

        // Where the codec tells its calls, its report of none has ended the command already.
        if (!_model.IsWatched) Device.Complete(command, CommandResult.AcknowledgedOnly);
    }

    private void Turn(CommandRequest command, string what, bool muted)
    {
        int[] up = [.. _model.Own.Where(o => o.Value.IsUp).Select(o => o.Key)];
        if (_model.Foreign.Any(f => f.IsConfirmed))
        {
            Device.Complete(command, CommandResult.Rejected("a call that the codec set up itself cannot be held by SIP"));
            return;
        }

        if (up.Length == 0)
        {
            Device.Complete(command, CommandResult.Rejected("no call is up"));
            return;
        }

        _turning = (command, up.Length, null);
        foreach (var call in up)
        {
            Ask(what, reply =>
            {
                if (!reply.IsSuccess) Turned($"{reply.Status} {reply.Reason}");
            }, command, ("call", call));
        }

        Device.Expect(command, CodecWords.MutedFlag, muted, FollowsWithin, Look);
    }

    private void TakeTurned(SipReply reply) => Turned(reply.IsSuccess ? null : $"{reply.Status} {reply.Reason}");

    private void Turned(string? refusal)
    {
        if (_turning is not { } turning) return;
        refusal ??= turning.Refusal;
        var left = turning.Left - 1;
        _turning = left == 0 ? null : turning with { Left = left, Refusal = refusal };
        if (left > 0) return;
        if (refusal is not null) Device.Complete(turning.Command, CommandResult.Refused(refusal));
        else Device.Acknowledged(turning.Command);
    }

    private void Restart(CommandRequest command) => Ask("restart", reply =>
    {
        if (!IsTaken(command, reply)) return;
        Device.Complete(command, CommandResult.AcknowledgedOnly);
        Device.Reconnect(StatusReasons.LinkClosed, "restarting", BootsFor);
    }, command);

    private void Test(CommandRequest command)
    {
        if (_model.Count > 0)
        {
            Device.Complete(command, CommandResult.Rejected("in a call; hang up first"));
            return;
        }

        var seconds = command.Args.TryGet("seconds", out var given) ? (int)given.Integer : UsualTest;
        Ask("test", reply =>
        {
            if (!IsTaken(command, reply)) return;
            _testing = command;
            Device.StartTimer(TestTimer, TimeSpan.FromSeconds(seconds) + TestMargin);
        }, command, ("seconds", seconds));
    }

    private void EndTest(SipReply reply)
    {
        if (_testing is not { } command) return;
        _testing = null;
        Device.StopTimer(TestTimer);
        Device.Complete(command, reply.Status switch
        {
            0 => new(CommandOutcome.NoReply, reply.Reason, Retryable: true),
            >= 300 => CommandResult.Refused($"{reply.Status} {reply.Reason}"),
            _ => CommandResult.Verified,
        });
    }

    /// <summary>False: the command has ended, with the codec's own words or for its silence.</summary>
    private bool IsTaken(CommandRequest command, SipReply reply)
    {
        if (reply.IsSuccess) return true;
        Device.Complete(command, reply.Status == 0
            ? new(CommandOutcome.NoReply, reply.Reason, Retryable: true)
            : CommandResult.Refused($"{reply.Status} {reply.Reason}"));
        return false;
    }

    /// <summary>Our calls as they stand, and a new subscription, whose first notification is the codec's whole picture.</summary>
    private void Look()
    {
        Ask("calls", static _ => { });
        Ask("watch", static _ => { });
    }

    private void Forget(int call)
    {
        _awaited.Remove(call);
        _referred.Remove(call);
        Device.StopTimer(Timer(LookAtCall, call));
        Device.StopTimer(Timer(GiveUpCall, call));
    }

    private static string Timer(string what, int call) => $"{what}#{call.ToString(CultureInfo.InvariantCulture)}";
}
