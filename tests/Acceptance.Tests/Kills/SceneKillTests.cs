using System.Text.Json;

namespace AvGateway.Acceptance.Tests.Kills;

/// <summary>
/// SIGKILL at the boundaries of a scene's steps, on the real gateway: the recording goes on untouched, the hearing is where it was, the scene
/// is resumed or listed with what is true. A few boundaries by default; every frame of every scene with <c>AVGW_SCENE_KILLS=all</c>, of some with
/// their names (<c>AVGW_SCENE_KILLS=open,recess</c>).
/// </summary>
public sealed class SceneKillTests : IAsyncLifetime
{
    private const int MostFrames = 40;

    // On a starved machine a recording may be proven too late for a scene to be whole: then it is played again.
    private const int Tries = 4;

    private static readonly string[] Asked = Environment.GetEnvironmentVariable("AVGW_SCENE_KILLS")?.Split(',') ?? [];
    private static readonly bool All = Asked.Length > 0;

    private static readonly (string Scene, string Phase)[] Day =
    [
        ("evidence", "in-session"), ("closed-evidence", "in-session"), ("protected-witness", "in-session"), ("mediation", "in-session"), ("recess", "adjourned"),
        ("verdict", "in-session"), ("panic-mute", "in-session"), ("technical-fault", "in-session"),
    ];

    private KillCourt? _court;

    private KillCourt Court => _court!;

    public async ValueTask InitializeAsync() => _court = await KillCourt.StartAsync();

    [Fact]
    public async Task Killed_during_the_opening_it_opens_or_says_how_far_it_came_and_no_recorder_is_touched()
    {
        // A test recording is ended by the scene that began it.
        if (All && IsAsked("prepare")) await KillThroughAsync("prepare", "preparing", () => Task.CompletedTask, mayHalt: true);
        if (!IsAsked("open")) return;
        await KillThroughAsync("open", "in-session", async () =>
        {
            if (await PhaseAsync() == "in-session") await LedToAsync("close", "closed");
        }, few: [0, 1, 5]);
    }

    [Fact]
    public async Task Killed_in_a_running_hearing_it_goes_on_where_it_was()
    {
        (string Scene, string Phase)[] day = [.. Day.Where(s => All ? IsAsked(s.Scene) : s.Scene is "evidence" or "recess")];
        await LedToAsync("open", "in-session");
        await BackInSessionAsync();
        foreach (var (scene, phase) in day) await KillThroughAsync(scene, phase, BackInSessionAsync, few: [2]);
        if (All) await KillAtTheSeamsAsync();
    }

    // Where the law lets a recorder rest: what is true of the hearing and of the pictures counts, and that the recording is taken up again.
    private async Task KillAtTheSeamsAsync()
    {
        if (IsAsked("debate")) await KillThroughAsync("debate", "in-session", () => LedToAsync("evidence", "in-session", isWhole: true));
        if (IsAsked("deliberation")) await KillThroughAsync("deliberation", "deliberation", BackInSessionAsync, mayHalt: true);
        if (IsAsked("resume"))
        {
            await LedToAsync("recess", "adjourned");
            await KillThroughAsync("resume", "in-session", async () =>
            {
                if (await PhaseAsync() == "in-session") await LedToAsync("recess", "adjourned");
            });
            await BackInSessionAsync();
        }

        if (IsAsked("close")) await KillThroughAsync("close", "closed", async () =>
        {
            if (await PhaseAsync() == "closed") await LedToAsync("open", "in-session");
            await BackInSessionAsync();
        }, mayHalt: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_court is not null) await _court.DisposeAsync();
    }

    private static bool IsAsked(string scene) => !All || Asked.Contains("all") || Asked.Contains(scene);

    /// <summary>Kills at each boundary, from the accepted request on, until a scene is whole before it.</summary>
    private async Task KillThroughAsync(string scene, string phase, Func<Task> back, bool mayHalt = false, params int[] few)
    {
        var kills = 0;
        var isThrough = false;
        foreach (var boundary in All ? Enumerable.Range(0, MostFrames) : few)
        {
            JsonElement? ended;
            var tries = 0;
            do
            {
                ended = await KilledAsync(scene, boundary, phase, mayHalt);
                await back();
            }
            while (ended is { } end && end.GetProperty("stat").GetInt32() is 207 && ++tries < Tries);

            isThrough = ended is { } last && last.GetProperty("stat").GetInt32() is 200;
            if (isThrough) break;
            Assert.True(ended is null, $"{scene}: frame {boundary} was not reached in {Tries} runs: {ended}");
            kills++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{scene}: {kills} kills");
        Assert.True(kills > 0 && (isThrough || !All), $"{scene}: {kills} kills in {MostFrames} boundaries");
    }

    /// <summary>Kills at one boundary, starts again, and looks.</summary>
    /// <returns>The end of the scene when it came before the boundary.</returns>
    private async Task<JsonElement?> KilledAsync(string scene, int boundary, string phase, bool mayHalt)
    {
        var before = await Court.HearingAsync();
        var last = RunOf(await Court.TopicAsync($"$scene/{scene}", _ => true));
        var ended = await Court.KillInAsync(scene, boundary);
        var running = Court.Running;

        // Nobody is there now: what ran goes on by itself.
        await Court.StartGatewayAsync();
        var shown = await Court.TopicAsync($"$scene/{scene}", s => RunOf(s) is not { } run || (run == last && boundary == 0) || s.GetProperty("last").TryGetProperty("endedAt", out _));
        var hearing = await Court.HearingAsync();

        // Decks tell no recorded time of what was under way: it is proven anew all the same.
        if (!mayHalt && running.Count > 0 && hearing.GetProperty("phase").GetString() is "in-session") hearing = await Court.TopicAsync("$hearing", h => h.GetProperty("recording").GetString() == "proven");

        var place = $"{scene} at frame {boundary}: {hearing} {shown} heard: {Court.Heard}";
        Assert.True(mayHalt || Court.Halts.Count == 0, $"{place}: {string.Join(", ", Court.Halts)}");
        var now = Court.Running;
        if (!mayHalt) Assert.All(running, r => Assert.True(now.TryGetValue(r.Key, out var code) && string.CompareOrdinal(code, r.Value) > 0, $"{place}: {r.Key} stood at {r.Value}, now {now.GetValueOrDefault(r.Key)}"));

        // Before the first frame goes, the run and its way back are stored.
        if (boundary > 0) Assert.True(RunOf(shown) is { } run && run != last, place);
        var was = before.GetProperty("phase").GetString();
        Assert.True(hearing.GetProperty("phase").GetString() is { } at && (at == was || at == phase), place);
        if (RunOf(shown) is { } id && id != last) ListMatches(shown, place);
        if (ended is { } final)
        {
            Assert.True(final.GetProperty("stat").GetInt32() is 200 or 207, $"{place}: {final}");
            Assert.Equal(phase, hearing.GetProperty("phase").GetString());
        }

        return ended;
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

    // Where the pictures are other ones than the next scene wishes, and seen to be.
    private async Task BackInSessionAsync()
    {
        if (await PhaseAsync() is "adjourned" or "deliberation") await LedToAsync("resume", "in-session");
        await LedToAsync("debate", "in-session", isWhole: true);
    }

    private async Task<string?> PhaseAsync() => (await Court.HearingAsync()).GetProperty("phase").GetString();

    private async Task LedToAsync(string scene, string phase, bool isWhole = false)
    {
        for (var tries = 1; ; tries++)
        {
            var final = await Court.RunAsync(scene);
            var stat = final.GetProperty("stat").GetInt32();
            if (await PhaseAsync() == phase && (stat is 200 || stat is 207 && !isWhole)) return;
            Assert.True(stat is 207 && tries < Tries, $"{scene}: {final} heard: {Court.Heard}");
        }
    }
}
