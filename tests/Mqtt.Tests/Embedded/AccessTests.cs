using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class AccessTests
{
    private const string End = Site + "/$gw/g1/state";

    [Fact]
    public async Task A_wider_filter_is_narrowed_at_delivery()
    {
        await using var rig = await StartAsync();
        rig.Publish("court-1/matrix/output-1", "1");
        rig.Publish("court-2/matrix/output-1", "1");
        rig.Publish("$fault/f-1", "{}");
        rig.Publish("$escalation/acme/f-1", "{}");
        foreach (var filter in new[] { "#", "avgw/#", $"{Site}/+/+/#", "+/+/+/#" })
        {
            var panel = await rig.ConnectAsync(FakeUsers.Panel1);
            Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await panel.SubscribeAsync(filter));
            rig.Publish("court-2/matrix/output-1", "2");
            rig.Publish("court-1x/matrix/output-1", "2");
            rig.Publish("$rsp/panel-2/a", "{}", retain: false);
            rig.Publish("court-1/matrix/output-1", "2");
            rig.Publish("$gw/g1/state", "{}", retain: false);

            Assert.Equal([$"{Site}/court-1/matrix/output-1", $"{Site}/court-1/matrix/output-1"], (await panel.UntilAsync(End)).Select(m => m.Topic));
        }

        // Narrowed where receivers are found; the look at the last moment is for rights that went while something waited.
        Assert.Equal(0, rig.Count("avgw.mqtt.dropped:right-taken-away"));
    }

    [Theory]
    [InlineData("panel-1", Site + "/court-2/#")]
    [InlineData("panel-1", Site + "/court-2/matrix/output-1")]
    [InlineData("panel-1", Site + "/$fault/#")]
    [InlineData("panel-1", Site + "/$rsp/panel-2/#")]
    [InlineData("panel-1", Site + "/$req/#")]
    [InlineData("panel-1", "avgw/1/other/#")]
    [InlineData("panel-1", "$SYS/#")]
    [InlineData("engineer", "$SYS/#")]
    [InlineData("engineer", Site + "/$req/+/#")]
    [InlineData("engineer", Site + "/$rsp/panel-1/#")]
    [InlineData("vendor-acme", Site + "/court-1/#")]
    [InlineData("vendor-acme", Site + "/$escalation/other/#")]
    [InlineData("vendor-acme", Site + "/$gw/+/state")]
    public async Task A_filter_wholly_outside_is_refused(string name, string filter)
    {
        await using var rig = await StartAsync();
        var user = rig.Users.Find(name)!;

        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await (await rig.ConnectAsync(user)).SubscribeAsync(filter));
        Assert.Equal(MqttClientSubscribeResultCode.UnspecifiedError, await (await rig.ConnectAsync(user, MqttProtocolVersion.V311)).SubscribeAsync(filter));
    }

    [Fact]
    public async Task Shared_deep_and_many_subscriptions_are_refused_with_their_reason()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Engineer);
        using var open = client;

        Assert.Equal(MqttSubscribeReasonCode.SharedSubscriptionsNotSupported, (await client.SubscribeAsync($"$share/g/{Site}/#")).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.TopicFilterInvalid, (await client.SubscribeAsync(string.Join('/', Enumerable.Repeat("+", 13)))).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.TopicFilterInvalid, (await client.SubscribeAsync($"{Site}/{new string('x', 300)}")).ReasonCodes[0]);
        for (var i = 0; i < 20; i++) Assert.Equal(MqttSubscribeReasonCode.GrantedQoS1, (await client.SubscribeAsync($"{Site}/r{i}/#")).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.QuotaExceeded, (await client.SubscribeAsync($"{Site}/r20/#")).ReasonCodes[0]);
        Assert.Equal(MqttSubscribeReasonCode.GrantedQoS1, (await client.SubscribeAsync($"{Site}/r3/#")).ReasonCodes[0]);
    }

    [Fact]
    public async Task Taking_a_room_away_acts_on_the_live_session_and_giving_one_does_as_well()
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Site}/#");
        rig.Publish("court-1/m/p", "1");
        Assert.Equal("1", (await panel.NextAsync()).ConvertPayloadToString());

        rig.Users.Set(FakeUsers.Panel1 with { Rooms = ["court-2"] });
        rig.Publish("court-1/m/p", "2");
        rig.Publish("court-2/m/p", "2");

        Assert.Equal($"{Site}/court-2/m/p", (await panel.NextAsync()).Topic);
        Assert.Equal(MqttClientSubscribeResultCode.NotAuthorized, await panel.SubscribeAsync($"{Site}/court-1/#"));
    }

    [Fact]
    public async Task What_waits_for_a_client_is_not_delivered_after_its_right_is_gone()
    {
        await using var rig = await StartAsync();
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1, change: c => c.ReceiveMaximum = 1);
        using var open = client;
        await client.SubscribeAsync($"{Site}/#");
        for (var i = 0; i < 3; i++) rig.Publish($"court-1/m/p{i}", "1");
        var first = Assert.IsType<MqttPublishPacket>(await client.ReadAsync());

        rig.Users.Set(FakeUsers.Panel1 with { Rooms = ["court-2"] });
        rig.Publish("court-2/m/p", "2");
        await client.SendAsync(new MqttPubAckPacket { PacketIdentifier = first.PacketIdentifier });

        Assert.Equal($"{Site}/court-2/m/p", Assert.IsType<MqttPublishPacket>(await client.ReadAsync()).Topic);
        Assert.Equal(2, rig.Count("avgw.mqtt.dropped:right-taken-away"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_removed_user_and_one_with_a_new_password_are_disconnected(bool removed)
    {
        await using var rig = await StartAsync();
        var panel = await rig.ConnectAsync(FakeUsers.Panel1);
        var old = await rig.ConnectAsync(FakeUsers.Panel1, MqttProtocolVersion.V311);
        var other = await rig.ConnectAsync(FakeUsers.Panel2);

        if (removed) rig.Users.Remove("panel-1");
        else rig.Users.SetPassword("panel-1", "another-one");

        Assert.Equal(MqttClientDisconnectReason.NotAuthorized, (await panel.Closed).Reason);
        await old.Closed;
        Assert.True(other.Mqtt.IsConnected);
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await rig.TryConnectAsync(rig.Tcp(FakeUsers.Panel1).Build())).Result.ResultCode);
    }
}
