using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Records;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Service;
using AvGateway.Operations.Records.Tables;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Reports.Tests;

/// <summary>What reports.md shows is run as it stands there.</summary>
public sealed partial class ReportsManualTests
{
    private static readonly string Manual = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../gateway/docs/reports.md")));

    [Fact]
    public void The_site_file_is_a_good_one()
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(Encoding.UTF8.GetBytes(Blocks("json").Single()), "reports.md");

        Assert.Empty(reader.Findings);
        Assert.Equal(new ContractPeriod(new(2025, 12, 20), new(2026, 12, 19)), site!.Service.Period);
        Assert.Equal(["daily 20", "monthly 1"], site.Service.Promised.Select(p => $"{p.Profile} {p.PerMonth}"));
        Assert.Equal(Acts.Report, Assert.Single(site.Schedules).Act);
    }

    [Fact]
    public async Task Every_command_is_one_that_the_program_knows()
    {
        var lines = Blocks("sh").SelectMany(b => b.Split('\n')).Where(l => l.StartsWith("avgateway ", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, lines.Count);
        await Parallel.ForEachAsync(lines, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (line, stop) =>
        {
            var words = Word().Matches(line.Split('#')[0]).Select(m => m.Value.Trim('"')).Skip(1)
                .Select(w => w switch { "URL" => "mqtt://engineer:x@127.0.0.1:1", "DIR" => "/no/such/place", _ => w.Replace("HOST:8080", "127.0.0.1:1", StringComparison.Ordinal) });

            // 64 is a command that does not exist; 1 is a gateway that does not.
            Assert.Equal((line, 1), (line, await RunAsync([.. words], stop)));
        });
    }

    [Fact]
    public void Every_word_of_the_code_is_told()
    {
        Assert.All(ServiceDesk.KindWords, word => Assert.Contains($"`{word}`", Manual, StringComparison.Ordinal));
        Assert.All(ServiceDesk.Verbs.Keys, verb => Assert.Contains($"service {verb}", Manual, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<LedgerState>(), state => Assert.Contains($"| {ReportWords.Of(state).Zh} |", Manual, StringComparison.Ordinal));
        string[] kinds = [RecordKinds.Started, RecordKinds.Stopped, RecordKinds.Facts, RecordKinds.Room, RecordKinds.Parties, RecordKinds.Network, RecordKinds.Calendar, RecordKinds.SetAside, RecordKinds.TakenBack, RecordKinds.DevicePower, RecordKinds.Reported];
        Assert.All(kinds, kind => Assert.Contains($"`{kind}`", Manual, StringComparison.Ordinal));
        Assert.Contains(MonthReports.Folder, Manual, StringComparison.Ordinal);
        Assert.Equal((10, 60, 1), (AvailabilityLedger.WarmUp.TotalMinutes, ServiceTerm.RemindDays, RecordKeeper.BeatEvery.TotalMinutes));
    }

    private static async Task<int> RunAsync(string[] words, CancellationToken stop)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        await process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop).WaitAsync(TimeSpan.FromSeconds(60), stop);
        await output;
        return process.ExitCode;
    }

    private static IEnumerable<string> Blocks(string language) => Block().Matches(Manual).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("```(\\w+)\n(.*?)```", RegexOptions.Singleline)] private static partial Regex Block();

    [GeneratedRegex("\"[^\"]*\"|\\S+")] private static partial Regex Word();
}
