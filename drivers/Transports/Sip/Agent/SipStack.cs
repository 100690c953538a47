using System.Text;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The gateway's one SIP stack: three sockets, one loop and one timer for all devices.</summary>
public sealed class SipStack : ISipUserAgent
{
    /// <summary>A text that leaves room for the header fields within one datagram.</summary>
    private const int LongestText = 1000;

    private readonly SipLoop _loop;
    private readonly SipTransactions _layer;
    private readonly SipCore _core;
    private readonly List<ISipTransport> _transports = [];

    internal SipStack(SipStackOptions options, TimeProvider time, ILogger log)
    {
        _loop = new(time, log);
        _layer = new(_loop, options.Timers, options, log);
        _core = new(_loop, _layer, options, log);
    }

    public SipCounters Counters => _layer.Counters;

    public ISipIncoming? Incoming
    {
        get => _core.Incoming;
        set => _core.Incoming = value;
    }

    internal SipLoop Loop => _loop;

    internal int Dialogs => _core.Dialogs;

    internal bool IsStopped => _core.Stopping.IsCancellationRequested;

    internal System.Net.IPEndPoint LocalEndPoint(SipProtocol protocol) => _layer.Routes.Transport(protocol)!.Local;

    /// <summary>Opens the sockets.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound; nothing stays open.</exception>
    public static async Task<SipStack> OpenAsync(SipStackOptions options, TimeProvider time, ILogger log)
    {
        if (options.Tls is not null && options.TlsTrust is null)
            throw new ArgumentException("TLS needs a statement of whom to trust", nameof(options));
        var stack = new SipStack(options, time, log);
        try
        {
            if (options.Udp is { } udp) stack.Add(user => new UdpTransport(udp, user, log));
            if (options.Tcp is { } tcp) stack.Add(user => new StreamTransport(tcp, null, user, time, log));
            if (options.Tls is { } tls) stack.Add(user => new StreamTransport(tls, options.TlsTrust, user, time, log));
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>The bound port of a protocol, or null when it is not open.</summary>
    public int? PortOf(SipProtocol protocol) => _layer.Routes.Transport(protocol)?.Local.Port;

    public Task<SipAnswer> OptionsAsync(SipAsk ask, CancellationToken cancellation) =>
        AskAsync(ask, SipMethods.Options, r => r.Headers.Add(SipHeaders.Accept, "application/sdp"), cancellation);

    public Task<SipAnswer> MessageAsync(SipAsk ask, string text, CancellationToken cancellation)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return octets.Length > LongestText
            ? Task.FromResult(new SipAnswer(513, "Message Too Large", SipFailure.None))
            : AskAsync(ask, SipMethods.Message, r => r.SetBody("text/plain;charset=UTF-8", octets), cancellation);
    }

    public Task<SipAnswer> NotifyAsync(SipAsk ask, string eventPackage, CancellationToken cancellation) => AskAsync(
        ask,
        SipMethods.Notify,
        r => r.Headers.Add(SipHeaders.Event, eventPackage).Add(SipHeaders.SubscriptionState, "terminated;reason=noresource"),
        cancellation);

    public ISipRegistration Register(SipRegistrationPlan plan, ISipRegistrationObserver observer)
    {
        var registration = new SipRegistration(_core, plan, observer);
        _loop.Post(registration.Start);
        return registration;
    }

    public ISipCall Call(SipCallPlan plan, ISipCallObserver observer)
    {
        var call = new SipCall(_core, plan, observer);
        _loop.Post(call.Start);
        return call;
    }

    public ISipSubscription Subscribe(SipSubscriptionPlan plan, ISipSubscriptionObserver observer) => Subscribe(plan, null, observer);

    public ISipSubscription Refer(SipAsk ask, SipUri referTo, ISipSubscriptionObserver observer) =>
        Subscribe(new(ask.Identity, ask.Target, "refer", "message/sipfrag"), referTo, observer);

    /// <summary>Hangs up what can still be hung up, then closes. Peers that do not answer are not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _loop.PostAsync(_ => _core.StopAll(), null);
            await _loop.SettleAsync();
        }
        catch (System.Threading.Channels.ChannelClosedException) { return; }
        foreach (var transport in _transports) await transport.DisposeAsync();
        await _loop.DisposeAsync();
    }

    internal void Add(Func<ISipTransportUser, ISipTransport> open)
    {
        var transport = open(_layer);
        _transports.Add(transport);
        _layer.Routes.Add(transport);
    }

    private SipSubscription Subscribe(SipSubscriptionPlan plan, SipUri? referTo, ISipSubscriptionObserver observer)
    {
        var subscription = new SipSubscription(_core, plan, referTo, observer);
        _loop.Post(subscription.Start);
        return subscription;
    }

    private async Task<SipAnswer> AskAsync(SipAsk ask, string method, Action<SipRequest> fill, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<SipAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        uint sequence = 1;
        var request = SipCore.Request(method, ask.Identity, ask.Target, new(ask.Target), SipIds.CallId(), SipIds.Tag(), sequence);
        fill(request);
        var exchange = new SipExchange(_core, ask.Identity, request, () => ++sequence, new ExchangeEnd(a => answer.TrySetResult(a)));

        try { await _loop.PostAsync(_ => Begin(ask, exchange, answer), null, cancellation); }
        catch (System.Threading.Channels.ChannelClosedException) { return exchange.AnswerOf(SipFailure.Cancelled); }
        await using var stopped = _core.Stopping.Register(() => answer.TrySetResult(exchange.AnswerOf(SipFailure.Cancelled)));
        await using var cancelled = cancellation.Register(() => _loop.Post(() => GiveUp(exchange, answer, SipFailure.Cancelled)));
        return await answer.Task;
    }

    private void Begin(SipAsk ask, SipExchange exchange, TaskCompletionSource<SipAnswer> answer)
    {
        if (_core.Stopping.IsCancellationRequested)
        {
            GiveUp(exchange, answer, SipFailure.Cancelled);
            return;
        }

        _core.Timers.Start(ask.Within, () => GiveUp(exchange, answer, SipFailure.TimedOut));
        exchange.Start();
    }

    private static void GiveUp(SipExchange exchange, TaskCompletionSource<SipAnswer> answer, SipFailure failure)
    {
        if (answer.TrySetResult(exchange.AnswerOf(failure))) exchange.Abandon();
    }
}
