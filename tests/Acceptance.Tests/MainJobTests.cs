using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>The main job: a command over MQTT reaches a device on its real wire, and is done when the device says so.</summary>
[Collection(nameof(DemoCourt))]
public sealed class MainJobTests(DemoCourt court)
{
    [Theory]
    [InlineData("mqttv5", "court-1/matrix", 3, 5)]
    [InlineData("mqttv311", "court-1/matrix", 2, 4)]
    [InlineData("mqttv5", "court-2/matrix", 3, 4)]
    [InlineData("mqttv311", "court-2/matrix", 1, 2)]
    [InlineData("mqttv5", "machine-room/matrix", 2, 3)]
    public async Task A_matrix_is_routed_and_its_own_report_is_the_end(string version, string device, int input, int output)
    {
        await using var client = court.Client(version: version);
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#", $"{client.Base}/{device}/#");

        var asking = client.AskAsync($"{device}/do/route", $"{{\"input\":{input},\"output\":{output}}}");
        var answers = await asking;

        Assert.Equal(["accepted", "sent", "acked", "verified"], Phases.Of(answers));
        Assert.Equal(200, answers[^1].GetProperty("stat").GetInt32());
        Assert.Equal(input, answers[^1].GetProperty("reported").GetProperty("v").GetInt32());
        await Watch.ValueAsync(court, $"{device}/output-{output}", v => v.GetInt32() == input);
    }

    [Theory]
    [InlineData("mqttv5")]
    [InlineData("mqttv311")]
    public async Task A_recorder_starts_and_stops_and_shows_it(string version)
    {
        await using var client = court.Client(version: version);
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");

        var started = await client.AskAsync("court-1/recorder/do/record");
        Assert.Equal(200, started[^1].GetProperty("stat").GetInt32());
        await Watch.ValueAsync(court, "court-1/recorder/recording", v => v.GetString() == "recording");

        var stopped = await client.AskAsync("court-1/recorder/do/stop");
        Assert.Equal(200, stopped[^1].GetProperty("stat").GetInt32());
        await Watch.ValueAsync(court, "court-1/recorder/recording", v => v.GetString() == "stopped");
    }

    [Theory]
    [InlineData("mqttv5", "court-1/codec")]
    [InlineData("mqttv311", "court-2/codec")]
    public async Task A_codec_on_a_serial_line_dials_and_hangs_up(string version, string codec)
    {
        await using var client = court.Client(version: version);
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");

        var dialled = await client.AskAsync($"{codec}/do/dial", "{\"uri\":\"court9@example.test\"}");
        Assert.Equal(200, dialled[^1].GetProperty("stat").GetInt32());
        await Watch.ValueAsync(court, $"{codec}/call", v => v.GetString() == "connected");

        var hungUp = await client.AskAsync($"{codec}/do/hang-up");
        Assert.Equal(200, hungUp[^1].GetProperty("stat").GetInt32());
        await Watch.ValueAsync(court, $"{codec}/call", v => v.GetString() == "idle");
    }

    [Fact]
    public async Task A_settable_property_is_set_by_its_topic()
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");

        var answers = await client.AskAsync("court-1/codec/set/volume", "{\"v\":35}");

        Assert.Equal(200, answers[^1].GetProperty("stat").GetInt32());
        await Watch.ValueAsync(court, "court-1/codec/volume", v => v.GetInt32() == 35);
    }

    [Theory]
    [InlineData("court-1/matrix", 7, 6)]
    [InlineData("court-2/matrix", 2, 3)]
    public async Task A_change_at_the_front_panel_appears_on_the_retained_topic(string device, int input, int output)
    {
        await court.Simulators.FrontPanelAsync(device, "route", new { input, output });
        await Watch.ValueAsync(court, $"{device}/output-{output}", v => v.GetInt32() == input);
    }

    [Theory]
    [InlineData("court-1/matrix", "route", "{\"input\":4,\"output\":2}")]
    [InlineData("court-2/matrix", "route", "{\"input\":4,\"output\":2}")]
    [InlineData("court-1/recorder", "record", "{}")]
    [InlineData("court-1/codec", "dial", "{\"uri\":\"court9@example.test\"}")]
    public async Task A_device_that_acknowledges_and_does_nothing_is_never_called_done(string device, string verb, string arguments)
    {
        await using var switched = await court.WithSwitchAsync(device, "frozen");
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");

        var answers = await client.AskAsync($"{device}/do/{verb}", arguments, TimeSpan.FromSeconds(45));

        Assert.Contains(answers[^1].GetProperty("stat").GetInt32(), new[] { 502, 504 });
        Assert.Equal("failed", answers[^1].GetProperty("phase").GetString());
    }

    [Theory]
    [InlineData("court-1/matrix")]
    [InlineData("court-2/matrix")]
    [InlineData("court-1/recorder")]
    [InlineData("court-1/codec")]
    public async Task A_device_that_refuses_says_so_in_its_own_words(string device)
    {
        await using var switched = await court.WithSwitchAsync(device, "refuse");
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#");
        var (verb, arguments) = device switch
        {
            "court-1/recorder" => ("record", "{}"),
            "court-1/codec" => ("dial", "{\"uri\":\"court9@example.test\"}"),
            _ => ("route", "{\"input\":4,\"output\":2}"),
        };

        var answers = await client.AskAsync($"{device}/do/{verb}", arguments, TimeSpan.FromSeconds(45));

        Assert.Equal(502, answers[^1].GetProperty("stat").GetInt32());
        Assert.Equal("AVG-DEV-NAK", answers[^1].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("court-1/matrix", "half-open")]
    [InlineData("court-1/matrix", "mute")]
    [InlineData("court-2/matrix", "mute")]
    [InlineData("court-1/recorder", "half-open")]
    [InlineData("court-1/codec", "mute")]
    public async Task A_device_that_falls_silent_goes_stale_and_then_offline_within_fifteen_seconds(string device, string fault)
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/{device}/#");
        var property = device.EndsWith("matrix", StringComparison.Ordinal) ? "output-1" : device.EndsWith("recorder", StringComparison.Ordinal) ? "recording" : "call";

        var began = TimeProvider.System.GetTimestamp();
        await using var switched = await court.WithSwitchAsync(device, fault);
        await client.NextAsync($"{client.Base}/{device}/{property}", v => v.GetProperty("q").GetString() == "stale", TimeSpan.FromSeconds(15));
        await client.NextAsync($"{client.Base}/{device}/$state", s => s.GetProperty("state").GetString() == "offline", TimeSpan.FromSeconds(15));

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 15);
    }
}
