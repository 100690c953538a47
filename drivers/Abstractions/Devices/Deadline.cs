namespace AvGateway.Devices;

/// <summary>An absolute end on the monotonic clock, so that waiting in a queue counts and a step of the wall clock does not (N6).</summary>
public readonly record struct Deadline(long Timestamp)
{
    public static Deadline In(TimeSpan span, TimeProvider time) =>
        new(time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency));

    /// <summary>Zero when it has passed.</summary>
    public TimeSpan Remaining(TimeProvider time)
    {
        var left = Timestamp - time.GetTimestamp();
        return left <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)left / time.TimestampFrequency);
    }

    public bool HasPassed(TimeProvider time) => time.GetTimestamp() >= Timestamp;
}
