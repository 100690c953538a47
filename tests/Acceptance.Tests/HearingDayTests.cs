using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>A hearing day in the demo court, asked over MQTT as a clerk's program would and seen at the simulated devices.</summary>
public sealed class HearingDayTests : IAsyncLifetime
{
    private readonly DemoCourt _court = new();

    public ValueTask InitializeAsync() => _court.InitializeAsync();

    [Fact]
    public async Task A_whole_day_from_preparation_to_closing_and_nobody_else_touches_the_room()
    {
        await using var clerk = _court.Client("clerk-court-1");
        await using var engineer = _court.Client();
        await clerk.SubscribeAsync($"{clerk.Base}/$rsp/clerk-court-1/#");
        await engineer.SubscribeAsync($"{engineer.Base}/$rsp/engineer/#");

        await ScenesAsync(clerk, ("$hearing/do/prepare", "preparing"), ("$hearing/do/open", "in-session"));
        await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("recording").GetString() == "proven");
        Assert.Equal("AVG-GUARD-IN-SESSION", await CodeAsync(engineer, "court-1/matrix/do/route", "{\"input\":3,\"output\":5}"));
        Assert.Equal("AVG-GUARD-IN-SESSION", await CodeAsync(engineer, "court-1/recorder/do/stop"));
        Assert.Equal("AVG-GUARD-IN-SESSION", await CodeAsync(engineer, "court-1/audio/do/mute", "{\"channel\":3}"));
        Assert.Equal("AVG-GUARD-RECORDING", await CodeAsync(clerk, "court-1/recorder/do/stop"));
        Assert.Equal("AVG-GUARD-ROUTE", await CodeAsync(clerk, "court-1/matrix/do/route", "{\"input\":14,\"output\":17}"));
        Assert.Equal("AVG-AUTH-HEARING", await CodeAsync(engineer, "court-1/$hearing/do/close"));

        await ScenesAsync(clerk, ("$scene/evidence/do/run", "in-session"));
        await Watch.ValueAsync(_court, "court-1/matrix/output-17", v => v.GetInt32() == 15);
        await ScenesAsync(clerk, ("$scene/closed-evidence/do/run", "in-session"));
        await Watch.ValueAsync(_court, "court-1/matrix/output-17", v => v.GetInt32() == 19);
        await ScenesAsync(
            clerk, ("$scene/protected-witness/do/run", "in-session"), ("$scene/debate/do/run", "in-session"),
            ("$hearing/do/adjourn", "adjourned"), ("$hearing/do/deliberate", "deliberation"));
        await MutedAsync("[1,2,3,4]");
        await ScenesAsync(clerk, ("$hearing/do/resume", "in-session"));
        await MutedAsync("[]");
        await ScenesAsync(clerk, ("$scene/verdict/do/run", "in-session"));
        await MutedAsync("[2,3,4]");
        await ScenesAsync(clerk, ("$hearing/do/close", "closed"));

        await Watch.ValueAsync(_court, "court-1/recorder/recording", v => v.GetString() == "stopped");
        Assert.Equal("AVG-GUARD-JUST-CLOSED", await CodeAsync(engineer, "court-1/matrix/do/route", "{\"input\":3,\"output\":5}"));
    }

    [Fact]
    public async Task A_hand_that_makes_a_forbidden_connection_under_a_hearing_is_undone_and_told()
    {
        await using var clerk = _court.Client("clerk-court-1");
        await clerk.SubscribeAsync($"{clerk.Base}/$rsp/clerk-court-1/#");
        await ScenesAsync(clerk, ("$hearing/do/open", "in-session"));

        await _court.Simulators.FrontPanelAsync("court-1/matrix", "route", new { input = 14, output = 17 });

        await Watch.ValueAsync(_court, "court-1/matrix/output-17", v => v.GetInt32() == 19);
        await Watch.TopicAsync(_court, "court-1/$scene/open", s => s.GetProperty("state").GetString() == "overridden");
    }

    [Fact]
    public async Task A_recorder_that_stops_by_itself_is_never_shown_as_proven()
    {
        await using var clerk = _court.Client("clerk-court-1");
        await clerk.SubscribeAsync($"{clerk.Base}/$rsp/clerk-court-1/#");
        await ScenesAsync(clerk, ("$hearing/do/open", "in-session"));
        await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("recording").GetString() == "proven");

        await _court.Simulators.FrontPanelAsync("court-1/recorder", "stop", new { });

        await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("recording").GetString() == "unproven"
            && h.GetProperty("recorders")[0].GetProperty("faults").EnumerateArray().Any(f => f.GetString() == "recording.stopped"));
    }

    public ValueTask DisposeAsync() => _court.DisposeAsync();

    private async Task ScenesAsync(MosquittoClient clerk, params (string Request, string Phase)[] day)
    {
        foreach (var (request, phase) in day)
        {
            var answers = await clerk.AskAsync($"court-1/{request}", within: TimeSpan.FromSeconds(60));
            Assert.True(answers[^1].GetProperty("stat").GetInt32() == 200, $"{request}: {answers[^1]}");
            await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("phase").GetString() == phase);
        }
    }

    // At the device itself: the scene said that it was done, so it is.
    private async Task MutedAsync(string channels) =>
        Assert.Equal(channels, (await _court.Simulators.StateAsync("court-1/audio")).GetProperty("muted").GetRawText().Replace(" ", "", StringComparison.Ordinal).ReplaceLineEndings(""));

    private static async Task<string?> CodeAsync(MosquittoClient client, string request, string arguments = "{}") =>
        (await client.AskAsync(request, arguments, TimeSpan.FromSeconds(30)))[^1].GetProperty("code").GetString();
}
