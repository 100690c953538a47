using AvGateway.LineWatch.Agents;
using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Evidence;
using AvGateway.LineWatch.Pcapng;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Release;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.Watching;

/// <summary>The gateway's side of the line watch: hears the capture process, judges, tells faults, and keeps a window of packets for each.</summary>
public sealed partial class LineWatcher : IAgentListener, IAsyncDisposable
{
    private const int MostEvidence = 20;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    private readonly CapturePlan _plan;
    private readonly Action<SymptomKey, bool, Wording?> _tell;
    private readonly TimeProvider _time;
    private readonly ILogger<LineWatcher> _log;
    private readonly EvidenceFolder _folder;
    private readonly AgentLink _link;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Line> _lines;
    private readonly Dictionary<int, Window> _windows = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private int _number;
    private ITimer? _sweeping;

    /// <param name="tell">A symptom came, went, or is still there.</param>
    public LineWatcher(CapturePlan plan, string data, Action<SymptomKey, bool, Wording?> tell, TimeProvider time, ILoggerFactory logs)
    {
        (_plan, _tell, _time, _log) = (plan, tell, time, logs.CreateLogger<LineWatcher>());
        _folder = new(new(Path.Combine(data, "captures"), plan.Key, plan.Keep, plan.MostEvidence), time, logs.CreateLogger<EvidenceFolder>());
        _lines = plan.Lines.ToDictionary(l => l.Id, l => new Line(l, plan.Limits, time.GetUtcNow(), plan.Agent), StringComparer.Ordinal);
        _link = new(plan.Agent, new([.. plan.Lines.Select(Settings)]), this, time, logs.CreateLogger<AgentLink>());
    }

    /// <summary>A line shows something new.</summary>
    public event Action<string>? Changed;

    /// <summary>A window was kept: fault, and where.</summary>
    public event Action<KeptEvidence>? Kept;

    /// <summary>How far the clock is from its reference; null while nothing measures it.</summary>
    public Func<TimeSpan?> Clock { get; init; } = static () => null;

    public IReadOnlyList<WatchView> Views
    {
        get
        {
            lock (_gate) return [.. _lines.Values.Select(l => l.View)];
        }
    }

    public WatchView? Find(string id)
    {
        lock (_gate) return _lines.TryGetValue(id, out var line) ? line.View : null;
    }

    public void Start()
    {
        _folder.Sweep();
        if (_lines.Count == 0) return;
        _sweeping = _time.CreateTimer(_ => _folder.Sweep(), null, SweepEvery, SweepEvery);
        _link.Start();
    }

    /// <summary>A fault was opened: where it is one of a watched line or of a watched device, its packets are kept.</summary>
    /// <param name="device">Address of the device that it is about.</param>
    public async Task KeepAsync(string fault, string code, string subject, DateTimeOffset since, string? device = null)
    {
        foreach (var line in _plan.Lines.Where(l => (l.Subject == subject && code != MediaFaults.Unwatched) || (device is not null && l.Watch.Devices.Contains(device))))
        {
            var cause = new EvidenceCause(fault, code, line.Id, line.Watch.Interface, since - _plan.Before, _time.GetUtcNow() + _plan.After, Clock());
            int number;
            lock (_gate)
            {
                if (!_asked.Add($"{fault} {line.Id}")) continue;
                number = ++_number;
                try { _windows.Add(number, new(cause, _folder.Begin(fault, line.Id))); }
                catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
                {
                    NotKept(_log, fault, unwritable.Message);
                    continue;
                }
            }

            if (await _link.AskAsync(new(number, cause))) continue;
            Drop(number, "the capture process is away");
        }
    }

    /// <summary>What was kept of a fault, in the form in which it may leave. What cannot be read any more is left out, and logged.</summary>
    /// <param name="since">When the fault began.</param>
    public IReadOnlyList<PacketWindow> WindowsOf(string fault, DateTimeOffset since)
    {
        var windows = new List<PacketWindow>();
        foreach (var line in _plan.Lines.Where(l => _folder.Has(fault, l.Id)))
        {
            try { windows.Add(new(line.Id, LeavingWindow.Write(() => _folder.Open(fault, line.Id), line.Watch.Interface, since))); }
            catch (Exception unreadable) when (unreadable is CaptureFormatException or SealException or IOException or UnauthorizedAccessException)
            {
                NotReadable(_log, _folder.NameOf(fault, line.Id), unreadable.Message);
            }
        }

        return windows;
    }

    public void Away(CaptureCondition condition)
    {
        List<int> open;
        lock (_gate) open = [.. _windows.Keys];
        foreach (var number in open) Drop(number, condition.En);
        foreach (var line in _plan.Lines) Told(line.Id, condition);
    }

    public void Told(AgentStatus status) => Told(
        status.Watch, new(Enum.TryParse<CaptureState>(status.State, out var state) ? state : CaptureState.Failed, status.En, status.Zh, status.RemedyEn, status.RemedyZh));

    public void Seen(AgentPicture seen)
    {
        IReadOnlyList<LineSymptom> symptoms;
        WatchedLine plan;
        lock (_gate)
        {
            if (!_lines.TryGetValue(seen.Watch, out var line)) return;
            symptoms = line.Take(seen);
            plan = line.View.Plan;
        }

        foreach (var symptom in symptoms) _tell(new(plan.Subject, symptom.Code), symptom.IsPresent, symptom.Detail);
        Changed?.Invoke(plan.Id);
    }

    public void Part(int number, ReadOnlySpan<byte> octets)
    {
        lock (_gate)
        {
            if (!_windows.TryGetValue(number, out var window)) return;
            try
            {
                window.Output.Write(octets);
                return;
            }
            catch (IOException full)
            {
                window.Problem = full.Message;
            }
        }

        Drop(number, "it cannot be written");
    }

    public void Ended(EvidenceEnd end)
    {
        if (end.Problem is { } problem)
        {
            Drop(end.Number, problem);
            return;
        }

        KeptEvidence kept;
        string watch;
        lock (_gate)
        {
            if (!_windows.Remove(end.Number, out var window)) return;
            watch = window.Cause.Watch;
            try
            {
                window.Output.Dispose();
                _folder.Finish(window.Cause.Fault, watch);
            }
            catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
            {
                NotKept(_log, window.Cause.Fault, unwritable.Message);
                return;
            }

            kept = new(window.Cause.Fault, _folder.NameOf(window.Cause.Fault, watch), window.Cause.From, window.Cause.Until, end.Frames);
            if (_lines.TryGetValue(watch, out var line)) line.View = line.View with { Evidence = [.. line.View.Evidence.TakeLast(MostEvidence - 1), kept] };
        }

        EvidenceKept(_log, kept.Fault, kept.File, kept.Frames);
        Changed?.Invoke(watch);
        Kept?.Invoke(kept);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sweeping is not null) await _sweeping.DisposeAsync();
        await _link.DisposeAsync();
        List<int> open;
        lock (_gate) open = [.. _windows.Keys];
        foreach (var number in open) Drop(number, "the gateway stops");
    }

    private void Told(string watch, CaptureCondition condition)
    {
        WatchedLine plan;
        lock (_gate)
        {
            if (!_lines.TryGetValue(watch, out var line)) return;
            line.Take(condition, _time.GetUtcNow());
            plan = line.View.Plan;
        }

        var isBlind = condition.State is not CaptureState.Watching;
        _tell(new(plan.Subject, MediaFaults.Unwatched), isBlind, isBlind ? new($"{condition.Zh}；{condition.RemedyZh}", $"{condition.En}; {condition.RemedyEn}") : null);
        Changed?.Invoke(watch);
    }

    private void Drop(int number, string why)
    {
        lock (_gate)
        {
            if (!_windows.Remove(number, out var window)) return;
            try { window.Output.Dispose(); }
            catch (IOException)
            {
                // It is thrown away in any case.
            }

            // Asked again when the fault is told anew.
            _asked.Remove($"{window.Cause.Fault} {window.Cause.Watch}");
            _folder.Abandon(window.Cause.Fault, window.Cause.Watch);
            NotKept(_log, window.Cause.Fault, window.Problem ?? why);
        }
    }

    private static WatchPlanOf Settings(WatchedLine line) => new(
        line.Id, line.Watch.Interface, line.Watch.SipPorts, line.Watch.FirstMediaPort, line.Watch.LastMediaPort, line.Watch.Devices, line.Watch.RingOctets, line.Watch.RingSpan.TotalSeconds);

    private sealed class Window(EvidenceCause cause, Stream output)
    {
        public EvidenceCause Cause => cause;
        public Stream Output => output;
        public string? Problem { get; set; }
    }

    private sealed class Line(WatchedLine plan, LineLimits limits, DateTimeOffset since, string agent)
    {
        private readonly WatchJudge _judge = new(limits);

        public WatchView View { get; set; } = new(plan, CaptureCondition.NoAgent(agent), LineQuality.Unknown, since, LinePicture.Empty);

        public IReadOnlyList<LineSymptom> Take(AgentPicture seen)
        {
            var symptoms = _judge.Judge(seen.Picture);
            View = View with
            {
                Picture = seen.Picture,
                Quality = _judge.Quality,
                Since = _judge.Quality == View.Quality ? View.Since : seen.Picture.At,
                Raised = _judge.Raised,
                Captured = seen.Captured,
                Dropped = seen.Dropped,
                HeldFrames = seen.HeldFrames,
                HeldOctets = seen.HeldOctets,
                HeldSince = seen.HeldSince,
            };
            return symptoms;
        }

        public void Take(CaptureCondition condition, DateTimeOffset now)
        {
            if (condition.State is CaptureState.Watching)
            {
                View = View with { Condition = condition };
                return;
            }

            _judge.Blind();
            View = View with { Condition = condition, Quality = LineQuality.Unknown, Since = View.Quality is LineQuality.Unknown ? View.Since : now };
        }
    }

    [LoggerMessage(EventId = 6220, Level = LogLevel.Information, Message = "Evidence of {Fault} is kept in {File}: {Frames} frames")]
    private static partial void EvidenceKept(ILogger log, string fault, string file, long frames);

    [LoggerMessage(EventId = 6222, Level = LogLevel.Warning, Message = "{File} is missing from the bundle of its fault, it cannot be read: {Reason}")]
    private static partial void NotReadable(ILogger log, string file, string reason);

    [LoggerMessage(EventId = 6221, Level = LogLevel.Warning, Message = "No evidence of {Fault} could be kept: {Reason}")]
    private static partial void NotKept(ILogger log, string fault, string reason);
}
