using AvGateway.Mqtt.Tests.Embedded;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Profile;

public sealed class EmbeddedRequestsTests : RequestsProfile<EmbeddedCourt>;

public sealed class MosquittoRequestsTests : RequestsProfile<MosquittoCourt>;

/// <summary>Asking and being answered.</summary>
public abstract class RequestsProfile<TCourt> : ProfileOf<TCourt>
    where TCourt : Court, new()
{
    private const string WithId = """{"args":{"input":7,"output":3},"id":"a1"}""";
    private static readonly byte[] Uuid = Convert.FromHexString("00112233445566778899aabbccddeeff");

    [Fact]
    public async Task Every_answer_comes_to_the_response_topic_with_the_correlation_and_one_is_final()
    {
        var panel = await ListenAsync(FakeUsers.Panel1);
        var answers = Answers(FakeUsers.Panel1, "left/inbox");
        await AskAsync(panel, FakeUsers.Panel1, change: m => m.WithResponseTopic(answers).WithCorrelationData(Uuid));
        var got = await Got.UntilFinalAsync(panel);
        await AskAsync(panel, FakeUsers.Panel1, """{"args":{"input":8,"output":3},"id":"next"}""");
        got.AddRange(await Got.UntilFinalAsync(panel));

        Assert.All(got.Where(m => m.Topic == answers), m => Assert.Equal(Uuid, m.CorrelationData));
        var final = Assert.Single(got, m => m.Topic == answers && Got.Json(m).GetProperty("final").GetBoolean());
        Assert.False(final.Retain);
        Assert.Equal("00112233-4455-6677-8899-aabbccddeeff", Got.Json(final).GetProperty("id").GetString());
        Assert.Equal((200, "AVG-VERIFIED"), Got.Outcome(Got.Json(final)));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Without_a_response_topic_the_answer_is_below_the_id(MqttProtocolVersion version)
    {
        var panel = await ListenAsync(FakeUsers.Panel1, version);
        await AskAsync(panel, FakeUsers.Panel1, WithId);

        var final = await Got.FinalAsync(panel);

        Assert.Equal((Answers(FakeUsers.Panel1, "a1"), 200), (final.Topic, Got.Json(final).GetProperty("stat").GetInt32()));
    }

    [Fact]
    public async Task The_message_expiry_is_the_deadline_of_the_command()
    {
        var panel = await ListenAsync(FakeUsers.Panel1);
        await AskAsync(panel, FakeUsers.Panel1, WithId, m => m.WithMessageExpiryInterval(5));
        await Got.FinalAsync(panel);

        // A broker may count the time that the request spent in it.
        Assert.InRange(Here.Device.LastAsked.Request.Deadline.Remaining(Here.Bench.Around.Clock), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task What_expires_while_it_waits_is_answered_so_and_never_carried_out(MqttProtocolVersion version)
    {
        var ledger = Here.Bench.Around.Ledger;
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ledger.Holds = true;
        ledger.OnHeld = held.SetResult;
        var panel = await ListenAsync(FakeUsers.Panel1, version);
        if (version is MqttProtocolVersion.V500) await AskAsync(panel, FakeUsers.Panel1, WithId, m => m.WithMessageExpiryInterval(2));
        else await AskAsync(panel, FakeUsers.Panel1, """{"args":{"input":7,"output":3},"id":"a1","ttl":2}""");
        await held.Task.WaitAsync(BrokerRig.Patience, BrokerRig.Stop);

        await Here.Bench.Around.PassAsync(TimeSpan.FromSeconds(3));
        ledger.Release("a1");

        Assert.Equal((410, "AVG-EXPIRED"), Got.Outcome(Got.Json(await Got.FinalAsync(panel))));
        Assert.Empty(Here.Device.AllAsked);
    }

    [Fact]
    public async Task A_packet_that_is_sent_again_is_answered_again_and_carried_out_once()
    {
        using var panel = await Here.SignInAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync(Answers(FakeUsers.Panel1));
        await panel.SendAsync(Packet(dup: false));
        var first = await Got.FinalAsync(panel);
        await panel.SendAsync(Packet(dup: true));
        var second = await Got.FinalAsync(panel);

        Assert.Equal((200, "AVG-VERIFIED"), Got.Outcome(first));
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Single(Here.Device.AllAsked);
    }

    [Fact]
    public async Task Who_lost_the_connection_before_the_answer_asks_again_and_gets_the_same()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Here.Device.EndsWith = null;
        Here.Device.OnAsked = asked.SetResult;
        using (var lost = await Here.SignInAsync(FakeUsers.Panel1)) await lost.SendAsync(Packet(dup: false));
        await asked.Task.WaitAsync(BrokerRig.Patience, BrokerRig.Stop);

        using var again = await Here.SignInAsync(FakeUsers.Panel1);
        await again.SubscribeAsync(Answers(FakeUsers.Panel1));
        Here.Device.LastAsked.End(AvGateway.Devices.CommandResult.Verified);
        await again.SendAsync(Packet(dup: false));

        Assert.Equal((200, "AVG-VERIFIED"), Got.Outcome(await Got.FinalAsync(again)));
        Assert.Single(Here.Device.AllAsked);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_retained_request_is_refused_now_and_not_carried_out_by_a_later_run(MqttProtocolVersion version)
    {
        var panel = await ListenAsync(FakeUsers.Panel1, version);
        await AskAsync(panel, FakeUsers.Panel1, WithId, m => m.WithRetainFlag());
        Assert.Equal((400, "AVG-REQ-RETAINED"), Got.Outcome(Got.Json(await Got.FinalAsync(panel))));

        await Here.RestartGatewayAsync();
        var next = await ListenAsync(FakeUsers.Panel1, version);
        await AskAsync(next, FakeUsers.Panel1, """{"args":{"input":8,"output":4},"id":"a2"}""");
        await Got.FinalAsync(next);

        Assert.Equal(8, Assert.Single(Here.Device.AllAsked).Request.Args["input"].Integer);
    }

    [Fact]
    public async Task A_payload_above_64_KiB_is_answered_as_too_large()
    {
        var panel = await ListenAsync(FakeUsers.Panel1);
        await AskAsync(panel, FakeUsers.Panel1, new string(' ', 70_000), m => m.WithCorrelationData(Uuid));

        Assert.Equal((400, "AVG-REQ-SIZE"), Got.Outcome(Got.Json(await Got.FinalAsync(panel))));
    }

    [Fact]
    public async Task A_message_expiry_of_zero_counts_as_none()
    {
        var panel = await ListenAsync(FakeUsers.Panel1);
        using var raw = await Here.SignInAsync(FakeUsers.Panel1);

        // Byte by byte, because the library leaves out a property whose value is zero.
        byte[] topic = System.Text.Encoding.UTF8.GetBytes(Request(FakeUsers.Panel1)), payload = System.Text.Encoding.UTF8.GetBytes(WithId);
        byte[] head = [0, (byte)topic.Length, .. topic, 0, 9, 5, 2, 0, 0, 0, 0];
        Assert.InRange(head.Length + payload.Length, 1, 127);
        await raw.SendBytesAsync((byte[])[0x32, (byte)(head.Length + payload.Length), .. head, .. payload]);

        Assert.Equal((200, "AVG-VERIFIED"), Got.Outcome(Got.Json(await Got.FinalAsync(panel))));
        Assert.InRange(Here.Device.LastAsked.Request.Deadline.Remaining(Here.Bench.Around.Clock), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10));
    }

    private static MqttPublishPacket Packet(bool dup) => new()
    {
        Topic = Request(FakeUsers.Panel1),
        PayloadSegment = System.Text.Encoding.UTF8.GetBytes(WithId),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        PacketIdentifier = 9,
        Dup = dup,
    };
}
