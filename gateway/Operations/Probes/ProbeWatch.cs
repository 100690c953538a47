using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Commands;
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

    private void Turn()
    {
        var starts = new List<ProbeState>();
        lock (_gate)
        {
            if (_timer is null) return;
            var now = _time.GetTimestamp();
            while (_due.TryPeek(out var wake, out var at) && at <= now)
            {
                _due.Dequeue();
                if (wake.Lane is { } lane)
                {
                    lane.IsTimed = false;
                    Pump(lane, starts);
                }
                else if (wake.Probe is { IsRunning: false, IsWaiting: false } probe && probe.DueAt == at)
                {
                    probe.IsWaiting = true;
                    probe.Lane.Waiting.Enqueue(probe);
                    Pump(probe.Lane, starts);
                }
            }

            Rearm();
        }

        foreach (var state in starts) Launch(() => _ = RunAsync(state));
    }

    private void Pump(HostLane lane, List<ProbeState> starts)
    {
        while (lane is { Running: < MostAtOneHost, Waiting.Count: > 0 })
        {
            if (_running >= MostRunning)
            {
                if (!lane.IsHeld) _held.Enqueue(lane);
                lane.IsHeld = true;
                return;
            }

            var now = _time.GetTimestamp();
            if (lane.NotBefore > now)
            {
                if (!lane.IsTimed) _due.Enqueue((null, lane), lane.NotBefore);
                lane.IsTimed = true;
                return;
            }

            lane.NotBefore = now + Stamp(HostGap);
            var state = lane.Waiting.Dequeue();
            (state.IsWaiting, state.IsRunning) = (false, true);
            lane.Running++;
            _running++;
            starts.Add(state);
        }
    }

    private async Task RunAsync(ProbeState state)
    {
        var turn = new ProbeTurn(state.Plan, _time);
        var began = _time.GetTimestamp();
        try
        {
            if (await SightAsync(state, turn) is { } sight) Take(state, turn, sight);
        }
        catch (Exception bug)
        {
            // The top loop of all probes: whatever a hearer throws, the next run comes.
            Crashed(_log, bug, Ulid.Make(_time), state.Plan.Id);
        }
        finally
        {
            Interlocked.Increment(ref _runs);
            Release(state, began);
        }
    }

    /// <summary>Null when the gateway stops.</summary>
    private async Task<ProbeSight?> SightAsync(ProbeState state, ProbeTurn turn)
    {
        var plan = state.Plan;
        if (!state.Straggler.IsCompleted) return ProbeSight.Blind("an earlier run has not ended", "restart the gateway if this stays; its log names the probe");
        using var late = new CancellationTokenSource(plan.Within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
        Task<ProbeSight>? run = null;
        try
        {
            run = plan.Kind.Run(turn, either.Token);
            return await run.WaitAsync(plan.Within + Grace, _time, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return ProbeSight.Silent($"no answer within {plan.Within.TotalSeconds:0.#} s");
        }
        catch (TimeoutException)
        {
            state.Straggler = run!;
            _ = run!.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            StillRunning(_log, plan.Id, plan.Within);
            return ProbeSight.Silent($"no answer within {plan.Within.TotalSeconds:0.#} s");
        }
        catch (LinkException closed) when (closed.Reason is StatusReasons.AccessDenied or StatusReasons.HostKey)
        {
            return ProbeSight.Blind(closed.Message, "mend the probe's secret, user or host key in the site file");
        }
        catch (Exception unreachable) when (unreachable is LinkException or System.Net.Sockets.SocketException or IOException)
        {
            return ProbeSight.Silent(unreachable.Message);
        }
        catch (Exception bug)
        {
            var trace = Ulid.Make(_time);
            Crashed(_log, bug, trace, plan.Id);
            return ProbeSight.Blind($"an error of the probe itself ({bug.GetType().Name}); trace {trace}", "send the gateway's log to whoever maintains it");
        }
    }

    private void Take(ProbeState state, ProbeTurn turn, ProbeSight sight)
    {
        var at = _time.GetUtcNow();
        ImmutableArray<ProbeSymptom> symptoms;
        ProbeResult result;
        TaskCompletionSource<ProbeResult>[] asked;
        turn.Note($"{sight.Outcome.ToString().ToLowerInvariant()}: {sight.Text}");
        string? growth = null;
        lock (_gate)
        {
            if (state is { Growth: { } meter, Plan.Kind.Trend: { } trend } && sight.Measures.FirstOrDefault(m => m.Name == trend.From) is { Name: { } } grows)
            {
                if (meter.Add(at, grows.Value)) growth = meter.Write();
                if (meter.DaysUntil(trend.Full) is { } days) sight = sight with { Measures = sight.Measures.Add(new(trend.To, days)) };
            }

            (var quality, symptoms) = state.Policy.Judge(sight, at);
            result = new(at, quality, sight, turn.Elapsed, turn.Log);
            state.History.Add(result);
            if (quality != state.Quality || state.Last is null) state.Since = at;
            (state.Last, state.Quality, state.IsStale, state.Until) = (result, quality, false, at + Patience(state.Plan));
            foreach (var symptom in symptoms)
            {
                if (symptom.IsPresent) state.Raised[symptom.Kind] = symptom.Detail;
                else state.Raised.Remove(symptom.Kind);
            }

            asked = [.. state.Asked];
            state.Asked.Clear();
        }

        var subject = state.Plan.Subject.OfFault(state.Plan.Id);
        foreach (var symptom in symptoms) _outlets.Tell(new(subject, ProbeFaults.CodeOf(symptom.Kind, state.Plan.Id)), symptom.IsPresent, symptom.Detail);
        Changed?.Invoke(state.Plan.Id);
        foreach (var waiting in asked) waiting.TrySetResult(result);
        if (growth is not null) _ = KeepAsync(state.Plan.Id, growth);
    }

    // A point an hour: what a week of growth was must not be forgotten by a restart. What cannot be stored comes with the next hour's.
    private async Task KeepAsync(string probe, string growth)
    {
        try
        {
            await _outlets.State.PutAsync(GrowthKind, probe, growth, _stopping.Token);
        }
        catch (Exception unwell) when (unwell is Durable.StoreUnavailableException or OperationCanceledException)
        {
            NotKept(_log, unwell, probe);
        }
    }

    private void Release(ProbeState state, long began)
    {
        var starts = new List<ProbeState>();
        lock (_gate)
        {
            _running--;
            state.Lane.Running--;
            state.IsRunning = false;
            state.Runs++;
            if (_running == 0) _idle?.TrySetResult();
            if (_timer is null)
            {
                foreach (var waiting in state.Asked) waiting.TrySetCanceled();
                return;
            }

            var now = _time.GetTimestamp();
            PlanAt(state, Math.Max(now, began + Stamp(PauseAfter(state))));
            Pump(state.Lane, starts);
            while (_running < MostRunning && _held.TryDequeue(out var lane))
            {
                lane.IsHeld = false;
                Pump(lane, starts);
            }

            Rearm();
        }

        foreach (var next in starts) Launch(() => _ = RunAsync(next));
    }

    private TimeSpan PauseAfter(ProbeState state)
    {
        var every = state.Plan.Every;
        if (every > Pressing && (IsUncertain(state) || _outlets.IsPressing(state.Plan))) return Pressing;

        // Once, the second run takes its place in the whole period, so that what started together does not stay together.
        return state.Runs == 1 ? every * (0.5 + Spread(state) / 2) : every;
    }

    private static bool IsUncertain(ProbeState state) => state.Policy.Failures > 0 && state.Policy.Failures < state.Plan.Failures;

    // Its own timer: were the other one dead, what is shown would still grow old.
    private void Sweep()
    {
        var stale = new List<string>();
        lock (_gate)
        {
            if (_timer is null) return;
            var (now, soon) = (_time.GetUtcNow(), _time.GetTimestamp() + Stamp(Pressing));
            foreach (var state in _probes.Values)
            {
                if (!state.IsStale && now > state.Until)
                {
                    (state.IsStale, state.Since) = (true, now);
                    stale.Add(state.Plan.Id);
                }

                if (state is { IsRunning: false, IsWaiting: false } && state.DueAt > soon && _outlets.IsPressing(state.Plan)) PlanAt(state, soon);
            }

            Rearm();
        }

        foreach (var id in stale)
        {
            GrownStale(_log, id);
            Changed?.Invoke(id);
        }
    }

    private void PlanAt(ProbeState state, long at)
    {
        state.DueAt = at;
        _due.Enqueue((state, null), at);
    }

    private void Rearm()
    {
        if (_timer is null || !_due.TryPeek(out _, out var at)) return;
        var wait = at - _time.GetTimestamp();
        _timer.Change(wait <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((double)wait / _time.TimestampFrequency), Timeout.InfiniteTimeSpan);
    }

    private ProbeView ViewOf(ProbeState state) => new(
        state.Plan, state.Last, state.IsStale ? ProbeQuality.Unknown : state.Quality, state.Since, state.Until, state.Policy.Failures, [.. state.Raised.Keys.Order(StringComparer.Ordinal)], state.IsStale)
    {
        Values = state.Last is not { } last ? [] :
        [
            .. last.Sight.Measures.Select(m => (m, state.Plan.Kind.Measure(m.Name) ?? new(m.Name, "", m.Name, m.Name), state.Policy.LimitsOf(m.Name), state.Policy.QualityOf(m.Name))),
        ],
    };

    private static TimeSpan Patience(ProbePlan plan) => StaleAfter * plan.Every + plan.Within;

    private long Stamp(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    /// <summary>0 … 1 by the id: the same after each start, and unlike its neighbours'.</summary>
    private static double Spread(ProbeState state)
    {
        var hash = 2166136261u;
        foreach (var c in state.Plan.Id) hash = (hash ^ c) * 16777619u;
        return (hash >> 8) / (double)(1 << 24);
    }

    [LoggerMessage(EventId = 2800, Level = LogLevel.Error, Message = "Trace {Trace}: the probe {Probe} failed by an error of ours")]
    private static partial void Crashed(ILogger log, Exception bug, string trace, string probe);

    [LoggerMessage(EventId = 2801, Level = LogLevel.Warning, Message = "The probe {Probe} has not ended after {Within}; it is not run again before it has")]
    private static partial void StillRunning(ILogger log, string probe, TimeSpan within);

    [LoggerMessage(EventId = 2803, Level = LogLevel.Warning, Message = "What the probe {Probe} saw grow could not be stored; it is tried again within the hour")]
    private static partial void NotKept(ILogger log, Exception unwell, string probe);

    [LoggerMessage(EventId = 2802, Level = LogLevel.Warning, Message = "The probe {Probe} has not been run for three of its periods; what it shows is stale")]
    private static partial void GrownStale(ILogger log, string probe);
}
