namespace AvGateway.Mqtt.Bus;

/// <summary>What the gateway publishes.</summary>
/// <param name="Topic">Whole topic, root included.</param>
/// <param name="Payload">UTF-8 JSON; empty with <paramref name="Retain"/> clears the topic.</param>
/// <param name="Retain">True for state: kept by the bus as the last word on this topic, and all of it given to whoever subscribes.</param>
public sealed record Publication(string Topic, ReadOnlyMemory<byte> Payload, bool Retain)
{
    /// <summary>MQTT 5 correlation data of an answer; null otherwise.</summary>
    public ReadOnlyMemory<byte>? Correlation { get; init; }

    /// <summary>Seconds after which a broker may drop it; null: never.</summary>
    public uint? ExpirySeconds { get; init; }
}

/// <summary>A request as it came in, before anything in it is believed.</summary>
/// <param name="Retained">The retain flag of the publication: always refused.</param>
public sealed record IncomingMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retained)
{
    /// <summary>The MQTT client id, for the journal; proves nothing.</summary>
    public string? Client { get; init; }

    public string? ResponseTopic { get; init; }
    public ReadOnlyMemory<byte>? Correlation { get; init; }

    /// <summary>What is left of the MQTT 5 message expiry; null when none was given.</summary>
    public uint? ExpirySeconds { get; init; }
}

/// <summary>The broker as the gateway sees it, embedded or far away. All of MQTTnet stays behind this.</summary>
public interface IMqttBus
{
    /// <summary>True while publications reach the broker at once.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Publishes with QoS 1 and never waits. While the broker is away state collapses to the last value of each topic and
    /// everything else waits in a bounded outbox. Publications of one topic arrive in the order of the calls.
    /// </summary>
    void Publish(Publication publication);

    /// <summary>Every retained topic that the bus now stands for, with its payload.</summary>
    IReadOnlyCollection<KeyValuePair<string, ReadOnlyMemory<byte>>> Retained { get; }

    /// <summary>Opens the bus. <paramref name="onRequest"/> hears each message under the request branch, one at a time, and must return at once.</summary>
    /// <param name="will">Published by the broker when the gateway is gone without a word.</param>
    Task StartAsync(Publication will, Action<IncomingMessage> onRequest, CancellationToken cancellation);

    /// <summary>Delivers what waits, within the token's time, then closes in order, so that the will is not sent.</summary>
    Task StopAsync(CancellationToken cancellation);
}
