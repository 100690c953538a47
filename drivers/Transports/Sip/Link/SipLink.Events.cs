using System.Globalization;
using System.Text.Json;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What a SIP link tells unasked: calls of ours, calls at the device, its registration, what became of a REFER or a test call.</summary>
internal sealed partial class SipLink
{
    private const int MostReferrals = 16;

    private readonly Lock _watching = new();
    private readonly List<ISipSubscription> _referrals = [];
    private DialogsWatched? _dialogs;
    private ISipSubscription? _registration;

    public void CallChanged(int number, ISipJoin join, SipJoinStatus status) => Say(json =>
    {
        json.WriteString("event", "call");
        json.WriteNumber("call", number);
        json.WriteString("state", status.State switch
        {
            SipJoinState.CallingFirst or SipJoinState.CallingSecond => "calling",
            SipJoinState.Ringing => "ringing",
            SipJoinState.Connected => status.IsHeld ? "held" : "connected",
            SipJoinState.Ending => "ending",
            _ => "ended",
        });
        json.WriteBoolean("answered", status.HasFirst);
        json.WriteString("with", join.Second.ToString());
        json.WriteString("dialog", join.FirstCallId);
        if (status.End == SipCallEnd.None) return;
        json.WriteString("end", status.End.ToString());
        json.WriteNumber("status", status.Status);
        json.WriteString("reason", status.Reason);
        json.WriteString("by", status.EndedBySecond ? "remote" : status.End == SipCallEnd.HungUpHere ? "gateway" : "device");
    });

    private void TestEnded(SipTestResult result) => Say(json =>
    {
        json.WriteString("event", "test");
        json.WriteNumber("status", result.Status);
        json.WriteString("reason", result.Reason);
        if (result.Measured is not { } measured) return;
        json.WriteNumber("sent", measured.Sent);
        json.WriteNumber("received", measured.Received);
        json.WriteNumber("loss", Math.Round(measured.Loss * 100, 2));
        json.WriteNumber("jitter", Math.Round(measured.Jitter.TotalMilliseconds, 1));
        if (measured.Mos is { } mos) json.WriteNumber("mos", Math.Round(mos, 2));
        if (measured.FarLoss is { } farLoss) json.WriteNumber("farLoss", Math.Round(farLoss * 100, 2));
        if (measured.FarMos is { } farMos) json.WriteNumber("farMos", Math.Round(farMos, 2));
        if (measured.RoundTrip is { } trip) json.WriteNumber("roundTrip", Math.Round(trip.TotalMilliseconds, 1));
    });

    private void Watch(SipLinkRequest request)
    {
        DialogsWatched? former;
        lock (_watching)
        {
            former = _dialogs;
            _dialogs = new(this, request.Id);
            _dialogs.Start();
        }

        former?.End();
    }

    private void WatchRegistration(SipLinkRequest request)
    {
        if (!SipUri.TryParse(request.Uri, out var account) || !account.IsSip)
        {
            Answer(request.Id, 416, $"{request.Uri} is no SIP address");
            return;
        }

        lock (_watching)
        {
            _registration?.DisposeAsync().AsTask();
            var plan = new SipSubscriptionPlan(_line.Identity, account, "reg", RegistrationInfo.MediaType);
            _registration = _line.Agent.Subscribe(plan, new RegistrationWatched(this));
        }

        Answer(request.Id, 200, "OK");
    }

    private void Refer(SipLinkRequest request)
    {
        if (!SipUri.TryParse(request.Uri, out var uri) || !uri.IsSip)
        {
            Answer(request.Id, 416, $"{request.Uri} is no SIP address");
            return;
        }

        lock (_watching)
        {
            _referrals.RemoveAll(r => r.Status.State == SipSubscriptionState.Terminated);
            if (_referrals.Count >= MostReferrals)
            {
                Answer(request.Id, 486, $"{MostReferrals} referrals are on their way");
                return;
            }

            var ask = new SipAsk(_line.Identity, _line.Target, AnswersWithin);
            _referrals.Add(_line.Agent.Refer(ask, uri, new Referred(this, request.Id)));
        }
    }

    private void EndWatches()
    {
        lock (_watching)
        {
            _dialogs?.End();
            _registration?.DisposeAsync().AsTask();

            // A referral is left alone: ending it would only silence the device, not its call.
            (_dialogs, _registration) = (null, null);
        }
    }

    /// <summary>The calls at the device (RFC 4235).</summary>
    private sealed class DialogsWatched(SipLink link, long id) : ISipSubscriptionObserver
    {
        private readonly DialogWatch _watch = new();
        private ISipSubscription? _subscription;
        private ITimer? _patience;
        private int _answered;
        private volatile bool _isOver;

        public void Start()
        {
            var plan = new SipSubscriptionPlan(link._line.Identity, link._line.Target, "dialog", DialogInfo.MediaType);
            _patience = link._time.CreateTimer(_ => AnswerOnce(0, "not notified"), null, AnswersWithin, Timeout.InfiniteTimeSpan);
            _subscription = link._line.Agent.Subscribe(plan, this);
        }

        /// <summary>What it still hears is not told: another one has taken its place, or the link has ended.</summary>
        public void End()
        {
            _isOver = true;
            AnswerOnce(0, "asked again");
            _subscription?.DisposeAsync().AsTask();
        }

        void ISipSubscriptionObserver.Changed(SipSubscriptionStatus status)
        {
            if (_isOver) return;
            if (status.State is SipSubscriptionState.BackingOff or SipSubscriptionState.Terminated or SipSubscriptionState.Subscribing)
            {
                _watch.Reset();
                link.Say(json =>
                {
                    json.WriteString("event", "watch");
                    json.WriteBoolean("on", false);
                    json.WriteString("reason", status.Reason);
                });
            }

            if (status.State is SipSubscriptionState.BackingOff or SipSubscriptionState.Terminated)
                AnswerOnce(int.TryParse(status.Reason, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0, status.Reason);
        }

        void ISipSubscriptionObserver.Notified(string? contentType, ReadOnlyMemory<byte> body)
        {
            if (_isOver) return;
            var step = _watch.Take(body);
            if (step is WatchStep.Stale or WatchStep.Unreadable || !DialogInfo.TryParse(body, out var told)) return;
            link.Say(json => Tell(json, told));
            if (step == WatchStep.Taken) AnswerOnce(200, "OK");
            if (step != WatchStep.Gap) return;

            // Something was missed: only a new subscription brings the whole picture.
            lock (link._watching)
            {
                if (link._dialogs != this) return;
                link._dialogs = new(link, id) { _answered = 1 };
                link._dialogs.Start();
            }

            End();
        }

        private void Tell(Utf8JsonWriter json, DialogInfo told)
        {
            json.WriteString("event", "dialogs");
            json.WriteBoolean("complete", _watch.IsComplete);
            json.WriteStartArray("dialogs");
            foreach (var call in _watch.Calls) Write(json, call);
            json.WriteEndArray();
            json.WriteStartArray("over");
            foreach (var call in told.Calls.Where(c => c.State == WatchedCallState.Terminated)) Write(json, call);
            json.WriteEndArray();
        }

        private static void Write(Utf8JsonWriter json, WatchedCall call)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            json.WriteString("state", call.State.ToString().ToLowerInvariant());
            json.WriteBoolean("incoming", call.IsInitiator == false);
            if (call.CallId is { } callId) json.WriteString("dialog", callId);
            if ((call.RemoteIdentity ?? call.RemoteTarget) is { } remote) json.WriteString("with", remote);
            if (call.Event is { } cause) json.WriteString("cause", cause);
            if (call.Code is { } code) json.WriteNumber("code", code);
            json.WriteEndObject();
        }

        private void AnswerOnce(int status, string reason)
        {
            if (Interlocked.Exchange(ref _answered, 1) == 1) return;
            _patience?.Dispose();
            link.Answer(id, status, reason);
        }
    }

    /// <summary>The device's account at its registrar (RFC 3680).</summary>
    private sealed class RegistrationWatched(SipLink link) : ISipSubscriptionObserver
    {
        void ISipSubscriptionObserver.Changed(SipSubscriptionStatus status)
        {
            if (status.State is SipSubscriptionState.Terminated or SipSubscriptionState.BackingOff) Tell("unknown", 0, status.Reason);
        }

        void ISipSubscriptionObserver.Notified(string? contentType, ReadOnlyMemory<byte> body)
        {
            if (!RegistrationInfo.TryParse(body, out var info) || info.Registrations is not [.., var account]) return;
            Tell(account.State, account.Contacts.Count(c => c.State == "active"), account.Contacts is [.., var last] ? last.Event : "");
        }

        private void Tell(string state, int contacts, string reason) => link.Say(json =>
        {
            json.WriteString("event", "registration");
            json.WriteString("state", state);
            json.WriteNumber("contacts", contacts);
            json.WriteString("reason", reason);
        });
    }

    /// <summary>What the device reports of a call that it was asked to make (RFC 3515).</summary>
    private sealed class Referred : ISipSubscriptionObserver
    {
        private readonly SipLink _link;
        private readonly long _id;
        private readonly ITimer _patience;
        private int _answered;

        public Referred(SipLink link, long id)
        {
            (_link, _id) = (link, id);
            _patience = link._time.CreateTimer(_ => AnswerOnce(0, "no answer to REFER"), null, AnswersWithin, Timeout.InfiniteTimeSpan);
        }

        void ISipSubscriptionObserver.Changed(SipSubscriptionStatus status)
        {
            if (status.State != SipSubscriptionState.Terminated)
            {
                AnswerOnce(202, "Accepted");
                return;
            }

            var known = int.TryParse(status.Reason, NumberStyles.None, CultureInfo.InvariantCulture, out var code);
            AnswerOnce(known ? code : 0, status.Reason);
        }

        void ISipSubscriptionObserver.Notified(string? contentType, ReadOnlyMemory<byte> body)
        {
            AnswerOnce(202, "Accepted");
            if (!SipFragment.TryStatus(body.Span, out var status)) return;
            _link.Say(json =>
            {
                json.WriteString("event", "refer");
                json.WriteNumber("refer", _id);
                json.WriteNumber("status", status);
            });
        }

        private void AnswerOnce(int status, string reason)
        {
            if (Interlocked.Exchange(ref _answered, 1) == 1) return;
            _patience.Dispose();
            _link.Answer(_id, status, reason);
        }
    }
}
