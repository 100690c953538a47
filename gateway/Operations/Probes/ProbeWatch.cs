using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Operations.Faults;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Probes;

/// <summary>
/// Runs all probes of a site from one timer: spread over time, few at once and fewer at one host, none over itself, each with a deadline. Judges
/// what they saw, keeps their history and tells symptoms.
/// </summary>
public sealed partial class ProbeWatch : IDeviceObserver, IAsyncDisposable
{
    /// <summary>Runs under way at once.</summary>
    public const int MostRunning = 48;

    /// <summary>Runs under way at one host, and the pause between two starts there.</summary>
    public const int MostAtOneHost = 2;
    public static readonly TimeSpan HostGap = TimeSpan.FromMilliseconds(200);

    /// <summary>What is pressing is looked at this often; so is what is failing until that is certain.</summary>
    public static readonly TimeSpan Pressing = TimeSpan.FromSeconds(10);

    // So many periods without a look make a result worthless.
    private const int StaleAfter = 3;

    private const string GrowthKind = "probe-growth";

    private static readonly TimeSpan FirstWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    // A kind hears of its deadline by the token; one that does not listen is left behind after this.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ProbeOutlets _outlets;
    private readonly TimeProvider _time;
    private readonly ILogger<ProbeWatch> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ProbeState> _probes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HostLane> _lanes = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(ProbeState? Probe, HostLane? Lane), long> _due = new();
    private readonly Queue<HostLane> _held = new();
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _timer;
    private ITimer? _sweep;
    private TaskCompletionSource? _idle;
    private int _running;
    private long _runs;

    public ProbeWatch(IEnumerable<ProbePlan> plans, ProbeOutlets outlets, TimeProvider time, ILogger<ProbeWatch> log)
    {
        (_outlets, _time, _log) = (outlets, time, log);
        foreach (var plan in plans)
        {
            if (!_lanes.TryGetValue(plan.Host, out var lane)) _lanes.Add(plan.Host, lane = new());
            _probes.Add(plan.Id, new(plan, lane) { Since = time.GetUtcNow(), Until = time.GetUtcNow() + FirstWithin + Patience(plan) });
        }
    }

    /// <summary>A probe has been run, or what it shows has become stale. Told in order for one probe.</summary>
    public event Action<string>? Changed;

    /// <summary>How a run is brought to a thread of its own; tests stay on theirs.</summary>
    internal Action<Action> Launch { get; init; } = static run => ThreadPool.UnsafeQueueUserWorkItem(static r => r(), run, preferLocal: false);

    public int Running => Volatile.Read(ref _running);
    public long Runs => Interlocked.Read(ref _runs);

    public int Waiting
    {
        get
        {
            lock (_gate) return _lanes.Values.Sum(l => l.Waiting.Count);
        }
    }

    public IReadOnlyList<ProbeView> Views
    {
        get
        {
            lock (_gate) return [.. _probes.Values.Select(ViewOf)];
        }
    }

    public ProbeView? Find(string id)
    {
        lock (_gate) return _probes.TryGetValue(id, out var state) ? ViewOf(state) : null;
    }

    public (ImmutableArray<ProbePoint> Points, ImmutableArray<ProbeResult> Failures) HistoryOf(string id)
    {
        lock (_gate) return _probes.TryGetValue(id, out var state) ? (state.History.Points, state.History.Failures) : ([], []);
    }

    /// <summary>Takes up what earlier processes saw grow. To be called before <see cref="Start"/>.</summary>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        foreach (var document in await _outlets.State.LoadAllAsync(GrowthKind, cancellation))
        {
            lock (_gate)
            {
                if (_probes.TryGetValue(document.Key, out var state)) state.Growth?.Read(document.Json);
            }
        }
    }

    /// <summary>Plans the first runs, spread over ten seconds by their ids, and takes back what probes that are gone have told.</summary>
    /// <param name="open">The faults that an earlier process left open.</param>
    public void Start(IEnumerable<Fault> open)
    {
        foreach (var fault in open)
        {
            if (ProbeFaults.ProbeOf(fault.Code) is not { } id) continue;
            lock (_gate)
            {
                if (_probes.TryGetValue(id, out var state) && state.Plan.Subject.OfFault(id) == fault.Subject)
                {
                    state.Policy.Resume();
                    state.Raised[fault.Code[..fault.Code.IndexOf(ProbeFaults.Of, StringComparison.Ordinal)]] = fault.Detail;
                    continue;
                }
            }

            _outlets.Tell(new(fault.Subject, fault.Code), false, null);
        }

        lock (_gate)
        {
            var now = _time.GetTimestamp();
            foreach (var state in _probes.Values) PlanAt(state, now + Stamp(Spread(state) * (state.Plan.Every < FirstWithin ? state.Plan.Every : FirstWithin)));
            _timer = _time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _sweep = _time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
            Rearm();
        }
    }

    /// <summary>Runs a probe as soon as its host allows; one that is under way is waited for.</summary>
    public Task<ProbeResult>? RunNow(string id)
    {
        var asked = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_probes.TryGetValue(id, out var state) || _timer is null) return null;
            state.Asked.Add(asked);
            if (!state.IsRunning && !state.IsWaiting) PlanAt(state, _time.GetTimestamp());
        }

        Turn();
        return asked.Task;
    }

    /// <summary>Completes when the engine can still be entered: for the watchdog.</summary>
    public Task BeatAsync() => Task.Run(() =>
    {
        lock (_gate) return _running;
    });

    public async Task StopAsync()
    {
        Task idle;
        lock (_gate)
        {
            _timer?.Dispose();
            _sweep?.Dispose();
            _timer = null;
            idle = _running == 0 ? Task.CompletedTask : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await _stopping.CancelAsync();
        await idle;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    // What comes back is looked at at once: whatever its cause hid has to be gone before that counts as an own fault.
    public void StatusChanged(IDevice device, DeviceStatus status)
    {
        if (status.State is not DeviceState.Online) return;
        lock (_gate)
        {
            foreach (var state in _probes.Values.Where(s => s.Plan.Subject.Device == device.Id && s.Policy.Failures > 0 && s is { IsRunning: false, IsWaiting: false }))
                PlanAt(state, _time.GetTimestamp());
        }

        Turn();
    }

    public void ReadingChanged(IDevice device, string property, in Reading reading) { }
    public void TargetChanged(IDevice device, string property, Target? target) { }
    public void FaultChanged(IDevice device, string code, bool raised, string? detail) { }
    public void ExtentChanged(IDevice device) { }
    public void Happened(IDevice device, DeviceEvent happened) { }

    private ProbeView ViewOf(ProbeState state) => new(
        state.Plan, state.Last, state.IsStale ? ProbeQuality.Unknown : state.Quality, state.Since, state.Until, state.Policy.Failures, [.. state.Raised.Keys.Order(StringComparer.Ordinal)], state.IsStale)
    {
        Values = state.Last is not { } last ? [] :
        [
            .. last.Sight.Measures.Select(m => (m, state.Plan.Kind.Measure(m.Name) ?? new(m.Name, "", m.Name, m.Name), state.Policy.LimitsOf(m.Name), state.Policy.QualityOf(m.Name))),
        ],
    };

    private static TimeSpan Patience(ProbePlan plan) => StaleAfter * plan.Every + plan.Within;
}
