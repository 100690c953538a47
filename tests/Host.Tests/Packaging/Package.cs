using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AvGateway.Host.Tests.Packaging;

/// <summary>What the pack command makes, made once for all tests of it.</summary>
public sealed class Package : IAsyncLifetime
{
    // Alone it is half a minute; on a machine that builds other things as well it was five.
    private static readonly TimeSpan PackWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("avgw-package-");

    public string Made => Path.Combine(_directory.FullName, "made");

    /// <summary>The Debian package as it lies on a machine; null where dpkg-deb is missing.</summary>
    public string? Deb { get; private set; }

    public string Tarball { get; private set; } = "";

    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    internal string File(string pattern) => Directory.GetFiles(Made, pattern).Single();

    public async ValueTask InitializeAsync()
    {
        await RunAsync(PackWithin, Path.Combine(Root(), "gateway/Host/Packaging/pack"), Made);
        Tarball = _directory.CreateSubdirectory("tar").FullName;
        await RunAsync(Patience, "tar", "--extract", "--gzip", "--file", File("*.tar.gz"), "--directory", Tarball, "--strip-components=1");
        if (Directory.GetFiles(Made, "*.deb") is not [var deb]) return;
        Deb = _directory.CreateSubdirectory("deb").FullName;
        await RunAsync(Patience, "dpkg-deb", "--extract", deb, Deb);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return default;
    }

    /// <summary>Runs a program to its end; what it said is returned, or thrown when it failed.</summary>
    internal static async Task<string> RunAsync(TimeSpan within, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Root() };

        // What the test runner's own host was started with must not leak into the build.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(within);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {within}");
        }

        var said = await output;
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {said}{await error}");
        return said;
    }

    internal static Task<string> AskAsync(string program, params string[] arguments) => RunAsync(Patience, program, arguments);
}

[CollectionDefinition(nameof(Package))]
public sealed class PackageCollection : ICollectionFixture<Package>;
