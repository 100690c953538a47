namespace AvGateway.Simulator.Devices.Scenarios;

/// <summary>A timer whose time has come.</summary>
public interface IDueTimer : ITimer
{
    void Fire();
}

/// <summary>A clock that moves only when told, and fires every timer on the way at its own time, in order.</summary>
public class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(VirtualTimer Timer, int Version), (long Due, long Order)> _due = new();
    private DateTimeOffset _now = start;
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on by this much; returns when every timer on the way has fired.</summary>
    public void Pass(TimeSpan span)
    {
        var end = GetUtcNow() + span;
        while (Next(end) is { } timer) timer.Fire();
    }

    /// <summary>Moves on to the next timer that is due by then, for whoever has more to do on the way than to fire it. Null: there is none, and it is then.</summary>
    public IDueTimer? Next(DateTimeOffset end)
    {
        lock (_gate)
        {
            while (_due.TryPeek(out var head, out var at) && at.Due <= end.UtcTicks)
            {
                _due.Dequeue();
                if (head.Version != head.Timer.Version) continue;
                if (at.Due > _now.UtcTicks) _now = new(at.Due, TimeSpan.Zero);
                return head.Timer;
            }

            _now = end;
            return null;
        }
    }

    private sealed class VirtualTimer(VirtualTime clock, TimerCallback callback, object? state) : IDueTimer
    {
        private TimeSpan _period;

        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Version++;
                _period = period;
                if (dueTime >= TimeSpan.Zero) clock._due.Enqueue((this, Version), (clock._now.UtcTicks + dueTime.Ticks, clock._order++));
                return true;
            }
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero) Change(_period, _period);
            callback(state);
        }

        public void Dispose()
        {
            lock (clock._gate) Version++;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
