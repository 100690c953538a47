namespace AvGateway.Mqtt.Embedded;

/// <summary>Lets through a burst and then a steady rate. Safe from any thread.</summary>
internal sealed class TokenBucket(TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _spent;
    private long _at;

    public bool TryTake(PublishRate rate)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _spent = Math.Max(0, _spent - (time.GetElapsedTime(_at, now).TotalSeconds * rate.PerSecond));
            _at = now;
            if (_spent + 1 > rate.Burst) return false;
            _spent++;
            return true;
        }
    }
}
