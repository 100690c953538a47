using AvGateway.Operations.Durable;
using AvGateway.Store.Engines;

namespace AvGateway.Store.Writing;

/// <summary>
/// Something to be stored. <see cref="Apply"/> runs inside a transaction on the writer's thread, and once more if that transaction had to be
/// rolled back; exactly one of <see cref="Stored"/>, <see cref="Refuse"/> and <see cref="Fail"/> follows, unless it was withdrawn before.
/// </summary>
internal abstract class WriteOperation
{
    private const int Waiting = 0, Claimed = 1, Withdrawn = 2;
    private int _claim;
    private Action? _ended;

    /// <summary>True when it asks to begin something new, which is refused as soon as space runs short.</summary>
    public virtual bool IsAdmission => false;

    /// <summary>True when it waits for space rather than be refused: what it tells of has happened already.</summary>
    public virtual bool OutlastsOutage => false;

    /// <summary>True when it is no part of a commit: it runs when nothing is half done.</summary>
    public virtual bool RunsAlone => false;

    /// <summary>
    /// True when nobody waits for it: it rides with the next commit that somebody does wait for, or goes out after <see cref="StoreOptions.RideDelay"/>.
    /// </summary>
    public virtual bool MayRide => false;

    public abstract void Apply(IStoreEngine engine);

    /// <summary>It is durable.</summary>
    public abstract void Stored(StoreWriter writer);

    /// <summary>It was not stored, and will not be.</summary>
    public abstract void Refuse(StoreHealth health);

    /// <summary>It cannot be stored in any state of the store.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Called once when it leaves the queue for good: its place is free.</summary>
    public void WhenEnded(Action ended) => _ended = ended;

    public void End() => Interlocked.Exchange(ref _ended, null)?.Invoke();

    /// <summary>The writer takes it; from now on it cannot be withdrawn.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref _claim, Claimed, Waiting) == Waiting;

    /// <summary>Back from a transaction that came to nothing.</summary>
    public void Unclaim() => Volatile.Write(ref _claim, Waiting);

    public bool TryWithdraw() => Interlocked.CompareExchange(ref _claim, Withdrawn, Waiting) == Waiting;
}

/// <summary>An operation that somebody awaits.</summary>
internal abstract class WriteOperation<T> : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Completion => _completion.Task;

    /// <summary>What <see cref="WriteOperation.Apply"/> found; given to the caller once it is durable.</summary>
    protected T Result { get; set; } = default!;

    public override void Stored(StoreWriter writer)
    {
        if (!_completion.TrySetResult(Result)) StoredForNobody(writer);
    }

    public override void Refuse(StoreHealth health) => _completion.TrySetException(new StoreUnavailableException(health.Reason));

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    public void Cancel(CancellationToken cancellation) => _completion.TrySetCanceled(cancellation);

    protected bool TryAnswer(T answer) => _completion.TrySetResult(answer);

    /// <summary>It became durable after its caller had been told that it did not.</summary>
    protected virtual void StoredForNobody(StoreWriter writer)
    {
    }
}
