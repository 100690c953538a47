namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Being called: ringing, accepting, rejecting, and a caller who gives up (RFC 3261 §13.3).</summary>
internal sealed partial class SipCall
{
    private static readonly TimeSpan LongestRing = TimeSpan.FromMinutes(3);

    private readonly InviteServerTransaction? _incoming;
    private bool _weOffered;

    public SipCall(SipCore core, InviteServerTransaction invite)
    {
        (_core, _incoming) = (core, invite);
        var request = invite.Request;
        CallId = request.CallId;
        _localTag = invite.LocalTag;
        Remote = request.From!;
        Target = request.Uri!;
        _identity = new(request.To!.Uri);
        _dialog = SipDialog.OfServer(request, _localTag);
        _peer = invite.Source.Peer;
        _status = _status with { State = SipCallState.Ringing };
    }

    public Task RingAsync() => RunAsync(() =>
    {
        if (_incoming is null || IsOver || _incoming.HasFinal) return;
        _incoming.Answer(180, h => h.Add(SipHeaders.Contact, _core.ContactFor(_peer, Target.User)));
    });

    public Task AcceptAsync(SipMediaPlan media) => RunAsync(() => Accept(media));

    public Task RejectAsync(int status) => RunAsync(() => Reject(status is >= 400 and < 700 ? status : 603, SipCallEnd.RejectedHere));

    /// <summary>Asks who is to take the call.</summary>
    internal void Offer(ISipIncoming incoming)
    {
        _core.Own(CallId, _localTag, this);
        _incoming!.Answer(100);
        After(LongestRing, () => Reject(480, SipCallEnd.NotAnswered));
        _observer = incoming.Called(this);
        if (_observer is null) Reject(486, SipCallEnd.RejectedHere);
    }

    void IDialogOwner.Cancelled(InviteServerTransaction invite)
    {
        // A CANCEL of a re-INVITE comes too late by design: those are answered at once.
        if (invite != _incoming || invite.HasFinal) return;
        invite.Answer(487);
        Finish(SipCallEnd.HungUpThere, 487, SipReply.ReasonOf(487));
    }

    private void Reject(int status, SipCallEnd why)
    {
        if (_incoming is null || IsOver || _incoming.HasFinal) return;
        _incoming.Answer(status);
        Finish(why, status, SipReply.ReasonOf(status));
    }

    private void Accept(SipMediaPlan media)
    {
        if (_incoming is null || IsOver || _incoming.HasFinal) return;
        Use(media);
        var offer = SipMultipart.Find(_incoming.Request, "application/sdp");
        _weOffered = offer.IsEmpty;
        SipMediaAgreement? agreed = null;
        byte[] sdp;
        if (_weOffered)
        {
            sdp = _negotiation!.Offer(SdpDirection.SendReceive);
        }
        else if (!_negotiation!.TryAnswer(offer.Span, false, out sdp, out agreed))
        {
            Reject(488, SipCallEnd.NoCommonMedia);
            return;
        }

        StopTimers();
        SendSuccess(_incoming, sdp);
        _awaitsAck = new(_core, _incoming, ack => Acknowledged(ack, agreed));
    }

    private void SendSuccess(InviteServerTransaction invite, byte[] sdp)
    {
        var response = invite.Reply(200);
        response.Headers.Add(SipHeaders.Contact, _core.ContactFor(_peer, Target.User));
        response.Headers.Add(SipHeaders.Allow, SipMethods.Understood);
        response.Headers.Add(SipHeaders.Server, _core.Product);
        OfferSessionTimer(invite.Request, response);
        response.SetBody("application/sdp", sdp);
        invite.Send(response);
    }

    private void Acknowledged(SipRequest? ack, SipMediaAgreement? agreed)
    {
        _awaitsAck = null;
        if (_byeWanted)
        {
            SendBye();
            return;
        }

        if (ack is null)
        {
            BeginEnding(SipCallEnd.NotAcknowledged);
            SendBye();
            return;
        }

        if (_weOffered && !_negotiation!.TryAccept(SipMultipart.Find(ack, "application/sdp").Span, out agreed))
        {
            Bye(SipCallEnd.NoCommonMedia, "Q.850;cause=88");
            return;
        }

        Agree(agreed, offeredByPeer: !_weOffered);
        FollowSessionTimer(_incoming!.Request, weAsked: false);
    }
}
