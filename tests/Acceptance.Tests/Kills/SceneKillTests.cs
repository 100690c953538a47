using System.Text.Json;

namespace AvGateway.Acceptance.Tests.Kills;

/// <summary>
/// SIGKILL at the boundaries of a scene's steps, on the real gateway: the recording goes on untouched, the hearing is where it was, the scene
/// is resumed or listed with what is true. A few boundaries by default; every one of every scene with <c>AVGW_SCENE_KILLS=all</c>.
/// </summary>
public sealed class SceneKillTests : IAsyncLifetime
{
    private const int MostFrames = 40;

    private static readonly bool All = Environment.GetEnvironmentVariable("AVGW_SCENE_KILLS") == "all";

    private KillCourt? _court;

    private KillCourt Court => _court!;

    public async ValueTask InitializeAsync() => _court = await KillCourt.StartAsync();

    [Fact]
    public async Task Killed_during_the_opening_it_opens_or_says_how_far_it_came_and_no_recorder_is_touched()
    {
        var kills = 0;
        foreach (var boundary in Boundaries(0, 1, 5))
        {
            kills++;
            if (await KilledAsync("open", boundary, "in-session", boundary)) break;
            if (await PhaseAsync() == "in-session") await LedToAsync("close", "closed");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"open: {kills} kills");
    }

    [Fact]
    public async Task Killed_in_a_running_hearing_it_goes_on_where_it_was()
    {
        await LedToAsync("open", "in-session");
        (string Scene, string Phase)[] day = All
            ? [("evidence", "in-session"), ("closed-evidence", "in-session"), ("protected-witness", "in-session"), ("debate", "in-session"), ("recess", "adjourned"), ("verdict", "in-session")]
            : [("evidence", "in-session"), ("recess", "adjourned")];
        foreach (var (scene, phase) in day)
        {
            var kills = 0;
            foreach (var boundary in Boundaries(2))
            {
                kills++;
                if (await KilledAsync(scene, boundary, phase, boundary)) break;
                await BackInSessionAsync();
            }

            await BackInSessionAsync();
            TestContext.Current.TestOutputHelper!.WriteLine($"{scene}: {kills} kills");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_court is not null) await _court.DisposeAsync();
    }

    private static IEnumerable<int> Boundaries(params int[] few) => All ? Enumerable.Range(0, MostFrames) : few;

    /// <summary>Kills at one boundary, starts again, and looks.</summary>
    /// <returns>True when the scene had ended before it.</returns>
    private async Task<bool> KilledAsync(string scene, int boundary, string phase, int frames)
    {
        var before = await Court.HearingAsync();
        var last = RunOf(await Court.TopicAsync($"$scene/{scene}", _ => true));
        var ended = await Court.KillInAsync(scene, boundary);
        var running = Court.Running;

        // Nobody is there now: what ran goes on by itself.
        await Court.StartGatewayAsync();
        var shown = await Court.TopicAsync($"$scene/{scene}", s => RunOf(s) is not { } run || (run == last && frames == 0) || s.GetProperty("last").TryGetProperty("endedAt", out _));
        var hearing = await Court.HearingAsync();

        var place = $"{scene} at frame {boundary}: {hearing} {shown} heard: {Court.Heard}";
        Assert.True(Court.Halts.Count == 0, $"{place}: {string.Join(", ", Court.Halts)}");
        var now = Court.Running;
        Assert.All(running, r => Assert.True(now.TryGetValue(r.Key, out var code) && string.CompareOrdinal(code, r.Value) > 0, $"{place}: {r.Key} stood at {r.Value}, now {now.GetValueOrDefault(r.Key)}"));

        // Before the first frame goes, the run and its way back are stored.
        if (frames > 0) Assert.True(RunOf(shown) is { } run && run != last, place);
        var was = before.GetProperty("phase").GetString();
        Assert.True(hearing.GetProperty("phase").GetString() is { } at && (at == was || at == phase), place);
        if (RunOf(shown) is { } id && id != last) ListMatches(shown, place);
        if (ended is { } final)
        {
            Assert.True(final.GetProperty("stat").GetInt32() is 200 or 207, $"{place}: {final}");
            Assert.Equal(phase, hearing.GetProperty("phase").GetString());
        }

        return ended is not null;
    }

    /// <summary>What the run says is true now is what the matrix has.</summary>
    private void ListMatches(JsonElement scene, string place)
    {
        var routing = Court.Routing;
        var last = scene.GetProperty("last");
        Assert.True(last.GetProperty("state").GetString() is "done" or "partial" or "rolled-back", place);
        foreach (var truth in last.GetProperty("truths").EnumerateArray().Where(t => t.GetProperty("device").GetString() == "court-1/matrix" && t.GetProperty("shown").ValueKind is JsonValueKind.Number))
        {
            var output = int.Parse(truth.GetProperty("property").GetString()!["output-".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(routing[output] == truth.GetProperty("shown").GetInt32(), $"{place}: output {output} has {routing[output]}");
        }
    }

    private static string? RunOf(JsonElement scene) => scene.TryGetProperty("last", out var last) ? last.GetProperty("id").GetString() : null;

    // Where the pictures are other ones than the next scene wishes. On a starved machine a proof may come too late for a scene to be whole;
    // what counts here is where the hearing stands.
    private async Task BackInSessionAsync() => await LedToAsync(await PhaseAsync() == "adjourned" ? "resume" : "debate", "in-session");

    private async Task<string?> PhaseAsync() => (await Court.HearingAsync()).GetProperty("phase").GetString();

    private async Task LedToAsync(string scene, string phase)
    {
        var final = await Court.RunAsync(scene);
        Assert.True(final.GetProperty("stat").GetInt32() is 200 or 207 && await PhaseAsync() == phase, $"{scene}: {final} heard: {Court.Heard}");
    }
}
