namespace AvGateway.Drivers.Transports.Sip;

/// <summary>A running timer; stopping it twice, or after it rang, does nothing.</summary>
internal sealed class SipTimer
{
    private Action? _ring;

    internal SipTimer(Action ring) => _ring = ring;

    internal Action? Take() => Interlocked.Exchange(ref _ring, null);

    public void Stop() => _ring = null;
}

/// <summary>All timers of all transactions on one <see cref="ITimer"/>. Used from the loop only.</summary>
/// <remarks>A stopped timer stays in the queue until its time: timers live 32 s at most, but for refreshes, which are few.</remarks>
internal sealed class SipTimers : IDisposable
{
    private readonly TimeProvider _time;
    private readonly PriorityQueue<SipTimer, long> _due = new();
    private readonly ITimer _alarm;
    private long _armedFor = long.MaxValue;
    private int _rang;

    public SipTimers(TimeProvider time, Action wake)
    {
        _time = time;
        _alarm = time.CreateTimer(_ => Ring(wake), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeProvider Time => _time;

    public SipTimer Start(TimeSpan due, Action ring)
    {
        var timer = new SipTimer(ring);
        var at = _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency);
        _due.Enqueue(timer, at);
        if (at < _armedFor) Arm(at);
        return timer;
    }

    /// <summary>Takes the earliest due timer off; looks at the clock only when the alarm has rung.</summary>
    public bool TryTakeDue(out Action ring)
    {
        ring = static () => { };
        if (Volatile.Read(ref _rang) == 0) return false;
        var now = _time.GetTimestamp();
        while (_due.TryPeek(out var timer, out var at) && at <= now)
        {
            _due.Dequeue();
            if (timer.Take() is not { } action) continue;
            ring = action;
            return true;
        }

        Volatile.Write(ref _rang, 0);
        Arm(_due.TryPeek(out _, out var next) ? next : long.MaxValue);
        return false;
    }

    public void Dispose() => _alarm.Dispose();

    private void Ring(Action wake)
    {
        // The flag is what counts: when the mailbox is full, the step that is running will see it.
        Volatile.Write(ref _rang, 1);
        wake();
    }

    private void Arm(long at)
    {
        _armedFor = at;
        var wait = at == long.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (double)(at - _time.GetTimestamp()) / _time.TimestampFrequency * 1000)));
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
