using AvGateway.Mqtt.External.Mosquitto;
using AvGateway.Mqtt.Tests.Embedded;
using AvGateway.Mqtt.Tests.External;
using AvGateway.Operations.Access;
using MQTTnet;

namespace AvGateway.Mqtt.Tests.Rights;

/// <summary>
/// The same table over the wire (G17): on the embedded broker, and on a real mosquitto that has nothing but the files that we write for it.
/// </summary>
public sealed class WireMatrixTests
{
    private const int FiltersPerUser = 30;
    private const string Gateway = "avgateway";

    [Fact]
    public async Task The_embedded_broker_delivers_refuses_and_takes_what_the_table_says()
    {
        await using var rig = await BrokerRig.StartAsync(users: new(RightsOracle.Everybody));
        foreach (var topic in Stored) rig.Broker.Publish(new(topic, "1"u8.ToArray(), Retain: true));
        foreach (var user in RightsOracle.Everybody)
        {
            var client = await rig.ConnectAsync(user);
            await ReadAsync(client, user, refusesFilters: true);
            await WriteAsync(client, user);
        }
    }

    [Fact]
    public async Task A_mosquitto_with_the_exported_files_delivers_and_takes_what_the_table_says()
    {
        var passwords = RightsOracle.Everybody.Select(u => u.Name).Append(Gateway).Select(n => MosquittoPasswords.Line(n, FakeUsers.PasswordOf(n)));
        var access = new MosquittoAccess(new("avgw", "city"), RightsOracle.Rooms).Write(Gateway, RightsOracle.Everybody);
        await using var mosquitto = await Mosquitto.StartAsync(
            "allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/acl", ("passwords", string.Join('\n', passwords) + "\n"), ("acl", access));
        var gateway = await ConnectAsync(mosquitto, Gateway, FakeUsers.PasswordOf(Gateway));
        foreach (var topic in Stored) Assert.True((await gateway.PublishAsync(topic, "1", retain: true)).IsSuccess, topic);

        foreach (var user in RightsOracle.Everybody)
        {
            var client = await ConnectAsync(mosquitto, user.Name, FakeUsers.PasswordOf(user.Name));
            await ReadAsync(client, user, refusesFilters: false);
            await WriteAsync(client, user);
        }

        var stranger = await ConnectAsync(mosquitto, "engineer", "guessed", expected: MqttClientConnectResultCode.NotAuthorized);
        Assert.False(stranger.Mqtt.IsConnected);
    }

    /// <summary>What the gateway may write: its own site, and discovery; and the sentinel of each user.</summary>
    private static IEnumerable<string> Stored => TopicGrammar.Topics
        .Where(t => t.StartsWith(RightsOracle.Site + "/", StringComparison.Ordinal) || t.StartsWith("homeassistant/", StringComparison.Ordinal))
        .Concat(RightsOracle.Everybody.Select(u => Sentinel(u.Name)));

    private static string Sentinel(string user) => $"{RightsOracle.Site}/$rsp/{user}/sentinel";

    /// <summary>Whole trees, then random filters: what arrives is exactly what lies under the filter and may be read.</summary>
    private static async Task ReadAsync(TestClient client, User user, bool refusesFilters)
    {
        var (reads, _) = RightsOracle.Of(user);
        var random = new Random(user.Name.Sum(c => c));
        string[] filters = ["#", "+/#", $"{RightsOracle.Site}/#", $"{RightsOracle.Site}/+/#", "$SYS/#", .. Enumerable.Range(0, FiltersPerUser).Select(_ => TopicGrammar.Filter(random))];
        foreach (var filter in filters.Distinct().Where(f => f != Sentinel(user.Name)))
        {
            var code = await client.SubscribeAsync(filter);
            var isRefused = code > MqttClientSubscribeResultCode.GrantedQoS2;
            Assert.True(isRefused == (refusesFilters && !RightsOracle.Touches(reads, filter)), $"{user.Name} subscribes to {filter}: {code}");

            var expected = Stored.Where(t => !isRefused && RightsOracle.Matches(filter, t) && RightsOracle.Allows(reads, t)).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(expected, await ArrivedAsync(client, user, expected.Contains(Sentinel(user.Name)) ? 2 : 1));
            await client.Mqtt.UnsubscribeAsync(filter, BrokerRig.Stop);
            await client.Mqtt.UnsubscribeAsync(Sentinel(user.Name), BrokerRig.Stop);
        }
    }

    /// <summary>Everything that came before the state that was asked for last.</summary>
    private static async Task<List<string>> ArrivedAsync(TestClient client, User user, int sentinels)
    {
        await client.SubscribeAsync(Sentinel(user.Name));
        var arrived = new List<string>();
        while (arrived.Count(t => t == Sentinel(user.Name)) < sentinels) arrived.Add((await client.NextAsync()).Topic);
        arrived.Remove(Sentinel(user.Name));
        return [.. arrived.Order(StringComparer.Ordinal)];
    }

    private static async Task WriteAsync(TestClient client, User user)
    {
        var (_, writes) = RightsOracle.Of(user);
        foreach (var topic in TopicGrammar.Topics)
        {
            if (!client.Mqtt.IsConnected) Assert.Fail($"{user.Name} was disconnected before {topic}: {(await client.Closed).Reason}");
            var result = await client.PublishAsync(topic);
            var expected = RightsOracle.Allows(writes, topic) ? MqttClientPublishReasonCode.Success : MqttClientPublishReasonCode.NotAuthorized;

            // A broker that nobody listens to for a request says so, and took it.
            var said = result.ReasonCode is MqttClientPublishReasonCode.NoMatchingSubscribers ? MqttClientPublishReasonCode.Success : result.ReasonCode;
            Assert.True(said == expected, $"{user.Name} writes {topic}: {result.ReasonCode}");
        }
    }

    private static async Task<TestClient> ConnectAsync(Mosquitto mosquitto, string user, string password, MqttClientConnectResultCode expected = MqttClientConnectResultCode.Success)
    {
        var client = new TestClient(new MqttClientFactory().CreateMqttClient());
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", mosquitto.Port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
            .WithCredentials(user, password).WithClientId($"t-{Guid.NewGuid():N}").WithTimeout(BrokerRig.Patience).Build();
        client.Result = await client.Mqtt.ConnectAsync(options, BrokerRig.Stop);
        Assert.Equal(expected, client.Result.ResultCode);
        return client;
    }
}
