using System.IO.Pipelines;
using AvGateway.Links;

namespace AvGateway.Testing;

/// <summary>A link whose far end is the test. Nothing moves by itself: what was written lies there until it is taken.</summary>
public sealed class InMemoryLink : ILink
{
    // Inline and without a threshold: a byte that the test writes has been decoded when the write returns, and no write ever waits.
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Pipe _toDriver = new(Inline);
    private readonly Pipe _fromDriver = new(Inline);
    private readonly TaskCompletionSource<LinkEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WatchedReader _input;

    private readonly Lock _gate = new();
    private TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InMemoryLink() => _input = new(this);

    /// <summary>The driver's side has begun to read: it has taken the link into use. Called once, on its thread.</summary>
    internal Action? TakenIntoUse { get; set; }

    /// <summary>Called once, by whoever ended the link.</summary>
    internal Action? HasEnded { get; set; }

    public PipeReader Input => _input;
    public PipeWriter Output => _fromDriver.Writer;
    public Task<LinkEnd> Ended => _ended.Task;

    /// <summary>Completes when the driver's side has handled every byte that was written so far, and waits for more. Mostly it has when the write returns;
    /// where its mailbox was just then busy on another thread it goes on there, and a clock that moved meanwhile would make its answers late.</summary>
    internal Task AtRest
    {
        get
        {
            lock (_gate) return _ended.Task.IsCompleted ? Task.CompletedTask : _atRest.Task;
        }
    }

    /// <summary>What the driver's side has written since the last time.</summary>
    public byte[] Take()
    {
        if (!_fromDriver.Reader.TryRead(out var read)) return [];
        var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        _fromDriver.Reader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    /// <summary>Bytes from the far end; ignored after the end of the link, as on a wire that was cut.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_ended.Task.IsCompleted) return;
        ValueTask<FlushResult> written;

        // Within the lock, so that a read that began to wait before is not taken for one that has seen these bytes.
        lock (_gate)
        {
            if (_atRest.Task.IsCompleted) _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
            written = _toDriver.Writer.WriteAsync(bytes);
        }

        await written;
    }

    public void Abort(LinkEnd reason)
    {
        if (!_ended.TrySetResult(reason)) return;
        lock (_gate) _atRest.TrySetResult();
        HasEnded?.Invoke();
        _toDriver.Writer.Complete();
    }

    public ValueTask DisposeAsync()
    {
        Abort(LinkEnd.Aborted);
        return default;
    }

    private sealed class WatchedReader(InMemoryLink link) : PipeReader
    {
        private readonly PipeReader _reader = link._toDriver.Reader;
        private bool _read;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (!_read) link.TakenIntoUse?.Invoke();
            _read = true;
            lock (link._gate)
            {
                var read = _reader.ReadAsync(cancellationToken);
                if (!read.IsCompleted) link._atRest.TrySetResult();
                return read;
            }
        }

        public override bool TryRead(out ReadResult result) => _reader.TryRead(out result);
        public override void AdvanceTo(SequencePosition consumed) => _reader.AdvanceTo(consumed);
        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _reader.AdvanceTo(consumed, examined);
        public override void CancelPendingRead() => _reader.CancelPendingRead();
        public override void Complete(Exception? exception = null) => _reader.Complete(exception);
    }
}
