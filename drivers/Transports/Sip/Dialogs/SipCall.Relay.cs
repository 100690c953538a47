namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Whoever passes descriptions between two legs. Called on the loop.</summary>
internal interface IRelayUser
{
    /// <summary>The party that was called without an offer has answered with its own; it waits for <see cref="SipCall.AnswerOffer"/>.</summary>
    void Offered(SipCall leg, ReadOnlyMemory<byte> offer);

    /// <summary>The party wants to change the session. Answered with the other's description, or null to refuse.</summary>
    void Reoffered(SipCall leg, ReadOnlyMemory<byte> offer, Action<ReadOnlyMemory<byte>?> answer);
}

/// <summary>One leg of two parties that are joined: descriptions are not ours, they pass through (RFC 3725).</summary>
internal sealed partial class SipCall
{
    private readonly IRelayUser? _relay;
    private readonly SdpRelay _forward = new();
    private readonly bool _offers = true;
    private (SipExchange Exchange, SipResponse Response)? _unanswered;
    private byte[] _sent = [];

    /// <param name="offers">We begin with a silent stream of our own; else the party is asked for its offer.</param>
    public SipCall(SipCore core, SipCallPlan plan, ISipCallObserver observer, IRelayUser relay, bool offers)
        : this(core, plan, observer)
    {
        (_relay, _offers) = (relay, offers);
    }

    /// <summary>What the party has said last of its side of the media.</summary>
    internal ReadOnlyMemory<byte> PeerDescription { get; private set; }

    internal void HangUpNow(SipCallEnd why) => HangUp(why);

    /// <summary>Gives the party the other's description; its ACK has waited for it.</summary>
    internal void AnswerOffer(ReadOnlyMemory<byte> description)
    {
        if (_unanswered is not { } waiting) return;
        _unanswered = null;
        StopTimers();
        _sent = _forward.Forward(description.Span, silent: false);
        Acknowledge(_dialog!, waiting.Exchange, waiting.Response.Sequence!.Value.Number, _sent);
        Agree(null, offeredByPeer: false);
        FollowSessionTimer(waiting.Response, weAsked: true);
    }

    /// <summary>Offers the other's description; what the party answers stands in <see cref="PeerDescription"/> then.</summary>
    internal void Reoffer(ReadOnlyMemory<byte> description, bool silent, Action<SipAnswer> done) =>
        Reinvite(_ => _sent = _forward.Forward(description.Span, silent), done);

    private void OfferHeard(SipDialog dialog, SipExchange exchange, SipResponse response)
    {
        StopTimers();
        (_dialog, _peer, _unanswered) = (dialog, exchange.Peer, (exchange, response));
        _status = _status with { Status = response.Status, Reason = SipGrammar.Shown(response.Reason) };
        PeerDescription = SipMultipart.Find(response, "application/sdp");
        After(_core.Values.GiveUp, () => HangUp(SipCallEnd.NotAnswered));
        if (PeerDescription.IsEmpty) HangUp(SipCallEnd.NoCommonMedia);
        else _relay!.Offered(this, PeerDescription);
    }

    /// <summary>No answer to its offer will come: acknowledged, as every 2xx, and hung up.</summary>
    private void RefuseOffer(SipCallEnd why)
    {
        var (exchange, response) = _unanswered!.Value;
        _unanswered = null;
        Acknowledge(_dialog!, exchange, response.Sequence!.Value.Number);
        Bye(why);
    }

    private void RelayReinvite(InviteServerTransaction transaction)
    {
        var offer = SipMultipart.Find(transaction.Request, "application/sdp");
        _dialog!.Refresh(transaction.Request);
        if (offer.IsEmpty || SdpRelay.IsSame(offer.Span, PeerDescription.Span))
        {
            AcceptRelayed(transaction);
            return;
        }

        _reinviting = true;
        transaction.Answer(100);
        _relay!.Reoffered(this, offer, answer =>
        {
            _reinviting = false;
            if (answer is not { } description)
            {
                transaction.Answer(488);
                return;
            }

            PeerDescription = offer;
            _sent = _forward.Forward(description.Span, silent: false);
            AcceptRelayed(transaction);
        });
    }

    private void AcceptRelayed(InviteServerTransaction transaction)
    {
        if (_status.State != SipCallState.Connected)
        {
            transaction.Answer(500);
            return;
        }

        SendSuccess(transaction, _sent);
        _awaitsAck = new(_core, transaction, ack =>
        {
            _awaitsAck = null;
            if (_byeWanted) SendBye();
            else if (ack is null) Bye(SipCallEnd.NotAcknowledged);
            else FollowSessionTimer(transaction.Request, weAsked: false);
        });
    }
}
