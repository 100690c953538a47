using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net.Sockets;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Udp;

/// <summary>A connected UDP socket as a link: each flush is one datagram, and each datagram that arrives is one read.</summary>
/// <remarks>
/// The next datagram is taken from the system only when the reader has looked at the whole of the one before, so a reader that
/// consumes all it gets sees the boundaries; what it leaves is joined to the next. Meanwhile the system's receive buffer is the
/// bound: it drops what does not fit.
/// A refusal (ICMP port unreachable) does not end the link, for a device that restarts sends some; it is counted.
/// </remarks>
internal sealed partial class UdpLink : OpenLink
{
    /// <summary>The largest payload of an IPv4 datagram.</summary>
    public const int LargestDatagram = 65_507;

    private static readonly PipeOptions Arrivals =
        new(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false);

    private static readonly Counter<long> RefusalCount =
        new Meter("AvGateway.Links").CreateCounter<long>("avgateway.links.udp.refusals", description: "Datagrams without listener or route.");

    private readonly Socket _socket;
    private readonly string _peer;
    private readonly ILogger _log;
    private readonly Task _receiving;
    private long _refusals;
    private int _refused;

    public UdpLink(Socket socket, string peer, ILogger log) : base(Arrivals)
    {
        _socket = socket;
        _peer = peer;
        _log = log;
        _receiving = ReceiveAsync();
    }

    /// <summary>How often the network said that nobody listens or that no way leads there.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    protected override void Shut() => _socket.Dispose();

    protected override Task ClosedAsync() => _receiving;

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        if (bytes.Length > LargestDatagram)
            throw new IOException($"{bytes.Length} bytes do not fit into one datagram of {LargestDatagram}.");
        try
        {
            if (await TrySendAsync(bytes, cancellation)) return;

            // The refusal was that of an earlier datagram, told to us in place of sending this one.
            await TrySendAsync(bytes, cancellation);
        }
        catch (SocketException e)
        {
            End(LinkEnd.Failed);
            throw Gone(e);
        }
        catch (ObjectDisposedException e)
        {
            throw Gone(e);
        }
    }

    private async ValueTask<bool> TrySendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _socket.SendAsync(bytes, SocketFlags.None, cancellation);
            return true;
        }
        catch (SocketException e) when (IsRefusal(e.SocketErrorCode))
        {
            CountRefusal();
            return false;
        }
    }

    private async Task ReceiveAsync()
    {
        End(await ReceiveToEndAsync());
        await Arrived.CompleteAsync();
    }

    private async Task<LinkEnd> ReceiveToEndAsync()
    {
        while (true)
        {
            try
            {
                // A peek waits without a buffer; a read of nothing would throw the datagram away.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek);
                var count = await _socket.ReceiveAsync(Arrived.GetMemory(Math.Max(_socket.Available, 1)), SocketFlags.None);
                Interlocked.Exchange(ref _refused, 0);
                if (count == 0) continue;
                Arrived.Advance(count);
                if (await Arrived.FlushAsync() is { IsCompleted: true } or { IsCanceled: true }) return LinkEnd.Aborted;
            }
            catch (SocketException e) when (IsRefusal(e.SocketErrorCode))
            {
                CountRefusal();
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted ? LinkEnd.Aborted : LinkEnd.Failed;
            }
            catch (ObjectDisposedException)
            {
                return LinkEnd.Aborted;
            }
        }
    }

    private void CountRefusal()
    {
        Interlocked.Increment(ref _refusals);
        RefusalCount.Add(1);
        if (Interlocked.Exchange(ref _refused, 1) == 0) LogRefused(_peer);
    }

    private static bool IsRefusal(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset
        or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown;

    [LoggerMessage(3300, LogLevel.Information, "{Peer} refuses datagrams; the link stays open")]
    private partial void LogRefused(string peer);
}
