namespace AvGateway.Operations.Probes;

/// <summary>How far this machine's clock is from a time server's.</summary>
public static class OwnClock
{
    private const string Kind = "ntp";
    private const string Measure = "offset";

    /// <summary>Ours less the server's, by the probe that looked last; null while none has seen it.</summary>
    public static TimeSpan? Offset(IEnumerable<ProbeView> probes) => probes
        .Where(p => p.Plan.Kind.Name == Kind && !p.IsStale && p.Last is { Sight.Outcome: ProbeOutcome.Seen })
        .OrderBy(p => p.Last!.At)
        .SelectMany(p => p.Last!.Sight.Measures)

        // The probe tells the server's less ours.
        .Where(m => m.Name == Measure).Select(m => (TimeSpan?)TimeSpan.FromMilliseconds(-m.Value)).LastOrDefault();
}
