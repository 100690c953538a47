using System.Runtime.CompilerServices;
using System.Text;
using AvGateway.Host.Hosting;
using AvGateway.Host.Site;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Parties;

namespace AvGateway.Host.Tests;

/// <summary>The site of the escalation manual is a good one and means what the manual says.</summary>
public sealed class EscalationManualTests
{
    private static string Manual([CallerFilePath] string here = "") => File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../gateway/docs/escalation.md")));

    [Fact]
    public void The_site_of_the_manual_is_a_good_one()
    {
        var text = Manual().Split("```json\n")[1].Split("```")[0];
        var reader = new SiteReader(Parts.Catalog, Parts.Links());
        var site = reader.Read(Encoding.UTF8.GetBytes(text), "escalation.md");

        Assert.True(site is not null, string.Join('\n', reader.Findings));
        Assert.DoesNotContain(reader.Findings, f => f.Severity is Severity.Error);
        Assert.Equal(["lines", "all"], site.Ladders.Select(l => l.Id));
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)], site.Ladders[1].Rungs.Select(r => r.After));

        var duty = site.Parties.Roster("duty")!;
        Assert.Equal(("zhang", "li", "zhang"), (duty.At(Local(1, 5, 8)), duty.At(Local(1, 12, 8)), duty.At(Local(2, 20, 12))));
        Assert.Null(duty.At(Local(1, 5, 7)));
        Assert.Empty(duty.Gaps());

        var acme = site.Parties.Supplier("acme")!;
        Assert.Equal(
            (CoverState.Warranty, CoverState.Ended, CoverState.Contract),
            (acme.Of("court-1/matrix", new(2027, 3, 31)), acme.Of("court-1/matrix", new(2028, 1, 1)), acme.Of("court-1/recorder", new(2027, 12, 31))));
        Assert.Equal(HoursKind.Office, site.Service.Terms.Limits[Operations.Faults.Severity.P3].OnSite!.Hours);
        Assert.Equal(["sms", "mail"], site.Parties.Contact("zhang")!.On(new(2026, 5, 1)).Select(w => w.Channel));
        Assert.Empty(site.Parties.Contact("li")!.On(new(2027, 1, 1)));
    }

    private static DateTimeOffset Local(int month, int day, int hour) => new(2026, month, day, hour, 0, 0, TimeSpan.FromHours(8));
}
