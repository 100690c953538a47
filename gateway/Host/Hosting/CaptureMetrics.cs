using System.Diagnostics.Metrics;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Streams;
using AvGateway.LineWatch.Watching;

namespace AvGateway.Host.Hosting;

/// <summary>Figures of the watched lines for <c>/metrics</c>: of a line the worst of its streams, so that names are few and stay.</summary>
internal sealed class CaptureMetrics : IDisposable
{
    public const string MeterName = "AvGateway.LineWatch";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new(MeterName);

    public CaptureMetrics(LineWatcher lines, TimeProvider time)
    {
        _meter.CreateObservableGauge("avgw.capture.watched", () => lines.Views.Select(v => new Measurement<int>(v.Condition.State is CaptureState.Watching ? 1 : 0, Tag(v))), description: "1 while the line is watched");
        _meter.CreateObservableGauge("avgw.capture.quality", () => lines.Views.Select(v => new Measurement<int>((int)v.Quality, Tag(v))), description: "0 unknown, 1 ok, 2 warn, 3 alarm");
        _meter.CreateObservableGauge("avgw.capture.streams", () => lines.Views.Select(v => new Measurement<int>(Alive(v).Count(), Tag(v))), description: "Media streams that flow");
        _meter.CreateObservableGauge("avgw.capture.calls", () => lines.Views.Select(v => new Measurement<int>(v.Picture.Calls.Count(c => c.State == "established"), Tag(v))), description: "Calls that stand");
        _meter.CreateObservableGauge("avgw.capture.loss", () => Worst(s => s.RecentLoss / 100), description: "Greatest share of lost media packets in the last interval");
        _meter.CreateObservableGauge("avgw.capture.jitter", () => Worst(s => s.RecentJitter / 1000), "s", "Greatest jitter in the last interval");
        _meter.CreateObservableGauge("avgw.capture.mos", () => Worst(s => -s.RecentMos).Select(m => new Measurement<double>(-m.Value, m.Tags)), description: "Worst estimated mean opinion score in the last interval");
        _meter.CreateObservableCounter("avgw.capture.packets", () => lines.Views.Select(v => new Measurement<long>(v.Captured, Tag(v))), description: "Packets that were captured");
        _meter.CreateObservableCounter("avgw.capture.dropped", () => lines.Views.Select(v => new Measurement<long>(v.Dropped, Tag(v))), description: "Packets that the capture lost, as far as it knows");
        _meter.CreateObservableCounter("avgw.capture.damaged", () => lines.Views.Select(v => new Measurement<long>(v.Picture.Totals.WrongChecksums, Tag(v))), description: "Packets with a wrong checksum");
        _meter.CreateObservableGauge("avgw.capture.retransmissions", () => lines.Views.Select(v => new Measurement<long>(v.Picture.Flows.Sum(f => f.Retransmissions), Tag(v))), description: "Segments sent again on the TCP connections that are seen");

        IEnumerable<StreamFigures> Alive(WatchView view) => time.GetUtcNow() - view.Picture.At > Fresh ? [] : view.Picture.Streams.Where(s => view.Picture.At - s.LastAt < Fresh && s.RecentExpected > 0);
        IEnumerable<Measurement<double>> Worst(Func<StreamFigures, double> figure) =>
            lines.Views.Where(v => Alive(v).Any()).Select(v => new Measurement<double>(Alive(v).Max(figure), Tag(v)));
    }

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(WatchView view) => new("line", view.Plan.Id);
}
