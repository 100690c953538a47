using System.IO.Pipelines;
using System.Net.WebSockets;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.WebSockets;

/// <summary>A WebSocket as a link. A message is one record on the byte stream: RS, the message, LF (RFC 7464), both ways.</summary>
/// <remarks>
/// RS stands in no JSON text, so that a reader finds the next record whatever was in the last one. A line end inside a message can only be
/// white space of its JSON and becomes a space. A message of the far end that holds an RS is no JSON; it comes out as two records that its
/// codec refuses. The socket keeps a small buffer of its own while idle.
/// </remarks>
internal sealed class WebSocketLink : OpenLink
{
    /// <summary>Begins a record (RFC 7464: ASCII record separator).</summary>
    public const byte RecordStart = 0x1E;

    /// <summary>Ends a record.</summary>
    public const byte RecordEnd = (byte)'\n';

    private const int SmallestRead = 512;

    private static readonly TimeSpan ClosesWithin = TimeSpan.FromSeconds(2);

    private static readonly PipeOptions Arrivals =
        new(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);

    private readonly ClientWebSocket _socket;
    private readonly TimeProvider _clock;
    private readonly Task _receiving;

    public WebSocketLink(ClientWebSocket socket, TimeProvider clock) : base(Arrivals)
    {
        _socket = socket;
        _clock = clock;
        _receiving = ReceiveAsync();
    }

    protected override void Shut() => _socket.Abort();

    protected override async Task ClosedAsync()
    {
        await _receiving;
        _socket.Dispose();
    }

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        try
        {
            while (!bytes.IsEmpty)
            {
                var end = bytes.Span.IndexOf(RecordEnd);
                if (bytes.Span[0] != RecordStart || end < 0) throw new InvalidOperationException("A codec on a WebSocket writes whole records: RS, message, LF.");
                await _socket.SendAsync(bytes[1..end], WebSocketMessageType.Text, endOfMessage: true, cancellation);
                bytes = bytes[(end + 1)..];
            }
        }
        catch (OperationCanceledException)
        {
            End(LinkEnd.Aborted);
            throw;
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException { InnerException: WebSocketException })
        {
            End(LinkEnd.Reset);
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
            var inMessage = false;
            while (true)
            {
                // One place stays free in front, for the RS of a message that begins here.
                var memory = Arrived.GetMemory(SmallestRead);
                var got = await _socket.ReceiveAsync(memory[1..], CancellationToken.None);
                if (got.MessageType is WebSocketMessageType.Close)
                {
                    await AnswerCloseAsync();
                    return LinkEnd.ClosedByPeer;
                }

                Deliver(memory.Span, got.Count, begins: !inMessage, ends: got.EndOfMessage);
                inMessage = !got.EndOfMessage;
                if (await Arrived.FlushAsync() is { IsCompleted: true } or { IsCanceled: true }) return LinkEnd.Aborted;
            }
        }
        catch (WebSocketException e)
        {
            return e.WebSocketErrorCode is WebSocketError.ConnectionClosedPrematurely ? LinkEnd.Reset : LinkEnd.Failed;
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            // The socket's own watch for silent far ends cancels as well as our abort does; whoever came first has set the reason.
            return LinkEnd.Silent;
        }
    }

    private void Deliver(Span<byte> memory, int count, bool begins, bool ends)
    {
        memory.Slice(1, count).Replace(RecordEnd, (byte)' ');
        if (begins) memory[0] = RecordStart;
        else memory.Slice(1, count).CopyTo(memory);
        Arrived.Advance(begins ? count + 1 : count);
        if (!ends) return;
        Arrived.GetSpan(1)[0] = RecordEnd;
        Arrived.Advance(1);
    }

    private async Task AnswerCloseAsync()
    {
        try
        {
            using var late = new CancellationTokenSource(ClosesWithin, _clock);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, late.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The far end said goodbye; whether it hears ours changes nothing.
        }
    }
}
