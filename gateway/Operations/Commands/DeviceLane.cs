namespace AvGateway.Operations.Commands;

/// <summary>
/// The order of one device's commands: as they arrived, although the store admits many at a time and answers when it likes (I5).
/// </summary>
internal sealed class DeviceLane
{
    private readonly Lock _gate = new();
    private readonly Queue<CommandRun> _arrived = new();
    private bool _isDraining;
    private int _load;
    private int _ahead;

    /// <summary>Commands that were begun and have not ended.</summary>
    public int Ahead => Volatile.Read(ref _ahead);

    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _load) <= most) return true;
        Interlocked.Decrement(ref _load);
        return false;
    }

    public void Leave(bool wasBegun)
    {
        if (wasBegun) Interlocked.Decrement(ref _ahead);
        Interlocked.Decrement(ref _load);
    }

    public void QueueUp(CommandRun run)
    {
        lock (_gate) _arrived.Enqueue(run);
    }

    /// <summary>How many were begun before this one.</summary>
    public int Advance() => Interlocked.Increment(ref _ahead) - 1;

    /// <summary>Hands over, from the front, every run whose turn has come. One thread does it at a time, outside the lock, since what it calls may come back here.</summary>
    public void Drain(Action<CommandRun> begin)
    {
        lock (_gate)
        {
            if (_isDraining) return;
            _isDraining = true;
        }

        while (true)
        {
            CommandRun run;
            lock (_gate)
            {
                if (!_arrived.TryPeek(out run!) || !run.IsReady)
                {
                    _isDraining = false;
                    return;
                }

                _arrived.Dequeue();
            }

            begin(run);
        }
    }
}

/// <summary>How many commands of one caller are under way.</summary>
internal sealed class CallerShare
{
    private int _load;

    public bool TryEnter(int most)
    {
        if (Interlocked.Increment(ref _load) <= most) return true;
        Interlocked.Decrement(ref _load);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _load);
}
