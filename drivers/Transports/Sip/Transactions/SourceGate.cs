using System.Net;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Lets each source address start so many requests a second; a flood from one device leaves room for the others.</summary>
internal sealed class SourceGate(TimeProvider time, int perSecond, int burst)
{
    private const int Sources = 4096;
    private readonly Dictionary<IPAddress, Bucket> _buckets = [];

    /// <param name="first">True once when the source goes over its share, until it has been quiet.</param>
    public bool Allows(IPAddress source, out bool first)
    {
        first = false;
        var now = time.GetTimestamp();
        if (!_buckets.TryGetValue(source, out var bucket))
        {
            if (_buckets.Count >= Sources && !MakeRoom(now)) return false;
            _buckets.Add(source, bucket = new() { Tokens = burst, At = now });
        }

        Fill(bucket, now);
        if (bucket.Tokens >= 1)
        {
            bucket.Tokens--;
            if (bucket.Tokens > burst / 2.0) bucket.IsFlooding = false;
            return true;
        }

        first = !bucket.IsFlooding;
        bucket.IsFlooding = true;
        return false;
    }

    private void Fill(Bucket bucket, long now)
    {
        bucket.Tokens = Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
        bucket.At = now;
    }

    /// <summary>Sources that have been quiet long enough to have a full bucket are forgotten.</summary>
    private bool MakeRoom(long now)
    {
        foreach (var (source, bucket) in _buckets)
        {
            Fill(bucket, now);
            if (bucket.Tokens >= burst) _buckets.Remove(source);
        }

        return _buckets.Count < Sources;
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public long At { get; set; }

        public bool IsFlooding { get; set; }
    }
}
