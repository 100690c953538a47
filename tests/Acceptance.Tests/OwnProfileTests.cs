using System.Text.Json.Nodes;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;
using AvGateway.Simulator.Devices.Wires;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>A site's engineer with the manual of an unknown projector and no compiler, who does what drivers/README.md says.</summary>
public sealed class OwnProfileTests : IAsyncLifetime
{
    /// <summary>What the block with the profile holds.</summary>
    private const string Words = "\"profile\": \"acme-x1\"";

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-profile-").FullName;

    [Fact]
    public async Task A_profile_written_by_the_readme_is_a_driver_whose_commands_are_verified_over_MQTT()
    {
        var profile = Path.Combine(_folder, "profiles", "acme-x1.json");
        Directory.CreateDirectory(Path.GetDirectoryName(profile)!);
        await File.WriteAllTextAsync(profile, DriversManual.Json(Words), TestContext.Current.CancellationToken);
        var setting = new DeviceSetting("court-1", "projector", "profile")
        {
            Link = LinkKind.Serial,
            Options = new JsonObject { ["profile"] = profile },
            Switches = new Dictionary<string, JsonNode?> { ["warm-up"] = "2s", ["cool-down"] = "2s" },
        };
        await using var court = await SimulatedCourt.StartAsync([setting], TimeProvider.System);
        var site = new JsonObject
        {
            ["site"] = new JsonObject { ["id"] = "city", ["name"] = new JsonObject { ["zh"] = "示例法院", ["en"] = "Example Court" }, ["zone"] = "Asia/Shanghai" },
            ["rooms"] = new JsonArray(new JsonObject
            {
                ["id"] = "court-1",
                ["devices"] = new JsonArray(new JsonObject { ["id"] = "projector", ["driver"] = "profile:acme-x1", ["link"] = court.Devices[0].Link.Uri }),
            }),
        };
        await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), site.ToJsonString(), TestContext.Current.CancellationToken);

        using var lines = DocumentedLines.Of(DriversManual.Path, b => b.Contains("avgateway profile lint", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(lines.Folder, "profiles"));
        foreach (var name in (string[])["site.json", "profiles/acme-x1.json"]) File.Copy(Path.Combine(_folder, name), Path.Combine(lines.Folder, name));
        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("Driver `profile:acme-x1`", run.Output, StringComparison.Ordinal);
        var (checkedWith, _, said) = await GatewayProcess.RunAsync("check", Path.Combine(_folder, "site.json"));
        Assert.True(checkedWith == 0, said);

        await using var gateway = await GatewayProcess.StartAsync(null, "run", Path.Combine(_folder, "site.json"));
        await using var client = new MosquittoClient(gateway, "engineer", "mqttv5");
        await client.SubscribeAsync($"{client.Base}/court-1/projector/#", $"{client.Base}/$rsp/engineer/#");
        await client.NextAsync($"{client.Base}/court-1/projector/$state", s => s.GetProperty("state").GetString() == "online");

        var chosen = (await client.AskAsync("court-1/projector/do/input", """{"name":"hdmi2"}"""))[^1];
        Assert.True(chosen.GetProperty("code").GetString() == "AVG-VERIFIED", chosen.ToString());
        Assert.Equal("hdmi2", court.Devices[0].Device.State()["input"]!.ToString());

        court.Devices[0].Device.SetSwitch("frozen", true);
        var frozen = (await client.AskAsync("court-1/projector/do/input", """{"name":"vga"}"""))[^1];
        Assert.NotEqual("AVG-VERIFIED", frozen.GetProperty("code").GetString());
        Assert.Equal("hdmi2", court.Devices[0].Device.State()["input"]!.ToString());
    }

    [Fact]
    public async Task A_profile_of_ones_own_is_a_device_of_the_demo_as_every_other_is()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "profiles"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "profiles", "acme-x1.json"), DriversManual.Json(Words), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "x1.json"), DriversManual.Json("\"profile:acme-x1\""), TestContext.Current.CancellationToken);

        await using var gateway = await GatewayProcess.StartInAsync(_folder, DriversManual.Calls("avgateway demo --add x1.json").Single());
        await OnlineAsync(gateway, ["court-1/x1", "court-1/matrix", "court-1/recorder", "court-1/codec", "court-1/audio", "machine-room/backup-recorder"]);
        var said = "";
        foreach (var call in DriversManual.Calls("avgateway ctl devices court-1"))
        {
            var (exitCode, output, error) = await GatewayProcess.RunAsync([("AVGW_URL", gateway.UrlOf("engineer"))], call);
            Assert.True(exitCode == 0 || call.Contains("devices"), string.Join(' ', call) + output + error);
            said += output;
        }

        Assert.Matches(@"online +court-1/x1 ", said);
        Assert.Contains("AVG-VERIFIED", said, StringComparison.Ordinal);
        Assert.Contains("court-1/x1:off", said, StringComparison.Ordinal);
        Assert.Contains("court-1/x1", gateway.Told, StringComparison.Ordinal);

        // Opened is opened, also where a busy machine proves a recording too late.
        var opened = await GatewayProcess.RunAsync([("AVGW_URL", gateway.UrlOf("clerk-court-1"))], "ctl", "hearing", "court-1", "open");
        Assert.Contains("start-record:recorder", opened.Out, StringComparison.Ordinal);
        var disturbed = await GatewayProcess.RunAsync([("AVGW_URL", gateway.UrlOf("engineer"))], "ctl", "do", "court-1/x1", "power-off");
        Assert.Equal(1, disturbed.ExitCode);
        Assert.Contains("AVG-GUARD-IN-SESSION", disturbed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_keeps_the_gateway_from_starting_and_names_file_place_and_remedy()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "profiles"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "profiles", "acme-x1.json"), DriversManual.Json(Words).Replace("POWER 0", "POWER 1", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), """
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "rooms": [{ "id": "court-1", "devices": [{ "id": "m", "driver": "videohub", "link": "tcp://127.0.0.1:1" }] }]
            }
            """, TestContext.Current.CancellationToken);

        var check = await GatewayProcess.RunAsync("check", Path.Combine(_folder, "site.json"));
        var lint = await GatewayProcess.RunAsync("profile", "lint", Path.Combine(_folder, "profiles", "acme-x1.json"));

        // The demo reads the same profile, as part of what is added to it.
        await File.WriteAllTextAsync(Path.Combine(_folder, "x1.json"), DriversManual.Json("\"profile:acme-x1\""), TestContext.Current.CancellationToken);
        var (ended, _, told) = await GatewayProcess.RunAsync("demo", "--add", Path.Combine(_folder, "x1.json"));

        foreach (var (exitCode, said, _) in new[] { check, lint, (ended, told, "") })
        {
            Assert.Equal(1, exitCode);
            Assert.Contains("acme-x1.json(20,", said, StringComparison.Ordinal);
            Assert.Contains("$.verbs.power-off.send: it sends the same as $.verbs.power-on.send", said, StringComparison.Ordinal);
            Assert.Contains("Look it up", said, StringComparison.Ordinal);
        }
    }

    /// <summary>The ready line waits for the devices, and not for ever.</summary>
    private static async Task OnlineAsync(GatewayProcess gateway, string[] devices)
    {
        await using var client = new MosquittoClient(gateway, "engineer", "mqttv5");
        await client.SubscribeAsync([.. devices.Select(d => $"{client.Base}/{d}/$state")]);
        var missing = devices.Select(d => $"{client.Base}/{d}/$state").ToHashSet();
        while (missing.Count > 0) missing.Remove((await client.NextAsync(s => s.Json.GetProperty("state").GetString() == "online")).Topic);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
