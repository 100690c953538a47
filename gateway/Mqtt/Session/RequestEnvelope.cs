using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Commands;

namespace AvGateway.Mqtt.Session;

/// <summary>A message of the request branch, read as far as it can be: who asks, where the answer goes, and what is wrong with it.</summary>
/// <param name="AnswerTopic">Null: nobody listens.</param>
/// <param name="Refusal">The first thing that is wrong, in the order in which a caller would want to know; null: nothing.</param>
internal sealed record RequestEnvelope(
    string Caller, string? Id, string? AnswerTopic, RequestTarget? Target, RequestBody Body, TimeSpan? Ttl, Refusal? Refusal)
{
    /// <summary>Null for a topic that names no caller: nobody could be answered.</summary>
    public static RequestEnvelope? Read(TopicMap topics, IncomingMessage message)
    {
        if (!topics.TryReadCaller(message.Topic, out var caller)) return null;
        var badBody = RequestBodyReader.Read(message.Payload.Span, out var body);
        var id = body.Id ?? (message.Correlation is { } correlation ? RequestId.FromCorrelation(correlation.Span) : null);
        var ownTopic = message.ResponseTopic is { } response && topics.IsAnswerTopicOf(caller, response) ? response : null;
        var answerTopic = ownTopic ?? (id is null ? null : topics.Answer(caller, id));
        topics.TryReadRequest(message.Topic, out var target);
        var refusal = message.Retained ? new Refusal(AnswerCodes.Retained)
            : message.ResponseTopic is not null && ownTopic is null ? new(AnswerCodes.ForeignAnswerTopic, $"the response topic is not below {topics.Answer(caller, "")}")
            : id is null && message.Correlation is { Length: > 0 } ? new(AnswerCodes.BadId, "the correlation data is longer than 64 bytes; a 16-byte UUID is best")
            : badBody ?? (target is null ? new(AnswerCodes.BadTopic, "this is no request topic; see the table of requests in the manual") : null);
        return new(caller, id, answerTopic, target, body, TtlOf(message, body), refusal);
    }

    private static TimeSpan? TtlOf(IncomingMessage message, RequestBody body)
    {
        if (message.ExpirySeconds is not { } seconds) return body.Ttl;
        var expiry = TimeSpan.FromSeconds(seconds);
        return body.Ttl is { } own && own < expiry ? own : expiry;
    }
}
