namespace AvGateway.Testing.Power;

/// <summary>
/// Time that passes only when somebody waits: a timer leaps to its own due time and fires. For one loop that waits in one place; what its
/// devices do by themselves they work out from the time when they are looked at.
/// </summary>
public sealed class LeapClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 2, 14, 9, 30, 0, TimeSpan.Zero);

    private long _now;

    /// <summary>What the wall clock shows beside what really passed: a step of it, as NTP or a hand makes it.</summary>
    public TimeSpan WallStep { get; set; }

    /// <summary>Hears the time after each leap.</summary>
    public Action<TimeSpan>? Leapt { get; set; }

    public TimeSpan Now => TimeSpan.FromTicks(Interlocked.Read(ref _now));
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    public override long GetTimestamp() => Start.UtcTicks + Interlocked.Read(ref _now);
    public override DateTimeOffset GetUtcNow() => Start + Now + WallStep;

    public void Pass(TimeSpan span)
    {
        Interlocked.Add(ref _now, span.Ticks);
        Leapt?.Invoke(Now);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan) return new Fired();
        Pass(dueTime);
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
