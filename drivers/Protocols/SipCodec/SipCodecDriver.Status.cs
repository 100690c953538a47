using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>What the link tells: our calls, the codec's own report of its calls, its registration, the measured line.</summary>
public sealed partial class SipCodecDriver
{
    private const double FairLoss = 1;
    private const double PoorLoss = 3;
    private const double FairJitter = 30;
    private const double PoorJitter = 60;
    private const double LongTrip = 300;

    private bool _callsRead;

    public override void OnUnsolicited(SipReply reply)
    {
        if (reply.Kind is not SipReplyKind.Event) return;
        switch (reply.Event)
        {
            case "call": TakeOwn(reply); break;
            case "dialogs": TakeDialogs(reply); break;
            case "watch":
                _model.NotWatched();
                ShowCalls();
                break;
            case "registration": TakeRegistration(reply); break;
            case "refer": TakeReferral(reply); break;
            case "turned": TakeTurned(reply); break;
            case "test": TakeTest(reply); break;
        }
    }

    private void TakeOwn(SipReply reply)
    {
        var number = (int)reply.Number("call");
        var call = new OwnCall(reply.Text("state"), SipAddressText.Shown(reply.Text("with")), reply.Text("dialog"));
        _model.Take(number, call);
        if (!_ours.Contains(call.Dialog)) Keep(call.Dialog);
        if (reply.Flag("answered") && _awaited.TryGetValue(number, out var waiting)) Device.Acknowledged(waiting);
        if (call.State == "ended")
        {
            var cause = CauseOf(reply);
            Device.Happened(CodecWords.CallEnded, ("cause", cause));
            EndedOwn(number, cause, isOurs: reply.Text("by") == "gateway");
        }

        ShowCalls();
    }

    private void TakeDialogs(SipReply reply)
    {
        var calls = new Dictionary<string, ToldCall>();
        foreach (var dialog in reply.List("dialogs"))
        {
            calls[SipReply.TextOf(dialog, "id")] = new(SipReply.TextOf(dialog, "state"), SipReply.FlagOf(dialog, "incoming"),
                SipAddressText.Shown(SipReply.TextOf(dialog, "with")), SipReply.TextOf(dialog, "dialog"));
        }

        var fresh = _model.TakeTold(reply.Flag("complete"), calls);
        foreach (var call in fresh.Where(c => c.IsIncoming && !c.IsConfirmed && _model.Foreign.Contains(c)))
            Device.Happened(CodecWords.IncomingCall, ("from", call.With));
        foreach (var over in reply.List("over"))
        {
            // A call of ours is told by its own signalling, with the cause.
            if (_ours.Contains(SipReply.TextOf(over, "dialog"))) continue;
            var code = SipReply.NumberOf(over, "code");
            Device.Happened(CodecWords.CallEnded, ("cause", code is null ? SipReply.TextOf(over, "cause") : $"{code} {SipReply.TextOf(over, "cause")}"));
        }

        ShowCalls();
    }

    private void ShowCalls()
    {
        // Only the whole picture: while it is being read for the first time, nothing is concluded from its parts.
        if (!_callsRead) return;
        var main = _model.Main;
        _machine.Fire(main?.State switch
        {
            CallStates.Connected => Told.Connected,
            CallStates.Held => Told.OnHold,
            null => Told.Idle,
            _ => Told.Dialling,
        });
        Device.Report(CodecWords.RemoteParty, main?.With ?? "");
        Device.Report(CodecWords.CallCount, _model.Count);
        if (_model.IsMuted is { } muted) Device.Report(CodecWords.MutedFlag, muted);
        else Device.Forget(CodecWords.MutedFlag);

        // A codec that tells nothing of its calls may be in one that we have not set up.
        if (main is null && !_model.IsWatched) Device.Assume(CodecWords.CallState, CallStates.Idle);
        else Device.Report(CodecWords.CallState, main?.State ?? CallStates.Idle);
        CompleteConnected();
        if (_model.Count == 0) AllAreOver();
    }

    private void TakeRegistration(SipReply reply)
    {
        switch (reply.Text("state"))
        {
            case "active":
                Device.Report(RegisteredFlag, true);
                Device.Clear(NotRegistered.Code);
                break;
            case "unknown":
                Device.Forget(RegisteredFlag);
                break;
            default:
                Device.Report(RegisteredFlag, false);
                Device.Raise(NotRegistered.Code, $"{reply.Text("state")} {reply.Reason}".Trim());
                break;
        }
    }

    private void TakeTest(SipReply reply)
    {
        if (reply.Status is >= 200 and < 300)
        {
            var (loss, jitter, received) = (reply.Number("loss"), reply.Number("jitter"), reply.Number("received"));
            var farLoss = SipReply.NumberOf(reply.Json, "farLoss");
            var verdict = Verdict(received, Math.Max(loss, farLoss ?? 0), jitter, reply.Number("roundTrip"));
            Device.Report(QualityWord, verdict);
            Device.Report(LossPercent, loss);
            Device.Report(JitterTime, jitter);
            Show(FarLossPercent, farLoss);
            Show(Opinion, SipReply.NumberOf(reply.Json, "mos"));
            var words = $"loss {loss} %, towards the codec {farLoss?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not told"}, jitter {jitter} ms, {received} packets heard";
            if (verdict is "poor" or "none") Device.Raise(PoorLine.Code, words);
            else Device.Clear(PoorLine.Code);
        }

        EndTest(reply);
    }

    private void Show(string property, double? value)
    {
        if (value is { } number) Device.Report(property, number);
        else Device.Forget(property);
    }

    private static string Verdict(double received, double loss, double jitter, double trip)
    {
        if (received == 0) return "none";
        if (loss > PoorLoss || jitter > PoorJitter) return "poor";
        return loss > FairLoss || jitter > FairJitter || trip > LongTrip ? "fair" : "good";
    }

    private static string CauseOf(SipReply reply) => reply.Status >= 300 ? $"{reply.Status} {reply.Reason}" : reply.Text("end") switch
    {
        "HungUpHere" when reply.Text("by") == "gateway" => "hung up",
        "HungUpThere" => $"hung up by the {(reply.Text("by") == "remote" ? "remote party" : "codec")}",
        "Vanished" => "no longer there",
        "NotAnswered" => "not answered",
        "Unreachable" => $"not reached ({reply.Reason})",
        "NoCommonMedia" => "nothing in common to send",
        var other => other,
    };
}
