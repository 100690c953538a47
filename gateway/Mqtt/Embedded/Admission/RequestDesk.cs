using System.Buffers;
using System.Text;
using AvGateway.Mqtt.Bus;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace AvGateway.Mqtt.Embedded;

/// <summary>
/// Takes what clients publish. It goes to the gateway or nowhere: the library never passes a client's publication on to
/// another client and never keeps it.
/// </summary>
internal sealed partial class RequestDesk(BrokerOptions options, SessionTable sessions, BrokerMeter meter, RefusalLog refusals, ILogger log)
{
    private readonly Lock _oneAtATime = new();

    /// <summary>The gateway's ear; null while there is none.</summary>
    public Action<IncomingMessage>? OnRequest { get; set; }

    public Task TakeAsync(InterceptingPublishEventArgs publish)
    {
        publish.ProcessPublish = false;
        var session = (ClientSession)publish.SessionItems[Reception.SessionKey]!;
        var message = publish.ApplicationMessage;
        var (reason, word) = Judge(session, message.Topic);
        if (reason is MqttPubAckReasonCode.Success && OnRequest is { } hear)
        {
            meter.Requested();
            var request = new IncomingMessage(message.Topic, ToMemory(message.Payload), message.Retain)
            {
                Client = session.ClientId,
                ResponseTopic = message.ResponseTopic,
                Correlation = message.CorrelationData is { } correlation ? (ReadOnlyMemory<byte>?)correlation : null,
                ExpirySeconds = message.MessageExpiryInterval == 0 ? null : message.MessageExpiryInterval,
            };
            Hand(hear, request);
            return Task.CompletedTask;
        }

        refusals.Add(session.User.Name, word);
        publish.Response.ReasonCode = reason is MqttPubAckReasonCode.Success ? MqttPubAckReasonCode.ImplementationSpecificError : reason;

        // MQTT 3.1.1 has no word for "no": [MQTT-3.3.5-2] leaves the choice between a false yes and the end of the connection.
        if (!session.Channel.IsVersion5 && message.QualityOfServiceLevel is not MqttQualityOfServiceLevel.AtMostOnce) publish.CloseConnection = true;
        return Task.CompletedTask;
    }

    private void Hand(Action<IncomingMessage> hear, IncomingMessage request)
    {
        try
        {
            lock (_oneAtATime) hear(request);
        }
        catch (Exception e)
        {
            // The library would end the connection, which is right, and keep the bug to itself, which is not.
            LogBug(log, e, request.Topic);
            throw;
        }
    }

    [LoggerMessage(4102, LogLevel.Error, "a request on {Topic} could not be handed on; its connection is closed")]
    private static partial void LogBug(ILogger log, Exception error, string topic);

    private (MqttPubAckReasonCode, string) Judge(ClientSession session, string? topic)
    {
        if (string.IsNullOrEmpty(topic) || topic.AsSpan().IndexOfAny('+', '#', '\0') >= 0 || Encoding.UTF8.GetByteCount(topic) > options.MaxTopicBytes
            || topic.AsSpan().Count('/') >= options.MaxTopicLevels) return (MqttPubAckReasonCode.TopicNameInvalid, "publish-topic");
        if (!session.Rights.MayWrite(topic)) return (MqttPubAckReasonCode.NotAuthorized, "publish-right");
        if (!sessions.ShareOf(session.User).Publishes.TryTake(options.RateOf(session.User.Role))) return (MqttPubAckReasonCode.QuotaExceeded, "publish-rate");
        return (MqttPubAckReasonCode.Success, "gateway-away");
    }

    private static ReadOnlyMemory<byte> ToMemory(ReadOnlySequence<byte> payload) => payload.IsSingleSegment ? payload.First : payload.ToArray();
}
