using AvGateway.Operations.Faults;

namespace AvGateway.Channels.Webhook;

/// <summary>
/// Twenty messages in any minute, as WeCom and DingTalk allow; the last four of them are for the gravest. One message too many costs a robot of
/// DingTalk ten minutes, so the limit is kept here and not found there.
/// </summary>
internal sealed class RobotPace(TimeProvider time)
{
    public const int Most = 20;
    public const int ForGravest = 4;

    // A little more than the minute: their clock and the way to them are not ours.
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(62);

    private readonly Lock _gate = new();
    private readonly Queue<long> _sent = new(Most);
    private long? _heldSince;
    private TimeSpan _heldFor;

    /// <summary>Takes a place in the minute; false with how long it takes until there is one.</summary>
    public bool TryTake(Severity severity, out TimeSpan wait)
    {
        lock (_gate)
        {
            if (_heldSince is { } since)
            {
                wait = _heldFor - time.GetElapsedTime(since);
                if (wait > TimeSpan.Zero) return false;
                _heldSince = null;
            }

            while (_sent.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window) _sent.Dequeue();
            wait = TimeSpan.Zero;
            var most = severity is Severity.P1 ? Most : Most - ForGravest;
            if (_sent.Count < most)
            {
                _sent.Enqueue(time.GetTimestamp());
                return true;
            }

            // When so many have aged that one more fits.
            wait = Window - time.GetElapsedTime(_sent.ElementAt(_sent.Count - most));
            return false;
        }
    }

    /// <summary>The far end says that it was too much: nothing more for this long.</summary>
    public void Hold(TimeSpan span)
    {
        lock (_gate) (_heldSince, _heldFor) = (time.GetTimestamp(), span);
    }
}
