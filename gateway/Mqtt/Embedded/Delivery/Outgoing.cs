using AvGateway.Mqtt.Bus;

namespace AvGateway.Mqtt.Embedded;

/// <summary>A publication on its way to any number of clients; one object for all of them.</summary>
/// <param name="Expires">Timestamp after which nobody is given it any more; null: never.</param>
internal sealed record Outgoing(Publication Publication, long? Expires)
{
    public string Topic => Publication.Topic;

    public bool IsOver(long now) => Expires is { } end && now >= end;
}

/// <summary>How a client asked for what it gets.</summary>
/// <param name="AtLeastOnce">QoS 1; else QoS 0.</param>
/// <param name="KeepsRetain">MQTT 5 "retain as published".</param>
/// <param name="Identifiers">MQTT 5 subscription identifiers of the subscriptions that match; null when there are none.</param>
internal sealed record Grant(bool AtLeastOnce, bool KeepsRetain, List<uint>? Identifiers)
{
    /// <summary>Overlapping subscriptions give one delivery: the best quality, and the identifiers of all (MQTT 5, 3.3.4).</summary>
    public Grant And(Grant other) => new(
        AtLeastOnce || other.AtLeastOnce,
        KeepsRetain || other.KeepsRetain,
        (Identifiers, other.Identifiers) switch
        {
            (null, var b) => b,
            (var a, null) => a,
            var (a, b) => [.. a.Union(b)],
        });
}

/// <summary>A client that gets a topic, and how.</summary>
internal readonly record struct Receiver(ClientSession Session, Grant Grant);
