using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Who deals with requests, above the transactions. Called on the loop.</summary>
internal interface IRequestUser
{
    void Requested(ServerTransaction transaction);

    /// <summary>The ACK of a 2xx.</summary>
    void Acknowledged(SipRequest ack);

    void Cancelled(InviteServerTransaction invite);

    /// <summary>A 2xx of an INVITE whose transaction is gone.</summary>
    void Strayed(SipResponse response, SipSource source);
}

/// <summary>
/// Finds the transaction of each message, and holds all of them within a bound. Everything but the transport calls runs on the loop.
/// </summary>
internal sealed partial class SipTransactions(SipLoop loop, SipTimerValues values, SipStackOptions options, ILogger log) : ISipTransportUser
{
    private readonly Dictionary<string, ClientTransaction> _clients = [];
    private readonly Dictionary<string, ServerTransaction> _servers = [];
    private readonly HashSet<string> _merges = [];
    private readonly SourceGate _gate = new(loop.Timers.Time, options.RequestsPerSecondAndSource, options.RequestBurstOfSource);
    private readonly SipRoutes _routes = new(options);
    private long _received, _sent, _refused, _dropped;

    public SipTimerValues Values => values;

    public SipTimers Timers => loop.Timers;

    public SipRoutes Routes => _routes;

    public IRequestUser? User { get; set; }

    public SipCounters Counters =>
        new(Interlocked.Read(ref _received), Interlocked.Read(ref _sent), Interlocked.Read(ref _refused), Interlocked.Read(ref _dropped),
            _clients.Count, _servers.Count);

    /// <summary>
    /// Starts a request: puts Via on it, chooses TCP for a large one, and keeps sending it until an answer or the time is over.
    /// </summary>
    public ClientTransaction? Start(SipRequest request, SipPeer peer, IClientTransactionUser user, out SipFailure failure)
    {
        failure = SipFailure.None;
        if (_clients.Count >= options.Transactions) failure = SipFailure.TooBusy;
        else if (!_routes.Has(peer.Protocol)) failure = SipFailure.NoTransport;
        if (failure != SipFailure.None) return null;

        var keepsVia = request.Method == SipMethods.Cancel;
        if (!keepsVia) request.Headers.InsertFirst(SipHeaders.Via, _routes.Via(peer, SipIds.Branch()).ToString());
        var octets = SipWriter.ToBytes(request);
        SipPeer? fallBack = null;
        if (!keepsVia && peer.Protocol == SipProtocol.Udp && octets.Length > SipRoutes.LargestDatagram && _routes.Has(SipProtocol.Tcp))
        {
            fallBack = peer;
            peer = peer with { Protocol = SipProtocol.Tcp };
            request.ReplaceTopVia(_routes.Via(peer, request.Via!.Branch!));
            octets = SipWriter.ToBytes(request);
        }

        ClientTransaction transaction = request.Method == SipMethods.Invite
            ? new InviteClientTransaction(this, request, peer, user)
            : new PlainClientTransaction(this, request, peer, user);
        _clients[transaction.Key] = transaction;
        transaction.Start(octets, fallBack);
        return transaction;
    }

    /// <summary>Sends a request that has no transaction: the ACK of a 2xx. Returns its octets for repetition.</summary>
    public ReadOnlyMemory<byte> SendOnce(SipRequest request, SipPeer peer)
    {
        request.Headers.InsertFirst(SipHeaders.Via, _routes.Via(peer, SipIds.Branch()).ToString());
        var octets = SipWriter.ToBytes(request);
        SendRaw(request, peer, octets);
        return octets;
    }

    public void SendRaw(SipRequest request, SipPeer peer, ReadOnlyMemory<byte> octets)
    {
        if (_routes.Transport(peer.Protocol) is not { } transport) return;
        SipLog.Passed(log, '>', peer, request);
        Interlocked.Increment(ref _sent);
        transport.Send(peer, 0, octets);
    }

    public void SendRaw(SipResponse? response, SipSource source, SipRequest request, ReadOnlyMemory<byte> octets)
    {
        if (_routes.Transport(source.Peer.Protocol) is not { } transport) return;
        var peer = SipRoutes.Back(request, source.Peer);
        if (response is not null) SipLog.Passed(log, '>', peer, response);
        Interlocked.Increment(ref _sent);
        transport.Send(peer, source.Connection, octets);
    }

    /// <summary>The same request by another way, with a Via and branch of its own.</summary>
    public ReadOnlyMemory<byte> Reroute(ClientTransaction transaction)
    {
        _clients.Remove(transaction.Key);
        transaction.Request.ReplaceTopVia(_routes.Via(transaction.Peer, SipIds.Branch()));
        _clients[transaction.Key] = transaction;
        return SipWriter.ToBytes(transaction.Request);
    }

    /// <summary>The stack stops: whoever waits for an answer is told that none will come.</summary>
    public void FailAll()
    {
        foreach (var transaction in _clients.Values.ToArray()) transaction.Stop();
    }

    public void Acknowledged(SipRequest ack, SipSource source) => User?.Acknowledged(ack);

    public void Remove(ClientTransaction transaction) => _clients.Remove(transaction.Key);

    public void Remove(ServerTransaction transaction)
    {
        _servers.Remove(transaction.Key);
        if (transaction.MergeKey is { } key) _merges.Remove(key);
    }

    void ISipTransportUser.Received(SipMessage? message, SipVerdict verdict, SipSource source)
    {
        Interlocked.Increment(ref _received);
        if (message is null || !loop.TryPost(static e => ((Envelope)e!).Deliver(), new Envelope(this, message, verdict, source)))
            Interlocked.Increment(ref _dropped);
    }

    async ValueTask ISipTransportUser.ReceivedAsync(SipMessage? message, SipVerdict verdict, SipSource source)
    {
        Interlocked.Increment(ref _received);
        if (message is null) return;
        try { await loop.PostAsync(static e => ((Envelope)e!).Deliver(), new Envelope(this, message, verdict, source)); }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            // The stack is stopping; its connections end next.
        }
    }

    void ISipTransportUser.Failed(SipPeer peer, SipFailure failure) => loop.Post(() =>
    {
        foreach (var transaction in _clients.Values.Where(t => t.Peer == peer).ToArray()) transaction.TransportFailed(failure);
    });

    private sealed record Envelope(SipTransactions Layer, SipMessage Message, SipVerdict Verdict, SipSource Source)
    {
        public void Deliver() => Layer.Deliver(Message, Verdict, Source);
    }
}
