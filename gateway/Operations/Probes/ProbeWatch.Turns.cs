namespace AvGateway.Operations.Probes;

// When: one timer, few at once and fewer at one host.
public sealed partial class ProbeWatch
{
    private void Turn()
    {
        var starts = new List<ProbeState>();
        lock (_gate)
        {
            if (_timer is null) return;
            var now = _time.GetTimestamp();
            while (_due.TryPeek(out var wake, out var at) && at <= now)
            {
                _due.Dequeue();
                if (wake.Lane is { } lane)
                {
                    lane.IsTimed = false;
                    Pump(lane, starts);
                }
                else if (wake.Probe is { IsRunning: false, IsWaiting: false } probe && probe.DueAt == at)
                {
                    probe.IsWaiting = true;
                    probe.Lane.Waiting.Enqueue(probe);
                    Pump(probe.Lane, starts);
                }
            }

            Rearm();
        }

        foreach (var state in starts) Launch(() => _ = RunAsync(state));
    }

    private void Pump(HostLane lane, List<ProbeState> starts)
    {
        while (lane is { Running: < MostAtOneHost, Waiting.Count: > 0 })
        {
            if (_running >= MostRunning)
            {
                if (!lane.IsHeld) _held.Enqueue(lane);
                lane.IsHeld = true;
                return;
            }

            var now = _time.GetTimestamp();
            if (lane.NotBefore > now)
            {
                if (!lane.IsTimed) _due.Enqueue((null, lane), lane.NotBefore);
                lane.IsTimed = true;
                return;
            }

            lane.NotBefore = now + Stamp(HostGap);
            var state = lane.Waiting.Dequeue();
            (state.IsWaiting, state.IsRunning) = (false, true);
            lane.Running++;
            _running++;
            starts.Add(state);
        }
    }

    private void Release(ProbeState state, long began)
    {
        var starts = new List<ProbeState>();
        lock (_gate)
        {
            _running--;
            state.Lane.Running--;
            state.IsRunning = false;
            state.Runs++;
            if (_running == 0) _idle?.TrySetResult();
            if (_timer is null)
            {
                foreach (var waiting in state.Asked) waiting.TrySetCanceled();
                return;
            }

            var now = _time.GetTimestamp();
            PlanAt(state, Math.Max(now, began + Stamp(PauseAfter(state))));
            Pump(state.Lane, starts);
            while (_running < MostRunning && _held.TryDequeue(out var lane))
            {
                lane.IsHeld = false;
                Pump(lane, starts);
            }

            Rearm();
        }

        foreach (var next in starts) Launch(() => _ = RunAsync(next));
    }

    private TimeSpan PauseAfter(ProbeState state)
    {
        var every = state.Plan.Every;
        if (every > Pressing && (IsUncertain(state) || _outlets.IsPressing(state.Plan))) return Pressing;

        // Once, the second run takes its place in the whole period, so that what started together does not stay together.
        return state.Runs == 1 ? every * (0.5 + Spread(state) / 2) : every;
    }

    private static bool IsUncertain(ProbeState state) => state.Policy.Failures > 0 && state.Policy.Failures < state.Plan.Failures;

    // Its own timer: were the other one dead, what is shown would still grow old.
    private void Sweep()
    {
        var stale = new List<string>();
        lock (_gate)
        {
            if (_timer is null) return;
            var (now, soon) = (_time.GetUtcNow(), _time.GetTimestamp() + Stamp(Pressing));
            foreach (var state in _probes.Values)
            {
                if (!state.IsStale && now > state.Until)
                {
                    (state.IsStale, state.Since) = (true, now);
                    stale.Add(state.Plan.Id);
                }

                if (state is { IsRunning: false, IsWaiting: false } && state.DueAt > soon && _outlets.IsPressing(state.Plan)) PlanAt(state, soon);
            }

            Rearm();
        }

        foreach (var id in stale)
        {
            GrownStale(_log, id);
            Changed?.Invoke(id);
        }
    }

    private void PlanAt(ProbeState state, long at)
    {
        state.DueAt = at;
        _due.Enqueue((state, null), at);
    }

    private void Rearm()
    {
        if (_timer is null || !_due.TryPeek(out _, out var at)) return;
        var wait = at - _time.GetTimestamp();
        _timer.Change(wait <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)wait / _time.TimestampFrequency), Timeout.InfiniteTimeSpan);
    }

    private long Stamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>0 … 1 by the id: the same after each start, and unlike its neighbours'.</summary>
    private static double Spread(ProbeState state)
    {
        var hash = 2166136261u;
        foreach (var c in state.Plan.Id) hash = (hash ^ c) * 16777619u;
        return (hash >> 8) / (double)(1 << 24);
    }
}
