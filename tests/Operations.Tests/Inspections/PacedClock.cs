namespace AvGateway.Operations.Tests.Inspections;

/// <summary>
/// The inspector's view of a virtual clock: it knows when somebody waits for the next look, so that a test lets time pass only then. Else a
/// command on a busy machine would run out of its time before its thread came to run.
/// </summary>
internal sealed class PacedClock(TimeProvider clock) : TimeProvider
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(250);

    private int _waiting;

    /// <summary>Somebody waits for the next look.</summary>
    public bool IsWaitedFor => Volatile.Read(ref _waiting) > 0;

    public override long TimestampFrequency => clock.TimestampFrequency;
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > LongestLook || dueTime < TimeSpan.Zero) return clock.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _waiting);
        return clock.CreateTimer(
            fired =>
            {
                Interlocked.Decrement(ref _waiting);
                callback(fired);
            },
            state,
            dueTime,
            period);
    }
}
