namespace AvGateway.Store.Writing;

/// <summary>Chores of the writer besides storing.</summary>
[Flags]
internal enum Chores
{
    None = 0,
    Chain = 1,
    Probe = 2,
    Tidy = 4,

    /// <summary>What waits for company has waited long enough.</summary>
    Ride = 8,
}

/// <summary>
/// What waits for the writer. Whatever came while it was busy is taken at once: that is the group commit, and it costs a lone operation nothing.
/// Operations that nobody awaits do not wake it: a commit of their own would make the next one that is awaited wait for the disk twice.
/// Places are counted by those who add.
/// </summary>
internal sealed class WriteQueue(int mostRiders)
{
    private readonly object _gate = new();
    private readonly Queue<WriteOperation> _waiting = new();
    private int _hurried;
    private Chores _chores;
    private bool _isAsleep;
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _waiting.Count == 0;
        }
    }

    /// <summary>False when the store is closing.</summary>
    public bool TryAdd(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _waiting.Enqueue(operation);
            if (!operation.MayRide) _hurried++;
            if (_isAsleep && IsDue) Monitor.Pulse(_gate);
            return true;
        }
    }

    public void Ask(Chores chores)
    {
        lock (_gate)
        {
            _chores |= chores;
            if (_isAsleep) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes what waits, sleeping until there is something. False when closed and empty.</summary>
    public bool Take(List<WriteOperation> batch, int limit, out Chores chores)
    {
        lock (_gate)
        {
            while (!IsDue && _chores == Chores.None && !_isClosed)
            {
                // Without an end in time: this thread is the writer's own, and closing wakes it.
                _isAsleep = true;
                Monitor.Wait(_gate);
                _isAsleep = false;
            }

            (chores, _chores) = (_chores, Chores.None);
            while (batch.Count < limit && _waiting.TryDequeue(out var operation))
            {
                batch.Add(operation);
                if (!operation.MayRide) _hurried--;
            }

            return batch.Count > 0 || chores != Chores.None || !_isClosed;
        }
    }

    /// <summary>Takes out everything that <paramref name="which"/> names, in order.</summary>
    public List<WriteOperation> Remove(Func<WriteOperation, bool> which)
    {
        lock (_gate)
        {
            var removed = new List<WriteOperation>();
            for (var left = _waiting.Count; left > 0; left--)
            {
                var operation = _waiting.Dequeue();
                if (which(operation)) removed.Add(operation);
                else _waiting.Enqueue(operation);
            }

            _hurried -= removed.Count(o => !o.MayRide);

            return removed;
        }
    }

    private bool IsDue => _hurried > 0 || _waiting.Count >= mostRiders;

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
