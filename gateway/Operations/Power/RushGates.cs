namespace AvGateway.Operations.Power;

/// <summary>When the next load may start: the gap of a feeder's outlets, and what a circuit bears at one time.</summary>
internal sealed class RushGates(IReadOnlyDictionary<string, PowerBranch> branches, TimeProvider time, bool isResumed)
{
    private readonly Dictionary<Devices.DeviceId, long> _lastOf = [];
    private readonly Dictionary<int, long> _takenBy = [];
    private readonly Dictionary<string, List<Rush>> _rushes = new(StringComparer.Ordinal);

    // Nobody knows what an earlier process switched just before it died: everything counts as switched at the start.
    private readonly long _takenUp = time.GetTimestamp();

    private sealed class Rush(int step, double inrush)
    {
        public int Step => step;
        public double Inrush => inrush;

        /// <summary>Null while its frame has not gone.</summary>
        public long? SentAt { get; set; }
    }

    /// <summary>The timestamp from which this step may go, as far as is known now; long.MaxValue while another's frame is still to go.</summary>
    public long OpenAt(int index, PowerStep step)
    {
        var at = long.MinValue;
        if (step.Gap > TimeSpan.Zero)
        {
            if (_lastOf.TryGetValue(step.Device, out var last)) at = last == long.MaxValue ? long.MaxValue : last + Ticks(step.Gap);
            else if (isResumed) at = _takenUp + Ticks(step.Gap);
        }

        foreach (var id in step.Branches)
            if (branches.TryGetValue(id, out var branch)) at = Math.Max(at, OpenAt(branch, index, step.Inrush));
        return at;
    }

    public void Taken(int index, PowerStep step)
    {
        if (step.Gap > TimeSpan.Zero) _lastOf[step.Device] = long.MaxValue;
        foreach (var id in step.Branches) Of(id).Add(new(index, step.Inrush));
    }

    /// <summary>Its frame has gone to the link.</summary>
    public void Sent(int index, PowerStep step)
    {
        foreach (var id in step.Branches)
            foreach (var rush in Of(id)) if (rush.Step == index) rush.SentAt ??= time.GetTimestamp();
    }

    /// <summary>The device has said yes: its frame is there, however long it was on its way.</summary>
    public void Acknowledged(int index, PowerStep step)
    {
        if (step.Gap > TimeSpan.Zero) _takenBy[index] = time.GetTimestamp();
    }

    /// <summary>
    /// Its command has ended. The next outlet's gap counts from the device's yes when its effect was seen as well: each relay acts as long after its yes as
    /// the one before. Else from here, later than which no frame of it can have gone.
    /// </summary>
    public void Ended(int index, PowerStep step, bool isSeen)
    {
        if (step.Gap > TimeSpan.Zero) _lastOf[step.Device] = isSeen && _takenBy.TryGetValue(index, out var taken) ? taken : time.GetTimestamp();
        _takenBy.Remove(index);
        Sent(index, step);
    }

    private long OpenAt(PowerBranch branch, int index, double inrush)
    {
        var settle = Ticks(branch.Settle);
        var now = time.GetTimestamp();
        if (isResumed && now < _takenUp + settle) return _takenUp + settle;
        var rushes = Of(branch.Id);
        rushes.RemoveAll(r => (r.SentAt is { } sent && sent + settle <= now) || r.Step == index);
        var busy = rushes.Sum(r => r.Inrush);
        if (busy == 0 || busy + inrush <= branch.Inrush) return long.MinValue;
        foreach (var rush in rushes.OrderBy(r => r.SentAt ?? long.MaxValue))
        {
            busy -= rush.Inrush;
            if (busy > 0.001 && busy + inrush > branch.Inrush) continue;
            return rush.SentAt is { } sent ? sent + settle : long.MaxValue;
        }

        return long.MinValue;
    }

    private List<Rush> Of(string branch) => _rushes.TryGetValue(branch, out var list) ? list : _rushes[branch] = [];

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
