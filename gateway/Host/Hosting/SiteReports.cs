using System.Collections.Frozen;
using AvGateway.Channels;
using AvGateway.Devices;
using AvGateway.Drivers.Runtime;
using AvGateway.Host.Site;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Release;
using AvGateway.Store;

namespace AvGateway.Host.Hosting;

/// <summary>The reports of a site with what they are made from and what may never stand in them.</summary>
internal static class SiteReports
{
    /// <summary>What the parts of a gateway give to its reports.</summary>
    public sealed record Sources(GatewayStore Store, DataDirectory Data, FaultWatch Faults, DeviceFleet Fleet, SiteGraph Graph, ContractClocks Clocks, EscalationBoard Escalation, Operations.Probes.ProbeWatch Probes, Operations.Lines.ILineWatch Lines, Func<IReadOnlyList<Inspection>> Inspections)
    {
        public Func<Fault, IReadOnlyList<PacketWindow>> WindowsOf { get; init; } = static _ => [];
    }

    public static ReportBook Of(SiteModel site, string version, Sources from, TimeProvider time)
    {
        var facts = new FactGathering(new(SiteOf(site, version), from.Faults, from.Fleet, site.Parties, from.Graph, from.Store.JournalReader, time)
        {
            Probes = () => from.Probes.Views,
            HistoryOf = from.Probes.HistoryOf,
            Inspections = from.Inspections,
            PartyOf = fault => from.Escalation.Rules.PartyOf(fault),
            ClocksOf = fault => from.Clocks.Of(fault, time.GetUtcNow()),
            FramesOf = id => from.Fleet.Find(id) is RunningDevice running ? running.Frames : [],
            Lines = new WatchedLines(from.Lines, new ProbedLines(() => from.Probes.Views)),
        });
        return new(new(facts, from.Faults, from.Store.State, new ReleaseFiles(from.Data.Path), ScreeningOf(site), time)
        {
            WindowsOf = from.WindowsOf,
            Hand = async (fault, revision) =>
            {
                var (_, isStored) = await from.Faults.InTurnAsync(
                    () =>
                    {
                        from.Escalation.Hand(fault.Id, revision);
                        return true;
                    },
                    CancellationToken.None);
                return isStored;
            },
        });
    }

    private static ReleaseSite SiteOf(SiteModel site, string version) => new(site.Id, new(site.Name.Zh, site.Name.En), site.Zone, site.Hash, version)
    {
        Rooms = site.Rooms.ToFrozenDictionary(r => r.Id, r => new Scenes.Model.Wording(r.Name.Zh, r.Name.En)),
        Devices = site.Devices.ToFrozenDictionary(d => d.Plan.Id.ToString(), d => new SiteDevice(d.Plan.Id, d.Plan.Manifest, d.Plan.Link.Scheme)
        {
            Rack = d.Rack,
            Model = d.Model,
            Serial = d.Plan.SerialNumber,
        }),
        Approvers = site.Service.Approvers.ToFrozenSet(StringComparer.Ordinal),
    };

    private static Screening ScreeningOf(SiteModel site)
    {
        var vocabulary = site.Catalog.Manifests.SelectMany(m => m.Frames.Words).ToHashSet(StringComparer.Ordinal);
        var names = site.Parties.Contacts.SelectMany(c => new[] { c.Name.Zh, c.Name.En }.Where(n => n != c.Id));
        var secrets = site.Devices.Select(d => d.Plan.Secret).Concat(site.Probes.Select(p => p.Secret)).Concat(site.Channels.SelectMany(SecretsOf))
            .OfType<Links.Secret>().Select(s => s.Reveal()).Concat(site.Devices.SelectMany(d => SecretOptions(d.Plan)))
            .Where(s => !vocabulary.Contains(s.ToLowerInvariant()));
        var hosts = site.Devices.Select(d => d.Plan.Link.Host).Concat(site.Probes.Select(p => p.Target?.Host ?? "")).Where(h => h.AsSpan().IndexOfAny('.', ':') >= 0);
        var mailboxes = site.Parties.Contacts.SelectMany(c => c.Ways).Select(w => w.Address).Where(a => a.Contains('@', StringComparison.Ordinal));
        return new(names, [.. secrets, .. hosts, .. mailboxes]);
    }

    private static IEnumerable<string> SecretOptions(DevicePlan plan) =>
        plan.Manifest.Options.Where(o => o.Secret).Select(o => plan.Options[o.Name]).Where(v => v.Kind is ValueKind.Text).Select(v => v.Text);

    private static IEnumerable<Links.Secret?> SecretsOf(ChannelPlan channel) => channel switch
    {
        WebhookPlan webhook => [webhook.Key, webhook.Token],
        MailPlan mail => [mail.Password],
        SmsPlan sms => [sms.Pin],
        CallPlan call => [call.Password],
        _ => [],
    };
}
