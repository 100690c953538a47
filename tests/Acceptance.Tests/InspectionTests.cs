using System.Runtime.CompilerServices;
using System.Text.Json;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>An inspection as an engineer orders it on the command line, in a court of its own: a room in which another test has just closed a hearing is not tried.</summary>
public sealed class InspectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DemoCourt _court = new();

    private string Url => $"mqtt://engineer:{_court.Gateway.PasswordOf("engineer")}@{_court.Gateway.MqttHost}:{_court.Gateway.MqttPort}";

    [Fact]
    public async Task Three_injected_faults_are_found_and_no_other_and_without_them_none()
    {
        await using var client = _court.Client();
        await client.SubscribeAsync($"{client.Base}/court-1/projector/$event/fault", $"{client.Base}/machine-room/climate/$event/fault");
        await _court.Simulators.SwitchAsync("court-1/projector", "error-lamp", 2);
        await _court.Simulators.SwitchAsync("machine-room/climate", "leak", true);
        await using (await _court.WithSwitchAsync("court-2/recorder", "drop"))
        {
            try
            {
                // One is on the board by then. The others the inspection finds by itself: what is silent by waiting, and the lamp by asking for
                // what the projector is asked for only now and then.
                var leak = await FaultAsync("machine-room/climate");

                var (code, report) = await InspectAsync("ctl", "inspect", "--profile", "daily");

                Assert.Equal(2, code);
                var rows = report.GetProperty("rows").EnumerateArray().ToList();
                Assert.Equal(await RegistryAsync(), [.. rows.Select(r => Text(r, "device")).Order(StringComparer.Ordinal)]);
                Assert.Equal(
                    [("court-1/projector", "fault"), ("court-2/recorder", "missing"), ("machine-room/climate", "fault")],
                    rows.Where(r => Text(r, "state") != "ok").Select(r => (Text(r, "device"), Text(r, "state"))).Order());
                Assert.Equal(leak, Text(rows.Single(r => Text(r, "device") == "machine-room/climate"), "fault"));
                Assert.Equal(3, report.GetProperty("findings").GetInt32());
                AssertFiled(report);
            }
            finally
            {
                await _court.Simulators.SwitchAsync("court-1/projector", "error-lamp", 0);
                await _court.Simulators.SwitchAsync("machine-room/climate", "leak", false);
            }
        }

        var shown = new HashSet<string> { "court-1/projector", "machine-room/climate" };
        while (shown.Count > 0) shown.Remove(string.Join('/', (await client.NextAsync(s => !s.Json.GetProperty("raised").GetBoolean(), Patience)).Topic.Split('/')[3..5]));
        // Without them the lines of the manual end well: the first inspects the site, the second tries the functions of a room.
        await ManualAsync("--profile weekly", number: 3);
        var (clean, none) = await InspectAsync("inspect", "show", $"I-{Year}-000002");
        Assert.True(clean == 0, none.ToString());
        Assert.Equal(14, none.GetProperty("counts").GetProperty("ok").GetInt32());
        Assert.True(none.GetProperty("complete").GetBoolean());
        var tried = (await InspectAsync("inspect", "show", $"I-{Year}-000003")).Report.GetProperty("rows").EnumerateArray().SelectMany(r => r.TryGetProperty("checks", out var checks) ? checks.EnumerateArray().ToList() : []).ToList();
        Assert.Equal([("recording", "ok"), ("route", "ok")], tried.Select(c => (Text(c, "check"), Text(c, "state"))).Order());

        await ManualAsync("inspect sign", number: 3);
        Assert.Equal("engineer", Text((await InspectAsync("inspect", "show", $"I-{Year}-000003")).Report, "signedBy"));
    }

    private static int Year => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")).Year;

    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/inspections.md"));

    private async Task ManualAsync(string block, int number)
    {
        using var lines = DocumentedLines.Of(Manual(), b => b.Contains(block, StringComparison.Ordinal));
        lines.Environment["AVGW_URL"] = Url;
        lines.Environment["I"] = $"I-{Year}-{number:D6}";
        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(4), TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Output);
    }

    private void AssertFiled(JsonElement report)
    {
        var folder = Path.Combine(_court.Gateway.Data, "reports", "inspections");
        var filed = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, $"{Text(report, "id")}.json"))).RootElement;
        Assert.True(JsonElement.DeepEquals(report, filed), $"{report}\n{filed}");
        Assert.Contains("失联", File.ReadAllText(Path.Combine(folder, $"{Text(report, "id")}.zh.html")), StringComparison.Ordinal);
        Assert.Contains("Missing", File.ReadAllText(Path.Combine(folder, $"{Text(report, "id")}.en.html")), StringComparison.Ordinal);
    }

    private async Task<(int Code, JsonElement Report)> InspectAsync(params string[] words)
    {
        var run = await GatewayProcess.RunAsync([("AVGW_URL", Url)], [.. words, "--json"]);
        Assert.True(run.Out.StartsWith('{'), run.Out + run.Error);
        return (run.ExitCode, JsonDocument.Parse(run.Out).RootElement);
    }

    // Every device has a description topic: the registry as an outsider sees it.
    private async Task<IReadOnlyList<string>> RegistryAsync()
    {
        await using var client = _court.Client();
        await client.SubscribeAsync($"{client.Base}/+/+/$desc", $"{client.Base}/$gw/+/info");
        var devices = new HashSet<string>();
        while (devices.Count < 14)
        {
            var seen = await client.NextAsync(s => s.Topic.EndsWith("/$desc", StringComparison.Ordinal), Patience);
            devices.Add(string.Join('/', seen.Topic.Split('/')[3..5]));
        }

        return [.. devices.Order(StringComparer.Ordinal)];
    }

    private async Task<string> FaultAsync(string subject)
    {
        await using var client = _court.Client();
        await client.SubscribeAsync($"{client.Base}/$fault/+");
        var seen = await client.NextAsync(s => s.Payload.Length > 0 && Text(s.Json, "subject") == subject && s.Json.GetProperty("present").GetBoolean(), Patience);
        return Text(seen.Json, "id");
    }

    private static string Text(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetString()! : "";

    public ValueTask InitializeAsync() => _court.InitializeAsync();

    public ValueTask DisposeAsync() => _court.DisposeAsync();
}
