using AvGateway.Mqtt.Bus;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Session;

/// <summary>Answers go to one topic, with the correlation data of the request. Equal when a caller could not tell two of them apart.</summary>
internal sealed class MqttAnswers(IMqttBus bus, string topic, ReadOnlyMemory<byte>? correlation) : IAnswers, IEquatable<MqttAnswers>
{
    // An answer that a lost broker kept back for longer than this is of use to nobody.
    private const uint ExpirySeconds = 300;

    public void Give(in Answer answer) =>
        bus.Publish(new(topic, answer.Json, Retain: false) { Correlation = correlation, ExpirySeconds = ExpirySeconds });

    public bool Equals(MqttAnswers? other) => other is not null && other.Topic == topic && Same(other.Correlation, correlation);

    public override bool Equals(object? obj) => Equals(obj as MqttAnswers);

    public override int GetHashCode() => topic.GetHashCode(StringComparison.Ordinal);

    private string Topic => topic;

    private ReadOnlyMemory<byte>? Correlation => correlation;

    private static bool Same(ReadOnlyMemory<byte>? left, ReadOnlyMemory<byte>? right) =>
        left is { } l ? right is { } r && l.Span.SequenceEqual(r.Span) : right is null;
}
