using System.Buffers.Text;
using System.Globalization;
using AvGateway.Mqtt.Tests.Embedded;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace AvGateway.Mqtt.Tests.Profile;

public sealed class EmbeddedStatesTests : StatesProfile<EmbeddedCourt>;

public sealed class MosquittoStatesTests : StatesProfile<MosquittoCourt>;

/// <summary>What a reader is shown.</summary>
public abstract class StatesProfile<TCourt> : ProfileOf<TCourt>
    where TCourt : Court, new()
{
    private const int Topics = 200;
    private const int Burst = 25;
    private const string Prefix = Court.Site + "/court-1/d";

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task The_states_of_the_gateway_are_retained_and_its_changes_are_not_marked_so(MqttProtocolVersion version)
    {
        var panel = await Here.ConnectAsync(FakeUsers.Panel1, version);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await panel.SubscribeAsync($"{Court.Site}/court-1/#"));
        Here.Tell(Court.End);
        var states = await panel.UntilAsync(Court.End);
        Here.Show("court-1/matrix/output-3", """{"v":8}""");
        var change = await panel.NextAsync();

        Assert.Equal(
            ["court-1/matrix/$desc", "court-1/matrix/$state", "court-1/matrix/output-3"],
            states.Select(s => s.Topic[(Court.Site.Length + 1)..]).Order(StringComparer.Ordinal));
        Assert.All(states, s => Assert.True(s.Retain));
        Assert.Equal(("""{"v":8}""", false), (Got.Text(change), change.Retain));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task No_state_is_missing_or_older_than_the_one_before_for_who_subscribes_while_they_change(MqttProtocolVersion version)
    {
        var latest = new int[Topics];
        for (var t = 0; t < Topics; t++) Here.Show($"court-1/d{t}", "0");
        using var pacer = await Here.SignInAsync(FakeUsers.Panel1);
        await pacer.SubscribeAsync($"{Court.Site}/court-1/#");

        var watchers = Task.WhenAll(Enumerable.Range(0, 15).Select(_ => WatchAsync(version)));
        var change = 0;
        while (!watchers.IsCompleted || change < 4 * Topics) change = await ChangeAsync(pacer, latest, change);
        Here.Tell(Court.End);

        foreach (var watcher in await watchers) await JudgeAsync(watcher, latest);
    }

    [Fact]
    public async Task A_cleared_state_is_told_as_empty_and_given_to_nobody_after()
    {
        Here.Show("court-1/m/p", "1");
        var early = await Here.ConnectAsync(FakeUsers.Panel1);
        await early.SubscribeAsync($"{Court.Site}/court-1/m/#");
        Assert.Equal("1", Got.Text(await early.NextAsync()));

        Here.Clear("court-1/m/p");

        Assert.Equal(0, (await early.NextAsync()).Payload.Length);
        var late = await Here.ConnectAsync(FakeUsers.Panel1);
        await late.SubscribeAsync($"{Court.Site}/court-1/#");
        Here.Tell(Court.End);
        Assert.DoesNotContain(await late.UntilAsync(Court.End), m => m.Topic.EndsWith("/m/p", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Overlapping_filters_lose_nothing_and_name_each_subscription_once()
    {
        var panel = await Here.ConnectAsync(FakeUsers.Panel1);
        await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter($"{Court.Site}/court-1/x/#").WithSubscriptionIdentifier(7).Build(), BrokerRig.Stop);
        await panel.Mqtt.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter($"{Court.Site}/court-1/+/p").WithSubscriptionIdentifier(8).Build(), BrokerRig.Stop);
        await panel.SubscribeAsync($"{Court.Site}/court-1/end/#");

        Here.Show("court-1/x/p", "1");
        Here.Tell(Court.End);
        var got = await panel.UntilAsync(Court.End);

        Assert.All(got, m => Assert.Equal("1", Got.Text(m)));
        Assert.Equal([7u, 8u], got.SelectMany(m => m.SubscriptionIdentifiers).Order());
    }

    [Fact]
    public async Task Five_hundred_idle_sessions_keep_nobody_from_states_and_answers()
    {
        var idle = await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ =>
        {
            var client = await Here.SignInAsync(FakeUsers.Engineer);
            await client.SubscribeAsync($"{Court.Site}/court-2/#");
            return client;
        }));
        var panel = await ListenAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Court.Site}/court-1/#");
        var states = new[] { await panel.NextAsync(), await panel.NextAsync(), await panel.NextAsync() };
        Assert.Contains($"{Court.Site}/court-1/matrix/$state", states.Select(s => s.Topic));

        await AskAsync(panel, FakeUsers.Panel1, """{"args":{"input":7,"output":3},"id":"a1"}""");
        Assert.Equal((200, "AVG-VERIFIED"), Got.Outcome(Got.Json(await Got.FinalAsync(panel))));

        Here.Show("court-2/m/p", "1");
        foreach (var client in idle)
        {
            Assert.Equal($"{Court.Site}/court-2/m/p", (await client.NextPublishAsync())?.Topic);
            client.Dispose();
        }
    }

    [Fact]
    public async Task What_waited_beyond_its_expiry_is_not_delivered()
    {
        // One unacknowledged publication is all that this client takes, so the next one waits in the broker.
        using var panel = await Here.SignInAsync(FakeUsers.Panel1, change: c => c.ReceiveMaximum = 1);
        await panel.SubscribeAsync($"{Court.Site}/court-1/end/#");
        Here.Tell(Court.End, "1");
        var first = await ReadPublishAsync(panel);
        Here.Tell(Court.End, "2", expiry: 1);

        // A broker has no other time than the real one, and counts it in whole seconds.
        await Task.Delay(TimeSpan.FromSeconds(3), BrokerRig.Stop);
        await panel.SendAsync(new MqttPubAckPacket { PacketIdentifier = first.PacketIdentifier });
        Here.Tell(Court.End, "3", expiry: 600);

        var next = await ReadPublishAsync(panel);
        Assert.Equal("3", System.Text.Encoding.UTF8.GetString(next.Payload.FirstSpan));
        Assert.InRange(next.MessageExpiryInterval, 1u, 600u);
    }

    private static async Task<MqttPublishPacket> ReadPublishAsync(RawClient client)
    {
        while (true)
        {
            if (await client.ReadAsync() is MqttPublishPacket publish) return publish;
        }
    }

    private async Task<RawClient> WatchAsync(MqttProtocolVersion version)
    {
        var client = await Here.SignInAsync(FakeUsers.Panel1, version);
        await client.SendAsync(new MqttSubscribePacket
        {
            PacketIdentifier = 1,
            TopicFilters = [new MqttTopicFilterBuilder().WithTopic($"{Court.Site}/court-1/#").WithAtLeastOnceQoS().Build()],
        });
        Assert.IsType<MqttSubAckPacket>(await client.ReadAsync());
        return client;
    }

    /// <summary>Some changes, and then as long as one reader needs to see the last of them.</summary>
    private async Task<int> ChangeAsync(RawClient pacer, int[] latest, int change)
    {
        for (var i = 0; i < Burst; i++)
        {
            var topic = ++change % Topics;
            latest[topic] = change;
            Here.Show($"court-1/d{topic}", change.ToString(CultureInfo.InvariantCulture));
        }

        while (true)
        {
            var next = await pacer.NextPublishAsync() ?? throw new InvalidOperationException("the reader that paces was closed");
            if (next.Topic.StartsWith(Prefix, StringComparison.Ordinal) && Value(next) == change) return change;
        }
    }

    private static async Task JudgeAsync(RawClient client, int[] latest)
    {
        using var open = client;
        var seen = Enumerable.Repeat(-1, Topics).ToArray();
        while (await client.NextPublishAsync() is { } publish && publish.Topic != Court.End)
        {
            if (!publish.Topic.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var topic = int.Parse(publish.Topic.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);
            Assert.True(Value(publish) >= seen[topic], $"topic {topic}: {Value(publish)} after {seen[topic]}");
            seen[topic] = Value(publish);
        }

        Assert.Equal(latest, seen);
    }

    private static int Value(MqttPublishPacket publish)
    {
        Assert.True(Utf8Parser.TryParse(publish.Payload.FirstSpan, out int value, out _));
        return value;
    }
}
