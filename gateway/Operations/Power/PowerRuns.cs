using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Rooms;
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

    /// <summary>Whether a run took this device's power and nobody gave it back: its silence is no fault.</summary>
    public bool IsOffOnPurpose(DeviceId device)
    {
        lock (_gate)
        {
            // Ids of runs sort by time: the last one that says something of this device counts.
            foreach (var run in _all.Values.OrderByDescending(r => r.Record.Id, StringComparer.Ordinal))
            {
                for (var i = 0; i < run.Steps.Length; i++)
                {
                    if (run.Steps[i].Device != device && !run.Steps[i].Fed.Contains(device)) continue;
                    if (run.Steps[i].Kind is StepKind.OutletOff or StepKind.OutletOn && !run.Steps[i].Fed.Contains(device)) continue;
                    if (run.Progress[i].State is StepState.Verified or StepState.Unverified or StepState.Wished or StepState.Sent or StepState.Watched) return run.Record.Order.Act is PowerAct.Off;
                }
            }
        }

        return false;
    }

    /// <summary>What an order would do now. Nothing is sent.</summary>
    /// <param name="rooms">Empty: the whole site.</param>
    public PowerPlan Plan(PowerAct act, ImmutableArray<string> rooms) => PowerPlanner.Plan(Graph, act, ScopeOf(rooms), SourcesOf);

    /// <summary>Names a plan by what it does, so that what was previewed is what is run.</summary>
    public static string HashOf(PowerPlan plan) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{plan.Act}\n{string.Join('\n', plan.Steps.Select(s => $"{s.Id}|{string.Join(',', s.Needs)}|{string.Join(',', s.After)}"))}")))[..16];

    /// <summary>Why a room would be deferred now; null when it would go at once.</summary>
    public Scenes.Hearings.Guard.GuardReason WhyGuarded(string room) => _parts.House.Guard.WhyGuarded(room);

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
            found.Runner.Cancel(null, reason);
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

    private Task<PowerPicture> Play(PowerRun run)
    {
        var runner = new PowerRunner(run, new(_table, _parts.Devices, ParkAsync, _parts.Options, _parts.Time, _parts.Log));
        var before = run.Picture;
        runner.Changed += picture =>
        {
            TellRooms(picture, before.Record.Rooms);
            lock (_gate) _all[picture.Record.Id] = picture;
            for (var i = 0; i < picture.Steps.Length; i++)
                if (picture.Progress[i].State is StepState.Verified && before.Progress[i].State is not StepState.Verified) Mended?.Invoke(picture.Steps[i].Device);
            before = picture;
            Changed?.Invoke(picture);
        };
        runner.Faulted += fault =>
        {
            Write("power.fault", fault.Subject, Gateway, new { run = fault.Run, code = fault.Code, detail = fault.Detail });
            Faulted?.Invoke(fault);
        };
        Changed?.Invoke(runner.Picture);
        lock (_gate)
        {
            _all[run.Record.Id] = runner.Picture;
            var ended = Task.Run(() => PlayAsync(run.Record.Id, runner), CancellationToken.None);
            _running[run.Record.Id] = (runner, ended);
            return ended;
        }
    }

    private async Task<PowerPicture> PlayAsync(string id, PowerRunner runner)
    {
        try
        {
            var end = await runner.PlayAsync(_stopping.Token);
            var bad = end.Progress.Count(p => p.State is not (StepState.Verified or StepState.Unverified));
            Write("power.ended", end.Record.Order.Scope, Gateway, new { run = id, state = RunJson.Word(end.Record.Phase), steps = end.Steps.Length, notSeen = bad });
            return end;
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // A top loop: whatever breaks a run, its rooms can be asked again, and the stored steps tell how far it came.
            RunCrashed(_parts.Log, bug, id);
            throw;
        }
        finally
        {
            lock (_gate) _running.Remove(id);
        }
    }

    private void TellRooms(PowerPicture picture, ImmutableSortedDictionary<string, RoomProgress> before)
    {
        foreach (var (room, now) in picture.Record.Rooms)
        {
            if (before.TryGetValue(room, out var was) && was.Phase == now.Phase && was.Why == now.Why) continue;
            if (now.Phase is RoomPhase.Deferred) Write("power.deferred", room, Gateway, new { run = picture.Record.Id, why = now.Why });
            else if (was?.Phase is RoomPhase.Deferred) Write("power.going-on", room, Gateway, new { run = picture.Record.Id, state = RunJson.Word(now.Phase) });
        }
    }

    private Refusal? Conflict(PowerOrder order, PowerPlan plan, out List<(PowerRunner Runner, IReadOnlySet<string> Rooms)> yielding)
    {
        yielding = [];
        var touched = Touched(plan.Steps);
        lock (_gate)
        {
            foreach (var (id, (runner, _)) in _running)
            {
                var theirs = runner.Picture.Record;
                var shared = Touched(runner.Picture.Steps).Where(r => touched.Contains(r) && !theirs.CancelledRooms.Contains(r)).ToHashSet(StringComparer.Ordinal);
                if (shared.Count == 0) continue;

                // Errors fail toward "available and on": an order to switch on takes its rooms back from one to switch off, never the other way round.
                if (order.Act is PowerAct.Off || theirs.Order.Act is PowerAct.On)
                    return new(AnswerCodes.PowerRunning, $"run {id} ({RunJson.Word(theirs.Order.Act)}, {theirs.Order.Scope}) is under way in {string.Join(", ", shared.Order(StringComparer.Ordinal))}");
                yielding.Add((runner, shared));
                Write("power.superseded", string.Join(',', shared.Order(StringComparer.Ordinal)), order.By, new { run = id });
            }
        }

        foreach (var (runner, rooms) in yielding) runner.Cancel(rooms, "superseded");
        return null;
    }

    // Only waiting for a feeder to answer takes nothing from its room.
    private static HashSet<string> Touched(IEnumerable<PowerStep> steps) => steps.Where(s => s.IsSent).SelectMany(s => s.Rooms).ToHashSet(StringComparer.Ordinal);

    // Kept until the next run of the same scope; a site with many odd scopes forgets the oldest.
    private List<PowerPicture> Replaced(PowerOrder order)
    {
        lock (_gate)
        {
            var over = _all.Values.Where(r => r.Record.Phase is not RunPhase.Running).OrderBy(r => r.Record.Id, StringComparer.Ordinal).ToList();
            var same = over.Where(r => r.Record.Order.Scope == order.Scope).ToList();
            return [.. same, .. over.Except(same).Take(Math.Max(0, _all.Count - same.Count - MostKept + 1))];
        }
    }

    private void Drop(string run)
    {
        lock (_gate) _all.Remove(run);
        Dropped?.Invoke(run);
    }

    private async Task<bool> ParkAsync(DeviceId recorder, CancellationToken cancellation)
    {
        foreach (var room in _parts.House.Rooms.Where(r => r.Guarded.Routes.Layout.IsRecorder(recorder)))
        {
            try
            {
                if (!await room.ParkAsync(recorder, cancellation)) return false;
            }
            catch (IOException)
            {
                return false;
            }
        }

        return true;
    }

    private PowerView ViewOf() => new(_parts.Devices, WhyGuarded, IsParked, _parts.Time, _parts.Options);

    private bool IsParked(DeviceId recorder) =>
        _parts.House.Rooms.Where(r => r.Guarded.Routes.Layout.IsRecorder(recorder)).ToList() is { Count: > 0 } rooms
        && rooms.TrueForAll(r => r.Hearing.Record.Parked.Contains(recorder.Name));

    private IEnumerable<string> ScopeOf(ImmutableArray<string> rooms) => rooms.IsEmpty ? Graph.Rooms.Where(r => Graph.UseOf(r) is not PowerUse.Machines) : rooms;

    private RoomSources SourcesOf(string room) => _parts.House.Find(room) is { } found ? RoomSources.Of(found.Guarded.Routes.Layout) : RoomSources.None;

    private void PulseAll()
    {
        // Every reading of every device comes by here, and most nights nothing runs. A run that begins at this moment looks at everything first.
        if (_running.Count == 0) return;
        lock (_gate)
        {
            foreach (var (runner, _) in _running.Values) runner.Pulse();
        }
    }

    public void StatusChanged(IDevice device, DeviceStatus status) => PulseAll();
    public void ReadingChanged(IDevice device, string property, in Reading reading) => PulseAll();
    public void TargetChanged(IDevice device, string property, Target? target) { }
    public void FaultChanged(IDevice device, string code, bool raised, string? detail) { }
    public void ExtentChanged(IDevice device) { }
    public void Happened(IDevice device, DeviceEvent happened) { }

    private void Write<T>(string kind, string subject, string actor, T details) => _parts.Journal.Append(Row(kind, subject, actor, details));

    private JournalEntry Row<T>(string kind, string subject, string actor, T details) => new(_parts.Time.GetUtcNow(), kind, subject, actor, JsonSerializer.Serialize(details));

    private static PowerAnswer No(Refusal refusal) => new(null, null, refusal);

    [LoggerMessage(EventId = 2642, Level = LogLevel.Error, Message = "Power run {Run} broke by an error of ours; its stored steps tell how far it came")]
    private static partial void RunCrashed(ILogger log, Exception bug, string run);
}
