using System.Security.Cryptography;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What happens within a call: requests of the peer, hold and resume, and the session timer (RFC 4028).</summary>
internal sealed partial class SipCall
{
    /// <summary>RFC 4028 §5: the least interval.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(90);

    private SipTimer? _sessionTimer;
    private bool _reinviting;
    private TimeSpan _interval;
    private bool _weRefresh;

    public Task<SipAnswer> HoldAsync() => AskAsync(done => Hold(true, done));

    public Task<SipAnswer> ResumeAsync() => AskAsync(done => Hold(false, done));

    void IDialogOwner.Requested(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (_dialog is null || IsOver || request.From!.Tag != _dialog.RemoteTag)
        {
            transaction.Answer(481);
            return;
        }

        if (!_dialog.Takes(request))
        {
            transaction.Answer(500, h => h.Add(SipHeaders.RetryAfter, "1"));
            return;
        }

        switch (request.Method)
        {
            case SipMethods.Bye: HungUp(transaction); break;
            case SipMethods.Invite: Reinvited((InviteServerTransaction)transaction); break;
            case SipMethods.Update: Updated(transaction); break;
            case SipMethods.Info or SipMethods.Message: Told(transaction); break;
            case SipMethods.Options: transaction.Answer(200, _core.Capabilities); break;
            case SipMethods.Refer: Referred(transaction); break;
            case SipMethods.Notify: Notified(transaction); break;
            default:
                transaction.Answer(SipMethods.IsKnown(request.Method) ? 405 : 501, h => h.Add(SipHeaders.Allow, SipMethods.Understood));
                break;
        }
    }

    private void HungUp(ServerTransaction transaction)
    {
        transaction.Answer(200);
        if (_incoming is { HasFinal: false }) _incoming.Answer(487);
        Finish(_status.State == SipCallState.Ending ? _endAs : SipCallEnd.HungUpThere);
    }

    private void Told(ServerTransaction transaction)
    {
        transaction.Answer(200);
        _observer?.Received(this, transaction.Request.Method, transaction.Request.ContentType, transaction.Request.Body);
    }

    /// <summary>§14.2: one INVITE at a time in each direction.</summary>
    private void Reinvited(InviteServerTransaction transaction)
    {
        if (_awaitsAck is not null || _status.State != SipCallState.Connected)
        {
            transaction.Answer(500, h => h.Add(SipHeaders.RetryAfter, "2"));
            return;
        }

        if (_reinviting)
        {
            transaction.Answer(491);
            return;
        }

        if (_relay is not null)
        {
            RelayReinvite(transaction);
            return;
        }

        var offer = SipMultipart.Find(transaction.Request, "application/sdp");
        SipMediaAgreement? agreed = null;
        byte[] sdp;
        _weOffered = offer.IsEmpty;
        if (_weOffered)
        {
            sdp = _negotiation!.Offer(_status.IsHeld ? SdpDirection.SendOnly : SdpDirection.SendReceive);
        }
        else if (!_negotiation!.TryAnswer(offer.Span, _status.IsHeld, out sdp, out agreed))
        {
            transaction.Answer(488);
            return;
        }

        _dialog!.Refresh(transaction.Request);
        SendSuccess(transaction, sdp);
        var byAck = _weOffered;
        _awaitsAck = new(_core, transaction, ack => Reacknowledged(ack, transaction.Request, byAck, agreed));
        if (!byAck) Agree(agreed, offeredByPeer: true);
    }

    private void Reacknowledged(SipRequest? ack, SipRequest invite, bool byAck, SipMediaAgreement? agreed)
    {
        _awaitsAck = null;
        if (_byeWanted) SendBye();
        else if (ack is null) Bye(SipCallEnd.NotAcknowledged);
        else if (byAck && !_negotiation!.TryAccept(SipMultipart.Find(ack, "application/sdp").Span, out agreed))
            Bye(SipCallEnd.NoCommonMedia);
        else
        {
            if (byAck) Agree(agreed, offeredByPeer: false);
            FollowSessionTimer(invite, weAsked: false);
        }
    }

    /// <summary>RFC 3311, used by bridges to refresh a session.</summary>
    private void Updated(ServerTransaction transaction)
    {
        var offer = SipMultipart.Find(transaction.Request, "application/sdp");
        byte[] sdp = [];
        SipMediaAgreement? agreed = null;
        if (!offer.IsEmpty && (_reinviting || _awaitsAck is not null || _status.State != SipCallState.Connected))
        {
            transaction.Answer(491);
            return;
        }

        if (!offer.IsEmpty && _relay is not null)
        {
            // An UPDATE has to be answered at once: only a refresh can be, without asking the other party.
            if (!SdpRelay.IsSame(offer.Span, PeerDescription.Span))
            {
                transaction.Answer(488);
                return;
            }

            sdp = _sent;
        }
        else if (!offer.IsEmpty && !_negotiation!.TryAnswer(offer.Span, _status.IsHeld, out sdp, out agreed))
        {
            transaction.Answer(488);
            return;
        }

        _dialog!.Refresh(transaction.Request);
        var response = transaction.Reply(200);
        response.Headers.Add(SipHeaders.Contact, _core.ContactFor(_peer, Target.User));
        OfferSessionTimer(transaction.Request, response);
        if (sdp.Length > 0) response.SetBody("application/sdp", sdp);
        transaction.Send(response);
        if (agreed is not null) Agree(agreed, offeredByPeer: true);
        FollowSessionTimer(transaction.Request, weAsked: false);
    }

    private void Hold(bool held, Action<SipAnswer> done)
    {
        var direction = (held, _status.IsHeldByPeer) switch
        {
            (true, false) => SdpDirection.SendOnly,
            (true, true) => SdpDirection.Inactive,
            (false, false) => SdpDirection.SendReceive,
            (false, true) => SdpDirection.ReceiveOnly,
        };
        Reinvite(n => n.Offer(direction), answer =>
        {
            if (answer.IsSuccess) Change(s => s with { IsHeld = held });
            done(answer);
        });
    }

    private void Reinvite(Func<SdpNegotiation, byte[]> offer, Action<SipAnswer> done, bool again = false)
    {
        if (_dialog is not { } dialog || _status.State != SipCallState.Connected || _reinviting || _awaitsAck is not null)
        {
            done(Local(_status.State == SipCallState.Connected ? 491 : 481));
            return;
        }

        _reinviting = true;
        var request = dialog.Request(SipMethods.Invite);
        request.Headers.Add(SipHeaders.Allow, SipMethods.Understood);
        request.Headers.Add(SipHeaders.Supported, "timer");
        if (_interval > TimeSpan.Zero)
        {
            var refresher = _weRefresh ? "uac" : "uas";
            request.Headers.Add(SipHeaders.SessionExpires, $"{SipMessage.Text((int)_interval.TotalSeconds)};refresher={refresher}");
        }

        request.SetBody("application/sdp", offer(_negotiation!));
        new SipExchange(_core, _identity, request, dialog.NextSequence,
            new Renegotiation(this, offer, done, again))
        { Otherwise = _peer }.Start();
    }

    private void Renegotiated(SipExchange exchange, SipResponse response, Func<SdpNegotiation, byte[]> offer, Action<SipAnswer> done,
        bool again)
    {
        var number = response.Sequence!.Value.Number;
        if (response.IsSuccess && _acks.TryGetValue((response.To!.Tag ?? "", number), out var sent))
        {
            _core.Layer.SendRaw(sent.Ack, sent.Peer, sent.Octets);
            return;
        }

        _reinviting = false;
        if (response.IsSuccess)
        {
            ForgetOldAcks(number);
            _dialog!.Refresh(response);
            Acknowledge(_dialog, exchange, number);
            if (IsOver || _status.State == SipCallState.Ending) return;
            PeerDescription = SipMultipart.Find(response, "application/sdp");
            if (_relay is null && _negotiation!.TryAccept(PeerDescription.Span, out var agreed))
                Agree(agreed, offeredByPeer: false);
            FollowSessionTimer(response, weAsked: true);
            done(exchange.AnswerOf(response));
        }
        else if (response.Status == 491 && !again && _status.State == SipCallState.Connected)
        {
            // §14.1: who chose the Call-ID waits longer, so that both do not collide for ever.
            var wait = _incoming is null ? RandomNumberGenerator.GetInt32(210, 401) * 10 : RandomNumberGenerator.GetInt32(0, 201) * 10;
            After(TimeSpan.FromMilliseconds(wait), () => Reinvite(offer, done, again: true));
        }
        else
        {
            done(exchange.AnswerOf(response));
            if (response.Status is 481 or 408) Bye(SipCallEnd.Vanished);
        }
    }

    /// <summary>Puts our side of RFC 4028 into a 2xx when the peer asked for a session timer.</summary>
    private static void OfferSessionTimer(SipRequest request, SipResponse response)
    {
        if (Interval(request) is not { } interval) return;
        var refresher = Refresher(request) ?? "uac";
        var supports = request.Headers.Values(SipHeaders.Supported).Contains("timer", StringComparer.OrdinalIgnoreCase);
        if (!supports) refresher = "uas";
        response.Headers.Add(SipHeaders.SessionExpires, $"{SipMessage.Text((int)interval.TotalSeconds)};refresher={refresher}");
        if (refresher == "uac") response.Headers.Add(SipHeaders.Require, "timer");
    }

    /// <summary>
    /// Refreshes at half of the interval, or ends a call whose peer has not refreshed it shortly before its end (RFC 4028 §10).
    /// </summary>
    private void FollowSessionTimer(SipMessage message, bool weAsked)
    {
        _sessionTimer?.Stop();
        _interval = Interval(message) ?? TimeSpan.Zero;
        if (_interval == TimeSpan.Zero || _status.State != SipCallState.Connected) return;
        var supports = message is not SipRequest
            || message.Headers.Values(SipHeaders.Supported).Contains("timer", StringComparer.OrdinalIgnoreCase);
        var refresher = supports ? Refresher(message) ?? "uac" : "uas";
        _weRefresh = refresher == (weAsked ? "uac" : "uas");
        if (_weRefresh)
        {
            _sessionTimer = _core.Timers.Start(_interval / 2, () => Reinvite(n => _relay is null ? n.Repeat() : _sent, _ => { }));
            return;
        }

        var margin = _interval / 3 < TimeSpan.FromSeconds(32) ? _interval / 3 : TimeSpan.FromSeconds(32);
        _sessionTimer = _core.Timers.Start(_interval - margin, () => Bye(SipCallEnd.Vanished));
    }

    private static TimeSpan? Interval(SipMessage message)
    {
        if (message.Seconds(SipHeaders.SessionExpires) is not { } interval || interval <= TimeSpan.Zero || interval > TimeSpan.FromDays(1))
            return null;
        return interval < LeastInterval ? LeastInterval : interval;
    }

    private static string? Refresher(SipMessage message)
    {
        var scanner = new SipScanner(message.Headers[SipHeaders.SessionExpires]);
        scanner.TakeAll(SipGrammar.Digits);
        return SipParameters.TryReadHeader(ref scanner, out var parameters) ? parameters["refresher"]?.ToLowerInvariant() : null;
    }

    /// <summary>Told about one re-INVITE of ours.</summary>
    private sealed class Renegotiation(SipCall call, Func<SdpNegotiation, byte[]> offer, Action<SipAnswer> done, bool again) : IExchangeUser
    {
        public void Provisional(SipExchange exchange, SipResponse response)
        {
        }

        public void Final(SipExchange exchange, SipResponse response) => call.Renegotiated(exchange, response, offer, done, again);

        public void Failed(SipExchange exchange, SipFailure failure)
        {
            call._reinviting = false;
            done(exchange.AnswerOf(failure));
            call.Bye(SipCallEnd.Vanished);
        }
    }
}
