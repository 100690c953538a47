using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>TCP or TLS: one listener, and connections that are kept and used again for everything that goes to the same peer.</summary>
internal sealed class StreamTransport : ISipTransport
{
    private const int MaxConnections = 4096;
    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan InspectEvery = TimeSpan.FromSeconds(5);

    /// <summary>As long as a transaction lives: a message that takes longer is of no use to anyone.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(32);

    /// <summary>RFC 5626 §4.4.1: 95 to 120 s between pings, 10 s for the answer.</summary>
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Unused = TimeSpan.FromHours(2);

    private readonly Socket _listener;
    private readonly ISipTransportUser _user;
    private readonly SipTlsOptions? _tls;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<SipPeer, SipConnection> _byPeer = new();
    private readonly ConcurrentDictionary<long, (SipConnection Connection, Task Running)> _byId = new();
    private readonly ITimer _inspection;
    private readonly Task _accepting;
    private long _lastId;

    public StreamTransport(IPEndPoint bind, SipTlsOptions? tls, ISipTransportUser user, TimeProvider time, ILogger log)
    {
        (_user, _tls, _time, _log) = (user, tls, time, log);
        _listener = new(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(bind);
            _listener.Listen(512);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        Local = (IPEndPoint)_listener.LocalEndPoint!;
        _inspection = time.CreateTimer(_ => Inspect(), null, InspectEvery, InspectEvery);
        _accepting = AcceptAsync();
    }

    public SipProtocol Protocol => _tls is null ? SipProtocol.Tcp : SipProtocol.Tls;

    public IPEndPoint Local { get; }

    public int Connections => _byId.Count;

    public void Send(SipPeer peer, long connection, ReadOnlyMemory<byte> octets)
    {
        if (connection != 0 && _byId.TryGetValue(connection, out var same) && same.Connection.TrySend(octets)) return;
        if (_byPeer.TryGetValue(peer, out var known) && known.Failure == SipFailure.None)
        {
            if (known.TrySend(octets)) return;
            known.End(SipFailure.ConnectionLost);
            return;
        }

        if (_byId.Count >= MaxConnections)
        {
            _user.Failed(peer, SipFailure.TooBusy);
            return;
        }

        var fresh = Start(peer, ConnectAsync);
        fresh.TrySend(octets);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _inspection.DisposeAsync();
        _listener.Dispose();
        await _accepting;
        var running = _byId.Values.ToArray();
        foreach (var (connection, _) in running) connection.End(SipFailure.Cancelled);
        await Task.WhenAll(running.Select(r => r.Running));
        _stopping.Dispose();
    }

    internal ValueTask Received(SipMessage? message, SipVerdict verdict, SipConnection connection) =>
        _user.ReceivedAsync(message, verdict, new(connection.Peer, connection.Id));

    private SipConnection Start(SipPeer peer, Func<SipConnection, CancellationToken, Task<Stream>> open)
    {
        var connection = new SipConnection(Interlocked.Increment(ref _lastId), peer, open, this, _time);
        _byPeer[peer] = connection;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _byId[connection.Id] = (connection, RunAsync(connection, started.Task));
        started.SetResult();
        return connection;
    }

    private async Task RunAsync(SipConnection connection, Task registered)
    {
        await registered;
        try { await connection.RunAsync(); }
        catch (Exception bug)
        {
            // The loop of one link: whatever its peer has provoked, the others go on.
            SipLog.StepFailed(_log, bug);
            connection.End(SipFailure.ConnectionLost);
        }

        _byId.TryRemove(connection.Id, out _);
        _byPeer.TryRemove(new(connection.Peer, connection));
        if (_stopping.IsCancellationRequested) return;
        SipLog.ConnectionEnded(_log, connection.Peer, connection.Failure);
        _user.Failed(connection.Peer, connection.Failure);
    }

    private async Task<Stream> ConnectAsync(SipConnection connection, CancellationToken ending)
    {
        using var within = new CancellationTokenSource(OpenWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending, within.Token);
        var peer = connection.Peer;
        var socket = new Socket(peer.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(peer.EndPoint, either.Token);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_tls is null) return stream;
            var secured = new SslStream(stream);
            await secured.AuthenticateAsClientAsync(_tls.Client(peer.ServerName ?? peer.EndPoint.Address.ToString()), either.Token);
            return secured;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is OperationCanceledException) connection.End(SipFailure.Unreachable);
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                var mayNot = _byId.Count >= MaxConnections || _tls is { Certificate: null };
                if (mayNot || socket.RemoteEndPoint is not IPEndPoint remote)
                {
                    socket.Dispose();
                    continue;
                }

                socket.NoDelay = true;
                Start(new(Protocol, remote), (_, ending) => AcceptedAsync(socket, ending));
            }
            catch (SocketException error)
            {
                // The peer gave up before we took it, or we are out of handles: the next one may be luckier.
                SipLog.NotAccepted(_log, Local, error.SocketErrorCode);
            }
            catch (OperationCanceledException) { return; }
            catch (ObjectDisposedException) { return; }
        }
    }

    private async Task<Stream> AcceptedAsync(Socket socket, CancellationToken ending)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_tls is null) return stream;
        using var within = new CancellationTokenSource(OpenWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending, within.Token);
        var secured = new SslStream(stream);
        try
        {
            await secured.AuthenticateAsServerAsync(_tls.Server(), either.Token);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    private void Inspect()
    {
        foreach (var (connection, _) in _byId.Values) connection.Inspect(Stuck, PingEvery, PongWithin, Unused);
    }
}
