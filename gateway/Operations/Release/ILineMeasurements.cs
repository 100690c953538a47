using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Release;

/// <summary>What was measured on a line; what was not is null and shown as unknown.</summary>
/// <param name="FarEnd">What the other end measured, in figures and words of the gateway.</param>
public sealed record LineMeasurement(DateTimeOffset At, double? LossPercent, double? JitterMilliseconds, double? DelayMilliseconds, string? FarEnd = null);

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
