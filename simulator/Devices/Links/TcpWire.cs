using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>
/// One accepted connection. Pieces go out one by one and undelayed (no Nagle), so that a cut made by the mangler stays a cut.
/// </summary>
internal sealed class TcpWire : IServedWire
{
    /// <summary>What is kept for a client that does not read; then the connection is given up, as a small device would.</summary>
    private const long MostUnsent = 4 * 1024 * 1024;

    /// <summary>How long a connection that the device has closed waits for the client to close as well.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly Channel<ReadOnlyMemory<byte>> _unsent =
        Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true, AllowSynchronousContinuations = false });

    private long _unsentBytes;
    private volatile bool _peerIsThrough;

    public TcpWire(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _time = time;
        socket.NoDelay = true;
        Peer = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "unknown";
    }

    public LinkKind Kind => LinkKind.Tcp;

    public string Peer { get; }

    public void Send(ReadOnlyMemory<byte> bytes)
    {
        if (Interlocked.Add(ref _unsentBytes, bytes.Length) > MostUnsent) Abort();
        else _unsent.Writer.TryWrite(bytes);
    }

    public void Close() => _unsent.Writer.TryComplete();

    public void Abort()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Already closed or reset by the peer: nothing is left to be reset.
        }

        // Only now: a sender that is told first that no more comes would end the connection in order before it is reset.
        _socket.Dispose();
        _unsent.Writer.TryComplete();
    }

    /// <summary>Serves the connection until either end is through with it.</summary>
    public async Task RunAsync(SimulatedDevice device, CancellationToken stopping)
    {
        var connection = device.Attach(this);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var sending = SendAsync(done);
        await ReceiveAsync(connection, done.Token);
        // A client that has closed only its sending half (netcat at the end of its input) still gets the answers given so far.
        _peerIsThrough = true;
        connection.Ended();
        _unsent.Writer.TryComplete();
        await sending;
        _socket.Dispose();
    }

    private async Task ReceiveAsync(Connection connection, CancellationToken stopping)
    {
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, stopping) is var count and > 0) connection.Hear(buffer.AsSpan(0, count));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection was reset, aborted by a switch, or lingered long enough: to the device all the same, it is gone.
        }
    }

    private async Task SendAsync(CancellationTokenSource done)
    {
        try
        {
            await foreach (var piece in _unsent.Reader.ReadAllAsync(done.Token))
            {
                for (var rest = piece; rest.Length > 0;) rest = rest[await _socket.SendAsync(rest, done.Token)..];
                Interlocked.Add(ref _unsentBytes, -piece.Length);
            }

            // Closing at once with unread input would reset the connection and could take the last words from the client.
            _socket.Shutdown(SocketShutdown.Send);
            if (_peerIsThrough) return;
            await Task.Delay(Linger, _time, done.Token);
            await done.CancelAsync();
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The receiving side sees the same end and reports it.
        }
    }
}
