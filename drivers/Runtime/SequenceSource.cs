namespace AvGateway.Drivers.Runtime;

/// <summary>Numbers every change of every value of this gateway; never goes back, restarts included (I6).</summary>
/// <param name="boot">How often this data directory was started, counted durably. 2^21 starts of 2^32 changes fit the 2^53 that JSON readers keep exactly.</param>
public sealed class SequenceSource(long boot)
{
    private long _last = boot << 32;

    public long Next() => Interlocked.Increment(ref _last);
}
