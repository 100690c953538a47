using AvGateway.Classes;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>A PDU, a sequencer, a relay box: an outlet is what was read back, never what was sent.</summary>
internal static class OutletRules
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("outlets", Grade.Bench, Needs.Nothing, new("Every outlet is shown as on or off", "每路电源均显示接通或断开"), OutletsAsync),
        new("own-outlet", Grade.Room, Needs.Acts | Needs.Act, new("Switching one outlet leaves the others alone", "切换一路不影响其他各路"), OwnOutletAsync),
        new("at-once", Grade.Room, Needs.Acts | Needs.Act, new("Several outlets at once are all switched", "同时切换多路均能完成"), AtOnceAsync),
        new("not-followed", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("An outlet that does not follow is a fault, and shown as it is", "未动作的电源报告故障并如实显示"),
            s => ClassRules.NotFollowedAsync(s, OutletWords.NotFollowing)),
    ];

    private static Task OutletsAsync(Subject s)
    {
        CanBeSeen(s);
        var shown = s.Snapshot;
        Keep(shown.Extents.TryGetValue(OutletWords.OutletExtent, out var count) && count > 0, "it does not tell how many outlets it has");
        var there = Acts.Numbers(shown, Outlets(s)).ToArray();
        Keep(there.Length > 0, "no outlet is shown");

        // Numbers may have gaps; what has a number is on or off.
        var unclear = there.Where(o => shown[OutletWords.Outlet(o)].Text is not (PowerStates.On or PowerStates.Off)).Select(OutletWords.Outlet).ToArray();
        Keep(unclear.Length == 0, $"{string.Join(", ", unclear)} are neither on nor off");
        return Task.CompletedTask;
    }

    private static Task OwnOutletAsync(Subject s)
    {
        CanBeSeen(s);
        var outlets = Outlets(s);
        return ClassRules.AloneAsync(s, s.Act!, p => outlets.Matches(p, out _));
    }

    private static Task AtOnceAsync(Subject s)
    {
        CanBeSeen(s);
        var shown = s.Snapshot;
        return ClassRules.AllAtOnceAsync(s, [.. Acts.Several(s.Plan, "outlets", Acts.Numbers(shown, Outlets(s))).Select(o => Acts.SwitchOver(shown, o))]);
    }

    private static PropertySpec Outlets(Subject s) => s.Manifest.Properties.First(p => p.Name == OutletWords.Outlets().Name);

    private static void CanBeSeen(Subject s)
    {
        if (!s.Manifest.CanBeAsked || !s.Manifest.Verbs.First(v => v.Name == OutletWords.OnVerb).ReadBack) throw new NotHereException("this device cannot show it");
    }
}
