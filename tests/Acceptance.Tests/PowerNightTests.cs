using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>A night of the demo court: rooms go off and on over MQTT, seen at the simulated devices, and a hearing keeps its room.</summary>
public sealed class PowerNightTests : IAsyncLifetime
{
    private static readonly TimeSpan RunWithin = TimeSpan.FromSeconds(120);

    private readonly DemoCourt _court = new();

    public async ValueTask InitializeAsync()
    {
        await _court.InitializeAsync();

        // A lamp takes a minute and a half each way; that a run waits for it is tested where time is virtual.
        await _court.Simulators.SwitchAsync("court-1/projector", "cool-down", false);
        await _court.Simulators.SwitchAsync("court-1/projector", "warm-up", false);
    }

    [Fact]
    public async Task A_room_goes_off_and_on_and_the_run_tells_by_which_sign()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AVGW_POWER_NIGHT") == "1", "a minute of waiting for what comes back by itself: AVGW_POWER_NIGHT=1 runs it");
        await using var engineer = _court.Client();
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");

        var off = await engineer.AskAsync("$power/do/off", "{\"room\":\"court-1\"}", RunWithin);

        Assert.True(off[^1].GetProperty("stat").GetInt32() == 200, off[^1].ToString());
        var run = off[0].GetProperty("run").GetProperty("id").GetString()!;
        await Watch.ValueAsync(_court, "court-1/codec/power", v => v.GetString() == "off");
        await Watch.TopicAsync(_court, $"$power/{run}", r => r.GetProperty("state").GetString() == "done"
            && r.GetProperty("steps").EnumerateArray().Any(s => s.GetProperty("step").GetString() == "court-1/codec:off" && s.GetProperty("signs")[0].GetProperty("says").GetString() == "off"));
        await Watch.ValueAsync(_court, "court-2/codec/power", v => v.GetString() == "on");

        var on = await engineer.AskAsync("$power/do/on", "{\"room\":\"court-1\"}", RunWithin);

        Assert.True(on[^1].GetProperty("stat").GetInt32() == 200, on[^1].ToString());
        await Watch.ValueAsync(_court, "court-1/codec/power", v => v.GetString() == "on");
    }

    [Fact]
    public async Task The_whole_site_goes_off_by_two_persons_and_the_room_in_session_stays_on()
    {
        await using var clerk = _court.Client("clerk-court-1");
        await using var engineer = _court.Client();
        await using var admin = _court.Client("admin");
        await clerk.SubscribeAsync($"{clerk.Base}/$rsp/clerk-court-1/#");
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");
        await admin.SubscribeAsync($"{admin.Base}/$rsp/admin/#", $"{admin.Base}/$power/#");
        Assert.Equal(200, (await clerk.AskAsync("court-1/$hearing/do/open", within: RunWithin))[^1].GetProperty("stat").GetInt32());

        Assert.Equal("AVG-AUTH-RIGHTS", await CodeAsync(clerk, "$power/do/off", "{\"room\":\"court-1\"}"));
        Assert.Equal("AVG-GUARD-PREVIEW", await CodeAsync(engineer, "$power/do/off"));
        var plan = (await engineer.AskAsync("$power/do/preview", "{\"act\":\"off\"}", RunWithin))[^1].GetProperty("plan");
        Assert.Equal("AVG-GUARD-IN-SESSION", plan.GetProperty("rooms").EnumerateArray().Single(r => r.GetProperty("room").GetString() == "court-1").GetProperty("why").GetString());
        Assert.Equal("AVG-GUARD-SECOND-PERSON", await CodeAsync(engineer, "$power/do/off", "{\"second\":\"admin\"}"));
        await admin.PublishAsync($"{admin.Base}/$req/admin/$power/do/off", "{\"id\":\"night\"}");

        await admin.NextAsync(
            s => s.Topic.Contains("/$power/", StringComparison.Ordinal) && s.Payload.Length > 0
                && RoomOf(s, "court-1") == "deferred" && RoomOf(s, "court-2") == "done",
            RunWithin);
        await Watch.ValueAsync(_court, "court-2/codec/power", v => v.GetString() == "off");
        await Watch.ValueAsync(_court, "court-1/codec/power", v => v.GetString() == "on");
    }

    public ValueTask DisposeAsync() => _court.DisposeAsync();

    private static string? RoomOf(Seen run, string room) =>
        run.Json.GetProperty("rooms").EnumerateArray().Single(r => r.GetProperty("room").GetString() == room).GetProperty("state").GetString();

    private static async Task<string?> CodeAsync(MosquittoClient client, string request, string arguments = "{}") =>
        (await client.AskAsync(request, arguments, TimeSpan.FromSeconds(30)))[^1].GetProperty("code").GetString();
}
