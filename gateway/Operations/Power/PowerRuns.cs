using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Power;

/// <summary>What the power runs of a site stand on.</summary>
public sealed record PowerParts(PowerGraph Graph, Courthouse House, IDeviceDirectory Devices, IStateTable State, IServiceJournal Journal, PowerOptions Options, TimeProvider Time, ILogger<PowerRuns> Log);

/// <summary>The answer to an order: the run that carries it out, or why there is none.</summary>
/// <param name="Ended">The whole run, when it is over.</param>
public sealed record PowerAnswer(string? Run, Task<PowerPicture>? Ended, Refusal? Refusal);

/// <summary>
/// All power runs of the site: one at a time for each room. What was under way when the gateway died goes on at the next start. Safe from any
/// thread.
/// </summary>
public sealed partial class PowerRuns : IDeviceObserver, IAsyncDisposable
{
    private const string Gateway = "gateway";
    private const int MostKept = 64;

    private readonly PowerParts _parts;
    private readonly PowerTable _table;
    private readonly ImmutableDictionary<string, PowerBranch> _branches;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly Dictionary<string, (PowerRunner Runner, Task<PowerPicture> Ended)> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PowerPicture> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ILookup<DeviceId, int>> _about = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private IReadOnlyList<PowerPicture> _left = [];

    public PowerRuns(PowerParts parts)
    {
        _parts = parts;
        _table = new(parts.State);
        _branches = parts.Graph.Branches.ToImmutableDictionary(b => b.Id, StringComparer.Ordinal);
        foreach (var room in parts.House.Rooms) room.Hearing.Changed += _ => PulseAll();
    }

    /// <summary>A run began, came on or ended.</summary>
    public event Action<PowerPicture>? Changed;

    /// <summary>Something that a person must see to.</summary>
    public event Action<PowerFault>? Faulted;

    /// <summary>A step about this device ended well: what was wrong with its power is over.</summary>
    public event Action<DeviceId>? Mended;

    /// <summary>A newer run of the same scope took this one's place.</summary>
    public event Action<string>? Dropped;

    public PowerGraph Graph => _parts.Graph;

    public IReadOnlyList<PowerPicture> All
    {
        get { lock (_gate) return [.. _all.Values]; }
    }

    /// <summary>Starts a run. What the order needs (rights, a second person) is judged before.</summary>
    public async Task<PowerAnswer> StartAsync(PowerOrder order, CancellationToken cancellation)
    {
        await _starting.WaitAsync(cancellation);
        try
        {
            var plan = Plan(order.Act, order.Rooms);
            if (plan.Circle is { } circle) return No(new(AnswerCodes.Internal, $"the order of the site contradicts itself at {circle}"));
            if (plan.Steps.IsEmpty) return No(new(AnswerCodes.Unknown, "nothing here can be switched: see the plan's notes"));
            if (Conflict(order, plan, out var yielding) is { } conflict) return No(conflict);
            foreach (var (runner, rooms) in yielding) await runner.QuietAsync(rooms, cancellation);

            var record = new PowerRecord(Ulid.Make(_parts.Time), order, _parts.Time.GetUtcNow());
            var run = new PowerRun(record, plan.Steps, null, _branches, ViewOf());
            var replaced = Replaced(order);
            var audit = Row("power.ordered", order.Scope, order.By, new { run = record.Id, act = RunJson.Word(order.Act), reason = order.Reason, second = order.Second, plan = HashOf(plan), steps = plan.Steps.Length });
            try
            {
                await _table.BeginAsync(run.Picture, audit, replaced, cancellation);
            }
            catch (StoreUnavailableException)
            {
                return No(new(AnswerCodes.NoStore));
            }

            run.TakeDirty();
            run.RecordStored();
            foreach (var old in replaced) Drop(old.Record.Id);
            return new(record.Id, Play(run), null);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>The run that this order began; null when it began none that is kept.</summary>
    public string? FindByKey(string key)
    {
        lock (_gate) return _all.Values.FirstOrDefault(r => r.Record.Order.Key == key)?.Record.Id;
    }

    /// <summary>The end of a run, whether it is over or goes on; null when it is not known.</summary>
    public Task<PowerPicture>? EndOf(string run)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(run, out var found)) return found.Ended;
            return _all.TryGetValue(run, out var picture) && picture.Record.Phase is not RunPhase.Running ? Task.FromResult(picture) : null;
        }
    }

    /// <summary>Takes back what a run has not sent yet; false when there is no such run.</summary>
    public bool Cancel(string run, string by, string reason)
    {
        lock (_gate)
        {
            if (!_running.TryGetValue(run, out var found)) return false;
            found.Runner.Cancel(null, Wording.Own(reason));
        }

        Write("power.cancelled", run, by, new { reason });
        return true;
    }

    /// <summary>Reads what an earlier process left; sends nothing.</summary>
    /// <exception cref="JsonException">A stored run is damaged.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        _left = await _table.LoadAsync(cancellation);
        lock (_gate)
        {
            foreach (var run in _left) _all[run.Record.Id] = run;
        }
    }

    /// <summary>Goes on with the runs that did not end. To be called when the devices' links are being opened.</summary>
    public void Start()
    {
        foreach (var left in _left.Where(r => r.Record.Phase is RunPhase.Running))
        {
            _ = Play(new(left.Record, left.Steps, left.Progress, _branches, ViewOf()));
            Write("power.resumed", left.Record.Order.Scope, Gateway, new { run = left.Record.Id, open = left.Progress.Count(p => !p.HasEnded) });
        }

        _left = [];
    }

    /// <summary>Ends the runs' loops. Nothing is taken back: the next start goes on.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        Task[] ends;
        lock (_gate) ends = [.. _running.Values.Select(r => r.Ended)];
        foreach (var end in ends) await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _starting.Dispose();
    }

    private void Write<T>(string kind, string subject, string actor, T details) => _parts.Journal.Append(Row(kind, subject, actor, details));

    private JournalEntry Row<T>(string kind, string subject, string actor, T details) => new(_parts.Time.GetUtcNow(), kind, subject, actor, JsonSerializer.Serialize(details));

    private static PowerAnswer No(Refusal refusal) => new(null, null, refusal);
}
