using System.Diagnostics;
using AvGateway.Faults.Courts;
using AvGateway.Faults.History;
using AvGateway.Faults.Kills;
using AvGateway.Faults.Load;
using AvGateway.Faults.Model;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Faults.Tests;

/// <summary>G1: the real gateway, killed at random moments under load. <c>AVGW_FAULT_KILLS</c> says how often.</summary>
public sealed class KillTests : IDisposable
{
    // G1 asks for a 99th percentile of 3 s on its own machine; another one may be slow, but not this slow.
    private static readonly TimeSpan RestartBound = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_random_moments_the_gateway_ends_every_accepted_command_once_and_doubles_nothing()
    {
        var plan = new KillPlan(FaultSettings.Number("AVGW_FAULT_KILLS", 25), FaultSettings.Seconds("AVGW_FAULT_KILL_SECONDS", 60), FaultSettings.Seed);
        var (matrix, serial) = (Matrix("matrix-1"), new DeviceSetting("court-2", "matrix-3", "extron-sis") { Link = LinkKind.Serial });
        DeviceSetting[] devices = [matrix, Matrix("matrix-2"), serial, new("court-2", "recorder", "hyperdeck")];
        var model = new CourtModel([.. devices.Select(d => d.Id)]);
        KillLoop? loop = null;
        using var history = new HistoryRecorder(_folder.Sub("history.jsonl"), seen =>
        {
            model.Apply(seen);
            loop?.Seen(seen);
        });
        await using var court = await FaultCourt.StartAsync(devices, _folder.Path, history);
        var random = new Random(plan.Seed);
        var load = new CommandLoad(history, [Routes(matrix, 8), Routes(devices[1], 8), Ties(serial), new RecordLane("court-2/recorder")], plan.Expiry);
        loop = new(plan, new(court.SiteFile, _folder.Sub("data")), court, history, model, load);
        _folder.IsEvidence = true;

        var report = await loop.RunAsync(Cancellation);

        FaultSettings.Show($"G1 {report.Kills} kills ({report.InStart} while starting) in {report.Took.TotalSeconds:0} s: restart {report.Restarts.Shown("ms")}; "
            + $"{model.Asked} commands, {model.Accepted} accepted, {model.Ended} ended, {model.Unknown} of them unknown; violations {model.Violations.Count}");
        Assert.True(model.Violations.Count == 0, $"{string.Join('\n', model.Violations.Take(10))}\nhistory: {history.Path}");
        Assert.True(report.Record.Count == 0, string.Join('\n', report.Record.Take(10)));
        Assert.Equal([], (await ServiceRecord.CompareAsync(_folder.Sub("data"), model.AcceptedIds, Cancellation)).Take(5));
        Assert.Equal(0, await VerifyAsync());
        Assert.InRange(report.Restarts.Quantile(0.99), 0, RestartBound.TotalMilliseconds);
        Assert.True(model.Accepted > report.Kills * 10, $"only {model.Accepted} commands in {report.Kills} kills: the test has not tested much");
        _folder.IsEvidence = false;

        RouteLane Routes(DeviceSetting device, int most) => new(device.Id, most, size: 40, first: 0, random);
        RouteLane Ties(DeviceSetting device) => new(device.Id, most: 3, size: 16, first: 1, random);
    }

    public void Dispose() => _folder.Dispose();

    private static DeviceSetting Matrix(string name) => new("court-1", name, "videohub") { Options = new() { ["inputs"] = 40, ["outputs"] = 40 } };

    private async Task<int> VerifyAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "avgateway.dll"), "journal", "verify", "--data", _folder.Sub("data")])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }
}
