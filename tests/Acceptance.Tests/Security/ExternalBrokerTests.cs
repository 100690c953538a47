using System.Runtime.CompilerServices;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>The whole gateway behind a mosquitto over TLS, with the exported accounts and rights.</summary>
public sealed class ExternalBrokerTests
{
    private static string DemoSite([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../gateway/Host/Demo/demo-site.json"));

    [Fact]
    public async Task The_main_job_runs_and_a_broker_that_lost_everything_has_it_again_within_five_seconds()
    {
        await using var broker = await MosquittoBroker.StartAsync(DemoSite());
        await using var gateway = await GatewayProcess.StartAsync(broker.Data, broker.GatewaySecret, ["demo", .. broker.GatewayOptions]);
        await using (var client = Client(gateway, broker, "engineer"))
        {
            await client.SubscribeAsync($"{client.Base}/$rsp/engineer/#", $"{client.Base}/court-1/matrix/#");
            var answers = await client.AskAsync("court-1/matrix/do/route", "{\"input\":6,\"output\":3}");
            Assert.Equal(200, answers[^1].GetProperty("stat").GetInt32());
        }

        await SeenAsync(6);
        await broker.KillAsync(forgets: true);
        await broker.StartAgainAsync();
        var began = TimeProvider.System.GetTimestamp();
        await SeenAsync(6);
        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.True(took < TimeSpan.FromSeconds(5), $"it took {took}");

        // And it goes on: a panel's command of its own room, and none of another's.
        await using var panel = Client(gateway, broker, "panel-court-1");
        await panel.SubscribeAsync($"{panel.Base}/$rsp/panel-court-1/#");
        Assert.Equal(200, (await panel.AskAsync("court-1/matrix/do/route", "{\"input\":2,\"output\":3}"))[^1].GetProperty("stat").GetInt32());
        Assert.Equal("AVG-AUTH-RIGHTS", (await panel.AskAsync("court-2/matrix/do/route", "{\"input\":2,\"output\":3}"))[^1].GetProperty("code").GetString());

        async Task SeenAsync(int input)
        {
            await using var viewer = Client(gateway, broker, "auditor");
            await viewer.SubscribeAsync($"{viewer.Base}/court-1/matrix/output-3");
            await viewer.NextAsync($"{viewer.Base}/court-1/matrix/output-3", v => v.GetProperty("q").GetString() == "good" && v.GetProperty("v").GetInt32() == input);
        }
    }

    [Fact]
    public async Task The_topics_of_a_device_that_is_gone_from_the_site_are_cleared_on_the_broker()
    {
        var folder = Directory.CreateTempSubdirectory("avgw-ghost-").FullName;
        try
        {
            var site = Path.Combine(folder, "site.json");
            await WriteAsync(site, "matrix", "spare");
            await using var broker = await MosquittoBroker.StartAsync(site);
            await using (var first = await GatewayProcess.StartAsync(broker.Data, broker.GatewaySecret, ["run", site, .. broker.GatewayOptions]))
            {
                await using var viewer = Client(first, broker, "auditor");
                await viewer.SubscribeAsync($"{viewer.Base}/court-1/#");
                await viewer.NextAsync(s => s.Topic.EndsWith("/spare/$desc", StringComparison.Ordinal) && s.Payload.Length > 0);
            }

            await WriteAsync(site, "matrix");
            await using var second = await GatewayProcess.StartAsync(broker.Data, broker.GatewaySecret, ["run", site, .. broker.GatewayOptions]);
            await using (var viewer = Client(second, broker, "auditor"))
            {
                // The gateway's own state comes last.
                await viewer.SubscribeAsync($"{viewer.Base}/$gw/+/state");
                await viewer.NextAsync(s => s.Json.GetProperty("state").GetString() == "ready");
            }

            var kept = await Tool.RunAsync("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "--cafile", broker.Ca, "-u", "auditor", "-P", second.PasswordOf("auditor"),
                "-t", "avgw/1/city/court-1/#", "-F", "%t", "--retained-only", "-W", "3");
            Assert.Contains("court-1/matrix/$desc", kept.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("spare", kept.Out, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static MosquittoClient Client(GatewayProcess gateway, MosquittoBroker broker, string user) => new(gateway, user, "mqttv5", "--cafile", broker.Ca);

    private static Task WriteAsync(string path, params string[] devices) => File.WriteAllTextAsync(path, $$"""
        {
          "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
          "rooms": [{ "id": "court-1", "devices": [
            {{string.Join(",\n", devices.Select((d, i) => $$"""{ "id": "{{d}}", "driver": "videohub", "link": "tcp://127.0.0.1:{{i + 1}}" }"""))}}
          ] }]
        }
        """);
}
