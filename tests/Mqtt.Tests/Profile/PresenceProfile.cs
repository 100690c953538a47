using AvGateway.Mqtt.Tests.Embedded;

namespace AvGateway.Mqtt.Tests.Profile;

public sealed class EmbeddedPresenceTests : PresenceProfile<EmbeddedCourt>;

public sealed class MosquittoPresenceTests : PresenceProfile<MosquittoCourt>;

/// <summary>The gateway's coming and going, and what stands on the broker after it.</summary>
public abstract class PresenceProfile<TCourt> : ProfileOf<TCourt>
    where TCourt : Court, new()
{
    [Fact]
    public async Task A_broker_that_lost_everything_shows_exactly_what_the_gateway_stands_for()
    {
        for (var i = 0; i < 500; i++) Here.Show($"court-1/d{i / 10}/p{i % 10}", "1");

        await Here.LoseBrokerAsync();

        Assert.Equal(Standing(), await RetainedAsync());
        Assert.Contains($"{Court.Site}/court-1/matrix/output-3", Standing().Keys);
    }

    [Fact]
    public async Task What_a_removed_device_left_is_gone_after_the_next_start()
    {
        Here.Show("court-1/removed/$state", "{}");
        Here.Show("court-1/matrix/output-9", "1");
        Assert.Contains($"{Court.Site}/court-1/removed/$state", (await RetainedAsync()).Keys);

        await Here.RestartGatewayAsync();

        Assert.Equal(Standing(), await RetainedAsync());
        Assert.DoesNotContain($"{Court.Site}/court-1/removed/$state", Standing().Keys);
        Assert.Equal(Standing().Keys.Order(StringComparer.Ordinal), Here.Registry.Topics.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_gateway_that_stops_says_so_to_everybody_and_nothing_speaks_after_it()
    {
        var panel = await Here.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync(Court.State);
        Assert.Equal("ready", Word(await panel.NextAsync()));

        await Here.Bench.Gateway.StopAsync(BrokerRig.Stop);

        // On the way to another broker one word of each topic waits: there "draining" may have given way to "stopped".
        var word = Word(await panel.NextAsync());
        if (Here is EmbeddedCourt) Assert.Equal("draining", word);
        if (word == "draining") word = Word(await panel.NextAsync());
        Assert.Equal("stopped", word);
    }

    [Fact]
    public async Task Each_run_has_a_session_of_its_own()
    {
        var first = Here.Bench.Presence.Session;
        await Here.RestartGatewayAsync();
        var panel = await Here.ConnectAsync(FakeUsers.Panel1);
        await panel.SubscribeAsync($"{Court.Site}/$gw/+/info");

        var second = Got.Json(await panel.NextAsync()).GetProperty("session").GetString();

        Assert.NotEqual(first, second);
        Assert.Equal(Here.Bench.Presence.Session, second);
    }

    private static string? Word(MQTTnet.MqttApplicationMessage state) => Got.Json(state).GetProperty("state").GetString();

    private SortedDictionary<string, string> Standing() => new(
        Here.Bench.Bus.Retained.ToDictionary(r => r.Key, r => System.Text.Encoding.UTF8.GetString(r.Value.Span)), StringComparer.Ordinal);

    /// <summary>What a fresh reader is shown, once everything that the gateway had to say has arrived.</summary>
    private async Task<SortedDictionary<string, string>> RetainedAsync()
    {
        var engineer = await Here.ConnectAsync(FakeUsers.Engineer);
        await engineer.SubscribeAsync($"{Court.Site}/#");
        Here.Tell(Court.End);
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var message in await engineer.UntilAsync(Court.End))
        {
            if (message.Payload.IsEmpty) shown.Remove(message.Topic);
            else shown[message.Topic] = Got.Text(message);
        }

        return shown;
    }
}
