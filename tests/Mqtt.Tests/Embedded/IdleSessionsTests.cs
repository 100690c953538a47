using System.Diagnostics;
using AvGateway.Mqtt.Embedded;
using static AvGateway.Mqtt.Tests.Embedded.BrokerRig;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>What a publication costs must depend on who gets it, not on who is connected. Alone, because it measures time.</summary>
[Collection(nameof(IdleSessionsTests))]
[CollectionDefinition(nameof(IdleSessionsTests), DisableParallelization = true)]
public sealed class IdleSessionsTests
{
    private const int Idle = 500;
    private const int Messages = 20_000;
    private const int Burst = 1_000;

    [Fact]
    public async Task Five_hundred_idle_panels_do_not_slow_the_others_down()
    {
        await using var rig = await StartAsync(new BrokerOptions { Site = "city", MaxConnectionsPerPanel = Idle + 1 });
        var (reader, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel1);
        using var open = reader;
        await reader.SubscribeAsync($"{Site}/court-1/#", qos: 0);
        await RunAsync(rig, reader);
        var alone = await BestAsync(rig, reader);

        // They ask for everything and may see nothing of it: the case in which matching by filter alone would not help.
        var panels = await Task.WhenAll(Enumerable.Range(0, Idle).Select(async i =>
        {
            var (panel, _) = await RawClient.SignInAsync(rig.Port, FakeUsers.Panel2);
            await panel.SubscribeAsync(i % 2 == 0 ? "#" : $"{Site}/court-2/#");
            return panel;
        }));
        var crowded = await BestAsync(rig, reader);

        foreach (var panel in panels) panel.Dispose();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Messages / alone.TotalSeconds:F0} messages/s alone, {Messages / crowded.TotalSeconds:F0} with {Idle} idle panels");
        Assert.True(crowded < alone * 3, $"{alone.TotalMilliseconds:F0} ms alone, {crowded.TotalMilliseconds:F0} ms with {Idle} idle panels");
    }

    /// <summary>The best of a few runs: a shared machine only ever makes one slower.</summary>
    private static async Task<TimeSpan> BestAsync(BrokerRig rig, RawClient reader)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var run = await RunAsync(rig, reader);
            if (run < best) best = run;
        }

        return best;
    }

    private static async Task<TimeSpan> RunAsync(BrokerRig rig, RawClient reader)
    {
        var payload = new byte[100];
        var clock = Stopwatch.StartNew();
        for (var sent = 0; sent < Messages; sent += Burst)
        {
            for (var i = 0; i < Burst; i++) rig.Broker.Publish(new($"{Site}/court-1/d{i}/value", payload, true));
            for (var i = 0; i < Burst; i++) await reader.NextPublishAsync();
        }

        return clock.Elapsed;
    }
}
