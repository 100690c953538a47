using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links;

/// <summary>What connections inside an envelope (SSH, WebSocket) share: a handshake before the device hears of them, pieces that wait, an end.</summary>
internal abstract class EnvelopeWire : IServedWire, IDisposable
{
    /// <summary>What is kept for a client that does not read; then the connection is given up, as a small device would.</summary>
    private const long MostUnsent = 4 * 1024 * 1024;

    private static readonly TimeSpan ShakesHandsWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly Channel<ReadOnlyMemory<byte>> _unsent =
        Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true, AllowSynchronousContinuations = false });

    private long _unsentBytes;
    private volatile bool _stranded;
    private volatile bool _peerIsThrough;

    protected EnvelopeWire(Socket socket, SimulatedDevice device)
    {
        _socket = socket;
        _time = device.Time;
        socket.NoDelay = true;
        Peer = (socket.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "unknown";
        Stream = new CutStream(socket, device);
    }

    public abstract LinkKind Kind { get; }

    public string Peer { get; }

    public bool IsStranded => _stranded;

    protected Stream Stream { get; }

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

        _socket.Dispose();
        _unsent.Writer.TryComplete();
    }

    public async Task RunAsync(SimulatedDevice device, CancellationToken stopping)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            if (device.Common.HalfOpen.Now || device.KeepsSilent)
            {
                // The kernel takes the connection and nobody answers; whoever ends the half-openness ends this.
                _stranded = true;
                var nowhere = new byte[1024];
                while (await Stream.ReadAsync(nowhere, stopping) > 0)
                {
                }

                return;
            }

            using (var late = new CancellationTokenSource(ShakesHandsWithin, _time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping))
            {
                if (!await ShakeHandsAsync(device, either.Token)) return;
            }

            if (device.AcceptsConnections) await ServeAsync(device, done);
        }
        catch (Exception ended) when (ended is SocketException or IOException or ObjectDisposedException or OperationCanceledException
            or System.Net.WebSockets.WebSocketException or InvalidDataException or System.Security.Cryptography.CryptographicException)
        {
            // The peer went, spoke no such protocol, or took too long: the connection is over before the device heard of it.
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _socket.Dispose();

    /// <summary>Everything before the device hears of the connection; false when it was refused in order.</summary>
    protected abstract Task<bool> ShakeHandsAsync(SimulatedDevice device, CancellationToken cancellation);

    /// <summary>Hears until the peer is through.</summary>
    protected abstract Task ReceiveAsync(Connection connection, CancellationToken cancellation);

    /// <summary>Sends one piece.</summary>
    protected abstract Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation);

    /// <summary>Says goodbye in the envelope's own way.</summary>
    protected abstract Task SayGoodbyeAsync(CancellationToken cancellation);

    private async Task ServeAsync(SimulatedDevice device, CancellationTokenSource done)
    {
        var connection = device.Attach(this);
        var sending = SendAllAsync(done);
        try
        {
            await ReceiveAsync(connection, done.Token);
            _peerIsThrough = true;
        }
        catch (Exception ended) when (ended is SocketException or IOException or ObjectDisposedException or OperationCanceledException
            or System.Net.WebSockets.WebSocketException or InvalidDataException or System.Security.Cryptography.CryptographicException)
        {
            // Reset, aborted by a switch, or lingered long enough: to the device all the same, it is gone.
        }

        connection.Ended();
        _unsent.Writer.TryComplete();
        // A client that is through still gets the answers given so far.
        if (_peerIsThrough) await Task.WhenAny(sending, Task.Delay(Linger, _time, done.Token));
        await done.CancelAsync();
        await sending;
    }

    private async Task SendAllAsync(CancellationTokenSource done)
    {
        try
        {
            await foreach (var piece in _unsent.Reader.ReadAllAsync(done.Token))
            {
                await SendAsync(piece, done.Token);
                Interlocked.Add(ref _unsentBytes, -piece.Length);
            }

            await SayGoodbyeAsync(done.Token);
            _socket.Shutdown(SocketShutdown.Send);
            if (_peerIsThrough) return;
            await Task.Delay(Linger, _time, done.Token);
            await done.CancelAsync();
        }
        catch (Exception ended) when (ended is SocketException or IOException or ObjectDisposedException or OperationCanceledException
            or System.Net.WebSockets.WebSocketException or InvalidDataException or System.Security.Cryptography.CryptographicException)
        {
            // The receiving side sees the same end and reports it.
        }
    }
}
