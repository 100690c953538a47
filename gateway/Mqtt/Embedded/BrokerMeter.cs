using System.Diagnostics.Metrics;

namespace AvGateway.Mqtt.Embedded;

/// <summary>Numbers of the embedded broker, under the name <c>AvGateway.Mqtt</c>.</summary>
public sealed class BrokerMeter : IDisposable
{
    public const string Name = "AvGateway.Mqtt";

    private readonly Meter _meter = new(Name);
    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _closed;

    public BrokerMeter()
    {
        _connections = _meter.CreateUpDownCounter<int>("avgw.mqtt.connections", description: "open connections");
        _refused = _meter.CreateCounter<long>("avgw.mqtt.refused", description: "what clients were refused, by reason");
        _delivered = _meter.CreateCounter<long>("avgw.mqtt.delivered", description: "publications written to clients");
        _dropped = _meter.CreateCounter<long>("avgw.mqtt.dropped", description: "publications not written to a client, by reason");
        _requests = _meter.CreateCounter<long>("avgw.mqtt.requests", description: "requests handed to the gateway");
        _closed = _meter.CreateCounter<long>("avgw.mqtt.closed", description: "connections that the broker closed, by reason");
    }

    /// <summary>The instrument set, so that a listener can tell this broker from another one in the same process.</summary>
    public Meter Meter => _meter;

    public void Dispose() => _meter.Dispose();

    internal void Connections(int change) => _connections.Add(change);

    internal void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Delivered() => _delivered.Add(1);

    internal void Dropped(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Requested() => _requests.Add(1);

    internal void Closed(string reason) => _closed.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
