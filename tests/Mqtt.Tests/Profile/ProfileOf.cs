using AvGateway.Mqtt.Tests.Embedded;
using AvGateway.Operations.Access;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Profile;

/// <summary>What the contract asks of MQTT, asked of each broker in the same words.</summary>
public abstract class ProfileOf<TCourt> : IAsyncLifetime
    where TCourt : Court, new()
{
    internal const string Route = "court-1/matrix/do/route";
    internal const string RouteArguments = """{"args":{"input":7,"output":3}}""";

    private protected TCourt Here { get; } = new();

    public async ValueTask InitializeAsync() => await Here.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Here.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static string Request(User user, string tail = Route) => $"{Court.Site}/$req/{user.Name}/{tail}";

    private protected static string Answers(User user, string tail = "#") => $"{Court.Site}/$rsp/{user.Name}/{tail}";

    private protected static Task<MqttClientPublishResult> AskAsync(
        TestClient client, User user, string payload = RouteArguments, Action<MqttApplicationMessageBuilder>? change = null)
    {
        var message = new MqttApplicationMessageBuilder().WithTopic(Request(user)).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        change?.Invoke(message);
        return client.Mqtt.PublishAsync(message.Build(), BrokerRig.Stop);
    }

    /// <summary>A client that is connected and hears its own answers.</summary>
    private protected async Task<TestClient> ListenAsync(User user, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        var client = await Here.ConnectAsync(user, version);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await client.SubscribeAsync(Answers(user)));
        return client;
    }
}
