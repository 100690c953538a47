using System.Buffers.Text;
using System.Globalization;
using AvGateway.Mqtt.Embedded;
using MQTTnet.Packets;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

public sealed class StormTests
{
    private const int Topics = 500;
    private const int Connects = 1_000;
    private const int AtOnce = 50;
    private const int Burst = 25;
    private const string Prefix = Site + "/court-1/d";
    private const string End = Site + "/court-1/end/now";

    private readonly int[] _latest = new int[Topics];
    private readonly Random _random = new(7);

    [Fact]
    public async Task A_thousand_connects_in_a_storm_miss_no_state_and_end_with_the_last_word()
    {
        await using var rig = await StartAsync(new BrokerOptions { Site = "city", MaxConnectionsPerPanel = 3 * AtOnce });
        for (var t = 0; t < Topics; t++) Tell(rig, t);
        var (pacer, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var held = pacer;
        await pacer.SubscribeAsync($"{Site}/court-1/#", qos: 0);
        for (var t = 0; t < Topics; t++) await pacer.NextPublishAsync();

        var findings = new List<string>();
        var changes = 0;
        for (var batch = 0; batch < Connects / AtOnce; batch++)
        {
            var watchers = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => OpenAsync(rig, qos: i % 2)));
            while (!watchers.IsCompleted) changes += await BurstAsync(rig, pacer);
            for (var i = 0; i < 4; i++) changes += await BurstAsync(rig, pacer);
            rig.Broker.Publish(new(End, "x"u8.ToArray(), false));
            await pacer.NextPublishAsync();
            foreach (var found in await Task.WhenAll((await watchers).Select(JudgeAsync))) findings.AddRange(found);
        }

        Assert.Empty(findings);
        Assert.True(changes > 1_000, $"only {changes} changes: no storm");
        Assert.Equal(0, rig.Count("avgw.mqtt.closed:too-slow"));
    }

    private static async Task<RawClient> OpenAsync(BrokerRig rig, int qos)
    {
        var (client, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        await client.SendAsync(new MqttSubscribePacket
        {
            PacketIdentifier = 1,
            TopicFilters = [new MqttTopicFilter { Topic = $"{Site}/court-1/#", QualityOfServiceLevel = (MQTTnet.Protocol.MqttQualityOfServiceLevel)qos }],
        });
        Assert.IsType<MqttSubAckPacket>(await client.ReadAsync());
        return client;
    }

    private async Task<List<string>> JudgeAsync(RawClient client)
    {
        using var open = client;
        var seen = new int[Topics];
        var findings = new List<string>();
        while (await client.NextPublishAsync() is { } publish && publish.Topic != End)
        {
            var topic = int.Parse(publish.Topic.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);
            Assert.True(Utf8Parser.TryParse(publish.Payload.FirstSpan, out int value, out _));
            if (value < seen[topic]) findings.Add($"topic {topic}: {value} after {seen[topic]}");
            seen[topic] = value;
        }

        for (var t = 0; t < Topics; t++)
            if (seen[t] != _latest[t]) findings.Add($"topic {t}: ended with {seen[t]}, the gateway says {_latest[t]}");
        return findings;
    }

    /// <summary>Some changes, and then as long as one reader needs to get them: as fast as the machine allows, and no faster.</summary>
    private async Task<int> BurstAsync(BrokerRig rig, RawClient pacer)
    {
        for (var i = 0; i < Burst; i++) Tell(rig, _random.Next(Topics));
        for (var i = 0; i < Burst; i++) await pacer.NextPublishAsync();
        return Burst;
    }

    private void Tell(BrokerRig rig, int topic) =>
        rig.Publish($"court-1/d{topic}", (++_latest[topic]).ToString(CultureInfo.InvariantCulture));
}
