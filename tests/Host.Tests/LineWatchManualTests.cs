using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.LineWatch.Watching;
using AvGateway.Operations.Faults;

namespace AvGateway.Host.Tests;

/// <summary>What line-watch.md shows is true.</summary>
public sealed partial class LineWatchManualTests
{
    private static readonly string Manual = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../gateway/docs/line-watch.md")));

    private static readonly string[] States = ["no-agent", "no-library", "no-rights", "no-interface", "failed"];

    [Fact]
    public void The_site_file_is_a_good_one()
    {
        Environment.SetEnvironmentVariable("CAPTURE_KEY", "a key of the court's own");
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(System.Text.Encoding.UTF8.GetBytes(Block().Match(Manual).Groups[1].Value), "line-watch.md");

        // What is missing on the machine that checks is said, and is no error.
        Assert.All(reader.Findings, f => Assert.Equal(Site.Severity.Notice, f.Severity));
        Assert.Contains(reader.Findings, f => f.ToString().Contains("avgateway-capture", StringComparison.Ordinal));
        var plan = site!.Capture!;
        var line = Assert.Single(plan.Lines);
        Assert.Equal(("wan", "lo", "line-1", "line-1"), (line.Id, line.Watch.Interface, line.Branch, line.Subject));
        Assert.Equal((10_000, 40_000, 32 * 1024 * 1024), (line.Watch.FirstMediaPort, line.Watch.LastMediaPort, line.Watch.RingOctets));
        Assert.Equal(["10.1.1.20"], line.Watch.Devices);
        Assert.Equal(new LineLimits(), plan.Limits);
        Assert.Equal((TimeSpan.FromDays(7), "***"), (plan.Keep, plan.Key!.ToString()));
    }

    [Fact]
    public void Every_fault_and_state_of_the_code_is_told()
    {
        Assert.All(MediaFaults.Codes, code => Assert.Contains($"`{code}`", Manual, StringComparison.Ordinal));
        Assert.All(States, state => Assert.Contains($"| `{state}` |", Manual, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_kind_of_fault_has_words_in_both_languages() =>
        Assert.All(MediaFaults.Kinds, k => Assert.True(k.Zh.Any(c => c > 0x4e00) && k.En.Length > 10 && new FaultKinds([]).Of(k.Code) == k, k.Code));

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)] private static partial Regex Block();
}
