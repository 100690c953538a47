using System.Runtime.CompilerServices;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>The hearing of the manual, led by the clerk of the demo court with the lines that stand there.</summary>
public sealed class HearingsManualTests : IAsyncLifetime
{
    private readonly DemoCourt _court = new();

    internal static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/hearings.md"));

    public ValueTask InitializeAsync() => _court.InitializeAsync();

    [Fact]
    public async Task Every_line_ends_with_what_was_seen()
    {
        var gateway = _court.Gateway;
        using var lines = DocumentedLines.Of(Manual(), b => b.Contains("ctl hearing", StringComparison.Ordinal));
        lines.Environment["AVGW_URL"] = $"mqtt://clerk-court-1:{gateway.PasswordOf("clerk-court-1")}@{gateway.MqttHost}:{gateway.MqttPort}";

        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("prove-record:recorder", run.Output, StringComparison.Ordinal);
        await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("phase").GetString() == "closed");
    }

    [Fact]
    public async Task Two_persons_stop_a_recorder_under_a_hearing_and_one_alone_does_not()
    {
        using var lines = DocumentedLines.Of(Manual(), b => b.Contains("--override", StringComparison.Ordinal));
        var (asking, agreeing) = (Words(lines.Blocks[0], 0), Words(lines.Blocks[0], 1));
        var opened = await RunAsync("clerk-court-1", "ctl", "hearing", "court-1", "open");
        Assert.True(opened.ExitCode == 0, opened.Out);

        var alone = await RunAsync("engineer", asking);
        Assert.Equal(1, alone.ExitCode);
        Assert.Contains("AVG-AUTH-OVERRIDE", alone.Out, StringComparison.Ordinal);
        Assert.Equal("record", (await _court.Simulators.StateAsync("court-1/recorder")).GetProperty("status").GetString());

        await using var witness = _court.Client("admin");
        await witness.SubscribeAsync($"{witness.Base}/$rsp/admin/#");
        var first = RunAsync("admin", asking);
        await witness.NextAsync(s => s.Payload.Contains("a second person must agree", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        var second = await RunAsync("clerk-court-1", agreeing);

        Assert.True(second.ExitCode == 0, second.Out + second.Error);
        var ended = await first;
        Assert.True(ended.ExitCode == 0, ended.Out + ended.Error);
        await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("recorders")[0].GetProperty("faults").EnumerateArray().Any(f => f.GetString() == "recording.stopped"));
    }

    private static string[] Words(string block, int line) =>
        [.. block.Split('\n')[line].Split('#')[0].Split('"').SelectMany((part, i) => i % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Skip(1)];

    private Task<(int ExitCode, string Out, string Error)> RunAsync(string user, params string[] words)
    {
        var gateway = _court.Gateway;
        return GatewayProcess.RunAsync([("AVGW_URL", $"mqtt://{user}:{gateway.PasswordOf(user)}@{gateway.MqttHost}:{gateway.MqttPort}")], words);
    }

    public ValueTask DisposeAsync() => _court.DisposeAsync();
}
