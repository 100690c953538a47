using AvGateway.Devices;

namespace AvGateway.Mqtt.Publishing;

/// <summary>A retained topic that takes at most ten changes a second, the last of which always goes out. Guarded by its device's line.</summary>
internal abstract class PacedTopic(DeviceLine line, string topic) : IDue
{
    private Pace _pace;
    private bool _waits;

    public string Topic => topic;

    /// <summary>Its property is no more: what still waits is dropped.</summary>
    public bool IsGone { get; set; }

    public void ItIsTime() => line.Release(this);

    /// <summary>Something new is to be shown: now, or when its turn comes.</summary>
    /// <returns>False when it replaced one that was still waiting.</returns>
    protected bool Changed()
    {
        if (_waits) return false;
        Go();
        return true;
    }

    /// <summary>Its time has come.</summary>
    public void Go()
    {
        if (IsGone) return;
        if (_pace.TryTake(line.Now, line.Frequency, out var wait))
        {
            _waits = false;
            Publish();
            return;
        }

        _waits = true;
        line.Wait(this, wait);
    }

    protected abstract void Publish();
}

/// <summary><c>S/R/D/PROP</c>.</summary>
internal sealed class PacedReading(DeviceLine line, string topic) : PacedTopic(line, topic)
{
    private readonly DeviceLine _line = line;
    private Reading _latest;
    private bool _isKnown;

    /// <returns>False when an earlier one is dropped in favour of this.</returns>
    public bool Offer(in Reading reading)
    {
        // The picture at start and the first changes cross: what is older than what was shown comes too late (I6).
        if (_isKnown && (reading.Sequence < _latest.Sequence || reading == _latest)) return true;
        _latest = reading;
        _isKnown = true;
        return Changed();
    }

    protected override void Publish()
    {
        var payload = ReadingPayload.Write(_latest);
        if (payload.Length > ReadingPayload.MostBytes)
        {
            _line.CountOversized();
            payload = ReadingPayload.Write(_latest with { Value = Value.None, Quality = Quality.Unknown });
        }

        _line.Show(Topic, payload);
    }
}

/// <summary><c>S/R/D/PROP/$target</c>.</summary>
internal sealed class PacedTarget(DeviceLine line, string topic) : PacedTopic(line, topic)
{
    private readonly DeviceLine _line = line;
    private Target? _latest;
    private Target? _shown;

    public bool IsKnown { get; private set; }

    public bool Offer(Target? target)
    {
        IsKnown = true;
        if (target == _latest) return true;
        _latest = target;
        return Changed();
    }

    protected override void Publish()
    {
        if (_latest == _shown) return;
        _shown = _latest;
        if (_latest is null) _line.Clear(Topic);
        else _line.Show(Topic, TargetPayload.Write(_latest));
    }
}
