using AvGateway.Mqtt.Tests.Embedded;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Profile;

public sealed class EmbeddedSessionsTests : SessionsProfile<EmbeddedCourt>;

public sealed class MosquittoSessionsTests : SessionsProfile<MosquittoCourt>;

/// <summary>Connections, their ends, and what is left of them.</summary>
public abstract class SessionsProfile<TCourt> : ProfileOf<TCourt>
    where TCourt : Court, new()
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_clean_start_has_nothing_of_an_earlier_connection(MqttProtocolVersion version)
    {
        var first = await Here.ConnectAsync(FakeUsers.Panel1, version, id: "wall", clean: false);
        await first.SubscribeAsync($"{Court.Site}/court-1/#");
        await first.Mqtt.DisconnectAsync(new MqttClientDisconnectOptions(), BrokerRig.Stop);

        var second = await Here.ConnectAsync(FakeUsers.Panel1, version, id: "wall");
        Here.Show("court-1/m/p", "1");
        await second.SubscribeAsync($"{Court.Site}/court-1/end/#");
        Here.Tell(Court.End);

        Assert.False(second.Result.IsSessionPresent);
        Assert.Empty(await second.UntilAsync(Court.End));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task The_same_user_takes_a_client_id_over_and_the_older_connection_ends(MqttProtocolVersion version)
    {
        using var old = await Here.SignInAsync(FakeUsers.Panel1, version, c => c.ClientId = "wall");
        await old.SubscribeAsync($"{Court.Site}/court-1/end/#");

        using var young = await Here.SignInAsync(FakeUsers.Panel1, version, c => c.ClientId = "wall");

        await old.ClosedAsync();
        await young.SubscribeAsync($"{Court.Site}/court-1/end/#");
        Here.Tell(Court.End);
        Assert.Equal(Court.End, (await young.NextPublishAsync())?.Topic);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Who_says_nothing_for_one_and_a_half_keep_alives_is_closed_and_who_pings_is_not(MqttProtocolVersion version)
    {
        using var speaker = await Here.SignInAsync(FakeUsers.Panel1, version, c => c.KeepAlivePeriod = 30);
        using var silent = await Here.SignInAsync(FakeUsers.Panel1, version, c => c.KeepAlivePeriod = 1);

        await silent.ClosedAsync();

        await speaker.SendAsync(MqttPingReqPacket.Instance);
        Assert.IsType<MqttPingRespPacket>(await speaker.ReadAsync());
    }

    [Fact]
    public async Task An_MQTT_5_client_without_an_id_is_told_the_one_that_it_was_given()
    {
        var (client, answer) = await RawClient.SignInAsync(Here.Port, FakeUsers.Panel1, change: c => c.ClientId = "");
        using var open = client;

        Assert.Equal(MqttConnectReasonCode.Success, answer.ReasonCode);
        Assert.NotEmpty(answer.AssignedClientIdentifier);
    }

    [Fact]
    public async Task Unsubscribing_ends_delivery()
    {
        var panel = await Here.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Court.Site}/court-1/m/#");
        await panel.SubscribeAsync($"{Court.Site}/court-1/end/#");

        var gone = await panel.Mqtt.UnsubscribeAsync($"{Court.Site}/court-1/m/#", BrokerRig.Stop);
        Here.Show("court-1/m/p", "1");
        Here.Tell(Court.End);

        Assert.Equal(MqttClientUnsubscribeResultCode.Success, gone.Items.Single().ResultCode);
        Assert.Empty(await panel.UntilAsync(Court.End));
    }
}
