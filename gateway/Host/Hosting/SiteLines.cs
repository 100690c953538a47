using System.Diagnostics.Metrics;
using AvGateway.Host.Site;
using AvGateway.LineWatch.Certificates;
using AvGateway.LineWatch.TwoEnded;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Probes;

namespace AvGateway.Host.Hosting;

/// <summary>The lines of a site that are watched, with what the watch tells and asks, what it measured, and its figures for <c>/metrics</c>.</summary>
internal sealed class SiteLines : IAsyncDisposable
{
    private readonly LineLedger _ledger;
    private readonly Meter _meter = new("AvGateway.Lines");

    public SiteLines(SiteModel site, FaultWatch faults, ProbeWatch probes, IServiceJournal journal, DataDirectory data, TimeProvider time, ILoggerFactory logs)
    {
        _ledger = new(LineLedger.FolderOf(data.Path), site.Id, journal, time, logs.CreateLogger<LineLedger>());
        Watch = new(
            site.Lines, site.Id,
            new((key, isPresent, detail) => faults.Tell(key, isPresent, detail), faults.Nudge, probes.Find, id => _ = probes.RunNow(id), _ledger.Keep),
            time, logs.CreateLogger<TwoEndedWatch>());
        Gauge("avgw.line.state", view => (int)view.State, "", "0 unknown, 1 well, 2 degraded, 3 down");
        Gauge("avgw.line.verdict", view => view.Verdict is { } verdict ? (int)verdict.Side + 1 : 0, "", "0 none, 1 unknown, 2 local, 3 carrier, 4 far side");
        Gauge("avgw.line.loss", view => view.Figures.LossOut, "%", "Of what we sent", "out");
        Gauge("avgw.line.loss", view => view.Figures.LossBack, "%", "Of what came back", "back");
        Gauge("avgw.line.variation", view => view.Figures.VariationOut / 1000, "s", "Of the delay", "out");
        Gauge("avgw.line.variation", view => view.Figures.VariationBack / 1000, "s", "Of the delay", "back");
        Gauge("avgw.line.round_trip", view => view.Figures.RoundTrip / 1000, "s", "There and back, less what the far end took");
        _meter.CreateObservableCounter("avgw.line.refused", () => Watch.Refused, description: "Datagrams to the reflector that were answered to nobody");
    }

    public TwoEndedWatch Watch { get; }

    public async ValueTask DisposeAsync()
    {
        await Watch.DisposeAsync();
        await _ledger.DisposeAsync();
        _meter.Dispose();
    }

    private void Gauge(string name, Func<LineView, double?> value, string unit, string description, string? direction = null) => _meter.CreateObservableGauge(
        name,
        () => Watch.Views.Select(v => (View: v, Value: value(v))).Where(v => v.Value is not null)
            .Select(v => new Measurement<double>(v.Value!.Value, direction is null ? [Of(v.View)] : [Of(v.View), new("direction", direction)])),
        unit, description);

    private static KeyValuePair<string, object?> Of(LineView view) => new("line", view.Plan.Line);
}
