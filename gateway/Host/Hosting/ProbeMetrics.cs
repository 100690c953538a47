using System.Diagnostics.Metrics;
using AvGateway.Operations.Probes;

namespace AvGateway.Host.Hosting;

/// <summary>Figures of the probes for <c>/metrics</c>, read when somebody asks. What was seen too long ago is no figure any more.</summary>
internal sealed class ProbeMetrics : IDisposable
{
    public const string MeterName = "AvGateway.Probes";

    private readonly Meter _meter = new(MeterName);

    public ProbeMetrics(ProbeWatch probes, TimeProvider time)
    {
        _meter.CreateObservableGauge("avgw.probe.success", () => Fresh().Select(v => new Measurement<int>(v.Last!.Sight.Outcome is ProbeOutcome.Seen ? 1 : 0, Tags(v))), description: "1 when the last run was answered as it should be");
        _meter.CreateObservableGauge("avgw.probe.quality", () => probes.Views.Select(v => new Measurement<int>(Now(v), Tags(v))), description: "0 unknown or stale, 1 ok, 2 warn, 3 alarm");
        _meter.CreateObservableGauge("avgw.probe.failures", () => probes.Views.Select(v => new Measurement<int>(v.Failures, Tags(v))), description: "Runs in a row that failed");
        _meter.CreateObservableGauge("avgw.probe.duration", () => Fresh().Select(v => new Measurement<double>(v.Last!.Took.TotalSeconds, Tags(v))), "s", "How long the last run took");
        _meter.CreateObservableGauge("avgw.probe.age", () => probes.Views.Where(v => v.Last is not null).Select(v => new Measurement<double>((time.GetUtcNow() - v.Last!.At).TotalSeconds, Tags(v))), "s", "Time since the last run");
        _meter.CreateObservableGauge("avgw.probe.value", () => Fresh().SelectMany(v => v.Values.Select(m => new Measurement<double>(m.Seen.Value, [.. Tags(v), new("measure", m.Seen.Name), new("unit", m.Measure.Unit)]))), description: "What the last run measured");
        _meter.CreateObservableCounter("avgw.probes.runs", () => probes.Runs, description: "Runs since the start");
        _meter.CreateObservableGauge("avgw.probes.running", () => probes.Running, description: "Runs under way");
        _meter.CreateObservableGauge("avgw.probes.waiting", () => probes.Waiting, description: "Runs that wait for their host");

        IEnumerable<ProbeView> Fresh() => probes.Views.Where(v => v.Last is not null && time.GetUtcNow() <= v.Until);
        int Now(ProbeView view) => time.GetUtcNow() > view.Until ? 0 : (int)view.Quality;
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Tags(ProbeView view) =>
        [new("probe", view.Plan.Id), new("kind", view.Plan.Kind.Name), new("subject", view.Plan.Subject.OfFault(view.Plan.Id))];
}
