using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Power;

namespace AvGateway.Host.Tests;

/// <summary>What power.md shows is run as it stands there.</summary>
public sealed partial class PowerManualTests : IDisposable
{
    private static readonly string Manual = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../gateway/docs/power.md")));
    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-power-").FullName;

    [Fact]
    public void The_site_file_is_a_good_one()
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(System.Text.Encoding.UTF8.GetBytes(SiteFile), "power.md");

        Assert.NotNull(site);
        Assert.Empty(reader.Findings);
        Assert.Equal(["floor-1"], site.Power.Branches.Select(b => b.Id));
    }

    [Fact]
    public async Task Every_command_is_one_that_the_program_knows_and_the_plan_needs_no_gateway()
    {
        var file = Path.Combine(_folder, "site.json");
        await File.WriteAllTextAsync(file, SiteFile, TestContext.Current.CancellationToken);
        var lines = Blocks("sh").SelectMany(b => b.Split('\n')).Where(l => l.Contains("avgateway ", StringComparison.Ordinal)).ToList();
        Assert.True(lines.Count >= 8, $"{lines.Count} lines");
        foreach (var line in lines)
        {
            var words = Word().Matches(line[line.IndexOf("avgateway ", StringComparison.Ordinal)..].Split('#')[0]).Select(m => m.Value).Skip(1)
                .Select(w => w switch { "URL" => "mqtt://engineer:x@127.0.0.1:1", "SITE.json" => file, "RUN" => "01X", "plan.ics" => Path.Combine(_folder, "plan.ics"), _ => w.Trim('"') });
            var (code, output) = await RunAsync([.. words]);

            // 64 is a command that does not exist; 1 is a gateway that does not.
            Assert.True(code == (line.Contains("--site", StringComparison.Ordinal) || line.Contains(" check ", StringComparison.Ordinal) ? 0 : 1), $"{line}: exit {code} {output}");
        }
    }

    [Fact]
    public async Task A_plan_is_a_calendar_file_that_a_person_opens()
    {
        var (site, file) = (Path.Combine(_folder, "site.json"), Path.Combine(_folder, "plan.ics"));
        await File.WriteAllTextAsync(site, SiteFile, TestContext.Current.CancellationToken);

        var (code, output) = await RunAsync(["power", "plan", "--site", site, "--ics", file, "--at", "2026-02-14 19:00"]);

        Assert.True(code == 0, output);
        var text = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("\r\n ", "", StringComparison.Ordinal);
        var entry = Assert.Single(text.Split("BEGIN:VEVENT").Skip(1));
        Assert.Contains("DTSTART:20260214T110000Z", entry, StringComparison.Ordinal);
        Assert.Contains("DTEND:20260214T1100", entry, StringComparison.Ordinal);
        Assert.Contains("SUMMARY:关机 off · court-1", entry, StringComparison.Ordinal);
        Assert.Contains("court-1/recorder:idle", entry, StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync(["power", "plan", "--site", site, "--ics", file, "--at", "tomorrow"])).Code);
    }

    [Fact]
    public void Every_state_fault_sign_and_kind_of_the_code_is_told()
    {
        IEnumerable<string> words =
        [
            .. Enum.GetValues<StepState>().Where(s => s >= StepState.Verified).Select(s => Operations.Rooms.RunJson.Word(s)), .. PowerFaults.All.Select(f => f.Code), .. PowerSigns.Names, .. PowerReader.KindWords,
            .. PowerReader.UseWords,
        ];

        Assert.All(words, word => Assert.Contains($"`{word}`", Manual, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string SiteFile => Blocks("json").Single(b => b.Contains("\"rooms\"", StringComparison.Ordinal));

    private static async Task<(int Code, string Output)> RunAsync(string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private static IEnumerable<string> Blocks(string language) =>
        Manual.Split("```").Where((_, i) => i % 2 == 1).Where(b => b.StartsWith(language + "\n", StringComparison.Ordinal)).Select(b => b[(language.Length + 1)..]);

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    private static string Here([CallerFilePath] string here = "") => here;
}
