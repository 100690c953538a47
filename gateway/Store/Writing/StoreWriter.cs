using AvGateway.Operations.Commands;
using AvGateway.Store.Engines;
using AvGateway.Store.Files;
using AvGateway.Store.Ledger;
using Microsoft.Extensions.Logging;

namespace AvGateway.Store.Writing;

/// <summary>
/// The one writer of a store, on a thread of its own, since the database calls block. It commits as soon as it is free, and everything that was
/// queued meanwhile shares the next commit.
/// </summary>
internal sealed partial class StoreWriter : IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly IStoreEngine _engine;
    private readonly StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Ballast _ballast;
    private readonly WriteQueue _queue;

    // Never disposed: it holds no handle, and late callers must be refused rather than meet a disposed object.
    private readonly SemaphoreSlim _slots;
    private readonly Action _release;
    private readonly List<LedgerEntry> _takenBack = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _chainTimer;
    private readonly ITimer _rideTimer;
    private readonly ITimer _watch;
    private bool _isChainTimed;
    private int _isRideTimed;
    private long _lastTidy;

    public StoreWriter(IStoreEngine engine, Ballast ballast, StoreOptions options, StoreHealth health, TimeProvider time, ILogger logger)
    {
        (_engine, _ballast, _options, _health, _time, _logger) = (engine, ballast, options, health, time, logger);
        _queue = new(options.MaxBatch);
        _slots = new(options.DurableSlots, options.DurableSlots);
        _release = () => _slots.Release();
        _lastTidy = _lastProbe = time.GetTimestamp();
        _chainTimer = time.CreateTimer(_ => _queue.Ask(Chores.Chain), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _rideTimer = time.CreateTimer(_ => Ride(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watch = time.CreateTimer(_ => Watch(), null, WatchInterval, WatchInterval);
        if (engine.HasHousekeeping) _queue.Ask(Chores.Chain);
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>Completes when the operation is durable, or says why it is not. Waits for a place while too many others do the same.</summary>
    public ValueTask<T> SubmitAsync<T>(WriteOperation<T> operation, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellation);
        if (IsRefused(operation))
        {
            operation.Refuse(Health);
            return new(operation.Completion);
        }

        // One that tells of something done needs no place: there are no more of them than were admitted.
        if (operation.OutlastsOutage) return new(Enqueue(operation, cancellation));
        if (!_slots.Wait(0, CancellationToken.None)) return new(EnqueueLaterAsync(operation, cancellation));
        operation.WhenEnded(_release);
        return new(Enqueue(operation, cancellation));
    }

    /// <summary>Queues an operation that nobody awaits; the caller bounds how many there are. False when the store is closing.</summary>
    public bool Post(WriteOperation operation)
    {
        if (!_queue.TryAdd(operation)) return false;
        if (operation.MayRide && Interlocked.Exchange(ref _isRideTimed, 1) == 0) _rideTimer.Change(_options.RideDelay, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <summary>
    /// A command was admitted after its caller had been told that it was not: the next commit takes it out again before it does anything else,
    /// so that the same id can be asked for once more. Called on the writer's thread.
    /// </summary>
    public void TakeBack(LedgerEntry entry) => _takenBack.Add(entry);

    private void Ride()
    {
        // In this order: whoever posts from here on times anew, whoever posted before is taken by the round that is asked for.
        Volatile.Write(ref _isRideTimed, 0);
        _queue.Ask(Chores.Ride);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _chainTimer.DisposeAsync();
        await _rideTimer.DisposeAsync();
        _queue.Close();

        // A disk that no longer answers must not keep the program from ending; the database survives that like a kill.
        try
        {
            await _ended.Task.WaitAsync(_options.StallLimit, _time);
        }
        catch (TimeoutException)
        {
            LogAbandoned(_logger, _options.StallLimit);
        }
    }

    private async Task<T> EnqueueLaterAsync<T>(WriteOperation<T> operation, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(_options.SlotWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await _slots.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            operation.Refuse(Health with { Condition = StoreCondition.Failing, Reason = "the store is behind with its work" });
            return await operation.Completion;
        }

        operation.WhenEnded(_release);
        return await Enqueue(operation, cancellation);
    }

    private Task<T> Enqueue<T>(WriteOperation<T> operation, CancellationToken cancellation)
    {
        if (!_queue.TryAdd(operation))
        {
            operation.End();
            operation.Refuse(Health with { Condition = StoreCondition.Failing, Reason = "the store is closing" });
            return operation.Completion;
        }

        if (!cancellation.CanBeCanceled) return operation.Completion;
        return operation.OutlastsOutage ? operation.Completion.WaitAsync(cancellation) : AwaitAsync(operation, cancellation);
    }

    private static async Task<T> AwaitAsync<T>(WriteOperation<T> operation, CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(static (state, token) =>
        {
            // Once in a commit it cannot be taken out, and its outcome is at most a stalled disk away.
            var waiting = (WriteOperation<T>)state!;
            if (waiting.TryWithdraw()) waiting.Cancel(token);
        }, operation);
        return await operation.Completion;
    }

    /// <summary>The top loop of the thread: whatever escapes from one round fails that round's callers and not the next one's.</summary>
    private void Run()
    {
        var batch = new List<WriteOperation>(_options.MaxBatch);
        while (_queue.Take(batch, _options.MaxBatch, out var chores))
        {
            try
            {
                Step(batch, chores);
            }
            catch (Exception bug)
            {
                LogRoundFailed(_logger, bug);
                foreach (var operation in batch.Except(_parked)) Settle(operation, o => o.Fail(bug));
            }

            batch.Clear();
        }

        CloseEngine();
    }

    private void Step(List<WriteOperation> batch, Chores chores)
    {
        if (chores.HasFlag(Chores.Probe)) TryRecover();
        if (chores.HasFlag(Chores.Tidy)) batch.Add(new PruneCommands(_time.GetUtcNow() - _options.KeepSettled, () => _queue.Ask(Chores.Tidy)));
        if (batch.Count > 0) Write(batch);
        if (_takenBack.Count > 0 && CanWrite) WriteClaimed([]);
        if (chores.HasFlag(Chores.Chain)) _isChainTimed = false;
        if (CanWrite && (chores.HasFlag(Chores.Chain) || chores.HasFlag(Chores.Tidy) || _engine.IsHousekeepingUrgent)) Housekeep();
        if (!_engine.HasHousekeeping || _isChainTimed) return;
        _isChainTimed = true;
        _chainTimer.Change(_options.ChainDelay, Timeout.InfiniteTimeSpan);
    }

    private void Write(IEnumerable<WriteOperation> operations)
    {
        List<WriteOperation> together = [], alone = [];
        foreach (var operation in operations)
        {
            // The clock's thread may change the health meanwhile, so each operation is judged once.
            if (!operation.TryClaim()) operation.End();
            else if (IsRefused(operation)) Settle(operation, o => o.Refuse(Health));
            else (operation.RunsAlone ? alone : together).Add(operation);
        }

        if (CanWrite) WriteClaimed(together);
        else foreach (var operation in together) Park(operation);
        foreach (var operation in alone) RunAlone(operation);
    }

    private void RunAlone(WriteOperation operation)
    {
        try
        {
            if (CanWrite) operation.Apply(_engine);
            Settle(operation, o =>
            {
                if (CanWrite) o.Stored(this);
                else o.Refuse(Health);
            });
        }
        catch (Exception failed) when (failed is System.Data.Common.DbException || _engine.FailureOf(failed) is not null)
        {
            RollbackQuietly();
            if (_engine.FailureOf(failed) is { } failure) Degrade(failure);
            Settle(operation, o => o.Fail(failed));
        }
    }

    private void WriteClaimed(List<WriteOperation> batch)
    {
        if (batch.Count == 0 && _takenBack.Count == 0) return;
        switch (TryCommit(batch))
        {
            case null:
                break;
            case var failed when _engine.FailureOf(failed) is { } failure:
                Degrade(failure);
                if (_engine.IsCommitInDoubt) _doubt = [.. batch];
                else Retry(batch);
                break;
            case var impossible when batch.Count <= 1:
                LogImpossible(_logger, impossible);
                foreach (var operation in batch) Settle(operation, o => o.Fail(impossible));
                break;
            default:
                // One of them cannot be stored: each on its own, so that it alone fails.
                foreach (var operation in batch) WriteClaimed([operation]);
                break;
        }
    }

    /// <returns>What went wrong, after which nothing of the batch is stored; null when all of it is.</returns>
    private Exception? TryCommit(List<WriteOperation> batch)
    {
        _inFlight = [.. batch];
        Volatile.Write(ref _busySince, _time.GetTimestamp());
        var isCommitted = false;
        try
        {
            _engine.Begin();
            foreach (var entry in _takenBack) AdmitCommand.Remove(_engine, entry, _time.GetUtcNow());
            foreach (var operation in batch) operation.Apply(_engine);
            _engine.Commit();
            isCommitted = true;
        }
        catch (Exception failed) when (failed is System.Data.Common.DbException or ArgumentException || _engine.FailureOf(failed) is not null)
        {
            return failed;
        }
        finally
        {
            Volatile.Write(ref _busySince, 0);
            if (!isCommitted) RollbackQuietly();
        }

        _takenBack.Clear();
        foreach (var operation in batch) Settle(operation, o => o.Stored(this));
        if (_health.Condition == StoreCondition.Failing) _queue.Ask(Chores.Probe);
        return null;
    }

    private void RollbackQuietly()
    {
        try
        {
            _engine.Rollback();
        }
        catch (Exception broken) when (broken is System.Data.Common.DbException || _engine.FailureOf(broken) is not null)
        {
            // A connection that cannot roll back has nothing open that a new one would see; TryRecover opens a new one.
            _needsReopen = true;
        }
    }

    private void Housekeep()
    {
        try
        {
            _engine.Housekeep(_time.GetUtcNow(), _queue.IsEmpty);
        }
        catch (Exception failed) when (_engine.FailureOf(failed) is not null)
        {
            RollbackQuietly();
            Degrade(_engine.FailureOf(failed)!);
        }
    }

    private void CloseEngine()
    {
        if (_takenBack.Count > 0 && CanWrite) WriteClaimed([]);
        if (CanWrite) Housekeep();
        var gone = Health with { Condition = StoreCondition.Failing, Reason = "the store was closed" };
        foreach (var operation in _parked.Concat(_doubt ?? [])) Settle(operation, o => o.Refuse(gone));
        _engine.Dispose();
        _ended.TrySetResult();
    }

    private static void Settle(WriteOperation operation, Action<WriteOperation> how)
    {
        operation.End();
        how(operation);
    }
}
