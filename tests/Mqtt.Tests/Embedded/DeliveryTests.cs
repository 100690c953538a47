using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class DeliveryTests
{
    private const string End = Site + "/court-1/end/$event/now";

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_new_subscriber_is_given_the_states_and_then_the_changes(MqttProtocolVersion version)
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/output-1", "1");
        var panel = await rig.ConnectAsync(FakeUsers.Panel1, version);

        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await panel.SubscribeAsync($"{Site}/court-1/#"));
        rig.Publish("court-1/matrix/output-1", "2");

        var state = await panel.NextAsync();
        var change = await panel.NextAsync();
        Assert.Equal(("1", true), (state.ConvertPayloadToString(), state.Retain));
        Assert.Equal(("2", false), (change.ConvertPayloadToString(), change.Retain));
        Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, change.QualityOfServiceLevel);
    }

    [Fact]
    public async Task A_cleared_state_is_told_once_and_given_to_nobody_after()
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/$state", "{}");
        var early = await rig.ConnectAsync(FakeUsers.Panel1);
        await early.SubscribeAsync($"{Site}/court-1/#");
        await early.NextAsync();

        rig.Publish("court-1/matrix/$state", "");

        Assert.Equal(0, (await early.NextAsync()).Payload.Length);
        Assert.Empty(rig.Broker.Retained);
        var late = await rig.ConnectAsync(FakeUsers.Panel1);
        await late.SubscribeAsync($"{Site}/court-1/#");
        rig.Broker.Publish(new(End, "x"u8.ToArray(), false));
        Assert.Empty(await late.UntilAsync(End));
    }

    [Fact]
    public async Task Overlapping_filters_give_one_delivery_with_both_identifiers()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter($"{Site}/court-1/#").WithSubscriptionIdentifier(7).Build(), Stop);
        await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter($"{Site}/+/matrix/+").WithSubscriptionIdentifier(8).Build(), Stop);

        rig.Publish("court-1/matrix/output-1", "1");
        rig.Broker.Publish(new(End, "x"u8.ToArray(), false));

        var got = Assert.Single(await panel.UntilAsync(End));
        Assert.Equal([7u, 8u], got.SubscriptionIdentifiers.Order());
    }

    [Fact]
    public async Task One_packet_with_overlapping_filters_replays_each_state_once_and_answers_in_order()
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/output-1", "1");
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);

        var result = await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter($"{Site}/court-1/#", MqttQualityOfServiceLevel.AtMostOnce)
            .WithTopicFilter($"{Site}/court-2/#", MqttQualityOfServiceLevel.AtLeastOnce)
            .WithTopicFilter($"{Site}/court-1/matrix/#", MqttQualityOfServiceLevel.ExactlyOnce).Build(), Stop);
        rig.Broker.Publish(new(End, "x"u8.ToArray(), false));

        Assert.Equal(
            [MqttClientSubscribeResultCode.GrantedQoS0, MqttClientSubscribeResultCode.NotAuthorized, MqttClientSubscribeResultCode.GrantedQoS1],
            result.Items.Select(i => i.ResultCode));
        Assert.Single(await panel.UntilAsync(End));
    }

    [Theory]
    [InlineData(MqttRetainHandling.SendAtSubscribe, 1, 1)]
    [InlineData(MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly, 1, 0)]
    [InlineData(MqttRetainHandling.DoNotSendOnSubscribe, 0, 0)]
    public async Task Retain_handling_is_honoured(MqttRetainHandling handling, int first, int second)
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/output-1", "1");
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        foreach (var expected in new[] { first, second })
        {
            await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
                .WithTopicFilter(f => f.WithTopic($"{Site}/court-1/#").WithRetainHandling(handling)).Build(), Stop);
            rig.Broker.Publish(new(End, "x"u8.ToArray(), false));
            Assert.Equal(expected, (await panel.UntilAsync(End)).Count);
        }
    }

    [Fact]
    public async Task Retain_as_published_keeps_the_flag_on_changes()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(f => f.WithTopic($"{Site}/court-1/#").WithRetainAsPublished()).Build(), Stop);

        rig.Publish("court-1/matrix/output-1", "1");

        Assert.True((await panel.NextAsync()).Retain);
    }

    [Fact]
    public async Task Unsubscribing_ends_delivery()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/court-1/matrix/#");
        await panel.SubscribeAsync($"{Site}/court-1/end/#");

        var gone = await panel.Mqtt.UnsubscribeAsync($"{Site}/court-1/matrix/#", Stop);
        var never = await panel.Mqtt.UnsubscribeAsync($"{Site}/court-1/else", Stop);
        rig.Publish("court-1/matrix/output-1", "1");
        rig.Broker.Publish(new(End, "x"u8.ToArray(), false));

        Assert.Equal(MqttClientUnsubscribeResultCode.Success, gone.Items.Single().ResultCode);
        Assert.Equal(MqttClientUnsubscribeResultCode.NoSubscriptionExisted, never.Items.Single().ResultCode);
        Assert.Empty(await panel.UntilAsync(End));
    }

    [Fact]
    public async Task A_publication_that_is_over_is_not_delivered_late()
    {
        var clock = new ManualClock();
        await using var rig = await StartAsync(time: clock);
        rig.Broker.Publish(new($"{Site}/court-1/m/old", "1"u8.ToArray(), true) { ExpirySeconds = 10 });
        rig.Broker.Publish(new($"{Site}/court-1/m/new", "1"u8.ToArray(), true) { ExpirySeconds = 100 });
        clock.Pass(TimeSpan.FromSeconds(60));

        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/court-1/#");
        rig.Broker.Publish(new(End, "x"u8.ToArray(), false));

        var got = Assert.Single(await panel.UntilAsync(End));
        Assert.Equal(($"{Site}/court-1/m/new", 40u), (got.Topic, got.MessageExpiryInterval));
        Assert.Equal(1, rig.Count("avgw.mqtt.dropped:expired"));
    }

    [Fact]
    public async Task An_answer_carries_its_correlation()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/$rsp/panel-1/#");

        rig.Broker.Publish(new($"{Site}/$rsp/panel-1/a", "{}"u8.ToArray(), false) { Correlation = new byte[] { 1, 2, 3 } });

        Assert.Equal([1, 2, 3], (await panel.NextAsync()).CorrelationData);
    }

    [Fact]
    public async Task What_is_larger_than_the_client_takes_is_left_out_and_the_rest_arrives()
    {
        await using var rig = await StartAsync();
        var panel = await rig.TryConnectAsync(rig.Tcp(FakeUsers.Panel1).WithMaximumPacketSize(500).Build());
        await panel.SubscribeAsync($"{Site}/court-1/#");

        rig.Publish("court-1/matrix/big", new string('x', 600));
        rig.Broker.Publish(new(End, "x"u8.ToArray(), false));

        Assert.Empty(await panel.UntilAsync(End));
        Assert.Equal(1, rig.Count("avgw.mqtt.dropped:too-large-for-client"));
    }

    [Fact]
    public async Task Stopping_delivers_what_waits_and_says_why_the_connection_ends()
    {
        await using var rig = await StartAsync();
        var (panel, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = panel;
        await panel.SubscribeAsync($"{Site}/#");
        for (var i = 0; i < 2_000; i++) rig.Publish($"court-1/m/p{i}", "1");
        rig.Publish("$gw/g1/state", "stopped");

        var stopping = rig.Broker.StopAsync(Stop);

        var got = new List<string>();
        while (got.LastOrDefault() != $"{Site}/$gw/g1/state") got.Add((await panel.NextPublishAsync())!.Topic);
        Assert.Equal(2_001, got.Count);
        Assert.Equal(MqttDisconnectReasonCode.ServerShuttingDown, await panel.ClosedAsync());
        await stopping.WaitAsync(Patience, Stop);
        Assert.False(rig.Broker.IsConnected);
    }

    [Fact]
    public async Task Publications_of_one_topic_arrive_in_order()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/court-1/#");

        for (var i = 0; i < 5_000; i++) rig.Publish("court-1/m/p", $"{i}");
        rig.Broker.Publish(new(End, Encoding.UTF8.GetBytes("x"), false));

        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"{i}"), (await panel.UntilAsync(End)).Select(m => m.ConvertPayloadToString()));
    }

    [Fact]
    public async Task States_published_before_the_start_are_given()
    {
        await using var rig = await StartAsync(started: false);
        rig.Publish("court-1/m/p", "1");
        await rig.OpenAsync();

        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/court-1/#");

        Assert.Equal("1", (await panel.NextAsync()).ConvertPayloadToString());
    }
}
