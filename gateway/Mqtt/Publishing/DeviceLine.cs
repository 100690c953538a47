using AvGateway.Devices;

namespace AvGateway.Mqtt.Publishing;

/// <summary>What was published for one device since the gateway started.</summary>
public readonly record struct LineCounters(long Published, long Collapsed, long EventsDropped, long Oversized);

/// <summary>All topics of one device. Its lock makes what comes from the mailbox, from the picture at start and from the timer one sequence.</summary>
internal sealed class DeviceLine(IDevice device, PublisherParts parts) : IDue
{
    private const int MostEventsPerSecond = 50;
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PacedReading> _readings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PacedTarget> _targets = new(StringComparer.Ordinal);
    private DeviceStatus? _status;
    private bool _describesSoon;
    private bool _isForgotten;
    private long _eventSecond;
    private int _events;
    private long _published;
    private long _collapsed;
    private long _eventsDropped;
    private long _oversized;

    public long Now => parts.Time.GetTimestamp();
    public long Frequency => parts.Time.TimestampFrequency;

    public LineCounters Counters
    {
        get { lock (_gate) return new(_published, _collapsed, _eventsDropped, _oversized); }
    }

    /// <summary>Shows everything that is known now and was not shown by a change already.</summary>
    public void ShowAll()
    {
        // Taken outside the lock: a device may hold one of its own while it tells a change.
        var snapshot = device.Snapshot();
        lock (_gate)
        {
            Describe();
            if (_status is null) ShowStatus(snapshot.Status);
            foreach (var (property, reading) in snapshot.Readings) Offer(property, reading);
            foreach (var (property, target) in snapshot.Targets)
            {
                var topic = TargetOf(property);
                if (!topic.IsKnown) topic.Offer(target);
            }
        }
    }

    public void Status(DeviceStatus status)
    {
        lock (_gate) ShowStatus(status);
    }

    public void Reading(string property, in Reading reading)
    {
        lock (_gate) Offer(property, reading);
    }

    public void Target(string property, Target? target)
    {
        lock (_gate)
        {
            if (!TargetOf(property).Offer(target)) _collapsed++;
        }
    }

    public void Event(string type, DateTimeOffset at, Arguments details)
    {
        lock (_gate)
        {
            if (_isForgotten) return;
            if (_events == 0 || Now - _eventSecond >= Frequency)
            {
                _eventSecond = Now;
                _events = 0;
            }

            if (++_events > MostEventsPerSecond)
            {
                _eventsDropped++;
                return;
            }

            _published++;
            parts.Bus.Publish(new(parts.Topics.Event(device.Id, type), EventPayload.Write(at, details), Retain: false));
        }
    }

    /// <summary>A device tells several counts in a row: described once when it has told them.</summary>
    public void DescribeSoon()
    {
        lock (_gate)
        {
            if (_describesSoon) return;
            _describesSoon = true;
            parts.Due.Add(this, (long)(SettleTime.TotalSeconds * Frequency));
        }
    }

    public void ItIsTime()
    {
        lock (_gate)
        {
            _describesSoon = false;
            if (_isForgotten) return;
            Describe();
            ClearBeyondExtents();
        }
    }

    /// <summary>Empties all topics; nothing is shown any more.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _isForgotten = true;
            parts.Retained.Clear(parts.Topics.DeviceDescription(device.Id));
            parts.Retained.Clear(parts.Topics.DeviceState(device.Id));
            foreach (var reading in _readings.Values) parts.Retained.Clear(reading.Topic);
            foreach (var target in _targets.Values) parts.Retained.Clear(target.Topic);
        }
    }

    internal void Release(PacedTopic topic)
    {
        lock (_gate) topic.Go();
    }

    internal void Wait(PacedTopic topic, long wait) => parts.Due.Add(topic, wait);

    internal void CountOversized() => _oversized++;

    internal void Show(string topic, byte[] payload)
    {
        if (_isForgotten) return;
        _published++;
        parts.Retained.Show(topic, payload);
    }

    internal void Clear(string topic)
    {
        if (_isForgotten) return;
        _published++;
        parts.Retained.Clear(topic);
    }

    private void Describe() => Show(parts.Topics.DeviceDescription(device.Id), DeviceDescription.Write(device, parts.Names.Of(device.Id), parts.Names.ProbesOf(device.Id)));

    // A device that was swapped for a smaller one: output 13 of 12 is nothing.
    private void ClearBeyondExtents()
    {
        foreach (var property in _readings.Keys.Where(IsBeyondExtents).ToList())
        {
            if (_readings.Remove(property, out var reading)) Drop(reading);
            if (_targets.Remove(property, out var target)) Drop(target);
        }
    }

    private void Drop(PacedTopic topic)
    {
        topic.IsGone = true;
        Clear(topic.Topic);
    }

    private bool IsBeyondExtents(string name)
    {
        foreach (var property in device.Manifest.Properties)
        {
            if (property.Matches(name, out var index) && property.Index is { } extent) return device.Extent(extent) is { } count && index >= property.First + count;
        }

        return false;
    }

    private void ShowStatus(DeviceStatus status)
    {
        if (status == _status) return;
        _status = status;
        Show(parts.Topics.DeviceState(device.Id), StatePayload.Write(status));
    }

    private void Offer(string property, in Reading reading)
    {
        if (!_readings.TryGetValue(property, out var topic))
        {
            _readings[property] = topic = new(this, parts.Topics.Property(device.Id, property));
        }

        if (!topic.Offer(reading)) _collapsed++;
    }

    private PacedTarget TargetOf(string property)
    {
        if (!_targets.TryGetValue(property, out var topic))
        {
            _targets[property] = topic = new(this, parts.Topics.Target(device.Id, property));
        }

        return topic;
    }
}
