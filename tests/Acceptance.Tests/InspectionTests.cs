using System.Text.Json;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests;

/// <summary>An inspection of the demo court as an engineer orders it on the command line.</summary>
[Collection(nameof(DemoCourt))]
public sealed class InspectionTests(DemoCourt court)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string Url => $"mqtt://engineer:{court.Gateway.PasswordOf("engineer")}@{court.Gateway.MqttHost}:{court.Gateway.MqttPort}";

    [Fact]
    public async Task Three_injected_faults_are_found_and_no_other_and_without_them_none()
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/court-1/projector/$event/fault", $"{client.Base}/machine-room/climate/$event/fault");
        await court.Simulators.SwitchAsync("court-1/projector", "error-lamp", 2);
        await court.Simulators.SwitchAsync("machine-room/climate", "leak", true);
        await using (await court.WithSwitchAsync("court-2/recorder", "half-open"))
        {
            try
            {
                // What the device says itself is on the board by then; what is silent the inspection finds by its own waiting.
                var leak = await FaultAsync("machine-room/climate");
                var lamp = await FaultAsync("court-1/projector");

                var (code, report) = await InspectAsync("ctl", "inspect", "--profile", "daily");

                Assert.Equal(2, code);
                var rows = report.GetProperty("rows").EnumerateArray().ToList();
                Assert.Equal(await RegistryAsync(), [.. rows.Select(r => Text(r, "device")).Order(StringComparer.Ordinal)]);
                Assert.Equal(
                    [("court-1/projector", "fault", lamp), ("court-2/recorder", "missing", ""), ("machine-room/climate", "fault", leak)],
                    rows.Where(r => Text(r, "state") != "ok").Select(r => (Text(r, "device"), Text(r, "state"), Text(r, "device") == "court-2/recorder" ? "" : Text(r, "fault"))).Order());
                Assert.Equal(3, report.GetProperty("findings").GetInt32());
                AssertFiled(report);
            }
            finally
            {
                await court.Simulators.SwitchAsync("court-1/projector", "error-lamp", 0);
                await court.Simulators.SwitchAsync("machine-room/climate", "leak", false);
            }
        }

        var shown = new HashSet<string> { "court-1/projector", "machine-room/climate" };
        while (shown.Count > 0) shown.Remove(string.Join('/', (await client.NextAsync(s => !s.Json.GetProperty("raised").GetBoolean(), Patience)).Topic.Split('/')[3..5]));
        var (clean, none) = await InspectAsync("inspect");

        Assert.True(clean == 0, none.ToString());
        Assert.Equal(12, none.GetProperty("counts").GetProperty("ok").GetInt32());
        Assert.True(none.GetProperty("complete").GetBoolean());
    }

    private void AssertFiled(JsonElement report)
    {
        var folder = Path.Combine(court.Gateway.Data, "reports", "inspections");
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
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/+/+/$desc", $"{client.Base}/$gw/+/info");
        var devices = new HashSet<string>();
        while (devices.Count < 12)
        {
            var seen = await client.NextAsync(s => s.Topic.EndsWith("/$desc", StringComparison.Ordinal), Patience);
            devices.Add(string.Join('/', seen.Topic.Split('/')[3..5]));
        }

        return [.. devices.Order(StringComparer.Ordinal)];
    }

    private async Task<string> FaultAsync(string subject)
    {
        await using var client = court.Client();
        await client.SubscribeAsync($"{client.Base}/$fault/+");
        var seen = await client.NextAsync(s => s.Payload.Length > 0 && Text(s.Json, "subject") == subject && s.Json.GetProperty("present").GetBoolean(), Patience);
        return Text(seen.Json, "id");
    }

    private static string Text(JsonElement row, string member) => row.TryGetProperty(member, out var value) ? value.GetString()! : "";
}
