namespace AvGateway.LineWatch.TwoEnded;

/// <summary>The questions of one session as they arrive: which are new, how many there were, how many never came.</summary>
internal sealed class IncomingMeter(ulong session, TimeProvider time)
{
    private const int Remembered = 64;
    private const int KeptSeconds = 16;

    private readonly (long Second, uint Lowest, uint Highest, int Arrived)[] _seconds = new (long, uint, uint, int)[KeptSeconds];
    private readonly long _began = time.GetTimestamp();
    private uint _highest;
    private ulong _seen;

    public ulong Session { get; } = session;

    /// <summary>How many different ones have arrived.</summary>
    public uint Count { get; private set; }

    public long LastAt { get; private set; }

    /// <returns>False for one that came already, or is too old to tell.</returns>
    public bool Take(uint sequence)
    {
        if (sequence > _highest)
        {
            var ahead = sequence - _highest;
            _seen = ahead >= Remembered ? 1 : _seen << (int)ahead | 1;
            _highest = sequence;
        }
        else
        {
            var behind = _highest - sequence;
            if (behind >= Remembered || (_seen >> (int)behind & 1) != 0) return false;
            _seen |= 1UL << (int)behind;
        }

        Count++;
        LastAt = time.GetTimestamp();
        var second = (long)time.GetElapsedTime(_began).TotalSeconds;
        ref var slot = ref _seconds[second % KeptSeconds];
        if (slot.Second != second || slot.Arrived == 0) slot = (second, sequence, sequence, 0);
        slot = (second, Math.Min(slot.Lowest, sequence), Math.Max(slot.Highest, sequence), slot.Arrived + 1);
        return true;
    }

    /// <summary>Of the questions of the last seconds: how many are missing between the first and the last that came.</summary>
    public (int Lost, int Of) LossesWithin(TimeSpan window)
    {
        var now = (long)time.GetElapsedTime(_began).TotalSeconds;
        var kept = _seconds.Where(s => s.Arrived > 0 && now - s.Second <= Math.Min(window.TotalSeconds, KeptSeconds - 2)).ToList();
        if (kept.Count == 0) return default;
        var asked = (int)(kept.Max(s => s.Highest) - kept.Min(s => s.Lowest)) + 1;
        return (Math.Max(0, asked - kept.Sum(s => s.Arrived)), asked);
    }
}
