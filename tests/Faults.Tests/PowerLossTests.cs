using System.Diagnostics;
using AvGateway.Faults.PowerLoss;

namespace AvGateway.Faults.Tests;

/// <summary>G3: the writer's system calls, cut off before each of its syncs in four ways, and what the store makes of it.</summary>
public sealed class PowerLossTests : IDisposable
{
    private const int Callers = 4;

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_power_cut_at_any_sync_loses_nothing_acknowledged_and_damages_nothing()
    {
        var states = FaultSettings.Number("AVGW_FAULT_POWER_CUTS", 500);
        await RecordAsync(rounds: Math.Max(40, states / 12));
        var (cuts, told, lost, corrupt) = (0, 0, new List<string>(), new List<string>());
        foreach (var cut in PowerCuts.Of(_folder.Sub("calls"), _folder.Sub("data"), _folder.Sub("cuts"), states, FaultSettings.Seed))
        {
            var found = await Survivors.CheckAsync(cut.Folder, cut.Told, Cancellation);
            (found.Any(f => f.StartsWith("corrupt", StringComparison.Ordinal)) ? corrupt : lost).AddRange(found.Select(f => $"{cut.Loss} before sync {cut.Boundary}: {f}"));
            cuts++;
            told = Math.Max(told, cut.Told.Count);
            if (found.Count == 0) Directory.Delete(cut.Folder, recursive: true);
        }

        FaultSettings.Show($"G3 {cuts} power cuts, up to {told} acknowledgements: lost {lost.Count}, corrupt {corrupt.Count}");
        _folder.IsEvidence = lost.Count + corrupt.Count > 0;
        Assert.True(lost.Count + corrupt.Count == 0, $"{string.Join('\n', corrupt.Concat(lost).Take(10))}\nkept in {_folder.Path}");
        Assert.True(told > Callers * 40, $"only {told} acknowledgements: the test has not tested much");
        Assert.True(cuts >= states * 9 / 10, $"only {cuts} states were built");
    }

    [Fact]
    public async Task A_disk_that_lies_about_its_syncs_is_found_out()
    {
        await RecordAsync(rounds: 20);
        var found = 0;
        foreach (var cut in PowerCuts.Of(_folder.Sub("calls"), _folder.Sub("data"), _folder.Sub("cuts"), 40, FaultSettings.Seed, path => !path.EndsWith("state.db-wal", StringComparison.Ordinal)))
            found += (await Survivors.CheckAsync(cut.Folder, cut.Told, Cancellation)).Count;

        Assert.True(found > 10, $"{found} losses were noticed on a disk that keeps nothing of the log");
    }

    public void Dispose() => _folder.Dispose();

    private async Task RecordAsync(int rounds)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/strace"), "strace is not installed");
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var child = Path.Combine(own.Parent!.Parent!.FullName, "AvGateway.Store.CrashChild", own.Name, "AvGateway.Store.CrashChild.dll");
        string[] arguments =
        [
            "-f", "-y", "-xx", "-s", "200000", "--seccomp-bpf", "-o", _folder.Sub("calls"), "-e", SystemCallLog.Traced,
            "dotnet", child, _folder.Sub("data"), "run", $"{Callers}", $"{rounds}",
        ];
        using var process = Process.Start(new ProcessStartInfo("strace", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.StandardOutput.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(120), Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, await error);
    }
}
