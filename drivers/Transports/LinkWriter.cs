using System.Buffers;
using System.IO.Pipelines;

namespace AvGateway.Drivers.Transports;

/// <summary>
/// The writing end of a link: what was written since the last flush leaves as one piece; between flushes no buffer is held.
/// One writer at a time.
/// </summary>
/// <remarks>
/// A flush completes when the bytes were handed to the system, so that a peer who does not read holds the writer back.
/// A flush that is cancelled after a part has left ends the link: the peer could not tell the torn request from the next one.
/// </remarks>
internal sealed class LinkWriter(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send) : PipeWriter
{
    /// <summary>More than any request of a device; who goes beyond it forgot to flush.</summary>
    public const int Capacity = 1024 * 1024;

    private const int Step = 512;

    private byte[]? _buffer;
    private int _length;
    private bool _completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > Capacity) throw new InvalidOperationException($"More than {Capacity} bytes were written to a link without a flush.");
        if (_buffer is null || _buffer.Length < needed) Grow(needed);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_buffer?.Length ?? 0) - _length);
        _length += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _length == 0 ? default : FlushBufferAsync(cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_length == 0) return source.IsEmpty ? default : SendAsync(source, cancellationToken);
        source.Span.CopyTo(GetSpan(source.Length));
        Advance(source.Length);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Not offered: a request that was cut cannot be taken back. Abort the link.</summary>
    public override void CancelPendingFlush() => throw new NotSupportedException("Abort the link instead.");

    /// <summary>Says that the owner writes no more; what was not flushed is forgotten. The link itself stays open.</summary>
    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        if (_buffer is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
        (_buffer, _length) = (null, 0);
    }

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await send(bytes, cancellation);
        return default;
    }

    private async ValueTask<FlushResult> FlushBufferAsync(CancellationToken cancellation)
    {
        var (buffer, length) = (_buffer!, _length);
        (_buffer, _length) = (null, 0);
        await send(buffer.AsMemory(0, length), cancellation);

        // Only after success: a write that was given up may still read the buffer, which then must not be lent again.
        ArrayPool<byte>.Shared.Return(buffer);
        return default;
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(Step, Math.Min(2 * _length, Capacity))));
        if (_buffer is { } buffer)
        {
            buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffer = larger;
    }
}
