using AvGateway.Classes;
using AvGateway.Host.Site;
using AvGateway.Operations.Records;
using AvGateway.Scenes.Model;

namespace AvGateway.Host.Hosting;

/// <summary>What the records of a month need to know of a site file.</summary>
internal static class SiteRegister
{
    public static SiteFacts Of(SiteModel site)
    {
        var carriers = site.Carriers.ToHashSet(StringComparer.Ordinal);
        return new(site.Id, Of(site.Name), site.Zone.Id)
        {
            Terms = site.Service.Terms,
            Office = site.Service.Office,
            Period = site.Service.Period,
            Promised = site.Service.Promised,
            Rooms = [.. site.Rooms.Select(r => new RoomFacts(r.Id, Of(r.Name), [.. r.Devices.Select(d => new DeviceFacts(d.Plan.Id.Name, Of(d.Name), d.Vendor, d.IsOptional, d.Plan.Manifest.Properties.Any(p => p.Name == PowerWords.PowerState)))]))],
            Parties = [.. site.Parties.Suppliers.Select(s => new PartyFacts(s.Id, s.Name, carriers.Contains(s.Id)))],
            Branches = [.. site.Network.Select(b => new BranchFacts(b.Id, new(b.Zh, b.En), b.Party))],
        };
    }

    private static Wording Of(Names names) => new(names.Zh, names.En);
}
