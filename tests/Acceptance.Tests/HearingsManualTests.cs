using System.Runtime.CompilerServices;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>The hearing of the manual, led by the clerk of the demo court with the lines that stand there.</summary>
public sealed class HearingsManualTests : IAsyncLifetime
{
    private readonly DemoCourt _court = new();

    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/hearings.md"));

    public ValueTask InitializeAsync() => _court.InitializeAsync();

    [Fact]
    public async Task Every_line_ends_with_what_was_seen()
    {
        var gateway = _court.Gateway;
        using var lines = DocumentedLines.Of(Manual());
        lines.Environment["AVGW_URL"] = $"mqtt://clerk-court-1:{gateway.PasswordOf("clerk-court-1")}@{gateway.MqttHost}:{gateway.MqttPort}";

        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("prove-record:recorder", run.Output, StringComparison.Ordinal);
        await Watch.TopicAsync(_court, "court-1/$hearing", h => h.GetProperty("phase").GetString() == "closed");
    }

    public ValueTask DisposeAsync() => _court.DisposeAsync();
}
