using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>The author of a driver who has a folder of packages and nothing of this repository, and does what drivers/README.md says.</summary>
public sealed class DriverTemplateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_driver_made_by_the_template_passes_its_tests_is_pinned_and_verified_over_MQTT()
    {
        var version = $"0.0.0-test.{Environment.ProcessId}.{TimeProvider.System.GetUtcNow().Ticks}";
        var drivers = Path.GetDirectoryName(Manual())!;
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        using var lines = DocumentedLines.Of(Manual(), b => b.Contains("dotnet new avgateway-driver", StringComparison.Ordinal));

        // Templates of its own; packages as everybody here has them.
        lines.Environment["DOTNET_CLI_HOME"] = Path.Combine(lines.Folder, ".home");
        lines.Environment["NUGET_PACKAGES"] = cache;
        lines.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        try
        {
            Assert.Single(lines.Blocks);
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name.StartsWith("release", StringComparison.Ordinal) ? "Release" : "Debug";
            await PackAsync(Path.Combine(drivers, "Template"), Path.Combine(lines.Folder, "avgateway-packages"), configuration, version);

            var run = await lines.RunAsync(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), Patience, TestContext.Current.CancellationToken);

            Assert.True(run.ExitCode == 0, run.Output);
            Assert.Contains("Errors: 0, Failed: 0, Skipped: 0", run.Output, StringComparison.Ordinal);
            await CommandAsync(Path.Combine(lines.Folder, "Acme"));
        }
        finally
        {
            // The version was ours alone; nobody else has any use for what restoring it left behind.
            foreach (var package in Directory.GetDirectories(cache, "avgateway.*").Select(p => Path.Combine(p, version)).Where(Directory.Exists)) Directory.Delete(package, recursive: true);
        }
    }

    /// <summary>What the site's engineer does with the folder: its entry into the site file, and a wish to the device.</summary>
    private static async Task CommandAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "Acme.Simulator", "bin", "Debug", "net10.0", "Acme.Simulator.dll")]) { RedirectStandardOutput = true };
        using var display = Process.Start(start)!;
        try
        {
            var link = await display.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            var site = new JsonObject
            {
                ["site"] = new JsonObject { ["id"] = "city", ["name"] = new JsonObject { ["zh"] = "示例法院", ["en"] = "Example Court" }, ["zone"] = "Asia/Shanghai" },
                ["drivers"] = new JsonArray(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "entry.json"), TestContext.Current.CancellationToken))),
                ["rooms"] = new JsonArray(new JsonObject
                {
                    ["id"] = "court-1",
                    ["devices"] = new JsonArray(new JsonObject { ["id"] = "display", ["driver"] = "acme", ["link"] = link }),
                }),
            };
            var file = Path.Combine(folder, "site.json");
            await File.WriteAllTextAsync(file, site.ToJsonString(), TestContext.Current.CancellationToken);
            await using var gateway = await GatewayProcess.StartAsync(null, "run", file);
            await using var client = new MosquittoClient(gateway, "engineer", "mqttv5");
            await client.SubscribeAsync($"{client.Base}/court-1/display/#", $"{client.Base}/$rsp/engineer/#");
            await client.NextAsync($"{client.Base}/court-1/display/$state", s => s.GetProperty("state").GetString() == "online");

            var chosen = (await client.AskAsync("court-1/display/do/input", """{"name":"hdmi2"}"""))[^1];
            Assert.True(chosen.GetProperty("code").GetString() == "AVG-VERIFIED", chosen.ToString());
        }
        finally
        {
            display.Kill(entireProcessTree: true);
            await display.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task PackAsync(string project, string into, string configuration, string version)
    {
        string[] arguments = ["pack", project, "--no-build", "-c", configuration, "-o", into, $"-p:Version={version}", "--nologo", "-v", "q", "-nodeReuse:false"];
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = dotnet.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await dotnet.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!dotnet.HasExited) dotnet.Kill(entireProcessTree: true);
        }

        Assert.True(dotnet.ExitCode == 0, await said);
    }

    private static string Manual([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../drivers/README.md"));
}
