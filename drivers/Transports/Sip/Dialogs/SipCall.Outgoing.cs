namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Calling: INVITE, the branches it may fork into, CANCEL and its races (RFC 3261 §9.1, §13.2).</summary>
internal sealed partial class SipCall
{
    /// <summary>Forks that are remembered; a proxy that makes more than this is not one.</summary>
    private const int MaxLegs = 16;

    private readonly SipCallPlan? _plan;
    private readonly Dictionary<(string Tag, uint Number), (SipRequest Ack, SipPeer Peer, ReadOnlyMemory<byte> Octets)> _acks = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _early = [];
    private SipExchange? _invite;
    private uint _sequence = 1;
    private bool _cancelWanted;
    private bool _intervalRaised;

    public SipCall(SipCore core, SipCallPlan plan, ISipCallObserver observer)
    {
        (_core, _plan, _identity, _observer) = (core, plan, plan.Identity, observer);
        CallId = SipIds.CallId();
        _localTag = SipIds.Tag();
        Remote = new(plan.Target);
        Target = plan.Target;
        Use(plan.Media);
    }

    public void Start()
    {
        if (!_core.HasRoom)
        {
            Finish(SipCallEnd.Unreachable, 0, nameof(SipFailure.TooBusy));
            return;
        }

        _core.Own(CallId, _localTag, this);
        After(_plan!.RingFor, () => CancelInvite(SipCallEnd.NotAnswered));
        Invite(_plan.SessionInterval);
    }

    void IExchangeUser.Provisional(SipExchange exchange, SipResponse response)
    {
        if (_cancelWanted) SendCancel();
        if (response.Status == 100 || _status.State is not (SipCallState.Calling or SipCallState.Ringing)) return;
        if (response.To!.Tag is { } tag && (_early.Count < MaxLegs || _early.ContainsKey(tag)))
        {
            var sdp = SipMultipart.Find(response, "application/sdp");
            if (!sdp.IsEmpty || !_early.ContainsKey(tag)) _early[tag] = sdp;
        }

        Change(s => s with { State = SipCallState.Ringing, Status = response.Status, Reason = SipGrammar.Shown(response.Reason) });
    }

    void IExchangeUser.Final(SipExchange exchange, SipResponse response)
    {
        if (response.IsSuccess) Succeeded(exchange, response);
        else if (!IsOver) Declined(exchange, response);
    }

    void IExchangeUser.Failed(SipExchange exchange, SipFailure failure)
    {
        if (_status.State == SipCallState.Ending) Finish(_endAs);
        else Finish(SipCallEnd.Unreachable, 0, failure.ToString());
    }

    /// <summary>
    /// The transaction ended 32 s after the first 2xx; what comes later is a late fork, or the peer has not heard our ACK.
    /// </summary>
    void IDialogOwner.Strayed(SipResponse response, SipSource source)
    {
        if (_invite is not null && response.Sequence!.Value.Number == _invite.Request.Sequence!.Value.Number) Succeeded(_invite, response);
    }

    private void Invite(TimeSpan? interval)
    {
        var request = SipCore.Request(SipMethods.Invite, _identity, _plan!.Target, Remote, CallId, _localTag, _sequence);
        request.Headers.Add(SipHeaders.Allow, SipMethods.Understood);
        request.Headers.Add(SipHeaders.Supported, "timer");
        if (interval is { } wanted) request.Headers.Add(SipHeaders.SessionExpires, SipMessage.Text((int)wanted.TotalSeconds));
        if (_plan.Subject is { } subject) request.Headers.Add(SipHeaders.Subject, SipGrammar.Octets(subject.ReplaceLineEndings(" ")));
        if (_offers) request.SetBody("application/sdp", _sent = _negotiation!.Offer(SdpDirection.SendReceive));
        _invite = new(_core, _identity, request, () => ++_sequence, this);
        _invite.Start();
    }

    private void Succeeded(SipExchange exchange, SipResponse response)
    {
        var key = (response.To!.Tag ?? "", response.Sequence!.Value.Number);
        if (_acks.TryGetValue(key, out var sent))
        {
            _core.Layer.SendRaw(sent.Ack, sent.Peer, sent.Octets);
            return;
        }

        if (_acks.Count >= MaxLegs || (_unanswered is not null && key.Item1 == _dialog!.RemoteTag)) return;
        if (_dialog is not null && key.Item1 == _dialog.RemoteTag)
        {
            // Our own leg again, long after its ACK was forgotten.
            Acknowledge(_dialog, exchange, key.Number);
            return;
        }

        var dialog = SipDialog.OfClient(exchange.Request, response);
        if (!_offers && _dialog is null && _status.State is SipCallState.Calling or SipCallState.Ringing)
        {
            OfferHeard(dialog, exchange, response);
            return;
        }

        Acknowledge(dialog, exchange, key.Number);
        if (_dialog is not null || IsOver) EndLeg(dialog, exchange);
        else if (_status.State == SipCallState.Ending) CancelledTooLate(dialog, exchange);
        else Confirm(dialog, exchange, response);
    }

    private void Confirm(SipDialog dialog, SipExchange exchange, SipResponse response)
    {
        StopTimers();
        _dialog = dialog;
        _peer = exchange.Peer;
        var sdp = SipMultipart.Find(response, "application/sdp");

        // Some endpoints describe themselves in the 183 alone.
        if (sdp.IsEmpty && _early.TryGetValue(dialog.RemoteTag, out var early)) sdp = early;
        PeerDescription = sdp;
        SipMediaAgreement? agreed = null;
        if (_relay is null && !_negotiation!.TryAccept(sdp.Span, out agreed))
        {
            Bye(SipCallEnd.NoCommonMedia, "Q.850;cause=88");
            return;
        }

        _status = _status with { Status = response.Status, Reason = SipGrammar.Shown(response.Reason) };
        Agree(agreed, offeredByPeer: false);
        if (_plan!.Limit is { } limit) After(limit, () => HangUp(SipCallEnd.HungUpHere));
        FollowSessionTimer(response, weAsked: true);
    }

    /// <summary>§13.2.2.4: every 2xx is acknowledged, also that of a leg which is not wanted.</summary>
    private void Acknowledge(SipDialog dialog, SipExchange exchange, uint number, byte[]? sdp = null)
    {
        var ack = dialog.Request(SipMethods.Ack, number);
        foreach (var (name, value) in exchange.Request.Headers)
        {
            if (name is SipHeaders.Authorization or SipHeaders.ProxyAuthorization) ack.Headers.Add(name, value);
        }

        if (sdp is not null) ack.SetBody("application/sdp", sdp);
        _core.Resolver.Resolve(SipCore.NextHop(ack), peer =>
        {
            var to = peer ?? exchange.Peer;
            if (_core.Layer.Routes.Has(to.Protocol)) _acks[(dialog.RemoteTag, number)] = (ack, to, _core.Layer.SendOnce(ack, to));
        });
    }

    private void EndLeg(SipDialog dialog, SipExchange exchange, Action? done = null)
    {
        var bye = dialog.Request(SipMethods.Bye);
        new SipExchange(_core, _identity, bye, dialog.NextSequence,
            new ExchangeEnd(_ => done?.Invoke()))
        { Otherwise = exchange.Peer }.Start();
    }

    /// <summary>
    /// An ACK is kept as long as its 2xx may still be repeated: that of the first INVITE for good, of re-INVITEs the last ones.
    /// </summary>
    private void ForgetOldAcks(uint number)
    {
        const uint Kept = 4;
        var first = _invite?.Request.Sequence!.Value.Number;
        foreach (var key in _acks.Keys.Where(k => k.Number != first && k.Number + Kept < number).ToArray()) _acks.Remove(key);
    }

    /// <summary>The 2xx crossed our CANCEL: the call exists for a moment and is hung up.</summary>
    private void CancelledTooLate(SipDialog dialog, SipExchange exchange)
    {
        _dialog = dialog;
        _peer = exchange.Peer;
        EndLeg(dialog, exchange, () => Finish(_endAs));
    }

    private void Declined(SipExchange exchange, SipResponse response)
    {
        var reason = SipGrammar.Shown(response.Reason);
        if (_status.State == SipCallState.Ending) Finish(_endAs, response.Status, reason);
        else if (response.Status == 422 && !_intervalRaised && response.Seconds(SipHeaders.MinSe) is { } least
            && least <= TimeSpan.FromHours(24))
            Raise(least);
        else if (exchange.IsPasswordRefused) Finish(SipCallEnd.PasswordRefused, response.Status, reason);
        else Finish(SipCallEnd.Refused, response.Status, reason);
    }

    /// <summary>RFC 4028 §7.3: the peer wants a longer interval than we asked for.</summary>
    private void Raise(TimeSpan interval)
    {
        _intervalRaised = true;
        _sequence++;
        Invite(interval);
    }

    /// <summary>§9.1: CANCEL goes out after the first provisional response; before that the peer may not know what it is about.</summary>
    private void CancelInvite(SipCallEnd why)
    {
        if (_status.State is not (SipCallState.Calling or SipCallState.Ringing)) return;
        BeginEnding(why);
        if (_invite?.Transaction is not { } transaction)
        {
            _invite?.Abandon();
            Finish(why);
        }
        else if (transaction.HasProvisional)
        {
            SendCancel();
        }
        else
        {
            _cancelWanted = true;
        }
    }

    private void SendCancel()
    {
        _cancelWanted = false;
        if (_invite?.Transaction is not InviteClientTransaction { HasFinal: false } transaction) return;
        _core.Layer.Start(transaction.Cancel(), transaction.Peer, NoUser.Instance, out _);
    }

    private sealed class NoUser : IClientTransactionUser
    {
        public static readonly NoUser Instance = new();

        public void Answered(ClientTransaction transaction, SipResponse response)
        {
        }

        public void Failed(ClientTransaction transaction, SipFailure failure)
        {
        }
    }
}
