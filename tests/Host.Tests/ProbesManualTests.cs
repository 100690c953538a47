using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Probes;

namespace AvGateway.Host.Tests;

/// <summary>What probes.md shows is true.</summary>
public sealed partial class ProbesManualTests
{
    private static readonly string Manual = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../gateway/docs/probes.md")));

    [Fact]
    public void The_site_file_is_a_good_one()
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(System.Text.Encoding.UTF8.GetBytes(Block().Match(Manual).Groups[1].Value), "probes.md");

        Assert.Empty(reader.Findings);
        Assert.Equal(9, site!.Probes.Length);
        var line = site.Probes.Single(p => p.Id == "line-far-end");
        Assert.Equal(("line-1", TimeSpan.FromSeconds(20)), (line.Subject.OfFault(line.Id), line.Every));
        Assert.Equal("$probe/clock", site.Probes.Single(p => p.Id == "clock").Subject.OfFault("clock"));
        Assert.Equal(123, site.Probes.Single(p => p.Id == "clock").Target!.Port);
        var battery = site.Probes.Single(p => p.Id == "ups-battery");
        Assert.Contains(site.Devices.Single(d => d.Plan.Id == battery.Subject.Device).Plan.Manifest.Properties, p => p.Name == battery.Options["property"].Text);
    }

    [Fact]
    public void Every_kind_measure_option_outcome_and_fault_of_the_code_is_told()
    {
        var kinds = Parts.ProbeKinds(Parts.Links()).Kinds;
        IEnumerable<string> words =
        [
            .. kinds.Select(k => k.Name), .. kinds.SelectMany(k => k.Measures).Select(m => m.Name), .. kinds.SelectMany(k => k.Options).Select(o => o.Name), .. ProbeJson.Outcomes, .. ProbeJson.Qualities, .. ProbeFaults.Codes,
        ];

        Assert.All(words.Distinct(), word => Assert.True(Manual.Contains($"`{word}`", StringComparison.Ordinal) || Manual.Contains($"`{word}:", StringComparison.Ordinal), word));
    }

    [Fact]
    public void The_figures_are_those_of_the_code()
    {
        Assert.Contains($"At most {ProbeWatch.MostRunning} run at once, two at one host, with a pause of 0.2 s", Manual, StringComparison.Ordinal);
        Assert.Equal((2, 0.2), (ProbeWatch.MostAtOneHost, ProbeWatch.HostGap.TotalSeconds));
        Assert.Contains($"the last {ProbeHistory.MostPoints} runs", Manual, StringComparison.Ordinal);
        Assert.Equal((8, 3, 10), (ProbeHistory.MostFailures, ProbePlan.UsualFailures, (int)ProbeWatch.Pressing.TotalSeconds));
    }

    [Fact]
    public void The_schema_knows_what_the_reader_takes()
    {
        var probe = SiteSchema.Build(Parts.Catalog)["properties"]!["probes"]!["items"]!;
        Assert.Equal(Parts.ProbeKinds(Parts.Links()).Kinds.Select(k => k.Name), probe["properties"]!["kind"]!["enum"]!.AsArray().Select(k => k!.GetValue<string>()));
    }

    private static string Here([CallerFilePath] string here = "") => here;

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)] private static partial Regex Block();
}
