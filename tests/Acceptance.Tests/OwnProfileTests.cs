using System.Runtime.CompilerServices;
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
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-profile-").FullName;

    [Fact]
    public async Task A_profile_written_by_the_readme_is_a_driver_whose_commands_are_verified_over_MQTT()
    {
        var profile = Path.Combine(_folder, "profiles", "acme-x1.json");
        Directory.CreateDirectory(Path.GetDirectoryName(profile)!);
        await File.WriteAllTextAsync(profile, Block("\"profile\": \"acme-x1\""), TestContext.Current.CancellationToken);
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

        using var lines = DocumentedLines.Of(Manual(), b => b.Contains("avgateway profile lint", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(lines.Folder, "profiles"));
        foreach (var name in (string[])["site.json", "profiles/acme-x1.json"]) File.Copy(Path.Combine(_folder, name), Path.Combine(lines.Folder, name));
        var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("Driver `profile:acme-x1`", run.Output, StringComparison.Ordinal);

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
    public async Task A_mistake_keeps_the_gateway_from_starting_and_names_file_place_and_remedy()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "profiles"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "profiles", "acme-x1.json"), Block("\"profile\": \"acme-x1\"").Replace("POWER 0", "POWER 1", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "site.json"), """
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              "rooms": [{ "id": "court-1", "devices": [{ "id": "m", "driver": "videohub", "link": "tcp://127.0.0.1:1" }] }]
            }
            """, TestContext.Current.CancellationToken);

        var check = await GatewayProcess.RunAsync("check", Path.Combine(_folder, "site.json"));
        var lint = await GatewayProcess.RunAsync("profile", "lint", Path.Combine(_folder, "profiles", "acme-x1.json"));

        foreach (var (exitCode, said, _) in new[] { check, lint })
        {
            Assert.Equal(1, exitCode);
            Assert.Contains("acme-x1.json(20,", said, StringComparison.Ordinal);
            Assert.Contains("$.verbs.power-off.send: it sends the same as $.verbs.power-on.send", said, StringComparison.Ordinal);
            Assert.Contains("Look it up", said, StringComparison.Ordinal);
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Block(string holds) => File.ReadAllText(Manual()).Split("```").Single(b => b.StartsWith("json\n", StringComparison.Ordinal) && b.Contains(holds, StringComparison.Ordinal))["json\n".Length..];

    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../drivers/README.md"));
}
