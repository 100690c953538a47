using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class RequestTests
{
    private const string Request = Site + "/$req/panel-1/court-1/matrix/do/route";
    private const string End = Site + "/$gw/g1/state";

    [Fact]
    public async Task A_request_reaches_the_gateway_with_all_it_carries()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1, id: "panel-1.left");

        var result = await panel.Mqtt.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(Request).WithPayload("{\"args\":{}}")
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).WithResponseTopic($"{Site}/$rsp/panel-1/a")
            .WithCorrelationData([1, 2]).WithMessageExpiryInterval(7).Build(), Stop);

        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        var request = await rig.Requests.Reader.ReadAsync(Stop);
        Assert.Equal((Request, false, "panel-1.left"), (request.Topic, request.Retained, request.Client));
        Assert.Equal(($"{Site}/$rsp/panel-1/a", 7u), (request.ResponseTopic, request.ExpirySeconds));
        Assert.Equal("{\"args\":{}}"u8.ToArray(), request.Payload.ToArray());
        Assert.Equal([1, 2], request.Correlation!.Value.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_request_of_any_quality_arrives_and_one_without_extras_has_none(int qos)
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1, MqttProtocolVersion.V311);

        await panel.PublishAsync(Request, qos: qos);

        var request = await rig.Requests.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience, Stop);
        Assert.Null(request.ResponseTopic);
        Assert.Null(request.Correlation);
        Assert.Null(request.ExpirySeconds);
    }

    [Theory]
    [InlineData("panel-1", Site + "/court-1/matrix/output-1")]
    [InlineData("panel-1", Site + "/$gw/g1/state")]
    [InlineData("panel-1", Site + "/$req/panel-2/court-2/matrix/do/route")]
    [InlineData("panel-1", Site + "/$req/panel-1")]
    [InlineData("panel-1", Site + "/$req/panel-1x/court-1/matrix/do/route")]
    [InlineData("panel-1", Site + "/$rsp/panel-1/a")]
    [InlineData("panel-1", "avgw/1/other/$req/panel-1/court-1/matrix/do/route")]
    [InlineData("panel-1", "$SYS/broker")]
    [InlineData("engineer", Site + "/court-1/matrix/output-1")]
    [InlineData("engineer", Site + "/$req/panel-1/court-1/matrix/do/route")]
    [InlineData("auditor", Site + "/$req/auditor/court-1/matrix/do/route")]
    public async Task Nothing_may_be_published_but_requests_of_ones_own(string name, string topic)
    {
        await using var rig = await StartAsync();
        var watcher = await rig.ConnectAsync(FakeUsers.Engineer);
        await watcher.SubscribeAsync("#");
        var client = await rig.ConnectAsync(rig.Users.Find(name)!);

        foreach (var qos in new[] { 1, 2 })
            Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await client.PublishAsync(topic, qos: qos)).ReasonCode);
        await client.PublishAsync(topic, qos: 0, retain: true);
        await client.Mqtt.PingAsync(Stop);

        Assert.False(rig.Requests.Reader.TryRead(out _));
        Assert.Empty(rig.Broker.Retained);
        rig.Publish("$gw/g1/state", "{}", retain: false);
        Assert.Empty(await watcher.UntilAsync(End));
        Assert.Equal(3, rig.Count("avgw.mqtt.refused:publish-right"));
    }

    [Fact]
    public async Task An_old_client_that_is_refused_a_publication_loses_its_connection_instead_of_being_told_yes()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, MqttProtocolVersion.V311);
        using var open = client;

        await client.SendAsync(new MqttPublishPacket { Topic = $"{Site}/court-1/x", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = 9 });

        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task A_retained_request_is_handed_on_as_such_and_never_kept()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);

        await panel.PublishAsync(Request, retain: true);

        Assert.True((await rig.Requests.Reader.ReadAsync(Stop)).Retained);
        Assert.Empty(rig.Broker.Retained);
    }

    [Fact]
    public async Task A_panel_that_floods_is_refused_beyond_its_burst_and_an_engineer_is_not()
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        var engineer = await rig.ConnectAsync(FakeUsers.Engineer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => panel.PublishAsync(Request)));
        var others = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => engineer.PublishAsync($"{Site}/$req/engineer/court-1/matrix/do/route")));
        Assert.Equal(40, answers.Count(a => a.ReasonCode is MqttClientPublishReasonCode.Success));
        Assert.Equal(60, answers.Count(a => a.ReasonCode is MqttClientPublishReasonCode.QuotaExceeded));
        Assert.All(others, a => Assert.Equal(MqttClientPublishReasonCode.Success, a.ReasonCode));

        clock.Pass(TimeSpan.FromSeconds(1));
        answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => panel.PublishAsync(Request)));
        Assert.Equal(20, answers.Count(a => a.ReasonCode is MqttClientPublishReasonCode.Success));

        // A new connection is the same user: the burst does not start anew.
        answers = await Task.WhenAll((await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => rig.ConnectAsync(FakeUsers.Panel1)))).Select(c => c.PublishAsync(Request)));
        Assert.All(answers, a => Assert.Equal(MqttClientPublishReasonCode.QuotaExceeded, a.ReasonCode));

        clock.Pass(TimeSpan.FromSeconds(60));
        Assert.Single(rig.Log.Lines, l => l.Level is LogLevel.Warning && l.Text == "refused to panel-1: publish-rate 73 times");
    }

    [Fact]
    public async Task Topics_that_are_too_deep_too_long_or_wild_are_refused()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;
        ushort id = 0;
        foreach (var rest in new[] { string.Join('/', Enumerable.Repeat("a", 12)), new string('a', 300), "+/do/x", "court-1/#" })
        {
            await client.SendAsync(new MqttPublishPacket { Topic = $"{Site}/$req/panel-1/{rest}", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = ++id });
            Assert.Equal(MqttPubAckReasonCode.TopicNameInvalid, Assert.IsType<MqttPubAckPacket>(await client.ReadAsync()).ReasonCode);
        }

        Assert.False(rig.Requests.Reader.TryRead(out _));
    }

    [Fact]
    public async Task The_deepest_request_of_the_contract_is_taken()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        var result = await panel.PublishAsync($"{Site}/$req/panel-1/court-1/matrix/$probe/ping/do/run");
        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
    }

    [Fact]
    public async Task Topic_aliases_work_up_to_their_bound()
    {
        await using var rig = await StartAsync();
        var (client, answer) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;
        Assert.Equal(32, answer.TopicAliasMaximum);

        await client.SendAsync(new MqttPublishPacket { Topic = Request, TopicAlias = 32 });
        await client.SendAsync(new MqttPublishPacket { Topic = "", TopicAlias = 32 });
        for (var i = 0; i < 2; i++) Assert.Equal(Request, (await rig.Requests.Reader.ReadAsync(Stop).AsTask().WaitAsync(Patience, Stop)).Topic);
        await client.SendAsync(new MqttPublishPacket { Topic = Request, TopicAlias = 33 });

        Assert.Equal(MqttDisconnectReasonCode.TopicAliasInvalid, await client.ClosedAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_request_comes_through_whole(bool web)
    {
        await using var rig = await StartAsync();
        var options = Options(FakeUsers.Engineer);
        var engineer = await rig.TryConnectAsync(web
            ? options.WithWebSocketServer(w => w.WithUri($"ws://127.0.0.1:{rig.WebPort}/mqtt")).Build()
            : options.WithTcpServer("127.0.0.1", rig.Port).Build());
        var payload = new string('x', 250_000);

        await engineer.PublishAsync($"{Site}/$req/engineer/court-1/matrix/do/route", payload);

        Assert.Equal(payload.Length, (await rig.Requests.Reader.ReadAsync(Stop)).Payload.Length);
    }

    [Fact]
    public async Task A_bug_behind_the_ear_ends_that_connection_and_is_told()
    {
        await using var rig = await StartAsync(started: false);
        await rig.Broker.StartAsync(new($"{Site}/$gw/g1/state", "{}"u8.ToArray(), true), _ => throw new InvalidOperationException("bug"), Stop);
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = client;

        await client.SendAsync(new MqttPublishPacket { Topic = Request, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = 1 });

        Assert.Null(await client.ReadAsync());
        Assert.Single(rig.Log.Lines, l => l.Level is LogLevel.Error);
    }

    [Fact]
    public async Task Options_out_of_range_are_all_named()
    {
        var bad = new AvGateway.Mqtt.Embedded.BrokerOptions { Site = "city", InFlight = 0, MaxPacket = 1 };
        Assert.Equal(2, bad.Findings().Count());
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(bad));
        Assert.Empty(new AvGateway.Mqtt.Embedded.BrokerOptions { Site = "city" }.Findings());
    }
}
