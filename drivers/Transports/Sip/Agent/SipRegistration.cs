namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// Keeps one contact registered (RFC 3261 §10): refreshes in time, backs off, and stops for good when the account is refused.
/// </summary>
internal sealed class SipRegistration : ISipRegistration, IExchangeUser
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    private readonly SipCore _core;
    private readonly SipRegistrationPlan _plan;
    private readonly ISipRegistrationObserver _observer;
    private readonly string _callId = SipIds.CallId();
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SipRegistrationStatus _status = new(SipRegistrationState.Registering, null, null, null);
    private SipExchange? _exchange;
    private SipTimer? _next;
    private TimeSpan _expires;
    private uint _sequence;
    private int _failures;
    private bool _expiresRaised;
    private bool _leaving;

    public SipRegistration(SipCore core, SipRegistrationPlan plan, ISipRegistrationObserver observer)
    {
        (_core, _plan, _observer, _expires) = (core, plan, observer, plan.Expires);
    }

    public SipRegistrationStatus Status => _status;

    public void Refresh() => _core.Loop.Post(Send);

    public void Start() => Send();

    /// <summary>Takes our own contact off, never "*": other bindings of the account are not ours.</summary>
    public async ValueTask DisposeAsync()
    {
        try { await _core.Loop.PostAsync(_ => Leave(), null); }
        catch (System.Threading.Channels.ChannelClosedException) { return; }
        await Task.WhenAny(_gone.Task, _core.Stopped);
    }

    void IExchangeUser.Provisional(SipExchange exchange, SipResponse response)
    {
    }

    void IExchangeUser.Final(SipExchange exchange, SipResponse response)
    {
        _exchange = null;
        var answer = exchange.AnswerOf(response);
        if (_leaving) Left(answer);
        else if (response.IsSuccess) Registered(exchange, response, answer);
        else if (response.Status == 423 && response.Seconds(SipHeaders.MinExpires) is { } least && !_expiresRaised) Raise(least);
        else if (answer.IsPasswordRefused || response.Status is 401 or 403 or 404 or 407)
            Change(new(SipRegistrationState.Rejected, answer, null, null));
        else BackOff(answer);
    }

    void IExchangeUser.Failed(SipExchange exchange, SipFailure failure)
    {
        _exchange = null;
        if (_leaving) Left(exchange.AnswerOf(failure));
        else BackOff(exchange.AnswerOf(failure));
    }

    private void Send()
    {
        if (_exchange is not null || (_status.State == SipRegistrationState.Rejected && !_leaving) || _gone.Task.IsCompleted) return;
        _next?.Stop();
        var identity = _plan.Identity;
        var aor = new SipAddress(identity.Address);
        var request = SipCore.Request(SipMethods.Register, identity, _plan.Registrar, aor, _callId, SipIds.Tag(), ++_sequence);
        _exchange = new(_core, identity, request, () => ++_sequence, this);
        _core.Resolver.Resolve(SipCore.NextHop(request), peer =>
        {
            if (_exchange is not { } exchange) return;
            if (peer is not { } known || !_core.Layer.Routes.Has(known.Protocol))
            {
                ((IExchangeUser)this).Failed(exchange, peer is null ? SipFailure.NoAddress : SipFailure.NoTransport);
                return;
            }

            var contact = _core.Layer.Routes.Contact(known, identity.Address.User);
            var seconds = _leaving ? 0 : (int)_expires.TotalSeconds;
            request.Headers.Add(SipHeaders.Contact, $"<{contact}>;expires={SipMessage.Text(seconds)}");
            request.Headers.Add(SipHeaders.Expires, SipMessage.Text(seconds));
            exchange.StartTo(known);
        });
    }

    private void Registered(SipExchange exchange, SipResponse response, SipAnswer answer)
    {
        _failures = 0;
        _expiresRaised = false;
        var granted = Granted(exchange.Request, response) ?? _expires;
        if (granted <= TimeSpan.Zero)
        {
            BackOff(answer);
            return;
        }

        var wait = granted > TimeSpan.FromMinutes(2) ? granted * 0.8 : granted - Shortest;
        if (wait < granted / 2) wait = granted / 2;
        _next = _core.Timers.Start(wait, Send);
        var now = _core.Time.GetUtcNow();
        Change(new(SipRegistrationState.Registered, answer, now + granted, now + wait));
    }

    /// <summary>
    /// The registrar lists all bindings of the account; ours is the one that we sent. The field's own expires wins over Expires.
    /// </summary>
    private static TimeSpan? Granted(SipRequest request, SipResponse response)
    {
        var ours = request.Headers.Addresses(SipHeaders.Contact)[0].Uri;
        foreach (var binding in response.Headers.Addresses(SipHeaders.Contact))
        {
            if (!Reaches(binding.Uri, ours)) continue;
            if (SipGrammar.TryNumber(binding.Parameters["expires"], uint.MaxValue, out var seconds)) return TimeSpan.FromSeconds(seconds);
        }

        return response.Seconds(SipHeaders.Expires);
    }

    private static bool Reaches(SipUri a, SipUri b) =>
        a.User == b.User && a.Host.Equals(b.Host, StringComparison.OrdinalIgnoreCase) && a.Port == b.Port;

    private void Raise(TimeSpan least)
    {
        _expiresRaised = true;
        if (least > _expires && least <= TimeSpan.FromDays(7)) _expires = least;
        Send();
    }

    private void BackOff(SipAnswer answer)
    {
        // 5, 10, 20 … 300 s, or what the registrar asked for, within reason.
        var pause = TimeSpan.FromSeconds(5 * Math.Pow(2, Math.Min(_failures++, 10)));
        if (pause > LongestBackoff) pause = LongestBackoff;
        if (answer.RetryAfter is { } asked && asked > pause) pause = asked < TimeSpan.FromHours(1) ? asked : TimeSpan.FromHours(1);
        _next = _core.Timers.Start(pause, Send);
        Change(new(SipRegistrationState.BackingOff, answer, null, _core.Time.GetUtcNow() + pause));
    }

    private void Leave()
    {
        if (_leaving) return;
        _leaving = true;
        _next?.Stop();
        var mayBeKnown = _status.Until is not null || _exchange is not null;
        _exchange?.Abandon();
        _exchange = null;
        if (mayBeKnown) Send();
        else Left(null);
    }

    private void Left(SipAnswer? answer)
    {
        Change(new(SipRegistrationState.Unregistered, answer, null, null));
        _gone.TrySetResult();
    }

    private void Change(SipRegistrationStatus status)
    {
        _status = status;
        _observer.Changed(status);
    }
}
