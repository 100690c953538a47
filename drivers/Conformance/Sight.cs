using System.Collections.Concurrent;
using AvGateway.Devices;

namespace AvGateway.Drivers.Conformance;

/// <summary>What a device has shown and told since somebody began to look, in order.</summary>
public sealed class Sight(DeviceSnapshot before)
{
    private const int Most = 10_000;
    private volatile bool _isOver;

    private readonly ConcurrentQueue<(string Property, Reading Reading)> _readings = new();
    private readonly ConcurrentQueue<DeviceEvent> _events = new();

    /// <summary>What was shown when the looking began.</summary>
    public DeviceSnapshot Before { get; } = before;

    public IReadOnlyCollection<(string Property, Reading Reading)> Readings => _readings;
    public IReadOnlyCollection<DeviceEvent> Events => _events;

    /// <summary>The properties of which another value was shown meanwhile, be it back by now or not. That a lost link makes a value old is no other value.</summary>
    public IEnumerable<string> Changed => _readings.Where(r => r.Reading.Quality is Quality.Good or Quality.Assumed && r.Reading.Value != Before[r.Property]).Select(r => r.Property).Distinct();

    /// <summary>The values of one property, as they were shown.</summary>
    public IEnumerable<Value> Of(string property) => _readings.Where(r => r.Property == property).Select(r => r.Reading.Value);

    /// <summary>What comes from now on is no part of it.</summary>
    internal void End() => _isOver = true;

    internal void Add(string property, Reading reading)
    {
        if (!_isOver && _readings.Count < Most) _readings.Enqueue((property, reading));
    }

    internal void Add(DeviceEvent happened)
    {
        if (!_isOver && _events.Count < Most) _events.Enqueue(happened);
    }
}

/// <summary>A wish that was acknowledged and not done: how it ended, what was shown then, and what was shown when the device followed again.</summary>
internal sealed record Unfollowed(Act Act, CommandResult End, Sight Meanwhile, DeviceSnapshot Shown)
{
    public DeviceSnapshot? Followed { get; init; }
}
