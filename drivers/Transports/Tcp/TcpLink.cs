using System.IO.Pipelines;
using System.Net.Sockets;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Tcp;

/// <summary>A connected TCP socket as a link.</summary>
internal sealed class TcpLink : OpenLink
{
    // The reader goes on inline: we are on a pool thread that had nothing else to do, and each hop costs latency.
    private static readonly PipeOptions Arrivals = new(
        readerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 64 * 1024,
        resumeWriterThreshold: 32 * 1024,
        useSynchronizationContext: false);

    private readonly Socket _socket;
    private readonly Task _receiving;

    public TcpLink(Socket socket) : base(Arrivals)
    {
        _socket = socket;
        _receiving = ReceiveAsync();
    }

    internal Socket Socket => _socket;

    protected override void Shut() => _socket.Dispose();

    protected override Task ClosedAsync() => _receiving;

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
        }
        catch (OperationCanceledException)
        {
            End(LinkEnd.Aborted);
            throw;
        }
        catch (SocketException e)
        {
            End(SocketWords.ReasonOf(e.SocketErrorCode));
            throw Gone(e);
        }
        catch (ObjectDisposedException e)
        {
            throw Gone(e);
        }
    }

    private async Task ReceiveAsync()
    {
        End(await ReceiveToEndAsync());
        await Arrived.CompleteAsync();
    }

    private async Task<LinkEnd> ReceiveToEndAsync()
    {
        try
        {
            while (true)
            {
                // Waits without a buffer; thousands of idle links hold none. Both reads are awaited: a synchronous one starved the pool.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                var count = await _socket.ReceiveAsync(Arrived.GetMemory(), SocketFlags.None);
                if (count == 0) return LinkEnd.ClosedByPeer;
                Arrived.Advance(count);
                if (await Arrived.FlushAsync() is { IsCompleted: true } or { IsCanceled: true }) return LinkEnd.Aborted;
            }
        }
        catch (SocketException e)
        {
            return SocketWords.ReasonOf(e.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            return LinkEnd.Aborted;
        }
    }
}
