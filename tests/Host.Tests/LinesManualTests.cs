using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.LineWatch.Certificates;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Lines;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Tests;

/// <summary>What lines.md shows of two ends, verdicts and certificates is true, and its commands work as they stand there.</summary>
public sealed partial class LinesManualTests
{
    private const string KeyVariable = "AVGW_LINE_JIA";
    private static readonly string Manual = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../gateway/docs/lines.md")));

    [Fact]
    public void The_site_file_is_a_good_one_and_read_as_the_manual_says()
    {
        var plan = Assert.Single(Read(Example(), out var findings)!.Lines);

        Assert.Empty(findings);
        Assert.Equal(("line-jia", "jia", "10.2.0.10:8620", "10.1.0.10:8620", 10), (plan.Line, plan.FarSite, plan.Peer.ToString(), plan.Listen!.ToString(), plan.Rate));
        Assert.Equal(LineLimits.Usual, plan.Limits);
        Assert.Equal(("100.64.1.1", "wan-port", "clock", "jia-duty", "CIRCUIT-1", "carrier-a"), (plan.CarrierHop!.ToString(), plan.Port, plan.Clock, plan.FarContact, plan.Circuit, plan.Carrier));
    }

    [Theory]
    [InlineData("\"peer\": \"10.2.0.10:8620\"", "\"peer\": \"far.court:8620\"", "no address with a port")]
    [InlineData("\"peer\": \"10.2.0.10:8620\"", "\"peer\": \"10.2.0.10\"", "no address with a port")]
    [InlineData("\"peer\": \"10.2.0.10:8620\", ", "", "\"peer\" is missing")]
    [InlineData("\"rate\": 10", "\"rate\": 500", "1 … 50")]
    [InlineData("\"loss\": 2", "\"loss\": 0", "0.5 … 50")]
    [InlineData("\"silentAfter\": \"3s\"", "\"silentAfter\": \"10ms\"", "outside")]
    [InlineData("\"router\": \"10.1.0.1\"", "\"router\": \"gateway\"", "no IP address")]
    [InlineData("\"port\": \"wan-port\"", "\"port\": \"clock\"", "ntp probe")]
    [InlineData("\"clock\": \"clock\"", "\"clock\": \"nowhere\"", "lists no \"nowhere\"")]
    [InlineData("\"farContact\": \"jia-duty\"", "\"farContact\": \"nobody\"", "lists no \"nobody\"")]
    [InlineData("\"kind\": \"line\"", "\"kind\": \"switch\"", "only a line")]
    [InlineData("env:AVGW_LINE_JIA", "env:AVGW_NO_SUCH_KEY", "AVGW_NO_SUCH_KEY")]
    [InlineData("\"far\": \"jia\"", "\"far\": \"jia\", \"secret\": \"x\"", "not known here")]
    public void What_does_not_fit_is_named_with_its_place(string good, string bad, string said)
    {
        Assert.Contains(good, Example(), StringComparison.Ordinal);
        Assert.Null(Read(Example().Replace(good, bad, StringComparison.Ordinal), out var findings));
        Assert.Contains(findings, f => f.Message.Contains(said, StringComparison.Ordinal) && f.Path.Contains("network", StringComparison.Ordinal));
    }

    [Fact]
    public void A_short_key_is_refused_and_not_shown()
    {
        Environment.SetEnvironmentVariable("AVGW_SHORT_KEY", "short-1");
        Assert.Null(Read(Example().Replace(KeyVariable, "AVGW_SHORT_KEY", StringComparison.Ordinal), out var findings));
        Assert.Contains(findings, f => f.Message.Contains("fewer than 16", StringComparison.Ordinal));
        Assert.DoesNotContain(findings, f => f.ToString()!.Contains("short-1", StringComparison.Ordinal));
    }

    [Fact]
    public void The_words_and_figures_are_those_of_the_code()
    {
        Assert.All(LineVerdict.Words, word => Assert.Contains($"| `{word}` |", Manual, StringComparison.Ordinal));
        Assert.All((string[])[FaultKinds.LineDown, FaultKinds.LineSilent, FaultKinds.LineDegraded], code => Assert.Contains($"| `{code}` |", Manual, StringComparison.Ordinal));
        Assert.Contains($"{LinePlan.UsualRate} when left out, {LinePlan.MostRate} at most", Manual, StringComparison.Ordinal);
        Assert.Contains($"{TwoEndedWatch.EchoRate} a second, and {TwoEndedWatch.EchoRateInTrouble} while something is wrong", Manual, StringComparison.Ordinal);
        Assert.Contains($"kept {LineLedger.DaysKept} days", Manual, StringComparison.Ordinal);
        var watch = SiteSchema.Build(Parts.Catalog)["properties"]!["network"]!["items"]!["properties"]!["watch"]!["properties"]!.AsObject();
        Assert.All(watch.Select(m => m.Key), member => Assert.Contains($"`{member}`", Manual, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_commands_of_the_manual_work_in_their_order()
    {
        var data = Directory.CreateTempSubdirectory("avgw-certificate-").FullName;
        try
        {
            var plan = Read(Example(), out _)!.Lines[0];
            await using (var ledger = new LineLedger(LineLedger.FolderOf(data), "city", new NoJournal(), TimeProvider.System, NullLogger<LineLedger>.Instance))
            {
                for (var minute = 0; minute < 300; minute++)
                    ledger.Keep(plan, new(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute), 600, 600, 0, 600, 0, 600, 9000, 100, 100, null, "well", ""));
            }

            var lines = Block("sh").Single(b => b.Contains("certificate make", StringComparison.Ordinal)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(4, lines.Length);
            var fingerprint = "";
            foreach (var line in lines)
            {
                var words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                    .Select(w => w == "DIR" ? data : w == "line-jia.json" ? Path.Combine(data, w) : w.StartsWith("SHA256:", StringComparison.Ordinal) ? fingerprint : w).ToArray();
                var (code, said, error) = await RunAsync(words);
                Assert.True(code == 0, $"{line}: {said}{error}");
                if (fingerprint.Length == 0) fingerprint = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
                else Assert.Contains(fingerprint, said, StringComparison.Ordinal);
            }

            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "certificate-key.pem")));
            var file = Path.Combine(data, "line-jia.json");
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancellation)).Replace("\"CIRCUIT-1\"", "\"CIRCUIT-2\"", StringComparison.Ordinal), Cancellation);
            var edited = await RunAsync("certificate", "verify", file);
            Assert.Equal(1, edited.Code);
            Assert.Contains("changed after it was signed", edited.Error, StringComparison.Ordinal);
            Assert.Equal(1, (await RunAsync("certificate", "make", "line-jia", "--from", "2026-11-25T00:00Z", "--until", "2026-11-25T01:00Z", "--out", file, "--data", data)).Code);
            Assert.Equal(1, (await RunAsync("certificate", "make", "line-jia", "--from", "2026-11-23T00:00", "--until", "2026-11-25T01:00Z", "--out", file, "--data", data)).Code);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Example() => Block("json").Single(b => b.Contains("\"watch\"", StringComparison.Ordinal));

    private static SiteModel? Read(string json, out IReadOnlyList<Finding> findings)
    {
        Environment.SetEnvironmentVariable(KeyVariable, "a secret of the manual's test");
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(Encoding.UTF8.GetBytes(json), "lines.md");
        findings = reader.Findings;
        return site;
    }

    private static IEnumerable<string> Block(string language) => Fenced().Matches(Manual).Where(m => m.Groups[1].Value == language).Select(m => m.Groups[2].Value);

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "avgateway.dll"));
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        return (process.ExitCode, await output, await error);
    }

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("```([a-z]+)\n(.*?)```", RegexOptions.Singleline)] private static partial Regex Fenced();

    private sealed class NoJournal : IServiceJournal
    {
        public void Append(JournalEntry entry) { }
        public ValueTask AppendDurablyAsync(JournalEntry entry, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
