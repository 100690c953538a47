using System.Buffers;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Client;

/// <summary>The gateway or its broker could not be reached or said no; the message says what to do.</summary>
public sealed class GatewayClientException(string message) : Exception(message);

/// <summary>A message as a client of the gateway sees it.</summary>
public readonly record struct Received(string Topic, ReadOnlyMemory<byte> Payload, bool Retained);

/// <summary>A plain MQTT 5 client of a gateway, for the command line: no rights but those of its user.</summary>
public sealed class GatewayClient : IAsyncDisposable
{
    private const int PendingBound = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IMqttClient _client;
    private readonly TimeProvider _time;
    private readonly Channel<Received> _received = Channel.CreateBounded<Received>(new BoundedChannelOptions(PendingBound) { SingleReader = true });

    private GatewayClient(IMqttClient client, string caller, TimeProvider time)
    {
        _client = client;
        _time = time;
        Caller = caller;
    }

    /// <summary>The user name: the caller id in every request topic.</summary>
    public string Caller { get; }

    /// <summary>First level of every topic.</summary>
    public string Root { get; private init; } = "avgw";

    /// <summary>Connects to <c>mqtt://USER:PASSWORD@HOST:PORT</c> (or <c>mqtts://</c>).</summary>
    public static Task<GatewayClient> ConnectAsync(Uri url, string root, TimeProvider time, CancellationToken cancellation) =>
        ConnectAsync(url, new(), root, time, cancellation);

    /// <summary>The same with certificates of one's own, for <c>mqtts://</c>.</summary>
    public static async Task<GatewayClient> ConnectAsync(Uri url, ClientTls certificates, string root, TimeProvider time, CancellationToken cancellation)
    {
        if (url.Scheme is not ("mqtt" or "mqtts")) throw new GatewayClientException($"\"{url.Scheme}\" is not a way to a gateway; write mqtt://USER:PASSWORD@HOST:PORT");
        var user = url.UserInfo.Split(':', 2);
        if (user is not [{ Length: > 0 } name, var password]) throw new GatewayClientException("the URL names no user and password; write mqtt://USER:PASSWORD@HOST:PORT");
        name = Uri.UnescapeDataString(name);
        var isSecure = url.Scheme == "mqtts";
        var options = new MqttClientOptionsBuilder()
            .WithTcpServer(url.Host, url.Port > 0 ? url.Port : isSecure ? 8883 : 1883)
            .WithTlsOptions(tls => certificates.Apply(tls.UseTls(isSecure).WithTargetHost(url.Host)))
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithCredentials(name, Uri.UnescapeDataString(password))
            .WithClientId($"ctl-{Guid.NewGuid():N}")
            .WithCleanStart()
            .WithTimeout(Patience)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(15))
            .Build();
        var mqtt = new MqttClientFactory().CreateMqttClient();
        var client = new GatewayClient(mqtt, name, time) { Root = root };
        mqtt.ApplicationMessageReceivedAsync += client.TakeAsync;
        mqtt.DisconnectedAsync += _ =>
        {
            client._received.Writer.TryComplete();
            return Task.CompletedTask;
        };
        try
        {
            var result = await mqtt.ConnectAsync(options, cancellation);
            if (result.ResultCode is MqttClientConnectResultCode.Success) return client;
            mqtt.Dispose();
            throw new GatewayClientException(result.ResultCode is MqttClientConnectResultCode.BadUserNameOrPassword or MqttClientConnectResultCode.NotAuthorized
                ? $"user \"{name}\" was refused: check name and password (credentials.json in the gateway's data directory)"
                : $"the broker refused the connection: {result.ResultCode}");
        }
        catch (Exception failure) when (failure is MQTTnet.Exceptions.MqttCommunicationException or MQTTnet.Adapter.MqttConnectingFailedException or OperationCanceledException)
        {
            mqtt.Dispose();
            throw new GatewayClientException($"no gateway at {url.Host}:{url.Port}: {failure.Message}");
        }
    }

    /// <summary>Subscribes and waits until the broker has said yes.</summary>
    public async Task SubscribeAsync(string filter, CancellationToken cancellation)
    {
        var result = await _client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce).Build(), cancellation);
        if (result.Items.FirstOrDefault(i => i.ResultCode >= MqttClientSubscribeResultCode.UnspecifiedError) is { } refused)
        {
            throw new GatewayClientException($"user \"{Caller}\" may not read {refused.TopicFilter.Topic}");
        }
    }

    /// <summary>Publishes one request under an id of its own.</summary>
    public async Task<Guid> AskAsync(string site, string target, ReadOnlyMemory<byte> payload, uint expirySeconds, CancellationToken cancellation)
    {
        var id = Guid.NewGuid();
        await AskAsync(id, site, target, payload, expirySeconds, cancellation);
        return id;
    }

    /// <summary>Publishes one request; answers arrive under <c>$rsp</c> with the id as correlation data.</summary>
    public async Task AskAsync(Guid id, string site, string target, ReadOnlyMemory<byte> payload, uint expirySeconds, CancellationToken cancellation)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic($"{Root}/1/{site}/$req/{Caller}/{target}")
            .WithPayload(payload.ToArray())
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithResponseTopic($"{Root}/1/{site}/$rsp/{Caller}/ctl")
            .WithCorrelationData(id.ToByteArray(bigEndian: true))
            .WithMessageExpiryInterval(expirySeconds)
            .Build();
        var result = await _client.PublishAsync(message, cancellation);
        if (!result.IsSuccess) throw new GatewayClientException($"the broker refused the request: {result.ReasonCode}");
    }

    /// <summary>The next message, or null when none came in time or the connection ended.</summary>
    public async Task<Received?> NextAsync(TimeSpan within, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try { return await _received.Reader.ReadAsync(either.Token); }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested) { return null; }
        catch (ChannelClosedException) { return null; }
    }

    /// <summary>The site ids that this user can see a gateway of.</summary>
    public async Task<string> FindSiteAsync(CancellationToken cancellation)
    {
        await SubscribeAsync($"{Root}/1/+/$gw/+/state", cancellation);
        while (await NextAsync(Patience, cancellation) is { } received)
        {
            if (received.Topic.Split('/') is [_, _, var site, "$gw", ..]) return site;
        }

        throw new GatewayClientException("no gateway has shown its state to this user; name the site with --site-id");
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsConnected) await _client.DisconnectAsync();
        _client.Dispose();
    }

    private async Task TakeAsync(MqttApplicationMessageReceivedEventArgs arrived)
    {
        var message = arrived.ApplicationMessage;
        await _received.Writer.WriteAsync(new(message.Topic, message.Payload.ToArray(), message.Retain));
    }
}
