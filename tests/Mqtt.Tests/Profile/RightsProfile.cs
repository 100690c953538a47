using AvGateway.Mqtt.Tests.Embedded;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Profile;

public sealed class EmbeddedRightsTests : RightsProfile<EmbeddedCourt>;

public sealed class MosquittoRightsTests : RightsProfile<MosquittoCourt>;

/// <summary>Who sees and writes what: by the gateway's own rules, or by the access list of the manual.</summary>
public abstract class RightsProfile<TCourt> : ProfileOf<TCourt>
    where TCourt : Court, new()
{
    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_filter_that_reaches_further_is_narrowed_to_what_its_owner_may_read(MqttProtocolVersion version)
    {
        Here.Show("court-2/m/p", "1");
        var panel = await Here.ConnectAsync(FakeUsers.Panel1, version);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await panel.SubscribeAsync("#"));

        Here.Show("court-2/m/p", "2");
        Here.Tell(Answers(FakeUsers.Engineer, "x"));
        Here.Tell(Court.End);
        var got = (await panel.UntilAsync(Court.End)).Select(m => m.Topic).ToList();

        Assert.Contains($"{Court.Site}/court-1/matrix/$desc", got);
        Assert.Contains(Court.State, got);
        Assert.DoesNotContain(got, t => t.Contains("court-2", StringComparison.Ordinal) || t.Contains("$rsp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task The_service_reads_all_rooms_and_no_answers_of_others(MqttProtocolVersion version)
    {
        Here.Show("court-2/m/p", "1");
        var engineer = await Here.ConnectAsync(FakeUsers.Engineer, version);
        await engineer.SubscribeAsync($"{Court.Site}/#");
        Here.Tell(Answers(FakeUsers.Panel1, "x"));
        Here.Tell(Court.End);
        var got = (await engineer.UntilAsync(Court.End)).Select(m => m.Topic).ToList();

        Assert.Contains($"{Court.Site}/court-2/m/p", got);
        Assert.Contains($"{Court.Site}/$gw/gw-1/info", got);
        Assert.DoesNotContain(got, t => t.Contains("$rsp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_vendor_reads_its_own_reports_and_nothing_else()
    {
        Here.Show("$escalation/acme/F-1", "1");
        Here.Show("$escalation/other/F-2", "1");
        var vendor = await Here.ConnectAsync(FakeUsers.Vendor);
        await vendor.SubscribeAsync("#");
        await vendor.SubscribeAsync(Answers(FakeUsers.Vendor));
        Here.Tell(Answers(FakeUsers.Vendor, "end"));

        var got = await vendor.UntilAsync(Answers(FakeUsers.Vendor, "end"));

        Assert.Equal([$"{Court.Site}/$escalation/acme/F-1"], got.Select(m => m.Topic));
    }

    [Theory]
    [InlineData("$req/engineer/court-1/matrix/do/route")]
    [InlineData("$rsp/panel-1/a1")]
    [InlineData("court-1/matrix/output-3")]
    [InlineData("$gw/gw-1/state")]
    public async Task Nobody_writes_but_requests_in_the_own_name(string tail)
    {
        var watcher = await Here.ConnectAsync(FakeUsers.Engineer);
        await watcher.SubscribeAsync($"{Court.Site}/#");
        var refused = await ForgeAsync($"{Court.Site}/{tail}", MqttQualityOfServiceLevel.AtLeastOnce);
        await ForgeAsync($"{Court.Site}/{tail}", MqttQualityOfServiceLevel.AtMostOnce);

        var panel = await ListenAsync(FakeUsers.Panel1);
        await AskAsync(panel, FakeUsers.Panel1, """{"args":{"input":8,"output":4},"id":"mine"}""");
        var answer = await Got.FinalAsync(panel);
        Here.Tell(Court.End);
        var seen = await watcher.UntilAsync(Court.End);

        Assert.Equal(MqttPubAckReasonCode.NotAuthorized, Assert.IsType<MqttPubAckPacket>(refused).ReasonCode);
        Assert.Equal(Answers(FakeUsers.Panel1, "mine"), answer.Topic);
        Assert.Equal("panel-1", Assert.Single(Here.Device.AllAsked).Request.Caller);
        Assert.DoesNotContain(seen, m => Got.Text(m).Contains("forged", StringComparison.Ordinal));
    }

    /// <summary>The first thing that the broker says to it; null when it closes the connection, as mosquitto 2.0 may.</summary>
    private async Task<MqttPacket?> ForgeAsync(string topic, MqttQualityOfServiceLevel qos)
    {
        using var forger = await Here.SignInAsync(FakeUsers.Panel1);
        await forger.SendAsync(new MqttPublishPacket
        {
            Topic = topic,
            PayloadSegment = """{"args":{},"id":"forged"}"""u8.ToArray(),
            QualityOfServiceLevel = qos,
            PacketIdentifier = qos is MqttQualityOfServiceLevel.AtLeastOnce ? (ushort)9 : (ushort)0,
            Retain = true,
        });
        await forger.SendAsync(MqttPingReqPacket.Instance);
        return await forger.ReadAsync();
    }

    [Fact]
    public async Task A_response_topic_of_somebody_else_is_refused_where_the_caller_can_read_it()
    {
        var engineer = await ListenAsync(FakeUsers.Engineer);
        var panel = await ListenAsync(FakeUsers.Panel1);
        await AskAsync(panel, FakeUsers.Panel1, """{"args":{},"id":"a1"}""", m => m.WithResponseTopic(Answers(FakeUsers.Engineer, "x")));

        var answer = await Got.FinalAsync(panel);
        Here.Tell(Answers(FakeUsers.Engineer, "end"));

        Assert.Equal((403, "AVG-AUTH-RESPONSE"), Got.Outcome(Got.Json(answer)));
        Assert.Empty(await engineer.UntilAsync(Answers(FakeUsers.Engineer, "end")));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Nobody_comes_in_with_a_wrong_password(MqttProtocolVersion version)
    {
        using var mqtt = new MqttClientFactory().CreateMqttClient();
        var options = BrokerRig.Options(FakeUsers.Panel1, version).WithTcpServer("127.0.0.1", Here.Port).WithCredentials("panel-1", "wrong").Build();

        var result = await mqtt.ConnectAsync(options, BrokerRig.Stop);

        Assert.Contains(result.ResultCode, (MqttClientConnectResultCode[])[MqttClientConnectResultCode.BadUserNameOrPassword, MqttClientConnectResultCode.NotAuthorized]);
    }
}
