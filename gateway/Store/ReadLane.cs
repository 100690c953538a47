using System.Threading.Channels;
using AvGateway.Operations.Durable;
using AvGateway.Store.Engines;

namespace AvGateway.Store;

/// <summary>
/// Reads, one after the other on a thread of their own: the calls block, and the pool's threads belong to the devices (P8). What a read finds out
/// about the store is reported like a failed write.
/// </summary>
internal sealed class ReadLane : IDisposable
{
    private const int Places = 256;

    private readonly Channel<Action> _reads = Channel.CreateBounded<Action>(Places);
    private readonly IStoreEngine _engine;
    private readonly Action<StoreFailure> _report;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;

    public ReadLane(IStoreEngine engine, Action<StoreFailure> report, TimeSpan limit, TimeProvider time)
    {
        (_engine, _report, _limit, _time) = (engine, report, limit, time);
        new Thread(Run) { IsBackground = true, Name = "store reader" }.Start();
    }

    /// <exception cref="StoreUnavailableException">It cannot be read, or not in time.</exception>
    /// <exception cref="StoreCorruptException">What was read cannot be trusted.</exception>
    public async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellation)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var deadline = new CancellationTokenSource(_limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await _reads.Writer.WriteAsync(() => Complete(completion, read), either.Token);
            return await completion.Task.WaitAsync(either.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new StoreUnavailableException("the store could not be read in time", late);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("the store was closed", closed);
        }
    }

    public void Dispose() => _reads.Writer.TryComplete();

    private void Run()
    {
        while (_reads.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            while (_reads.Reader.TryRead(out var read)) read();
    }

    // Each read fails for its own caller: an exception of any kind belongs to the one who awaits it, and the lane goes on.
    private void Complete<T>(TaskCompletionSource<T> completion, Func<T> read)
    {
        try
        {
            completion.TrySetResult(read());
        }
        catch (Exception failed)
        {
            var failure = _engine.FailureOf(failed);
            if (failure is { Condition: StoreCondition.Corrupt }) _report(failure);
            completion.TrySetException(failure is null || failed is StoreCorruptException ? failed : new StoreUnavailableException(failure.Reason, failed));
        }
    }
}
