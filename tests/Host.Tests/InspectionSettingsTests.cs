using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Devices;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Inspections;

namespace AvGateway.Host.Tests;

/// <summary>What a site file says of its inspections, with the examples of the manual.</summary>
public sealed class InspectionSettingsTests
{
    [Fact]
    public void The_examples_of_the_manual_are_read_as_the_manual_says()
    {
        var site = Read($"\"inspection\": {Example("inspection")}, \"schedules\": [{Example("schedule")}],");

        var settings = site.Inspection;
        Assert.Equal(["weekly", "monthly", "quarterly", "daily"], settings.Profiles.Select(p => p.Id));
        Assert.Equal((CheckWords.Recording, "fire-doors", false), (Assert.Single(settings.Find("daily")!.Checks), settings.Find("daily")!.Manual[0].Id, settings.Find("daily")!.Manual[0].IsPerRoom));
        Assert.Equal([("lamp", 2000d), ("dust", 200d), ("fan", 1500d)], settings.Hours.Select(h => (h.Work, h.Limit)));
        Assert.Equal(new TestCall(new("court-1", "codec"), "sip:test@10.1.1.99"), Assert.Single(settings.Calls));

        // It shows what holds when nothing is said.
        var usual = new InspectionSettings();
        Assert.Equal((usual.RecordingLength, usual.Floor), (settings.RecordingLength, settings.Floor));
        Assert.Equal("daily", Assert.Single(site.Schedules).Profile);
    }

    [Fact]
    public void Without_a_word_the_usual_profiles_hold_and_the_manual_lists_them()
    {
        var settings = Read("").Inspection;

        Assert.All(settings.Profiles, p => Assert.Contains($"| `{p.Id}` | {(p.Checks.IsEmpty ? "none: nothing is touched" : "all")} |", Manual(), StringComparison.Ordinal));
        Assert.All(CheckWords.All, word => Assert.Contains($"| `{word}` |", Manual(), StringComparison.Ordinal));
        Assert.All(InspectionJson.RowStates, word => Assert.Contains($"| `{word}` |", Manual(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_may_be_optional()
    {
        var devices = Read("").Devices.ToDictionary(d => d.Plan.Id);

        Assert.True(devices[new DeviceId("court-1", "codec")].IsOptional);
        Assert.False(devices[new DeviceId("court-1", "projector")].IsOptional);
    }

    private static SiteModel Read(string more)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(Encoding.UTF8.GetBytes($$"""
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              {{more}}
              "rooms": [{ "id": "court-1", "devices": [
                { "id": "projector", "driver": "pjlink", "link": "tcp://10.1.1.20" },
                { "id": "recorder", "driver": "hyperdeck", "link": "tcp://10.1.1.21" },
                { "id": "codec", "driver": "cisco-xapi", "link": "serial:/dev/ttyS0", "optional": true }] }]
            }
            """), "text");
        Assert.DoesNotContain(reader.Findings, f => f.Severity is Severity.Error);
        return site!;
    }

    // A block of the manual that begins with the comment "// NAME".
    private static string Example(string name)
    {
        var manual = Manual();
        var begin = manual.IndexOf($"```jsonc\n// {name}\n", StringComparison.Ordinal);
        Assert.True(begin >= 0, name);
        begin = manual.IndexOf('\n', manual.IndexOf("// ", begin, StringComparison.Ordinal)) + 1;
        return manual[begin..manual.IndexOf("\n```", begin, StringComparison.Ordinal)];
    }

    private static string Manual([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/inspections.md")).ReplaceLineEndings("\n");
}
