using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Testing.Commands;

namespace AvGateway.Mqtt.Tests.Session;

public sealed class MqttGatewayTests
{
    private const string State = "avgw/1/city/$gw/gw-1/state";

    [Fact]
    public async Task It_is_init_then_ready_then_draining_then_stopped_in_one_session()
    {
        using var bench = new GatewayBench();
        await bench.Gateway.StartAsync(GatewayBench.Test);
        await bench.Gateway.StopAsync(GatewayBench.Test);

        var states = bench.Fake.On(State).Select(FakeBus.Json).ToList();

        Assert.Equal(["init", "ready", "draining", "stopped"], states.Select(s => s.GetProperty("state").GetString()));
        Assert.Single(states.Select(s => s.GetProperty("session").GetString()).Distinct());
        Assert.All(bench.Fake.On(State), p => Assert.True(p.Retain));
        Assert.True(bench.Fake.IsStopped);
    }

    [Fact]
    public async Task Its_will_says_lost_for_the_same_session()
    {
        using var bench = new GatewayBench();
        await bench.Gateway.StartAsync(GatewayBench.Test);

        var will = FakeBus.Json(bench.Fake.Will!);

        Assert.Equal(State, bench.Fake.Will!.Topic);
        Assert.True(bench.Fake.Will.Retain);
        Assert.Equal("lost", will.GetProperty("state").GetString());
        Assert.Equal(bench.Presence.Session, will.GetProperty("session").GetString());
        Assert.Equal("2026-01-05T08:00:00.000Z", will.GetProperty("since").GetString());
    }

    [Fact]
    public async Task Everything_is_shown_before_it_is_ready()
    {
        using var bench = new GatewayBench();
        bench.Device.Readings["output-3"] = new(7, DateTimeOffset.UnixEpoch, Quality.Good, ReadingSource.Poll, 12);
        await bench.Gateway.StartAsync(GatewayBench.Test);

        var topics = bench.Fake.All.Select(p => p.Topic).ToList();
        var ready = topics.LastIndexOf(State);

        foreach (var tail in (string[])["$gw/gw-1/info", "$gw/gw-1/health", "court-1/matrix/$desc", "court-1/matrix/$state", "court-1/matrix/output-3"])
        {
            Assert.InRange(topics.IndexOf("avgw/1/city/" + tail), 0, ready - 1);
        }
    }

    [Fact]
    public async Task What_earlier_runs_left_is_cleared_and_nothing_else()
    {
        var registry = new FakeRegistry("avgw/1/city/court-1/removed/$state", "avgw/1/city/court-1/matrix/$state", "avgw/1/city/court-1/matrix/output-9");
        using var bench = new GatewayBench(registry: registry);
        await bench.Gateway.StartAsync(GatewayBench.Test);

        Assert.Equal(
            ["avgw/1/city/court-1/matrix/output-9", "avgw/1/city/court-1/removed/$state"],
            bench.Fake.All.Where(p => p.Payload.IsEmpty).Select(p => p.Topic).Order(StringComparer.Ordinal));
        Assert.Equal(bench.Fake.Retained.Select(r => r.Key).Order(StringComparer.Ordinal), registry.Topics.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Commands_of_an_earlier_run_are_answered_before_it_is_ready()
    {
        using var router = new RouterBench();
        router.Ledger.Unsettled.Add(new("engineer", "old", "d", "court-1/matrix/do/route", "{}", router.Clock.GetUtcNow()));
        using var bench = new GatewayBench(router: router);
        await bench.Gateway.StartAsync(GatewayBench.Test);

        var topics = bench.Fake.All.Select(p => p.Topic).ToList();

        Assert.Equal(504, bench.Fake.Last("avgw/1/city/$rsp/engineer/old").GetProperty("stat").GetInt32());
        Assert.True(topics.IndexOf("avgw/1/city/$rsp/engineer/old") < topics.LastIndexOf(State));
    }

    [Fact]
    public async Task Health_comes_every_thirty_seconds()
    {
        using var bench = new GatewayBench();
        await bench.Gateway.StartAsync(GatewayBench.Test);
        await bench.Around.PassAsync(TimeSpan.FromSeconds(61));

        var health = bench.Fake.On("avgw/1/city/$gw/gw-1/health").Select(FakeBus.Json).ToList();

        Assert.Equal([0, 30, 60], health.Select(h => h.GetProperty("uptime").GetInt32()));
        Assert.True(health[^1].GetProperty("memory").GetProperty("workingSet").GetInt64() > 0);
        Assert.Equal(0, health[^1].GetProperty("queues").GetProperty("requests").GetInt32());
        Assert.Equal(JsonValueKind.Null, health[^1].GetProperty("clockOffsetMs").ValueKind);
        Assert.Equal("online", health[^1].GetProperty("devices").GetProperty("court-1/matrix").GetProperty("state").GetString());
        Assert.Equal(2, health[^1].GetProperty("devices").GetProperty("court-1/matrix").GetProperty("published").GetInt32());
    }

    [Fact]
    public async Task Its_description_has_version_configuration_and_capabilities()
    {
        using var bench = new GatewayBench();
        await bench.Gateway.StartAsync(GatewayBench.Test);

        var shown = bench.Fake.Last("avgw/1/city/$gw/gw-1/info");

        Assert.Equal(["version", "configuration", "session", "capabilities"], shown.EnumerateObject().Select(m => m.Name));
        Assert.Equal("0.1.0", shown.GetProperty("version").GetString());
    }

    [Fact]
    public async Task Stopping_lets_what_was_sent_come_to_its_end()
    {
        using var bench = new GatewayBench();
        await bench.Gateway.StartAsync(GatewayBench.Test);
        var asked = new TaskCompletionSource();
        bench.Device.OnAsked = asked.SetResult;
        bench.Fake.Ask(bench.Message("court-1/matrix/do/power-on", """{"id":"a1"}"""));
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10), GatewayBench.Test);

        var stopping = bench.Gateway.StopAsync(GatewayBench.Test);
        Assert.False(stopping.IsCompleted);
        bench.Device.LastAsked.End(CommandResult.Verified);
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), GatewayBench.Test);

        var topics = bench.Fake.All.Select(p => p.Topic).ToList();
        Assert.Equal(200, bench.Fake.Last("avgw/1/city/$rsp/engineer/a1").GetProperty("stat").GetInt32());
        Assert.True(topics.LastIndexOf("avgw/1/city/$rsp/engineer/a1") < topics.LastIndexOf(State));
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_ever()
    {
        using var bench = new GatewayBench();
        await bench.Gateway.StartAsync(GatewayBench.Test);
        var heard = bench.Around.Ask(bench.Around.Route(1, 1, "a1"));
        var stopping = bench.Gateway.StopAsync(GatewayBench.Test);
        await bench.Around.PassAsync(TimeSpan.FromSeconds(5));
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), GatewayBench.Test);

        Assert.Equal("stopped", bench.Fake.Last(State).GetProperty("state").GetString());
        Assert.Empty(heard.Finals);
        Assert.Null(bench.Around.Ledger.AnswerOf("engineer", "a1"));
    }
}
