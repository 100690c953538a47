using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>What is wrong gets its own answer, and nothing of it reaches a device.</summary>
[Collection(nameof(DemoCourt))]
public sealed class BadInputTests(DemoCourt court)
{
    [Theory]
    [InlineData("court-1/matrix/do/explode", "{}", 400)]
    [InlineData("court-1/nothing/do/route", "{}", 400)]
    [InlineData("court-1/matrix/do/route", "{\"input\":3}", 422)]
    [InlineData("court-1/matrix/do/route", "{\"input\":3,\"output\":4000}", 422)]
    [InlineData("court-1/matrix/do/route", "{\"input\":\"three\",\"output\":4}", 422)]
    [InlineData("court-1/matrix/do/route", "{\"input\":3,\"output\":4,\"colour\":\"red\"}", 422)]
    [InlineData("court-1/codec/do/dial", "{\"uri\":\"a\\r\\nxCommand SystemUnit Boot\"}", 422)]
    [InlineData("court-1/codec/set/call", "{\"v\":\"idle\"}", 422)]
    [InlineData("court-1/$scene/opening/do/run", "{}", 400)]
    public async Task A_wrong_request_is_refused_with_its_code_and_never_sent(string target, string arguments, int stat)
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");

        var answers = await client.AskAsync(target, arguments);

        var only = Assert.Single(answers);
        Assert.Equal(stat, only.GetProperty("stat").GetInt32());
        Assert.Equal("failed", only.GetProperty("phase").GetString());
    }

    [Theory]
    [InlineData("mqttv5")]
    [InlineData("mqttv311")]
    public async Task A_retained_request_is_refused(string version)
    {
        await using var client = court.Client(version: version);
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");
        await client.PublishAsync($"{client.Base}/$req/engineer/court-1/matrix/do/route", "{\"id\":\"keep1\",\"args\":{\"input\":1,\"output\":1}}", "-r");

        var answer = await client.NextAsync(s => s.Topic.StartsWith($"{client.Base}/$rsp/", StringComparison.Ordinal));

        Assert.Equal(400, answer.Json.GetProperty("stat").GetInt32());
        Assert.Equal("AVG-REQ-RETAINED", answer.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_request_in_another_callers_name_never_arrives()
    {
        await using var panel = court.Client("panel-court-1");
        var before = await court.Simulators.TraceAsync("court-1/matrix");

        await panel.PublishAsync($"{panel.Base}/$req/engineer/court-1/matrix/do/route", "{\"id\":\"x1\",\"args\":{\"input\":1,\"output\":9}}");

        await using var engineer = court.Client();
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");
        var answers = await engineer.AskAsync("court-1/matrix/do/route", "{\"input\":2,\"output\":3}");
        Assert.Equal(200, answers[^1].GetProperty("stat").GetInt32());
        var since = before.GetArrayLength() == 0 ? 0 : before[before.GetArrayLength() - 1].GetProperty("number").GetInt64();
        var received = (await court.Simulators.TraceAsync("court-1/matrix", since)).EnumerateArray()
            .Where(f => f.GetProperty("direction").GetString() == "received").Select(f => f.GetProperty("text").GetString()!).ToList();
        Assert.Contains(received, f => f.Contains("3 2", StringComparison.Ordinal));
        Assert.DoesNotContain(received, f => f.Contains("9 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_panel_commands_its_own_room_and_no_other()
    {
        await using var panel = court.Client("panel-court-1");
        await panel.SubscribeAsync($"{panel.Base}/$rsp/panel-court-1/#");

        var own = await panel.AskAsync("court-1/matrix/do/route", "{\"input\":2,\"output\":3}");
        var other = await panel.AskAsync("court-2/matrix/do/route", "{\"input\":2,\"output\":3}");

        Assert.Equal(200, own[^1].GetProperty("stat").GetInt32());
        Assert.Equal(403, other[^1].GetProperty("stat").GetInt32());
    }

    [Fact]
    public async Task A_panel_that_asks_for_everything_sees_its_own_room_alone()
    {
        await using var panel = court.Client("panel-court-1");
        await panel.SubscribeAsync("#");
        await panel.NextAsync($"{panel.Base}/court-1/matrix/$state", _ => true);

        await court.Simulators.FrontPanelAsync("court-2/matrix", "route", new { input = 1, output = 1 });
        await court.Simulators.FrontPanelAsync("court-2/matrix", "route", new { input = 2, output = 1 });
        await court.Simulators.FrontPanelAsync("court-1/matrix", "route", new { input = 8, output = 8 });
        var seen = await panel.NextAsync(s => s.Topic.Contains("/court-2/", StringComparison.Ordinal) || s.Topic.EndsWith("/court-1/matrix/output-8", StringComparison.Ordinal));

        Assert.EndsWith("/court-1/matrix/output-8", seen.Topic, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_lets_nobody_in()
    {
        var wrong = await GatewayProcess.RunAsync("ctl", "--url", $"mqtt://engineer:wrong@{court.Gateway.MqttHost}:{court.Gateway.MqttPort}", "do", "court-1/matrix", "route", "input=1", "output=1");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("refused", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_that_is_too_large_or_too_deep_is_refused()
    {
        await using var client = court.Client(version: "mqttv311");
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");

        var deep = await client.AskAsync("court-1/matrix/do/route", string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 20));

        Assert.Equal(400, deep[^1].GetProperty("stat").GetInt32());
    }

    [Fact]
    public async Task The_same_id_again_gives_the_same_answer_and_runs_once()
    {
        await using var client = court.Client(version: "mqttv311");
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");
        const string Payload = "{\"id\":\"once-1\",\"ttl\":30,\"args\":{\"input\":6,\"output\":7}}";

        await client.PublishAsync($"{client.Base}/$req/engineer/court-1/matrix/do/route", Payload);
        var first = await client.NextAsync($"{client.Base}/$rsp/engineer/once-1", a => a.GetProperty("final").GetBoolean());
        await client.PublishAsync($"{client.Base}/$req/engineer/court-1/matrix/do/route", Payload);
        var second = await client.NextAsync($"{client.Base}/$rsp/engineer/once-1", a => a.GetProperty("final").GetBoolean());
        await client.PublishAsync($"{client.Base}/$req/engineer/court-1/matrix/do/route", Payload.Replace("\"output\":7", "\"output\":8", StringComparison.Ordinal));
        var reused = await client.NextAsync($"{client.Base}/$rsp/engineer/once-1", a => a.GetProperty("final").GetBoolean());

        Assert.Equal(first.Payload, second.Payload);
        Assert.Equal(400, reused.Json.GetProperty("stat").GetInt32());
        var trace = (await court.Simulators.TraceAsync("court-1/matrix")).EnumerateArray().Select(f => f.ToString()).Count(f => f.Contains("7 6", StringComparison.Ordinal) && f.Contains("received", StringComparison.Ordinal));
        Assert.Equal(1, trace);
    }
}
