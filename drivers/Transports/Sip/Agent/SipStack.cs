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
        AskAsync(ask, SipMethods.Options, Capabilities, cancellation);

    public void Ask(SipAsk ask, SipQuestion question, Action<SipAnswer> answered) => _loop.Post(() =>
    {
        var waits = true;
        void Once(SipAnswer answer)
        {
            if (!waits) return;
            waits = false;
            answered(answer);
        }

        var exchange = question.Notice is { } package
            ? Exchange(ask, SipMethods.Notify, r => Unasked(r, package), Once)
            : Exchange(ask, SipMethods.Options, Capabilities, Once);
        Begin(ask, exchange, failure =>
        {
            if (waits) exchange.Abandon();
            Once(exchange.AnswerOf(failure));
        });
    });

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
        r => Unasked(r, eventPackage),
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

    public ISipJoin Join(SipJoinPlan plan, ISipJoinObserver observer)
    {
        var join = new SipJoin(_core, plan, observer);
        _loop.Post(join.Start);
        return join;
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
        var exchange = Exchange(ask, method, fill, a => answer.TrySetResult(a));
        void GiveUp(SipFailure failure)
        {
            if (answer.TrySetResult(exchange.AnswerOf(failure))) exchange.Abandon();
        }

        try { await _loop.PostAsync(_ => Begin(ask, exchange, GiveUp), null, cancellation); }
        catch (System.Threading.Channels.ChannelClosedException) { return exchange.AnswerOf(SipFailure.Cancelled); }
        await using var stopped = _core.Stopping.Register(() => answer.TrySetResult(exchange.AnswerOf(SipFailure.Cancelled)));
        await using var cancelled = cancellation.Register(() => _loop.Post(() => GiveUp(SipFailure.Cancelled)));
        return await answer.Task;
    }

    private SipExchange Exchange(SipAsk ask, string method, Action<SipRequest> fill, Action<SipAnswer> answered)
    {
        uint sequence = 1;
        var request = SipCore.Request(method, ask.Identity, ask.Target, new(ask.Target), SipIds.CallId(), SipIds.Tag(), sequence);
        fill(request);
        return new(_core, ask.Identity, request, () => ++sequence, new ExchangeEnd(answered));
    }

    private void Begin(SipAsk ask, SipExchange exchange, Action<SipFailure> giveUp)
    {
        if (_core.Stopping.IsCancellationRequested)
        {
            giveUp(SipFailure.Cancelled);
            return;
        }

        _core.Timers.Start(ask.Within, () => giveUp(SipFailure.TimedOut));
        exchange.Start();
    }

    private static void Capabilities(SipRequest request) => request.Headers.Add(SipHeaders.Accept, "application/sdp");

    private static void Unasked(SipRequest request, string eventPackage) => request.Headers
        .Add(SipHeaders.Event, eventPackage).Add(SipHeaders.SubscriptionState, "terminated;reason=noresource");
}
