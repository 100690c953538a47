using AvGateway.Host.Site;
using AvGateway.LineWatch.Watching;
using AvGateway.Mqtt.Publishing;
using AvGateway.Mqtt.Topics;
using AvGateway.Operations.Faults;

namespace AvGateway.Host.Hosting;

/// <summary>The watched lines of a site: told as faults, shown as topics, counted as metrics, with evidence for what is opened.</summary>
internal sealed class SiteCapture : IAsyncDisposable
{
    // A recording fault is called by its device; its packets say whether the network had a part in it.
    private static readonly string[] OfDevices = [FaultKinds.Unreachable];

    private readonly FaultWatch _faults;
    private readonly Dictionary<string, string> _addresses;
    private readonly CaptureMetrics _metrics;
    private readonly WatchTopics _topics;

    /// <param name="Data">The data directory.</param>
    /// <param name="Clock">How far the clock is from its reference.</param>
    public sealed record Surroundings(string Data, FaultWatch Faults, TopicMap Topics, RetainedTopics Retained, Func<TimeSpan?> Clock);

    public SiteCapture(SiteModel site, Surroundings around, TimeProvider time, ILoggerFactory logs)
    {
        var faults = _faults = around.Faults;
        _addresses = site.Devices.DistinctBy(d => d.Plan.Id).ToDictionary(d => d.Plan.Id.ToString(), d => d.Plan.Link.Host, StringComparer.Ordinal);
        Watcher = new(site.Capture ?? new(CapturePlan.UsualAgent, []), around.Data, (key, isPresent, detail) => faults.Tell(key, isPresent, detail), time, logs) { Clock = around.Clock };
        _topics = new(around.Topics, around.Retained, Watcher);
        _metrics = new(Watcher, time);
        faults.Changed += Keep;
        Watcher.Kept += Note;
    }

    public LineWatcher Watcher { get; }

    public void ShowAll() => _topics.ShowAll();

    public void Start() => Watcher.Start();

    public async ValueTask DisposeAsync()
    {
        await Watcher.DisposeAsync();
        _metrics.Dispose();
    }

    private void Keep(FaultChange change)
    {
        if (change.Line.What is not (FaultWords.Opened or FaultWords.Relapsed)) return;
        var fault = change.Fault;
        var device = OfDevices.Contains(fault.Code) ? _addresses.GetValueOrDefault(fault.Subject) : null;
        _ = Watcher.KeepAsync(fault.Id, fault.Code, fault.Subject, fault.Since, device);
    }

    private void Note(KeptEvidence kept) =>
        _ = _faults.ActAsync(kept.Fault, new(FaultVerb.Note, "gateway", $"{kept.File}: {kept.Frames} frames, {kept.From:yyyy-MM-ddTHH:mm:ssZ} to {kept.Until:yyyy-MM-ddTHH:mm:ssZ}"), CancellationToken.None);
}
