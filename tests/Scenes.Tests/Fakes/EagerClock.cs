namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>
/// Time that passes only when somebody waits: a timer set while nothing else goes on jumps to what happens next in the room, or to its own
/// due time.
/// </summary>
public sealed class EagerClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);
    private TimeSpan _now;

    /// <summary>When the room does something by itself next; null when never.</summary>
    public Func<TimeSpan?> NextEvent { get; set; } = () => null;

    /// <summary>Lets the room act at the present time; true when it changed anything that a waiter may hear.</summary>
    public Func<bool> Act { get; set; } = () => false;

    /// <summary>False: a timer never fires and time stands still, for what must be woken by an event alone.</summary>
    public bool TimersFire { get; set; } = true;

    public TimeSpan Now => _now;
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override long GetTimestamp() => _now.Ticks;
    public override DateTimeOffset GetUtcNow() => Start + _now;

    public void Pass(TimeSpan span)
    {
        var end = _now + span;
        while (NextEvent() is { } next && next <= end)
        {
            if (next > _now) _now = next;
            Act();
        }

        _now = end;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan || !TimersFire) return new Fired();
        var due = _now + dueTime;
        while (NextEvent() is { } next && next <= due)
        {
            if (next > _now) _now = next;
            if (Act()) return new Fired();
        }

        _now = due;
        callback(state);
        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;
        public void Dispose() { }
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
