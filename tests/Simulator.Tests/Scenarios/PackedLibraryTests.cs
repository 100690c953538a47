using System.Diagnostics;
using System.Xml.Linq;

namespace AvGateway.Simulator.Tests.Scenarios;

/// <summary>The library, packed, in the hands of somebody who has nothing else of ours.</summary>
public sealed class PackedLibraryTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _version = $"0.0.0-test.{Environment.ProcessId}.{TimeProvider.System.GetUtcNow().Ticks}";

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        // The version was ours alone; nobody else has any use for what restoring it left behind.
        var cached = Path.Combine(
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
            "avgateway.simulator", _version);
        if (Directory.Exists(cached)) Directory.Delete(cached, recursive: true);
    }

    [Fact]
    public async Task A_strangers_test_starts_a_court_and_injects_a_fault_in_three_lines()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root.FullName, "AvGateway.sln"))) root = root.Parent ?? throw new DirectoryNotFoundException("no AvGateway.sln above");
        var packages = Path.Combine(_folder, "packages");
        var configuration = output.Name.StartsWith("release", StringComparison.Ordinal) ? "Release" : "Debug";
        await DotnetAsync(
            root.FullName, "pack", "simulator/Devices", "--no-build", "-c", configuration, "-o", packages, $"-p:Version={_version}", "--nologo", "-v", "q");

        var project = Path.Combine(_folder, "project");
        Directory.CreateDirectory(project);
        foreach (var file in Directory.GetFiles(Path.Combine(root.FullName, "tests", "Stranger"))) File.Copy(file, Path.Combine(project, Path.GetFileName(file).Replace(".template", "", StringComparison.Ordinal)));
        var xunit = XDocument.Load(Path.Combine(root.FullName, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(each => (string?)each.Attribute("Include") == "xunit.v3").Attribute("Version")!.Value;
        var said = await DotnetAsync(
            project, "run", $"-p:SimulatorVersion={_version}", $"-p:XunitVersion={xunit}", $"-p:RestoreAdditionalProjectSources={packages}");

        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", said, StringComparison.Ordinal);
    }

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        using var dotnet = new Process
        {
            StartInfo = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        dotnet.Start();
        var output = dotnet.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = dotnet.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await dotnet.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        }
        finally
        {
            if (!dotnet.HasExited) dotnet.Kill(entireProcessTree: true);
        }

        Assert.True(dotnet.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{await output}\n{await errors}");
        return await output;
    }
}
