namespace AvGateway.Simulator.Devices;

/// <summary>
/// Timers of one owner, all running under the device's lock. A callback that was already on its way when its timer was stopped finds the
/// timer dead and does nothing; one that overtook another on a busy machine lets that one act first.
/// </summary>
internal sealed class TimerScope(TimeProvider time, Lock gate)
{
    private readonly HashSet<PendingTimer> _pending = [];
    private long _lastNumber;

    /// <summary>Runs the action once after the delay. Call with the device locked.</summary>
    public IDisposable After(TimeSpan delay, Action action)
    {
        var timer = new PendingTimer(this, action, (time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency), ++_lastNumber));
        _pending.Add(timer);
        timer.Start(time, delay);
        return timer;
    }

    /// <summary>Stops everything that is pending. Call with the device locked.</summary>
    public void Clear()
    {
        foreach (var timer in _pending.ToArray()) timer.Dispose();
    }

    private sealed class PendingTimer(TimerScope scope, Action action, (long Due, long Number) place) : IDisposable
    {
        private readonly (long Due, long Number) _place = place;
        private ITimer? _timer;
        private bool _dead;

        public void Start(TimeProvider time, TimeSpan delay)
        {
            // Created unarmed: with a zero delay the callback may otherwise run before the field is set.
            _timer =
                time.CreateTimer(static state => ((PendingTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            _dead = true;
            scope._pending.Remove(this);
            _timer?.Dispose();
        }

        private void Fire()
        {
            lock (scope.Gate)
            {
                if (_dead) return;
                foreach (var timer in scope._pending.Where(t => t._place.CompareTo(_place) < 0).OrderBy(t => t._place).ToArray()) timer.Act();
                Act();
            }
        }

        private void Act()
        {
            if (_dead) return;
            Dispose();
            action();
        }
    }

    private Lock Gate => gate;
}
