using System.IO.Pipelines;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports;

/// <summary>What all our links share: the first reason wins, arriving bytes go through a pipe, leaving bytes go out when flushed.</summary>
/// <remarks>
/// One task or thread feeds <see cref="Arrived"/>; it alone may complete it. <see cref="Ended"/> is always set before
/// <see cref="Input"/> completes, so that a reader who sees the end can ask for its reason without waiting.
/// </remarks>
internal abstract class OpenLink : ILink
{
    private readonly TaskCompletionSource<LinkEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _arrivals;

    protected OpenLink(PipeOptions arrivals)
    {
        _arrivals = new(arrivals);
        Output = new LinkWriter(SendAsync);
    }

    public PipeReader Input => _arrivals.Reader;

    public PipeWriter Output { get; }

    public Task<LinkEnd> Ended => _ended.Task;

    protected PipeWriter Arrived => _arrivals.Writer;

    protected bool HasEnded => _ended.Task.IsCompleted;

    public void Abort(LinkEnd reason) => End(reason);

    public ValueTask DisposeAsync()
    {
        End(LinkEnd.Aborted);
        return new(ClosedAsync());
    }

    /// <summary>Ends the link once. A feeder that waits for a slow reader is woken, for it holds the other end of the pipe.</summary>
    protected void End(LinkEnd reason)
    {
        if (!_ended.TrySetResult(reason)) return;
        Arrived.CancelPendingFlush();
        Shut();
    }

    /// <summary>Gives the socket or port back. Called once, from any thread, and may not wait.</summary>
    protected abstract void Shut();

    /// <summary>Completes when the feeder has stopped.</summary>
    protected abstract Task ClosedAsync();

    /// <summary>Sends all bytes, or throws <see cref="IOException"/> when the link has ended or ends meanwhile.</summary>
    protected abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    protected static IOException Gone(Exception? inner = null) => new("The link has ended.", inner);
}
