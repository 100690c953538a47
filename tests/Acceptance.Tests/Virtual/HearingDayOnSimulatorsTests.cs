using System.Globalization;

namespace AvGateway.Acceptance.Tests.Virtual;

/// <summary>
/// A whole hearing day on simulators in virtual time: every scene ends as seen, the simulators show what the law asks for, and no forbidden
/// pair is ever connected on the way. <c>AVGW_DAY_MINUTES</c> says how long each phase lasts.
/// </summary>
public sealed class HearingDayOnSimulatorsTests : IAsyncLifetime
{
    private readonly VirtualCourt _court = new();
    private readonly CourtOracle _oracle;

    public HearingDayOnSimulatorsTests() => _oracle = new(_court);

    private static TimeSpan Phase { get; } =
        TimeSpan.FromMinutes(int.TryParse(Environment.GetEnvironmentVariable("AVGW_DAY_MINUTES"), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : 2);

    public async ValueTask InitializeAsync() => await _court.StartAsync();

    [Fact]
    public async Task A_hearing_day_goes_from_the_preparation_to_the_closing()
    {
        await SceneAsync("prepare", "preparing", "off");
        Assert.Equal(("stopped", "stopped"), (_court.Transport("recorder"), _court.Transport("backup")));

        await SceneAsync("open", "in-session", "proven", isPublic: true);
        Assert.Equal(("record", "record", "record"), (_court.Transport("recorder"), _court.Transport("backup"), _court.Transport("encoder")));
        Assert.Equal([12, 12, 12, 12, 12], Outputs(15, 16, 17, 18, 19));

        await SceneAsync("evidence", "in-session", "proven");
        Assert.Equal([15, 15, 15, 15], Outputs(15, 16, 17, 18));

        await SceneAsync("closed-evidence", "in-session", "proven");
        Assert.Equal([19, 19, 19], Outputs(13, 14, 17));
        Assert.NotEqual("record", _court.Transport("encoder"));

        await SceneAsync("protected-witness", "in-session", "proven");
        Assert.Equal(1, _court.Routing("masker")[0]);
        Assert.Equal([16, 16, 16, 16], Outputs(15, 17, 18, 19));

        await SceneAsync("debate", "in-session", "proven");
        Assert.Equal([12, 12, 12], Outputs(15, 17, 18));

        await SceneAsync("recess", "adjourned", "proven");
        Assert.True(IsMuted());

        await SceneAsync("deliberation", "deliberation", "off");
        Assert.Equal([19, 19, 19, 19, 19], Outputs(13, 14, 16, 17, 18));
        Assert.NotEqual("record", _court.Transport("recorder"));
        Assert.True(IsMuted());

        await SceneAsync("resume", "in-session", "proven");
        Assert.Equal(("record", "record"), (_court.Transport("recorder"), _court.Transport("backup")));

        await SceneAsync("verdict", "in-session", "proven");
        Assert.Equal([13, 13], Outputs(15, 17));

        await SceneAsync("close", "closed", "off");
        Assert.Equal(("stopped", "stopped", false), (_court.Transport("recorder"), _court.Transport("backup"), _court.Transport("encoder") == "record"));

        Assert.Empty(_oracle.Crimes);
        var log = _court.Bench.Room.Hearing.Record.Log;
        Assert.Equal(["backup", "recorder"], log.Spans.Select(s => s.Recorder).Distinct().Order());
        Assert.DoesNotContain(_court.Bench.Journal.Rows, r => r.Kind is "recording.fault-raised" or "route.forbidden");
        Assert.All(_court.Bench.Journal.Rows.Where(r => r.Kind == "scene.ended"), r => Assert.Contains("\"state\":\"done\"", r.Details, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("open", "recorder", "refuse", "start-record:recorder")]
    [InlineData("open", "recorder", "no-growth", "prove-record:recorder")]
    [InlineData("open", "matrix", "frozen", "show:stream-feed")]
    [InlineData("deliberation", "codec", "mute", "not-confirmed")]
    [InlineData("protected-witness", "masker", "refuse", "mask:masker.output-0")]
    public async Task A_device_that_does_not_follow_is_named_as_the_step_that_failed(string scene, string device, string trouble, string step)
    {
        if (scene != "open") await SceneAsync("open", "in-session", "proven", isPublic: true);
        _court.Bench.Peer(device).Set(trouble, true);

        var answer = await _court.RunAsync(scene);

        Assert.Equal((207, "AVG-PARTIAL"), (answer.GetProperty("stat").GetInt32(), answer.GetProperty("code").GetString()));
        Assert.Equal(step, answer.GetProperty("run").GetProperty("failedAt").GetString());
        Assert.Empty(_oracle.Crimes);
    }

    public ValueTask DisposeAsync() => _court.DisposeAsync();

    private int[] Outputs(params int[] outputs) => [.. outputs.Select(o => _court.Routing()[o])];

    private bool IsMuted() => _court.Bench.Find(new("court-1", "codec"))!.TryGetReading("muted", out var muted) && muted.Value.Flag;

    private async Task SceneAsync(string scene, string phase, string recording, bool? isPublic = null)
    {
        var answer = await _court.RunAsync(scene, scene is "closed-evidence" or "close" ? "judge-1" : "clerk-1", isPublic);
        Assert.True(answer.GetProperty("stat").GetInt32() == 200, $"{scene}: {answer}");
        Assert.Equal("done", answer.GetProperty("run").GetProperty("state").GetString());

        await _court.Bench.PassAsync(Phase);
        Assert.Equal((phase, recording), (_court.Hearing.GetProperty("phase").GetString(), _court.Hearing.GetProperty("recording").GetString()));
    }
}
