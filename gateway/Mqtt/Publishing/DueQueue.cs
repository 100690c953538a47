namespace AvGateway.Mqtt.Publishing;

/// <summary>Something whose time comes.</summary>
internal interface IDue
{
    void ItIsTime();
}

/// <summary>One timer for everything that waits to be published; times are rounded up so that thousands of them share a few wake-ups.</summary>
internal sealed class DueQueue : IDisposable
{
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<IDue, long> _waiting = new();
    private readonly ITimer _timer;
    private readonly long _grain;
    private long _armed = long.MaxValue;

    public DueQueue(TimeProvider time)
    {
        _time = time;
        _grain = Math.Max(1, (long)(Grain.TotalSeconds * time.TimestampFrequency));
        _timer = time.CreateTimer(static queue => ((DueQueue)queue!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="after">In units of the clock's timestamp frequency.</param>
    public void Add(IDue due, long after)
    {
        lock (_gate)
        {
            var at = _time.GetTimestamp() + after;
            at += (_grain - at % _grain) % _grain;
            _waiting.Enqueue(due, at);
            if (at < _armed) Arm(at);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        var due = new List<IDue>();
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_waiting.TryPeek(out var next, out var at) && at <= now)
            {
                _waiting.Dequeue();
                due.Add(next);
            }

            _armed = long.MaxValue;
            if (_waiting.TryPeek(out _, out var earliest)) Arm(earliest);
        }

        foreach (var next in due) next.ItIsTime();
    }

    private void Arm(long at)
    {
        _armed = at;
        var left = Math.Max(0, at - _time.GetTimestamp());

        // A timer counts whole milliseconds; one too many is better than waking up just before the time.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left * 1000.0 / _time.TimestampFrequency));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
