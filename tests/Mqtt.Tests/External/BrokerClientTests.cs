using System.Text;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Mqtt.External;
using AvGateway.Mqtt.Tests.Session;
using AvGateway.Mqtt.Topics;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Mqtt.Tests.External;

/// <summary>The gateway behind a real mosquitto; real time, since the broker has no other.</summary>
public sealed class BrokerClientTests : IAsyncLifetime
{
    private const string Answers = "avgw/1/city/$rsp/engineer/#";
    private const string State = "avgw/1/city/$gw/gw-1/state";
    private const string Route = "avgw/1/city/$req/engineer/court-1/matrix/do/route";

    private Mosquitto _mosquitto = null!;
    private BrokerClient _bus = null!;
    private GatewayBench _bench = null!;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mosquitto = await Mosquitto.StartAsync();
        var options = new BrokerOptions(new("127.0.0.1", _mosquitto.Port, false, null), "gw-1")
        {
            Patience = TimeSpan.FromSeconds(1),
            PingEvery = TimeSpan.FromMilliseconds(200),
            FirstPause = TimeSpan.FromMilliseconds(50),
            LongestPause = TimeSpan.FromMilliseconds(200),
        };
        _bus = new(options, new TopicMap("avgw", "city"), TimeProvider.System, NullLogger<BrokerClient>.Instance);
        _bench = new(_bus);
        _bench.Device.EndsWith = CommandResult.Verified;
        await _bench.Gateway.StartAsync(Test);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mosquitto is null) return;
        await _bus.DisposeAsync();
        _bench.Dispose();
        await _mosquitto.DisposeAsync();
    }

    [Fact]
    public async Task An_MQTT_5_request_is_answered_at_its_response_topic()
    {
        var heard = await _mosquitto.SubscribeAsync("5", Answers);
        await _mosquitto.PublishAsync(
            "-V", "5", "-t", Route, "-m", """{"args":{"input":7,"output":3}}""",
            "-D", "publish", "response-topic", "avgw/1/city/$rsp/engineer/inbox", "-D", "publish", "correlation-data", "0123456789abcdef",
            "-D", "publish", "message-expiry-interval", "5");

        var (_, topic, payload) = await heard.NextAsync(m => IsFinal(m.Payload));

        Assert.Equal("avgw/1/city/$rsp/engineer/inbox", topic);
        Assert.Equal("30313233-3435-3637-3839-616263646566", Json(payload).GetProperty("id").GetString());
        Assert.Equal(200, Json(payload).GetProperty("stat").GetInt32());
        Assert.InRange(_bench.Device.LastAsked.Request.Deadline.Remaining(_bench.Around.Clock), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task An_MQTT_3_request_is_answered_below_its_id()
    {
        var heard = await _mosquitto.SubscribeAsync("311", Answers);
        await _mosquitto.PublishAsync("-V", "311", "-t", Route, "-m", """{"args":{"input":7,"output":3},"id":"old-1"}""");

        var (retained, topic, payload) = await heard.NextAsync(m => IsFinal(m.Payload));

        Assert.Equal(("avgw/1/city/$rsp/engineer/old-1", false), (topic, retained));
        Assert.Equal(200, Json(payload).GetProperty("stat").GetInt32());
    }

    [Fact]
    public async Task A_retained_request_is_refused()
    {
        var heard = await _mosquitto.SubscribeAsync("5", Answers);
        await _mosquitto.PublishAsync("-V", "5", "-r", "-t", Route, "-m", """{"args":{"input":7,"output":3},"id":"kept"}""");

        var (_, _, payload) = await heard.NextAsync(m => IsFinal(m.Payload));

        Assert.Equal("AVG-REQ-RETAINED", Json(payload).GetProperty("code").GetString());
        Assert.Empty(_bench.Device.AllAsked);
    }

    [Fact]
    public async Task A_broker_that_was_killed_and_came_back_empty_has_everything_again()
    {
        // A thousand devices' worth of state, then a broker that forgot it all.
        for (var i = 0; i < 3000; i++) _bench.Retained.Show($"avgw/1/city/court-{i / 3}/d/p{i % 3}", Encoding.UTF8.GetBytes($$"""{"v":{{i}}}"""));
        await _mosquitto.KillAsync();
        _bench.Retained.Show("avgw/1/city/court-0/d/p0", """{"v":"newer"}"""u8.ToArray());
        _bench.Retained.Clear("avgw/1/city/court-0/d/p1");
        await _mosquitto.StartAgainAsync();
        var begun = TimeProvider.System.GetTimestamp();
        var heard = await _mosquitto.SubscribeAsync("5", State);
        await heard.NextAsync(m => Word(m.Payload) == "ready");
        var took = TimeProvider.System.GetElapsedTime(begun);

        // The gateway's own state comes last, so that everything else is there by now.
        var all = await _mosquitto.SubscribeAsync("5", "avgw/1/city/+/d/+");
        var seen = new Dictionary<string, string>();
        while (seen.Count < 2999)
        {
            var (_, topic, payload) = await all.NextAsync(static _ => true);
            seen[topic] = payload;
        }

        Assert.Equal("""{"v":"newer"}""", seen["avgw/1/city/court-0/d/p0"]);
        Assert.DoesNotContain("avgw/1/city/court-0/d/p1", seen.Keys);
        Assert.True(took < TimeSpan.FromSeconds(5), $"it took {took}");
    }

    [Fact]
    public async Task What_was_to_be_told_while_the_broker_was_away_is_told_when_it_is_back()
    {
        var heard = await _mosquitto.SubscribeAsync("5", "avgw/1/city/court-1/matrix/$event/#");
        await FreezeUntilNoticedAsync();
        for (var i = 0; i < 3; i++) _bench.Publisher.Happened(_bench.Device, new("beep", Arguments.Of(("n", i)), DateTimeOffset.UnixEpoch));
        Assert.False(_bus.IsConnected);
        await _mosquitto.ThawAsync();

        for (var i = 0; i < 3; i++) Assert.Equal(i, Json((await heard.NextAsync(static _ => true)).Payload).GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_frozen_broker_is_noticed_although_publications_go_on()
    {
        var heard = await _mosquitto.SubscribeAsync("5", State);
        await FreezeUntilNoticedAsync();
        await _mosquitto.ThawAsync();

        // Its will, or the state that is sent anew, whichever the broker takes first: ready is the last word.
        await heard.NextAsync(m => Word(m.Payload) == "ready" && !m.Retained);
    }

    /// <summary>With publications leaving all the while, which is what makes a frozen broker look well.</summary>
    private async Task FreezeUntilNoticedAsync()
    {
        await _mosquitto.FreezeAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Test);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        for (var i = 0; _bus.IsConnected; i++)
        {
            _bench.Retained.Show("avgw/1/city/court-1/matrix/output-1", Encoding.UTF8.GetBytes($"{i}"));
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    public async Task A_gateway_that_stops_says_so_and_leaves_no_will()
    {
        var heard = await _mosquitto.SubscribeAsync("5", State);
        await _bench.Gateway.StopAsync(Test);
        await heard.NextAsync(m => Word(m.Payload) == "stopped");
        await _mosquitto.PublishAsync("-V", "5", "-t", State, "-m", """{"state":"end of test"}""");

        Assert.Equal("end of test", Word((await heard.NextAsync(static _ => true)).Payload));
    }

    [Fact]
    public async Task A_state_that_somebody_else_wrote_over_ours_is_put_right()
    {
        var heard = await _mosquitto.SubscribeAsync("5", State);
        await _mosquitto.PublishAsync("-V", "5", "-r", "-t", State, "-m", """{"state":"lost","session":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}""");
        await heard.NextAsync(m => Word(m.Payload) == "lost");

        var (_, _, payload) = await heard.NextAsync(m => Word(m.Payload) != "lost");

        Assert.Equal(("ready", _bench.Presence.Session), (Word(payload), Json(payload).GetProperty("session").GetString()));
    }

    [Fact]
    public async Task Answers_and_states_of_a_busy_gateway_arrive_in_order_and_complete()
    {
        var heard = await _mosquitto.SubscribeAsync("5", "avgw/1/city/court-1/matrix/$event/n");
        for (var i = 0; i < 40; i++) _bench.Publisher.Happened(_bench.Device, new("n", Arguments.Of(("i", i)), DateTimeOffset.UnixEpoch));

        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(i, Json((await heard.NextAsync(static _ => true)).Payload).GetProperty("i").GetInt32());
        }
    }

    [Fact]
    public async Task Without_a_broker_at_the_start_the_gateway_goes_on()
    {
        await using var bus = new BrokerClient(
            new(new("127.0.0.1", 1, false, null), "gw-2") { StartWithin = TimeSpan.FromMilliseconds(200), FirstPause = TimeSpan.FromMilliseconds(20) },
            new TopicMap("avgw", "city"), TimeProvider.System, NullLogger<BrokerClient>.Instance);
        await bus.StartAsync(new("w", "{}"u8.ToArray(), true), static _ => { }, Test);

        Assert.False(bus.IsConnected);
        bus.Publish(new("a", "1"u8.ToArray(), Retain: true));
        Assert.Equal("a", Assert.Single(bus.Retained).Key);
    }

    private static bool IsFinal(string payload) => Json(payload).GetProperty("final").GetBoolean();

    private static string? Word(string payload) => Json(payload).GetProperty("state").GetString();

    private static JsonElement Json(string payload) => JsonDocument.Parse(payload).RootElement;
}
