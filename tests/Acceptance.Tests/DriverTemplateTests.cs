using System.Diagnostics;
using AvGateway.Acceptance.Tests.Support;
using AvGateway.Testing.Documents;

namespace AvGateway.Acceptance.Tests;

/// <summary>The author of a driver who has a folder of packages and nothing of this repository, and does what drivers/README.md says.</summary>
public sealed class DriverTemplateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_driver_made_by_the_template_passes_its_tests_is_pinned_and_verified_in_the_demo()
    {
        var version = $"0.0.0-test.{Environment.ProcessId}.{TimeProvider.System.GetUtcNow().Ticks}";
        var drivers = Path.GetDirectoryName(DriversManual.Path)!;
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        using var lines = DocumentedLines.Of(DriversManual.Path, b => b.Contains("dotnet new avgateway-driver", StringComparison.Ordinal));

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

    /// <summary>The simulated display by itself, the demo's court with the driver and the display in it, and a wish.</summary>
    private static async Task CommandAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "Acme.Simulator", "bin", "Debug", "net10.0", "Acme.Simulator.dll")]) { RedirectStandardOutput = true };
        using var display = Process.Start(start)!;
        try
        {
            var link = await display.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

            // The port of the manual may be somebody else's here.
            var part = Path.Combine(folder, "demo.json");
            var shown = await File.ReadAllTextAsync(part, TestContext.Current.CancellationToken);
            Assert.Contains("tcp://127.0.0.1:4001", shown, StringComparison.Ordinal);
            await File.WriteAllTextAsync(part, shown.Replace("tcp://127.0.0.1:4001", link, StringComparison.Ordinal), TestContext.Current.CancellationToken);
            await using var gateway = await GatewayProcess.StartInAsync(folder, DriversManual.Calls("avgateway demo --add demo.json").Single());
            await using var client = new MosquittoClient(gateway, "engineer", "mqttv5");
            await client.SubscribeAsync($"{client.Base}/court-1/acme/#", $"{client.Base}/$rsp/engineer/#");
            await client.NextAsync($"{client.Base}/court-1/acme/$state", s => s.GetProperty("state").GetString() == "online");

            var (exitCode, said, error) = await GatewayProcess.RunAsync([("AVGW_URL", gateway.UrlOf("engineer"))], DriversManual.Calls("avgateway ctl do court-1/acme").Single());
            Assert.True(exitCode == 0 && said.Contains("AVG-VERIFIED", StringComparison.Ordinal), said + error);
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
}
