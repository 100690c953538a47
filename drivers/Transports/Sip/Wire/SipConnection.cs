using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Threading.Channels;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>
/// One TCP or TLS connection: a send queue with a bound, and a reader that holds a buffer only while a message is coming in.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Ended from any thread at any time; without timer and wait handle nothing is to be freed.")]
internal sealed class SipConnection(long id, SipPeer peer, Func<SipConnection, CancellationToken, Task<Stream>> open,
    StreamTransport owner, TimeProvider time)
{
    private const int QueuedMessages = 256;
    private const int FirstBuffer = 4 * 1024;

    /// <summary>What a refusal needs to get out before the connection is closed.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly byte[] Pong = "\r\n"u8.ToArray();
    private static readonly byte[] Ping = "\r\n\r\n"u8.ToArray();

    private readonly Channel<ReadOnlyMemory<byte>> _out =
        Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(QueuedMessages) { SingleReader = true });

    private readonly CancellationTokenSource _ending = new();
    private int _failure;
    private long _writingSince;
    private long _partialSince;
    private bool _hasPonged;
    private bool _awaitsPong;

    public long Id => id;

    public SipPeer Peer => peer;

    public long LastMessage { get; private set; } = time.GetTimestamp();

    public long LastPing { get; private set; } = time.GetTimestamp();

    public SipFailure Failure => (SipFailure)Volatile.Read(ref _failure);

    public bool TrySend(ReadOnlyMemory<byte> octets) => !_ending.IsCancellationRequested && _out.Writer.TryWrite(octets);

    /// <summary>The first reason is the one that is told.</summary>
    public void End(SipFailure reason)
    {
        Interlocked.CompareExchange(ref _failure, (int)reason, 0);
        _ending.Cancel();
    }

    /// <summary>
    /// Ends a connection on which a message or a write has been stuck, or a peer that used to answer pings no longer does.
    /// </summary>
    public void Inspect(TimeSpan stuck, TimeSpan pingEvery, TimeSpan pongWithin, TimeSpan unused)
    {
        var since = Volatile.Read(ref _writingSince);
        if (since != 0 && time.GetElapsedTime(since) > stuck) End(SipFailure.ConnectionLost);
        since = Volatile.Read(ref _partialSince);
        if (since != 0 && time.GetElapsedTime(since) > stuck) End(SipFailure.ConnectionLost);
        if (time.GetElapsedTime(LastMessage) > unused) End(SipFailure.ConnectionLost);
        if (_awaitsPong && _hasPonged && time.GetElapsedTime(LastPing) > pongWithin) End(SipFailure.ConnectionLost);
        if (time.GetElapsedTime(LastPing) < pingEvery || time.GetElapsedTime(LastMessage) < pingEvery) return;
        LastPing = time.GetTimestamp();
        _awaitsPong = TrySend(Ping);
    }

    public async Task RunAsync()
    {
        try
        {
            await using var stream = await open(this, _ending.Token);
            var sending = SendAsync(stream);
            try { await ReceiveAsync(stream); }
            finally
            {
                End(SipFailure.ConnectionLost);
                await sending;
            }
        }
        catch (OperationCanceledException) { End(SipFailure.ConnectionLost); }
        catch (System.Security.Authentication.AuthenticationException) { End(SipFailure.CertificateRefused); }
        catch (SocketException) { End(SipFailure.Unreachable); }
        catch (IOException) { End(SipFailure.ConnectionLost); }
        finally
        {
            _out.Writer.TryComplete();
        }
    }

    private async Task SendAsync(Stream stream)
    {
        try
        {
            while (await _out.Reader.WaitToReadAsync(_ending.Token))
            {
                while (_out.Reader.TryRead(out var octets))
                {
                    Volatile.Write(ref _writingSince, time.GetTimestamp());
                    await stream.WriteAsync(octets, _ending.Token);
                    Volatile.Write(ref _writingSince, 0);
                }
            }
        }
        catch (OperationCanceledException) { End(SipFailure.ConnectionLost); }
        catch (IOException) { End(SipFailure.ConnectionLost); }
    }

    private async Task ReceiveAsync(Stream stream)
    {
        byte[]? buffer = null;
        var filled = 0;
        try
        {
            while (true)
            {
                if (filled == 0)
                {
                    // Waiting without a buffer: an idle connection costs its task and nothing else.
                    if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                    _ = await stream.ReadAsync(Memory<byte>.Empty, _ending.Token);
                    buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
                }
                else if (filled == buffer!.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var read = await stream.ReadAsync(buffer.AsMemory(filled), _ending.Token);
                if (read == 0) return;
                filled += read;
                var taken = await TakeMessagesAsync(buffer.AsMemory(0, filled));
                if (taken < 0) return;
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
                var waits = filled > 0 && !SipStreamFramer.IsLoneLineEnd(buffer.AsSpan(0, filled));
                if (!waits) Volatile.Write(ref _partialSince, 0);
                else if (taken > 0 || Volatile.Read(ref _partialSince) == 0) Volatile.Write(ref _partialSince, time.GetTimestamp());
                if (!waits) filled = Pongs(filled);
            }
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// One CRLF and nothing behind it answers our ping; if it was half of a ping, the other half alone reads as a pong again.
    /// </summary>
    private int Pongs(int filled)
    {
        if (filled == 2 && _awaitsPong)
        {
            _awaitsPong = false;
            _hasPonged = true;
            return 0;
        }

        return filled;
    }

    /// <returns>Octets used up; -1 when the stream cannot be read on.</returns>
    private async ValueTask<int> TakeMessagesAsync(ReadOnlyMemory<byte> octets)
    {
        var taken = 0;
        while (true)
        {
            var frame = SipStreamFramer.Next(octets.Span[taken..], out var length, out var fault);
            switch (frame)
            {
                case SipFrame.Incomplete:
                    return taken;
                case SipFrame.Ping:
                    TrySend(Pong);
                    break;
                case SipFrame.Pong:
                    _hasPonged |= _awaitsPong;
                    _awaitsPong = false;
                    break;
                case SipFrame.Message:
                    LastMessage = time.GetTimestamp();
                    var verdict = SipParser.ReadDatagram(octets.Span.Slice(taken, length), out var message);
                    await owner.Received(message, verdict, this);
                    break;
                default:
                    // The refusal can still be sent; what follows in the stream cannot be trusted.
                    SipParser.ReadDatagram(octets.Span[taken..], out var broken);
                    await owner.Received(broken, fault, this);
                    await Task.Delay(Linger, time, _ending.Token);
                    return -1;
            }

            taken += length;
        }
    }
}
