using System.Collections.Concurrent;
using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Probes;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Probes;

/// <summary>The engine on a virtual clock, with a kind of probe whose answers the test gives.</summary>
internal sealed class ProbeBench : IAsyncDisposable
{
    public static readonly ProbeMeasure Temperature = new("temperature", "°C", "Temperature", "温度");

    private readonly ConcurrentDictionary<string, int> _atOnce = new(StringComparer.Ordinal);
    private readonly List<ProbePlan> _plans = [];
    private int _hanging;

    public VirtualClock Clock { get; } = new();
    public Dictionary<(string Subject, string Code), string?> Symptoms { get; } = [];
    public List<(DateTimeOffset At, string Probe)> Began { get; } = [];
    public List<string> Shown { get; } = [];
    public Func<ProbeTurn, ProbeSight> Answer { get; set; } = static _ => ProbeSight.Seen(new("实测", "fine"));

    /// <summary>Probes that never answer and listen to their deadline, and those that do not even listen.</summary>
    public HashSet<string> Hangs { get; } = [];
    public HashSet<string> Deaf { get; } = [];
    public HashSet<string> Pressing { get; } = [];
    public TaskCompletionSource Released { get; } = new();
    public int MostAtOnce { get; private set; }
    public KeptState State { get; } = new();
    public ProbeWatch Watch { get; private set; } = null!;

    public ProbeKind Kind => new("bench", "Bench", "试验", "tcp://HOST:PORT", RunAsync)
    {
        Schemes = ["tcp"],
        Measures = [Temperature, new("used", "%", "Used", "已用"), new("days", "d", "Days", "天数")],
        Trend = new("used", "days", 100),
    };

    public ProbePlan Add(string id, string host = "10.0.0.1", TimeSpan? every = null, MeasureLimits? limits = null, ProbeSubject? subject = null)
    {
        Assert.True(LinkAddress.TryParse($"tcp://{host}:1", out var target, out _));
        var plan = new ProbePlan(id, Kind, subject ?? new(new DeviceId("court-1", "matrix")), target, limits is null ? ImmutableDictionary<string, MeasureLimits>.Empty : ImmutableDictionary<string, MeasureLimits>.Empty.Add("temperature", limits))
        {
            Every = every ?? TimeSpan.FromSeconds(60),
        };
        _plans.Add(plan);
        return plan;
    }

    public void Start(params Fault[] open)
    {
        Watch = new(_plans, new((key, isPresent, detail) =>
        {
            if (isPresent) Symptoms[(key.Subject, key.Code)] = detail?.En;
            else Symptoms.Remove((key.Subject, key.Code));
        }, p => Pressing.Contains(p.Id), State), Clock, NullLogger<ProbeWatch>.Instance)
        { Launch = static run => run() };
        Watch.Changed += id =>
        {
            lock (Shown) Shown.Add(id);
        };
        Watch.Start(open);
    }

    public Task PassAsync(TimeSpan span) => Clock.PassAsync(span, SettleAsync);

    public Task PassAsync(double seconds) => PassAsync(TimeSpan.FromSeconds(seconds));

    public Task<bool> PassUntilAsync(TimeSpan span, Func<bool> condition) => Clock.PassUntilAsync(span, condition, SettleAsync);

    public async ValueTask DisposeAsync()
    {
        Released.TrySetResult();
        await Watch.DisposeAsync();
    }

    // Every run that is under way is one that hangs; nothing else is on its way.
    private async Task SettleAsync()
    {
        var patience = TimeProvider.System.GetTimestamp();
        while (Watch.Running > Volatile.Read(ref _hanging) && TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(30)) await Task.Yield();
    }

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var id = turn.Plan.Id;
        lock (Began) Began.Add((Clock.GetUtcNow(), id));
        var now = _atOnce.AddOrUpdate(turn.Plan.Host, 1, static (_, n) => n + 1);
        MostAtOnce = Math.Max(MostAtOnce, now);
        try
        {
            if (Hangs.Contains(id)) await HangAsync(late);
            if (Deaf.Contains(id)) await HangAsync(CancellationToken.None);
            return Answer(turn);
        }
        finally
        {
            _atOnce.AddOrUpdate(turn.Plan.Host, 0, static (_, n) => n - 1);
        }
    }

    // Leaves the count in the very callback of the token, so that the clock does not go on before the engine has taken note.
    private async Task HangAsync(CancellationToken late)
    {
        var left = 0;
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _hanging);
        await using var deadline = late.Register(() =>
        {
            Leave();
            end.TrySetCanceled(late);
        });
        _ = Released.Task.ContinueWith(_ =>
        {
            Leave();
            end.TrySetResult();
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await end.Task;

        void Leave()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) Interlocked.Decrement(ref _hanging);
        }
    }
}

/// <summary>A state table in memory.</summary>
internal sealed class KeptState : IStateTable
{
    public Dictionary<(string Kind, string Key), string> Rows { get; } = [];

    public ValueTask<long> PutAsync(string kind, string key, string json, CancellationToken cancellation)
    {
        Rows[(kind, key)] = json;
        return new(1L);
    }

    public ValueTask DeleteAsync(string kind, string key, CancellationToken cancellation)
    {
        Rows.Remove((kind, key));
        return default;
    }

    public ValueTask<IReadOnlyList<StateDocument>> LoadAllAsync(string kind, CancellationToken cancellation) =>
        new([.. Rows.Where(r => r.Key.Kind == kind).Select(r => new StateDocument(kind, r.Key.Key, r.Value, 1))]);

    public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellation) => throw new NotSupportedException();
}
