using System.Diagnostics;

namespace AvGateway.Store.Tests.Crash;

/// <summary>A process that stores in a loop and says what was acknowledged, until it is killed.</summary>
internal sealed class CrashChild : IDisposable
{
    private readonly Process _process;

    private CrashChild(Process process) => _process = process;

    /// <summary>Every whole line that it wrote.</summary>
    public List<string> Lines { get; } = [];

    public static CrashChild Start(string folder, string run, int callers)
    {
        // From its own output folder: the copy beside the tests lacks what the tests' shared framework brings along.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(own.Parent!.Parent!.FullName, "AvGateway.Store.CrashChild", own.Name, "AvGateway.Store.CrashChild.dll");
        var start = new ProcessStartInfo("dotnet", [program, folder, run, $"{callers}"]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new(Process.Start(start)!);
    }

    /// <summary>Reads on until it has opened its store.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        var line = await _process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        Assert.StartsWith("boot ", line, StringComparison.Ordinal);
    }

    /// <summary>Kills it while it starts: before, in or just after the opening of its store.</summary>
    public async Task KillWhileStartingAsync(TimeSpan after, CancellationToken cancellation)
    {
        Assert.False(_process.WaitForExit(after), "the child ended by itself");
        await KillAfterAsync(0, cancellation);
        Lines.RemoveAll(line => line.StartsWith("boot ", StringComparison.Ordinal));
    }

    /// <summary>Kills it without a warning after that many acknowledgements and reads what it still had said.</summary>
    public async Task KillAfterAsync(int acknowledgements, CancellationToken cancellation)
    {
        while (Lines.Count < acknowledgements && await _process.StandardOutput.ReadLineAsync(cancellation) is { } line) Lines.Add(line);
        _process.Kill();
        var rest = await _process.StandardOutput.ReadToEndAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        Lines.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await _process.WaitForExitAsync(cancellation).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
