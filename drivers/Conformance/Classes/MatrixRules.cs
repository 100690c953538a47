using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>A matrix: what every output shows is known, and a route is of its own output only.</summary>
internal static class MatrixRules
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("outputs", Grade.Bench, Needs.Nothing, new("Every output is shown and the counts are told", "显示每一路输出并报告输入输出数"), OutputsAsync),
        new("own-output", Grade.Room, Needs.Acts | Needs.Act, new("A route changes its own output only", "切换只影响所指定的输出"), OwnOutputAsync),
        new("at-once", Grade.Room, Needs.Acts | Needs.Act, new("Routes to several outputs at once are all done", "同时切换多路输出均能完成"), AtOnceAsync),
    ];

    private static Task OutputsAsync(Subject s)
    {
        var shown = s.Snapshot;
        var extents = shown.Extents;
        Keep(extents.TryGetValue(MatrixWords.InputExtent, out var inputs) && inputs > 0, "it does not tell how many inputs it has");
        Keep(extents.TryGetValue(MatrixWords.OutputExtent, out var outputs) && outputs > 0, "it does not tell how many outputs it has");
        var first = Outputs(s).First;
        var dark = Enumerable.Range(first, outputs).Select(MatrixWords.Output).Where(o => shown[o].Kind is not ValueKind.Integer).ToArray();
        Keep(dark.Length == 0, $"{string.Join(", ", dark)} of {outputs} outputs are not shown");
        return Task.CompletedTask;
    }

    private static Task OwnOutputAsync(Subject s)
    {
        var act = s.Act!;
        if (!Outputs(s).Matches(act.Property, out var output)) throw new NotHereException("nothing can be routed here");

        // A tie of several planes shows each of them under the output's own number.
        return ClassRules.AloneAsync(s, act, p => p.StartsWith("output-", StringComparison.Ordinal) && !p.EndsWith(FormattableString.Invariant($"-{output}"), StringComparison.Ordinal));
    }

    private static Task AtOnceAsync(Subject s)
    {
        var (shown, outputs) = (s.Snapshot, Outputs(s));
        var first = s.Manifest.Verbs.First(v => v.Name == MatrixWords.RouteVerb).Arguments.First(a => a.Name == MatrixWords.InputArgument).First;
        var acts = Acts.Several(s.Plan, "outputs", Acts.Numbers(shown, outputs))
            .Select(MatrixWords.Output).Select(o => Acts.To(s.Manifest, shown, o, shown[o].Integer == first ? first + 1 : first)).OfType<Act>();
        return ClassRules.AllAtOnceAsync(s, [.. acts]);
    }

    private static PropertySpec Outputs(Subject s) => s.Manifest.Properties.First(p => p.Name == MatrixWords.Outputs(0).Name);
}
