using AvGateway.Host.Site;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Rooms;
using AvGateway.Probes;

namespace AvGateway.Host.Hosting;

/// <summary>The probes of a site with what they are made from and whom they tell.</summary>
internal static class SiteProbes
{
    public static ProbeWatch Of(SiteModel site, ProbeTools tools, FaultWatch faults, Courthouse house, IStateTable state, TimeProvider time, ILoggerFactory logs)
    {
        // The plans were read with kinds that cannot be run.
        var kinds = ProbeKinds.Table(tools);
        var plans = site.Probes.Select(p => p with { Kind = kinds.Find(p.Kind.Name)! });
        return new(plans, new((key, isPresent, detail) => faults.Tell(key, isPresent, detail), p => IsRecorderInSession(p, house), state), time, logs.CreateLogger<ProbeWatch>());
    }

    /// <summary>Who answers for a probe's fault: the vendor or carrier that the site file names; null: nobody, or no probe's code.</summary>
    public static string? PartyOf(SiteModel site, string code) =>
        ProbeFaults.ProbeOf(code) is { } id ? site.Probes.FirstOrDefault(p => p.Id == id)?.Party : null;

    // A hearing that nobody can tell about counts as one, as it does for the guard.
    private static bool IsRecorderInSession(ProbePlan plan, Courthouse house) =>
        plan.Subject.Device is { } device && house.Find(device.Room) is { } room && room.Recording.Picture.Recorders.Any(r => r.Device == device)
        && room.Hearing.Snapshot is { IsKnown: false } or { IsOpen: true };
}
