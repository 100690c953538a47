namespace AvGateway.Drivers.Transports.Sip;

/// <summary>A subscription of ours, by SUBSCRIBE (RFC 6665) or by REFER (RFC 3515).</summary>
internal sealed class SipSubscription : ISipSubscription, IDialogOwner, IExchangeUser
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    private readonly SipCore _core;
    private readonly SipSubscriptionPlan _plan;
    private readonly SipUri? _referTo;
    private readonly ISipSubscriptionObserver _observer;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SipSubscriptionStatus _status = new(SipSubscriptionState.Subscribing, "");
    private string _callId = "";
    private string _localTag = "";
    private SipRequest? _request;
    private SipExchange? _exchange;
    private SipDialog? _dialog;
    private SipPeer? _peer;
    private SipTimer? _next;
    private SipTimer? _firstNotify;
    private uint _sequence;
    private int _failures;
    private bool _leaving;

    public SipSubscription(SipCore core, SipSubscriptionPlan plan, SipUri? referTo, ISipSubscriptionObserver observer)
    {
        (_core, _plan, _referTo, _observer) = (core, plan, referTo, observer);
    }

    public SipSubscriptionStatus Status => _status;

    private bool IsOver => _status.State == SipSubscriptionState.Terminated;

    private string Method => _referTo is null ? SipMethods.Subscribe : SipMethods.Refer;

    /// <summary>A new dialog from the beginning: the first time, and after the notifier has forgotten us.</summary>
    public void Start()
    {
        if (IsOver || _leaving) return;
        Forget();
        if (!_core.HasRoom)
        {
            BackOff(nameof(SipFailure.TooBusy), null);
            return;
        }

        (_callId, _localTag, _sequence, _dialog) = (SipIds.CallId(), SipIds.Tag(), 1, null);
        _core.Own(_callId, _localTag, this);
        Send(SipCore.Request(Method, _plan.Identity, _plan.Target, new(_plan.Target), _callId, _localTag, _sequence));
        _firstNotify = _core.Timers.Start(_core.Values.GiveUp, NotNotified);
    }

    public async ValueTask DisposeAsync()
    {
        try { await _core.Loop.PostAsync(_ => Leave(), null); }
        catch (System.Threading.Channels.ChannelClosedException) { return; }
        await Task.WhenAny(_gone.Task, _core.Stopped);
    }

    public void Stopped() => End("stopped");

    void IDialogOwner.Acknowledged(SipRequest ack)
    {
    }

    void IDialogOwner.Strayed(SipResponse response, SipSource source)
    {
    }

    void IDialogOwner.Cancelled(InviteServerTransaction invite) => invite.Answer(487);

    void IDialogOwner.Requested(ServerTransaction transaction)
    {
        var request = transaction.Request;
        var package = request.Headers[SipHeaders.Event]?.Split(';')[0].Trim();
        if (request.Method != SipMethods.Notify) transaction.Answer(405, h => h.Add(SipHeaders.Allow, SipMethods.Notify));
        else if (package != _plan.Event) transaction.Answer(489);
        else if (IsOver || (_dialog is not null && request.From!.Tag != _dialog.RemoteTag)) transaction.Answer(481);
        else Notified(transaction);
    }

    void IExchangeUser.Provisional(SipExchange exchange, SipResponse response)
    {
    }

    void IExchangeUser.Final(SipExchange exchange, SipResponse response)
    {
        if (exchange != _exchange) return;
        _exchange = null;
        _peer = exchange.Peer;
        var answer = exchange.AnswerOf(response);
        if (IsOver) return;
        if (_leaving)
        {
            // The last NOTIFY is not waited for: a notifier that has answered 200 has let go of us.
            End("unsubscribed");
        }
        else if (response.IsSuccess)
        {
            _failures = 0;
            if (_referTo is not null && _status.State == SipSubscriptionState.Subscribing) Change(SipSubscriptionState.Pending, "");
            if (_referTo is null) Refresh(response.Seconds(SipHeaders.Expires) ?? _plan.Expires);
        }
        else if (_referTo is not null || answer.IsPasswordRefused
            || response.Status is 400 or 401 or 403 or 404 or 405 or 407 or 489 or 501 or 603)
        {
            End(SipMessage.Text(response.Status));
        }
        else if (response.Status == 481)
        {
            Start();
        }
        else
        {
            BackOff(SipMessage.Text(response.Status), answer.RetryAfter);
        }
    }

    void IExchangeUser.Failed(SipExchange exchange, SipFailure failure)
    {
        if (exchange != _exchange) return;
        _exchange = null;
        if (_leaving || _referTo is not null) End(failure.ToString());
        else BackOff(failure.ToString(), null);
    }

    private void Send(SipRequest request, bool leaving = false)
    {
        if (_referTo is not null)
        {
            request.Headers.Add(SipHeaders.ReferTo, new SipAddress(_referTo).ToString());
        }
        else
        {
            request.Headers.Add(SipHeaders.Event, _plan.Event);
            request.Headers.Add(SipHeaders.Accept, _plan.Accept);
            request.Headers.Add(SipHeaders.Expires, leaving ? "0" : SipMessage.Text((int)_plan.Expires.TotalSeconds));
        }

        if (_dialog is null) _request = request;
        _exchange?.Abandon();
        _exchange = new(_core, _plan.Identity, request, NextSequence, this) { Otherwise = _peer };
        _exchange.Start();
    }

    private uint NextSequence() => _dialog?.NextSequence() ?? ++_sequence;

    /// <summary>At 80 % of what was granted.</summary>
    private void Refresh(TimeSpan granted)
    {
        _next?.Stop();
        if (granted < TimeSpan.FromSeconds(10)) granted = TimeSpan.FromSeconds(10);
        _next = _core.Timers.Start(granted * 0.8, () =>
        {
            if (_dialog is null) Start();
            else Send(_dialog.Request(SipMethods.Subscribe));
        });
    }

    private void Notified(ServerTransaction transaction)
    {
        var request = transaction.Request;
        _firstNotify?.Stop();
        if (_dialog is null) _dialog = SipDialog.OfNotify(_exchange?.Request ?? _request!, request);
        if (!_dialog.Takes(request))
        {
            transaction.Answer(500, h => h.Add(SipHeaders.RetryAfter, "1"));
            return;
        }

        _dialog.Refresh(request);
        transaction.Answer(200);
        if (!request.Body.IsEmpty) _observer.Notified(request.ContentType, request.Body);
        if (!IsOver) Follow(request);
    }

    private void Follow(SipRequest notify)
    {
        var scanner = new SipScanner(notify.Headers[SipHeaders.SubscriptionState] ?? "active");
        var state = scanner.TakeAll(SipGrammar.Token).ToString().ToLowerInvariant();
        if (!SipParameters.TryReadHeader(ref scanner, out var parameters)) parameters = SipParameters.None;
        if (state == "terminated")
        {
            Terminated(parameters["reason"]?.ToLowerInvariant() ?? "", parameters["retry-after"]);
            return;
        }

        if (_referTo is null && SipGrammar.TryNumber(parameters["expires"], 604_800, out var left) && left > 0)
            Refresh(TimeSpan.FromSeconds(left));
        Change(state == "pending" ? SipSubscriptionState.Pending : SipSubscriptionState.Active, parameters["reason"] ?? "");
    }

    /// <summary>RFC 6665 §4.1.3: what each reason asks of the subscriber.</summary>
    private void Terminated(string reason, string? retryAfter)
    {
        if (_leaving || _referTo is not null || reason is "rejected" or "noresource" or "invariant") End(reason);
        else if (reason is "deactivated" or "timeout") BackOff(reason, TimeSpan.FromSeconds(1));
        else BackOff(reason, SipGrammar.TryNumber(retryAfter, 86_400, out var seconds) ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>Timer N: without a NOTIFY there is no subscription, whatever SUBSCRIBE was answered.</summary>
    private void NotNotified()
    {
        if (IsOver || _status.State == SipSubscriptionState.BackingOff) return;
        if (_referTo is not null) End("not notified");
        else BackOff("not notified", null);
    }

    private void BackOff(string reason, TimeSpan? pause)
    {
        Forget();
        var wait = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(_failures++, 10)));
        if (wait > LongestBackoff) wait = LongestBackoff;
        _next = _core.Timers.Start(pause ?? wait, Start);
        Change(SipSubscriptionState.BackingOff, reason);
    }

    private void Leave()
    {
        if (IsOver || _leaving) return;
        _leaving = true;
        _next?.Stop();
        if (_dialog is null || _referTo is not null) End("unsubscribed");
        else Send(_dialog.Request(SipMethods.Subscribe), leaving: true);
    }

    private void End(string reason)
    {
        if (IsOver) return;
        Forget();
        try { Change(SipSubscriptionState.Terminated, reason); }
        finally { _gone.TrySetResult(); }
    }

    private void Forget()
    {
        _next?.Stop();
        _firstNotify?.Stop();
        _exchange?.Abandon();
        _exchange = null;
        _dialog = null;
        if (_callId.Length > 0) _core.Disown(_callId, _localTag, this);
    }

    private void Change(SipSubscriptionState state, string reason)
    {
        var next = new SipSubscriptionStatus(state, reason);
        if (next == _status) return;
        _status = next;
        _observer.Changed(next);
    }
}
