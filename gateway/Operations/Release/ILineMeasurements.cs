using System.Globalization;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Release;

/// <summary>What was measured on a line; what was not is null and shown as unknown.</summary>
/// <param name="LossPercent">The worse of both directions where both are known.</param>
/// <param name="JitterMilliseconds">Likewise.</param>
/// <param name="FarEnd">What the other end measured of what we sent, in figures and words of the gateway.</param>
public sealed record LineMeasurement(DateTimeOffset At, double? LossPercent, double? JitterMilliseconds, double? DelayMilliseconds, FieldValue? FarEnd = null);

/// <summary>Tells what was measured on a line, for the carrier's report.</summary>
public interface ILineMeasurements
{
    /// <param name="branch">The line's id in the site's network.</param>
    /// <returns>Null: nobody measures it.</returns>
    LineMeasurement? Of(string branch, DateTimeOffset since);
}

/// <summary>The gateway's own probes of a line: this end alone.</summary>
public sealed class ProbedLines(Func<IReadOnlyList<ProbeView>> probes) : ILineMeasurements
{
    public LineMeasurement? Of(string branch, DateTimeOffset since)
    {
        var last = probes().Where(p => p.Plan.Subject.Branch == branch && p.Last is not null).Select(p => p.Last!).ToList();
        if (last.Count == 0) return null;

        // A line that answers nothing has lost everything; that it has no jitter then would be an invention.
        var isSilent = last.TrueForAll(r => r.Sight.Outcome is ProbeOutcome.Silent);
        return new(last.Max(r => r.At), isSilent ? 100 : Worst("loss"), Worst("jitter"), Worst("latency"));

        double? Worst(string name)
        {
            var seen = last.SelectMany(r => r.Sight.Measures).Where(m => m.Name == name).Select(m => m.Value).ToList();
            return seen.Count == 0 ? null : seen.Max();
        }
    }
}

/// <summary>Lines of which both ends count; what nobody watches so, or not yet, is told by the others.</summary>
public sealed class WatchedLines(ILineWatch watch, ILineMeasurements others) : ILineMeasurements
{
    public LineMeasurement? Of(string branch, DateTimeOffset since)
    {
        if (watch.Find(branch) is not { Figures: { Sent: > 0 } figures, At: var at }) return others.Of(branch, since);

        // As with a probe: whoever gets no answer has lost everything, and has seen nothing else.
        return figures.Answered == 0
            ? new(at, 100, null, null)
            : new(at, Worse(figures.LossOut, figures.LossBack), Worse(figures.VariationOut, figures.VariationBack), figures.RoundTrip, FarEnd(figures));
    }

    private static double? Worse(double? one, double? other) => one is { } a && other is { } b ? Math.Max(a, b) : one ?? other;

    private static FieldValue? FarEnd(LineFigures figures)
    {
        if (figures.LossOut is not { } loss) return null;
        var lost = loss.ToString("0.##", CultureInfo.InvariantCulture);
        if (figures.VariationOut is not { } variation) return FieldValue.Of($"loss {lost} %", $"丢包 {lost} %", $"loss {lost} %");
        var varied = variation.ToString("0.##", CultureInfo.InvariantCulture);
        return FieldValue.Of($"loss {lost} %, jitter {varied} ms", $"丢包 {lost} %，抖动 {varied} ms", $"loss {lost} %, jitter {varied} ms");
    }
}
