using System.Text;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Mqtt.Bus;
using AvGateway.Mqtt.Tests.Embedded;
using AvGateway.Mqtt.Tests.Session;
using AvGateway.Operations.Access;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using FakeDevice = AvGateway.Testing.Commands.FakeDevice;

namespace AvGateway.Mqtt.Tests.Profile;

/// <summary>A whole gateway with one matrix, and the broker that its clients meet. What a test does here it does to every broker that we support.</summary>
public abstract class Court : IAsyncDisposable
{
    internal const string Site = BrokerRig.Site;
    internal const string State = Site + "/$gw/gw-1/state";
    internal const string End = Site + "/court-1/end/$event/now";

    private readonly List<IMqttClient> _clients = [];
    private readonly Lock _gate = new();

    internal GatewayBench Bench { get; private set; } = null!;

    internal FakeRegistry Registry { get; private set; } = new();

    internal FakeDevice Device => Bench.Device;

    /// <summary>Where clients connect.</summary>
    internal abstract int Port { get; }

    internal async Task StartAsync()
    {
        await OpenBrokerAsync();
        await StartGatewayAsync();
    }

    /// <summary>The gateway stops in order and another run begins, which knows the topics that this one left.</summary>
    internal async Task RestartGatewayAsync()
    {
        await Bench.Gateway.StopAsync(BrokerRig.Stop);
        Bench.Dispose();
        Registry = new([.. Registry.Topics]);
        await ReopenAsync();
        await StartGatewayAsync();
    }

    /// <summary>The broker comes back and has forgotten everything.</summary>
    internal abstract Task LoseBrokerAsync();

    /// <summary>Shows a state, topic below the site.</summary>
    internal void Show(string topic, string payload) => Bench.Retained.Show($"{Site}/{topic}", Encoding.UTF8.GetBytes(payload));

    internal void Clear(string topic) => Bench.Retained.Clear($"{Site}/{topic}");

    /// <summary>Publishes what is not kept.</summary>
    internal void Tell(string topic, string payload = "{}", uint? expiry = null) =>
        Bench.Bus.Publish(new(topic, Encoding.UTF8.GetBytes(payload), Retain: false) { ExpirySeconds = expiry });

    internal async Task<TestClient> ConnectAsync(User user, MqttProtocolVersion version = MqttProtocolVersion.V500, string? id = null, bool clean = true)
    {
        var mqtt = new MqttClientFactory().CreateMqttClient();
        lock (_gate) _clients.Add(mqtt);
        var options = BrokerRig.Options(user, version, id).WithTcpServer("127.0.0.1", Port).WithCleanStart(clean);
        if (!clean && version is MqttProtocolVersion.V500) options.WithSessionExpiryInterval(600);
        var client = new TestClient(mqtt);
        client.Result = await mqtt.ConnectAsync(options.Build(), BrokerRig.Stop);
        Assert.Equal(MqttClientConnectResultCode.Success, client.Result.ResultCode);
        return client;
    }

    internal async Task<RawClient> SignInAsync(User user, MqttProtocolVersion version = MqttProtocolVersion.V500, Action<MqttConnectPacket>? change = null) =>
        (await RawClient.SignInAsync(Port, user, version, change)).Client;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await CloseAsync();
        Bench?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task OpenBrokerAsync();

    /// <summary>Whatever a new run of the gateway needs anew.</summary>
    private protected abstract Task ReopenAsync();

    private protected abstract IMqttBus Bus { get; }

    private protected abstract Task CloseAsync();

    private async Task StartGatewayAsync()
    {
        Bench = new(Bus, registry: Registry);
        Device.EndsWith = CommandResult.Verified;
        Device.Readings["output-3"] = new(7, DateTimeOffset.UnixEpoch, Quality.Good, ReadingSource.Poll, 12);
        await Bench.Gateway.StartAsync(BrokerRig.Stop);

        // Its last word at the start: when a reader sees it, all the rest stands on the broker.
        var reader = await ConnectAsync(FakeUsers.Engineer);
        await reader.SubscribeAsync(State);
        while (Got.Json(await reader.NextAsync()) is var state && (state.GetProperty("state").GetString() != "ready" || state.GetProperty("session").GetString() != Bench.Presence.Session)) continue;
        await reader.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), BrokerRig.Stop);
    }
}

/// <summary>Reading what a client got.</summary>
internal static class Got
{
    public static JsonElement Json(MqttApplicationMessage message) => JsonDocument.Parse(message.Payload).RootElement;

    public static string Text(MqttApplicationMessage message) => message.ConvertPayloadToString() ?? "";

    /// <summary>The next answer that is the last of its request.</summary>
    public static async Task<MqttApplicationMessage> FinalAsync(TestClient client)
    {
        while (true)
        {
            var next = await client.NextAsync();
            if (next.Topic.Contains("/$rsp/", StringComparison.Ordinal) && Json(next).GetProperty("final").GetBoolean()) return next;
        }
    }

    /// <summary>Everything up to and with the last answer of a request.</summary>
    public static async Task<List<MqttApplicationMessage>> UntilFinalAsync(TestClient client)
    {
        var got = new List<MqttApplicationMessage>();
        do got.Add(await client.NextAsync());
        while (!Json(got[^1]).GetProperty("final").GetBoolean());
        return got;
    }

    public static async Task<JsonElement> FinalAsync(RawClient client)
    {
        while (true)
        {
            var next = await client.NextPublishAsync() ?? throw new InvalidOperationException("the connection ended before an answer came");
            var json = JsonDocument.Parse(next.Payload).RootElement;
            if (next.Topic.Contains("/$rsp/", StringComparison.Ordinal) && json.GetProperty("final").GetBoolean()) return json;
        }
    }

    public static (int Stat, string? Code) Outcome(JsonElement answer) => (answer.GetProperty("stat").GetInt32(), answer.GetProperty("code").GetString());
}
