using System.Net;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// Two calls of ours with one session between their parties (RFC 3725 §4.4, flow IV): the first is called with a silent stream, the
/// second without an offer; the second's offer goes to the first in a re-INVITE, the answer back in the second's ACK.
/// </summary>
internal sealed class SipJoin : ISipJoin, ISipCallObserver, IRelayUser
{
    private static readonly SipMediaPlan Silent = new(IPAddress.Any, 0);

    private readonly SipCore _core;
    private readonly SipJoinPlan _plan;
    private readonly ISipJoinObserver _observer;
    private readonly SipCall _first;
    private readonly SipCall _second;
    private volatile SipJoinStatus _status = new(SipJoinState.CallingFirst, SipCallEnd.None, 0, "", false);
    private ReadOnlyMemory<byte> _ofFirst;
    private ReadOnlyMemory<byte> _ofSecond;
    private bool _secondCalled;

    public SipJoin(SipCore core, SipJoinPlan plan, ISipJoinObserver observer)
    {
        (_core, _plan, _observer) = (core, plan, observer);
        _first = new(core, Plan(plan.Identity, plan.First), this, this, offers: true);
        _second = new(core, Plan(plan.ForSecond ?? plan.Identity, plan.Second), this, this, offers: false);
    }

    public string FirstCallId => _first.CallId;

    public SipUri Second => _plan.Second;

    public SipJoinStatus Status => _status;

    public void Start()
    {
        _observer.Changed(this, _status);
        _first.Start();
    }

    public void HangUp() => _core.Loop.Post(() => End(SipCallEnd.HungUpHere, 0, "", bySecond: false));

    public void Hold(Action<SipAnswer> answered) => _core.Loop.Post(() => Silence(answered));

    public void Resume(Action<SipAnswer> answered) => _core.Loop.Post(() => Open(answered));

    void ISipCallObserver.Changed(ISipCall call, SipCallStatus status)
    {
        var isSecond = call == _second;
        switch (status.State)
        {
            case SipCallState.Connected when !isSecond && _status.State == SipJoinState.CallingFirst:
                Become(_status with { State = SipJoinState.CallingSecond, HasFirst = true });
                _secondCalled = true;
                _second.Start();
                break;
            case SipCallState.Ringing when isSecond && _status.State == SipJoinState.CallingSecond:
                Become(_status with { State = SipJoinState.Ringing });
                break;
            case SipCallState.Connected when isSecond && _status.State < SipJoinState.Connected:
                Become(_status with { State = SipJoinState.Connected, Status = status.Status, Reason = status.Reason });
                break;
            case SipCallState.Ended:
                End(status.End, status.Status, status.Reason, isSecond);
                break;
        }
    }

    void ISipCallObserver.Received(ISipCall call, string method, string? contentType, ReadOnlyMemory<byte> body)
    {
    }

    bool ISipCallObserver.ReferRequested(ISipCall call, SipUri target, ISipReferral referral) => false;

    void ISipCallObserver.ReferProgressed(ISipCall call, int status)
    {
    }

    void IRelayUser.Offered(SipCall leg, ReadOnlyMemory<byte> offer) => _first.Reoffer(offer, silent: false, answer =>
    {
        if (answer.IsSuccess && !_first.PeerDescription.IsEmpty)
        {
            (_ofFirst, _ofSecond) = (_first.PeerDescription, offer);
            leg.AnswerOffer(_first.PeerDescription);
        }
        else
        {
            var why = answer.Status is 488 or 415 or 606 || answer.IsSuccess ? SipCallEnd.NoCommonMedia : SipCallEnd.Refused;
            End(why, answer.Status, answer.Reason, bySecond: false);
        }
    });

    void IRelayUser.Reoffered(SipCall leg, ReadOnlyMemory<byte> offer, Action<ReadOnlyMemory<byte>?> answer)
    {
        // A held session stays as it is: a party that opens its stream by itself would end a recess.
        if (_status.State != SipJoinState.Connected || _status.IsHeld)
        {
            answer(null);
            return;
        }

        var other = leg == _first ? _second : _first;
        other.Reoffer(offer, silent: false, reply =>
        {
            var agreed = reply.IsSuccess && !other.PeerDescription.IsEmpty;
            if (agreed) (_ofFirst, _ofSecond) = leg == _first ? (offer, other.PeerDescription) : (other.PeerDescription, offer);
            answer(agreed ? other.PeerDescription : null);
        });
    }

    private SipCallPlan Plan(SipIdentity identity, SipUri target) =>
        new(identity, target, Silent) { RingFor = _plan.RingFor, SessionInterval = _plan.SessionInterval };

    private void Silence(Action<SipAnswer> answered)
    {
        if (!IsConnected(answered)) return;
        _first.Reoffer(_ofSecond, silent: true, ofFirst =>
        {
            if (!ofFirst.IsSuccess)
            {
                answered(ofFirst);
                return;
            }

            Become(_status with { IsHeld = SdpRelay.SendsNothing(_first.PeerDescription.Span) });

            // The second party is told as well, so that it need not take a silent line for a broken one; what counts is the first's answer.
            _second.Reoffer(_ofFirst, silent: true, _ => answered(ofFirst));
        });
    }

    private void Open(Action<SipAnswer> answered)
    {
        if (!IsConnected(answered)) return;
        _first.Reoffer(_ofSecond, silent: false, ofFirst =>
        {
            if (!ofFirst.IsSuccess)
            {
                answered(ofFirst);
                return;
            }

            _ofFirst = _first.PeerDescription;
            _second.Reoffer(_ofFirst, silent: false, ofSecond =>
            {
                if (ofSecond.IsSuccess) Become(_status with { IsHeld = SdpRelay.SendsNothing(_first.PeerDescription.Span) });
                answered(ofSecond.IsSuccess ? ofFirst : ofSecond);
            });
        });
    }

    private bool IsConnected(Action<SipAnswer> answered)
    {
        if (_status.State == SipJoinState.Connected) return true;
        answered(new(481, SipReply.ReasonOf(481), SipFailure.None));
        return false;
    }

    /// <summary>One leg's end is the other's: what is over first says why.</summary>
    private void End(SipCallEnd why, int status, string reason, bool bySecond)
    {
        if (_status.State == SipJoinState.Ended) return;
        if (_status.State != SipJoinState.Ending)
            Become(_status with { State = SipJoinState.Ending, End = why, Status = status, Reason = reason, EndedBySecond = bySecond });
        _first.HangUpNow(SipCallEnd.HungUpHere);
        if (_secondCalled) _second.HangUpNow(SipCallEnd.HungUpHere);
        if (_first.Status.State != SipCallState.Ended || (_secondCalled && _second.Status.State != SipCallState.Ended)) return;
        Become(_status with { State = SipJoinState.Ended, IsHeld = false });
    }

    private void Become(SipJoinStatus next)
    {
        if (next == _status) return;
        _status = next;
        _observer.Changed(this, next);
    }
}
