using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Host.Tests;

/// <summary>What a site file says of its docket and its guard, with the examples of the manual.</summary>
public sealed class HearingSettingsTests
{
    [Fact]
    public void The_examples_of_the_manual_are_read_as_the_manual_says()
    {
        var site = Read($"\"docket\": {Example("docket-settings")}, \"guard\": {Example("guard")},");

        Assert.Equal([DocketSource.File, DocketSource.Push], site.Docket!.Sources);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromHours(26)), (site.Docket.Every, site.Docket.SilentAfter));

        // It shows what holds when nothing is said.
        var usual = new GuardOptions();
        Assert.Equal((usual.Window, usual.Grace), (site.Guard.Window, site.Guard.Grace));
        Assert.True(usual.OverrideRoles.SetEquals(site.Guard.OverrideRoles) && usual.SecondPersonFor.SetEquals(site.Guard.SecondPersonFor));
        Assert.All(HearingsReader.Acts.Keys.Concat(HearingsReader.Roles.Keys), word => Assert.Contains($"`{word}`", Manual(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_court_may_guard_itself_otherwise()
    {
        var site = Read("""  "docket": { "push": true }, "guard": { "window": "2h", "grace": "30m", "overrideRoles": ["admin"], "secondPersonFor": ["route", "power-off"] },  """);

        Assert.Equal([DocketSource.Push], site.Docket!.Sources);
        Assert.Null(site.Docket.File);
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromMinutes(30)), (site.Guard.Window, site.Guard.Grace));
        Assert.Equal(CourtRole.Admin, Assert.Single(site.Guard.OverrideRoles));
        Assert.True(site.Guard.SecondPersonFor.SetEquals([ActKind.Route, ActKind.PowerOff]));
    }

    [Fact]
    public void Without_a_word_there_is_no_docket_and_the_usual_guard()
    {
        var site = Read("");

        Assert.Null(site.Docket);
        Assert.Equal(new GuardOptions().Window, site.Guard.Window);
    }

    private static SiteModel Read(string more)
    {
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(Encoding.UTF8.GetBytes($$"""
            {
              "site": { "id": "city", "name": { "zh": "院", "en": "Court" }, "zone": "Asia/Shanghai" },
              {{more}}
              "rooms": [{ "id": "court-1", "devices": [{ "id": "m", "driver": "videohub", "link": "tcp://10.1.1.20" }] }]
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
        begin = manual.IndexOf("// ", begin, StringComparison.Ordinal);
        begin = manual.IndexOf('\n', begin) + 1;
        return manual[begin..manual.IndexOf("\n```", begin, StringComparison.Ordinal)];
    }

    private static string Manual([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/hearings.md")).ReplaceLineEndings("\n");
}
