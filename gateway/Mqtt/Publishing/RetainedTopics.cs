using System.Collections.Concurrent;
using AvGateway.Mqtt.Bus;
using AvGateway.Operations.Journal;

namespace AvGateway.Mqtt.Publishing;

/// <summary>Every retained publication of the gateway goes through here, so that what a rename or removal left behind can be cleared (I9).</summary>
public sealed class RetainedTopics(IMqttBus bus, IRetainedRegistry registry)
{
    private readonly ConcurrentDictionary<string, byte> _shown = new(StringComparer.Ordinal);

    public int Count => _shown.Count;

    public void Show(string topic, ReadOnlyMemory<byte> payload)
    {
        if (_shown.TryAdd(topic, 0)) registry.Add(topic);
        bus.Publish(new(topic, payload, Retain: true));
    }

    /// <summary>Empties the topic if this run has shown it.</summary>
    public void Clear(string topic)
    {
        if (!_shown.TryRemove(topic, out _)) return;
        bus.Publish(new(topic, ReadOnlyMemory<byte>.Empty, Retain: true));
        registry.Remove(topic);
    }

    /// <summary>Empties what earlier runs left and this one has not shown. To be called when everything that is known at start was shown.</summary>
    /// <returns>How many topics were emptied.</returns>
    public async Task<int> ClearGhostsAsync(CancellationToken cancellation)
    {
        var cleared = 0;
        foreach (var topic in await registry.LoadAsync(cancellation))
        {
            if (_shown.ContainsKey(topic)) continue;
            bus.Publish(new(topic, ReadOnlyMemory<byte>.Empty, Retain: true));
            registry.Remove(topic);
            cleared++;
        }

        return cleared;
    }
}
