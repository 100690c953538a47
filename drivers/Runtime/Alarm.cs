namespace AvGateway.Drivers.Runtime;

/// <summary>All the timers of one device on one <see cref="ITimer"/>, set to the earliest of them. Used from the mailbox only.</summary>
/// <remarks>
/// A reply time-out is set and stopped for each frame; a timer object each would cost more than the frame. Stopping does not
/// re-arm: the alarm may ring early, finds nothing due and is set anew.
/// </remarks>
internal sealed class Alarm : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<(object Key, long Due)> _running = [];
    private long _armedFor = long.MaxValue;

    public Alarm(TimeProvider time, Action ring)
    {
        _time = time;
        _timer = time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start(object key, TimeSpan due)
    {
        Stop(key);
        var at = _time.GetTimestamp() + (long)(Math.Max(0, due.TotalSeconds) * _time.TimestampFrequency);
        _running.Add((key, at));
        if (at < _armedFor) Arm(at);
    }

    public void Stop(object key)
    {
        for (var i = 0; i < _running.Count; i++)
        {
            if (!_running[i].Key.Equals(key)) continue;
            _running.RemoveAt(i);
            return;
        }
    }

    public void StopAll(object keep) => _running.RemoveAll(r => !r.Key.Equals(keep));

    public bool IsRunning(object key) => _running.Exists(r => r.Key.Equals(key));

    /// <summary>Takes the earliest due timer off; call until false after each ring. Sets the alarm for what is left.</summary>
    public bool TryTakeDue(out object key)
    {
        var now = _time.GetTimestamp();
        var first = -1;
        for (var i = 0; i < _running.Count; i++)
        {
            if (_running[i].Due <= now && (first < 0 || _running[i].Due < _running[first].Due)) first = i;
        }

        if (first >= 0)
        {
            key = _running[first].Key;
            _running.RemoveAt(first);
            return true;
        }

        key = "";
        Arm(_running.Count == 0 ? long.MaxValue : _running.Min(r => r.Due));
        return false;
    }

    public void Dispose() => _timer.Dispose();

    private void Arm(long at)
    {
        _armedFor = at;
        var wait = at == long.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(Math.Max(0, (double)(at - _time.GetTimestamp()) / _time.TimestampFrequency));

        // Timers count whole milliseconds and round down: a ring just before the time would find nothing due and spin.
        if (wait > TimeSpan.Zero) wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
