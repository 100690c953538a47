using System.Collections.Concurrent;

namespace AvGateway.Drivers.Runtime;

/// <summary>Runs posted messages one at a time and in order, on pool threads, holding none while it is empty.</summary>
/// <remarks>
/// The queue itself has no bound because every producer has one: commands are counted before they are posted, a link posts one
/// batch and waits until it was handled, and a device has one alarm. So nothing is ever dropped and nothing can pile up.
/// </remarks>
internal sealed class Mailbox<TMessage>(Action<TMessage> handle) : IThreadPoolWorkItem
{
    // A busy device gives its thread back after this many messages, so that it cannot starve the others.
    private const int Turn = 64;

    private readonly ConcurrentQueue<TMessage> _queue = new();
    private int _pending;

    public void Post(TMessage message)
    {
        _queue.Enqueue(message);
        if (Interlocked.Increment(ref _pending) == 1) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>As <see cref="Post"/>, but handles the message on this thread when nothing else is being handled: one hop less for bytes.</summary>
    public void PostInline(TMessage message)
    {
        _queue.Enqueue(message);
        if (Interlocked.Increment(ref _pending) == 1) ((IThreadPoolWorkItem)this).Execute();
    }

    void IThreadPoolWorkItem.Execute()
    {
        var handled = 0;
        while (handled < Turn && _queue.TryDequeue(out var message))
        {
            handle(message);
            handled++;
        }

        if (Interlocked.Add(ref _pending, -handled) > 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
