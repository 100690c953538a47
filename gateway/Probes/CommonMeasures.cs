using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes;

/// <summary>Measures and checks that several kinds share.</summary>
internal static class CommonMeasures
{
    public const string Latency = "latency";

    public static ProbeMeasure OfLatency(double warnAbove = 1000) =>
        new(Latency, "ms", "Time to the answer", "应答时间", new MeasureLimits { WarnAbove = warnAbove, Hysteresis = warnAbove / 10 });

    public static Measured Took(TimeSpan span) => new(Latency, Math.Round(span.TotalMilliseconds, 1));

    /// <summary>For targets that are a host and a port.</summary>
    public static IEnumerable<string> HostAndPort(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return "the host is missing";
        if (address.Port is null) yield return "the port is missing";
        foreach (var finding in NothingMore(address)) yield return finding;
    }

    public static IEnumerable<string> NothingMore(LinkAddress address)
    {
        if (address.Path is not ("" or "/")) yield return $"no path is known here; take \"{address.Path}\" out";
        foreach (var option in address.Options.Keys) yield return $"no \"{option}=\" is known in this target; what a kind needs beside it stands in \"options\"";
    }
}
