namespace AvGateway.Store.Writing;

/// <summary>Chores of the writer besides storing.</summary>
[Flags]
internal enum Chores
{
    None = 0,
    Chain = 1,
    Probe = 2,
    Tidy = 4,
}

/// <summary>
/// What waits for the writer. Whatever came while it was busy is taken at once: that is the group commit, and it costs a lone operation nothing.
/// Places are counted by those who add.
/// </summary>
internal sealed class WriteQueue
{
    private readonly object _gate = new();
    private readonly Queue<WriteOperation> _waiting = new();
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
            if (_isAsleep) Monitor.Pulse(_gate);
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
            while (_waiting.Count == 0 && _chores == Chores.None && !_isClosed)
            {
                // Without an end in time: this thread is the writer's own, and closing wakes it.
                _isAsleep = true;
                Monitor.Wait(_gate);
                _isAsleep = false;
            }

            (chores, _chores) = (_chores, Chores.None);
            while (batch.Count < limit && _waiting.TryDequeue(out var operation)) batch.Add(operation);
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

            return removed;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
