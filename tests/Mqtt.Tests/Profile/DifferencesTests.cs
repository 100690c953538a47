using AvGateway.Mqtt.Tests.Embedded;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Profile;

/// <summary>The table in the manual of what an external broker does otherwise, row by row.</summary>
public sealed class DifferencesTests : IAsyncLifetime
{
    private readonly EmbeddedCourt _embedded = new();
    private readonly MosquittoCourt _mosquitto = new();

    public async ValueTask InitializeAsync()
    {
        await _mosquitto.StartAsync();
        await _embedded.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _embedded.DisposeAsync();
        await _mosquitto.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_filter_outside_the_rights(MqttProtocolVersion version)
    {
        foreach (var (court, answer) in Both(
            version is MqttProtocolVersion.V500 ? MqttClientSubscribeResultCode.NotAuthorized : MqttClientSubscribeResultCode.UnspecifiedError,
            MqttClientSubscribeResultCode.GrantedQoS1))
        {
            court.Show("court-2/m/p", "1");
            var panel = await court.ConnectAsync(FakeUsers.Panel1, version);
            Assert.Equal(answer, await panel.SubscribeAsync($"{Court.Site}/court-2/#"));
            await panel.SubscribeAsync($"{Court.Site}/court-1/end/#");
            court.Tell(Court.End);
            Assert.Empty(await panel.UntilAsync(Court.End));
        }
    }

    [Fact]
    public async Task Deliveries_to_overlapping_filters()
    {
        foreach (var (court, count) in Both(1, 2))
        {
            var panel = await court.ConnectAsync(FakeUsers.Panel1);
            await panel.SubscribeAsync($"{Court.Site}/court-1/x/#");
            await panel.SubscribeAsync($"{Court.Site}/court-1/+/p");
            await panel.SubscribeAsync($"{Court.Site}/court-1/end/#");
            court.Show("court-1/x/p", "1");
            court.Tell(Court.End);
            Assert.Equal(count, (await panel.UntilAsync(Court.End)).Count);
        }
    }

    [Fact]
    public async Task A_publication_of_MQTT_3_that_is_refused()
    {
        foreach (var (court, isToldYes) in Both(false, true))
        {
            using var panel = await court.SignInAsync(FakeUsers.Panel1, MqttProtocolVersion.V311);
            await panel.SendAsync(new MqttPublishPacket { Topic = $"{Court.Site}/court-1/x", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, PacketIdentifier = 9 });
            Assert.Equal(isToldYes, await panel.ReadAsync() is MqttPubAckPacket);
        }
    }

    [Fact]
    public async Task A_client_id_that_another_user_holds()
    {
        foreach (var (court, answer) in Both(MqttConnectReasonCode.ClientIdentifierNotValid, MqttConnectReasonCode.Success))
        {
            using var owner = await court.SignInAsync(FakeUsers.Panel1, change: c => c.ClientId = "wall");
            var (other, told) = await RawClient.SignInAsync(court.Port, FakeUsers.Panel2, change: c => c.ClientId = "wall");
            other.Dispose();
            Assert.Equal(answer, told.ReasonCode);
        }
    }

    [Fact]
    public async Task The_word_to_a_connection_whose_client_id_was_taken_over()
    {
        foreach (var (court, word) in Both<MqttDisconnectReasonCode?>(MqttDisconnectReasonCode.SessionTakenOver, null))
        {
            using var old = await court.SignInAsync(FakeUsers.Panel1, change: c => c.ClientId = "wall");
            using var young = await court.SignInAsync(FakeUsers.Panel1, change: c => c.ClientId = "wall");
            Assert.Equal(word, await old.ClosedAsync());
        }
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_session_that_its_client_wants_kept(MqttProtocolVersion version)
    {
        foreach (var (court, isKept) in Both(false, true))
        {
            var first = await court.ConnectAsync(FakeUsers.Panel1, version, id: "wall", clean: false);
            await first.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), BrokerRig.Stop);
            Assert.Equal(isKept, (await court.ConnectAsync(FakeUsers.Panel1, version, id: "wall", clean: false)).Result.IsSessionPresent);
        }
    }

    [Fact]
    public async Task The_will_of_a_client()
    {
        foreach (var (court, count) in Both(0, 1))
        {
            using (await court.SignInAsync(FakeUsers.Panel1, change: c =>
            {
                c.WillFlag = true;
                c.WillTopic = $"{Court.Site}/$req/panel-1/court-1/matrix/do/route";
                c.WillMessage = """{"args":{"input":7,"output":3},"id":"will"}"""u8.ToArray();
            }))
            {
                // Closed without DISCONNECT at the end of this block.
            }

            var panel = await court.ConnectAsync(FakeUsers.Panel1);
            await panel.SubscribeAsync($"{Court.Site}/$rsp/panel-1/#");
            await panel.PublishAsync($"{Court.Site}/$req/panel-1/court-1/matrix/do/route", """{"args":{"input":8,"output":4},"id":"next"}""");
            while (!(await Got.FinalAsync(panel)).Topic.EndsWith("/next", StringComparison.Ordinal)) continue;
            Assert.Equal(count + 1, court.Device.AllAsked.Count);
        }
    }

    [Fact]
    public async Task A_shared_subscription()
    {
        foreach (var (court, answer) in Both(MqttClientSubscribeResultCode.SharedSubscriptionsNotSupported, MqttClientSubscribeResultCode.GrantedQoS1))
        {
            var panel = await court.ConnectAsync(FakeUsers.Panel1);
            Assert.Equal(answer, await panel.SubscribeAsync($"$share/g/{Court.Site}/court-1/#"));
        }
    }

    [Fact]
    public async Task A_subscription_with_QoS_2()
    {
        foreach (var (court, answer) in Both(MqttClientSubscribeResultCode.GrantedQoS1, MqttClientSubscribeResultCode.GrantedQoS2))
        {
            var panel = await court.ConnectAsync(FakeUsers.Panel1);
            Assert.Equal(answer, await panel.SubscribeAsync($"{Court.Site}/court-1/#", qos: 2));
        }
    }

    [Fact]
    public async Task A_gateway_that_is_gone_without_a_word()
    {
        var panel = await _mosquitto.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync(Court.State);
        Assert.Equal("ready", Got.Json(await panel.NextAsync()).GetProperty("state").GetString());

        _mosquitto.Line.Cut();
        var lost = Got.Json(await panel.NextAsync());
        var late = await _mosquitto.ConnectAsync(FakeUsers.Panel1);
        await late.SubscribeAsync(Court.State);
        var kept = await late.NextAsync();
        _mosquitto.Line.Mend();
        var back = Got.Json(await panel.NextAsync());

        Assert.Equal(("lost", _mosquitto.Bench.Presence.Session), (lost.GetProperty("state").GetString(), lost.GetProperty("session").GetString()));
        Assert.Equal(("lost", true), (Got.Json(kept).GetProperty("state").GetString(), kept.Retain));
        Assert.Equal(("ready", _mosquitto.Bench.Presence.Session), (back.GetProperty("state").GetString(), back.GetProperty("session").GetString()));

        // The embedded broker ends with the gateway: its clients see the connection end.
        var near = await _embedded.ConnectAsync(FakeUsers.Panel1);
        await _embedded.Rig.Broker.DisposeAsync();
        await near.Closed;
    }

    [Fact]
    public async Task What_was_asked_while_the_gateway_was_cut_off_does_not_run_late()
    {
        var panel = await _mosquitto.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Court.Site}/$rsp/panel-1/#");
        await panel.SubscribeAsync(Court.State);
        await panel.NextAsync();
        _mosquitto.Line.Cut();
        Assert.Equal(Court.State, (await panel.NextAsync()).Topic);
        await panel.PublishAsync($"{Court.Site}/$req/panel-1/court-1/matrix/do/route", """{"args":{"input":7,"output":3},"id":"late"}""");

        _mosquitto.Line.Mend();
        Assert.Equal(Court.State, (await panel.NextAsync()).Topic);
        await panel.PublishAsync($"{Court.Site}/$req/panel-1/court-1/matrix/do/route", """{"args":{"input":8,"output":4},"id":"next"}""");

        Assert.EndsWith("/next", (await Got.FinalAsync(panel)).Topic, StringComparison.Ordinal);
        Assert.Equal(8, Assert.Single(_mosquitto.Device.AllAsked).Request.Args["input"].Integer);
    }

    [Fact]
    public async Task A_topic_that_was_emptied_while_the_broker_was_away_is_emptied_when_it_comes_back_with_its_old_store()
    {
        _mosquitto.Show("court-1/m/p", "1");
        var panel = await _mosquitto.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Court.Site}/court-1/m/#");
        Assert.Equal("1", Got.Text(await panel.NextAsync()));
        await panel.SubscribeAsync(Court.State);
        await panel.NextAsync();
        _mosquitto.Line.Cut();
        Assert.Equal(Court.State, (await panel.NextAsync()).Topic);

        _mosquitto.Clear("court-1/m/p");
        _mosquitto.Line.Mend();

        var emptied = await panel.NextAsync();
        Assert.Equal(($"{Court.Site}/court-1/m/p", 0L), (emptied.Topic, emptied.Payload.Length));
    }

    private (Court Court, TAnswer Answer)[] Both<TAnswer>(TAnswer embedded, TAnswer mosquitto) => [(_embedded, embedded), (_mosquitto, mosquitto)];
}
