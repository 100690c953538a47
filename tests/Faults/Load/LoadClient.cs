using System.Buffers;
using System.Net;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AvGateway.Faults.Load;

/// <summary>One MQTT 5 connection with QoS 1, as a panel has it; it ends with its gateway and is not revived.</summary>
public sealed class LoadClient : IAsyncDisposable
{
    private readonly IMqttClient _client;
    private readonly string _user;
    private readonly string _root;
    private readonly Action<Guid, string> _answered;
    private readonly Action<string, string> _shown;

    private LoadClient(IMqttClient client, string user, string root, Action<Guid, string> answered, Action<string, string> shown)
    {
        (_client, _user, _root, _answered, _shown) = (client, user, root, answered, shown);
        client.ApplicationMessageReceivedAsync += message =>
        {
            Take(message.ApplicationMessage);
            return Task.CompletedTask;
        };
    }

    /// <summary>Its client id.</summary>
    public string Id { get; } = $"load-{Guid.NewGuid():N}";

    private string AnswerTopic => $"{_root}/$rsp/{_user}/load";

    /// <summary>Connects and subscribes; returns when the broker has confirmed both.</summary>
    /// <param name="rooms">Whose topics to listen to.</param>
    /// <param name="answered">Gets the correlation data and the payload of each answer.</param>
    /// <param name="shown">Gets topic, below the site, and payload of each state, empty for one that was cleared.</param>
    public static async Task<LoadClient> ConnectAsync(
        IPEndPoint broker, (string Name, string Password) user, string site, IEnumerable<string> rooms, Action<Guid, string> answered, Action<string, string> shown, CancellationToken cancellation)
    {
        var root = $"avgw/1/{site}";
        var client = new LoadClient(new MqttClientFactory().CreateMqttClient(), user.Name, root, answered, shown);
        var options = new MqttClientOptionsBuilder().WithTcpServer(broker.Address.ToString(), broker.Port).WithProtocolVersion(MqttProtocolVersion.V500)
            .WithCredentials(user.Name, user.Password).WithClientId(client.Id).WithCleanStart().WithKeepAlivePeriod(TimeSpan.FromSeconds(30)).Build();
        await client._client.ConnectAsync(options, cancellation);
        var filters = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(client.AnswerTopic, MqttQualityOfServiceLevel.AtLeastOnce);
        foreach (var room in rooms) filters.WithTopicFilter($"{root}/{room}/+/+", MqttQualityOfServiceLevel.AtLeastOnce);
        await client._client.SubscribeAsync(filters.Build(), cancellation);
        return client;
    }

    /// <summary>Publishes a request. False when the connection ended first, so that nobody knows whether it arrived.</summary>
    /// <exception cref="InvalidOperationException">The broker refused it.</exception>
    public async Task<bool> AskAsync(Guid id, string target, string payload, TimeSpan expiry)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic($"{_root}/$req/{_user}/{target}").WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithResponseTopic(AnswerTopic)
            .WithCorrelationData(id.ToByteArray(bigEndian: true)).WithMessageExpiryInterval((uint)expiry.TotalSeconds).Build();
        try
        {
            var told = await _client.PublishAsync(message);
            return told.IsSuccess ? true : throw new InvalidOperationException($"{target} was refused: {told.ReasonCode} {told.ReasonString}");
        }
        catch (Exception ended) when (ended is MqttCommunicationException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Take(MqttApplicationMessage message)
    {
        var payload = Encoding.UTF8.GetString(message.Payload.ToArray());
        if (message.Topic == AnswerTopic) _answered(new(message.CorrelationData.ToArray(), bigEndian: true), payload);
        else _shown(message.Topic[(_root.Length + 1)..], payload);
    }
}
