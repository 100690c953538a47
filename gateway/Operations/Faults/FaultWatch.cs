using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Model;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Faults;

/// <summary>
/// Keeps the board: hears the devices and the rooms, decides on time, stores every change before it is told, and takes up at the next start what
/// was open. A store that is away delays no telling.
/// </summary>
public sealed partial class FaultWatch(FaultRules rules, IStateTable state, IServiceJournal journal, TimeProvider time, ILogger<FaultWatch> log) : IDeviceObserver, IAsyncDisposable
{
    private const string Kind = "fault";
    private const string NumbersKind = "fault-numbers";
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);

    private readonly FaultBoard _board = new(rules, time);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<string> _unstored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _routes = new(StringComparer.Ordinal);
    private volatile TaskCompletionSource _told = NewSignal();
    private volatile Task _waiting = Task.CompletedTask;
    private Task _looking = Task.CompletedTask;

    /// <summary>Each change once, in order, after it was stored (or could not be).</summary>
    public event Action<FaultChange>? Changed;

    /// <summary>A closed fault is kept no more; the service record has it.</summary>
    public event Action<string>? Dropped;

    public FaultKinds Kinds => rules.Kinds;

    /// <summary>To be set before the start.</summary>
    public IFaultFollower? Follower { get; set; }

    /// <summary>Closed ones of which somebody has still to ask how it went.</summary>
    public IReadOnlyList<Fault> AwaitingFollowUp
    {
        get
        {
            lock (_gate) return [.. _board.Faults.Where(f => f.AwaitsFollowUp).OrderBy(f => f.FollowUpBy)];
        }
    }

    /// <summary>Faults that are not closed.</summary>
    public IReadOnlyList<Fault> Open
    {
        get
        {
            lock (_gate) return [.. _board.Faults.Where(f => !f.IsClosed).OrderBy(f => f.Id, StringComparer.Ordinal)];
        }
    }

    public Fault? Find(string id)
    {
        lock (_gate) return _board.Find(id);
    }

    /// <summary>Hears the recordings and the forbidden connections of these rooms. To be called once, before they start.</summary>
    public void Hear(Courthouse house)
    {
        foreach (var room in house.Rooms)
        {
            room.Recording.Alarmed += alarm => Tell(new(alarm.Recorder.ToString(), alarm.Code), alarm.IsRaised);
            room.RouteAlarmed += alarm => TellRoute(room.Room, $"{alarm.Conflict.Rule.Code} {alarm.Conflict.Point}", alarm.IsRaised);
        }
    }

    /// <exception cref="JsonException">A stored fault is damaged: the gateway must not start as if there were none.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        var kept = (await state.LoadAllAsync(Kind, cancellation)).Select(d => FaultJson.Read(d.Json)).ToList();
        var numbers = (await state.LoadAllAsync(NumbersKind, cancellation)).Select(d => FaultJson.ReadNumbers(d.Json)).FirstOrDefault([]);
        lock (_gate)
        {
            _board.Restore(kept, numbers);

            // Rooms tell anew what they see; devices do when they are in step again.
            foreach (var fault in kept.Where(f => !f.IsClosed && (f.Code.StartsWith("recording.", StringComparison.Ordinal) || f.Code == FaultKinds.ForbiddenRoute)))
                _board.Tell(new(fault.Subject, fault.Code), false);
        }
    }

    public void Start() => _looking = Task.Run(KeepAsync);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _looking;
    }

    /// <summary>Ends when everything that was told, and every timer that fired, has been looked at.</summary>
    internal async Task SettleAsync()
    {
        while (!_looking.IsCompleted && (_told.Task.IsCompleted || _waiting.IsCompleted)) await Task.Yield();
    }

    /// <summary>Carries out what somebody asks; the change is stored and told before this returns.</summary>
    public Task<FaultAnswer> ActAsync(string id, FaultAct act, CancellationToken cancellation) =>
        DoAsync(() => (_board.Act(id, act, out var changes), changes), cancellation);

    /// <summary>Takes down what somebody reports; it is stored and told before this returns.</summary>
    public Task<FaultAnswer> RaiseAsync(FaultReport report, CancellationToken cancellation) =>
        DoAsync(() => (_board.Raise(report, out var changes), changes), cancellation);

    private async Task<FaultAnswer> DoAsync(Func<(FaultAnswer Answer, IReadOnlyList<FaultChange> Changes)> act, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            IReadOnlyList<FaultChange> changes;
            FaultAnswer answer;
            lock (_gate)
            {
                (answer, changes) = act();
                changes = Followed(changes);
            }

            await CarryOutAsync(changes);
            return answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Does something to the follower in turn with the looks, and stores it before this returns.</summary>
    /// <returns>What <paramref name="act"/> gave, and whether it is durable.</returns>
    public async Task<(T Done, bool IsStored)> InTurnAsync<T>(Func<T> act, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            T done;
            IReadOnlyList<FaultChange> changes;
            lock (_gate)
            {
                done = act();
                changes = Followed([]);
            }

            return (done, await CarryOutAsync(changes));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Something that the follower waits for has come.</summary>
    public void Nudge() => _told.TrySetResult();

    /// <summary>A symptom that some other part of the gateway sees.</summary>
    /// <param name="rated">How grave it is, for kinds that are of the site.</param>
    public void Tell(SymptomKey key, bool isPresent, Wording? detail = null, Severity? rated = null)
    {
        lock (_gate) _board.Tell(key, isPresent, detail, rated);
        _told.TrySetResult();
    }

    public void StatusChanged(IDevice device, DeviceStatus status)
    {
        var subject = device.Id.ToString();
        lock (_gate)
        {
            switch (status.State)
            {
                case DeviceState.Offline when status.Reason is not StatusReasons.Stopped:
                    _board.Tell(new(subject, FaultKinds.Unreachable), true, FaultTexts.Status(status.Reason));
                    break;
                case DeviceState.Degraded:
                    _board.Tell(new(subject, FaultKinds.Unreachable), false);
                    _board.Tell(new(subject, FaultKinds.Unusable), true, FaultTexts.Status(status.Reason));
                    break;
                case DeviceState.Online:
                    _board.Tell(new(subject, FaultKinds.Unreachable), false);
                    _board.Tell(new(subject, FaultKinds.Unusable), false);
                    Reread(device, subject);
                    break;
                case DeviceState.Disabled or DeviceState.Maintenance:
                    foreach (var code in _board.CodesOf(subject).Where(c => !rules.Kinds.Of(c).IsReported)) _board.Tell(new(subject, code), false);
                    break;
            }
        }

        _told.TrySetResult();
    }

    public void FaultChanged(IDevice device, string code, bool raised, string? detail) => FaultChanged(device, code, raised, detail, null);

    public void FaultChanged(IDevice device, string code, bool raised, string? detail, string? detailZh) =>
        Tell(new(device.Id.ToString(), code), raised, detail is null ? null : new(detailZh ?? detail, detail));

    public void ReadingChanged(IDevice device, string property, in Reading reading) { }
    public void TargetChanged(IDevice device, string property, Target? target) { }
    public void ExtentChanged(IDevice device) { }
    public void Happened(IDevice device, DeviceEvent happened) { }

    // What an earlier process raised and this device does not show any more is gone.
    private void Reread(IDevice device, string subject)
    {
        var declared = device.Manifest.Faults.Select(f => f.Code).ToHashSet(StringComparer.Ordinal);
        var shown = device.Snapshot().Faults;
        foreach (var code in _board.CodesOf(subject).Where(c => declared.Contains(c) && !shown.Contains(c))) _board.Tell(new(subject, code), false);
    }

    private void TellRoute(string room, string what, bool isRaised)
    {
        lock (_gate)
        {
            if (!_routes.TryGetValue(room, out var seen)) _routes.Add(room, seen = new(StringComparer.Ordinal));
            _ = isRaised ? seen.Add(what) : seen.Remove(what);
            _board.Tell(new(room, FaultKinds.ForbiddenRoute), seen.Count > 0, Wording.Own(what));
        }

        _told.TrySetResult();
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                var told = _told;
                await LookAsync();
                TimeSpan next;
                lock (_gate) next = Follower?.NextLook is { } follower && follower < _board.NextLook ? follower : _board.NextLook;
                var waiting = told.Task.WaitAsync(next, time, _stopping.Token);
                _waiting = waiting;
                try { await waiting; }
                catch (TimeoutException) { continue; }
                _told = NewSignal();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task LookAsync()
    {
        await _turn.WaitAsync(_stopping.Token);
        try
        {
            IReadOnlyList<FaultChange> changes;
            lock (_gate) changes = Followed(_board.Look());
            await CarryOutAsync(changes);
        }
        finally
        {
            _turn.Release();
        }
    }

    private IReadOnlyList<FaultChange> Followed(IReadOnlyList<FaultChange> changes) =>
        Follower?.Look(_board) is { Count: > 0 } more ? [.. changes, .. more] : changes;

    private async Task<bool> CarryOutAsync(IReadOnlyList<FaultChange> changes)
    {
        IReadOnlyList<string> dropped;
        bool hasMore;
        lock (_gate) (dropped, hasMore) = (_board.TakeDropped(), Follower is { HasToWrite: true });
        var isStored = (changes.Count == 0 && dropped.Count == 0 && _unstored.Count == 0 && !hasMore) || await StoreAsync(changes, dropped);
        foreach (var change in changes) Changed?.Invoke(change);
        foreach (var id in dropped) Dropped?.Invoke(id);
        lock (_gate) Follower?.Go();
        return isStored;
    }

    // Rows of the service record go in with the documents, in one commit; those of a failed commit are queued by the journal itself.
    private async Task<bool> StoreAsync(IReadOnlyList<FaultChange> changes, IReadOnlyList<string> dropped)
    {
        var batch = new StoreBatch();
        foreach (var change in changes)
        {
            _unstored.Add(change.Fault.Id);
            batch.Record(Row(change));
        }

        lock (_gate)
        {
            foreach (var id in _unstored)
                if (_board.Find(id) is { } fault) batch.Put(Kind, id, FaultJson.Write(fault));
            batch.Put(NumbersKind, "all", FaultJson.Write(_board.Numbers));
            Follower?.Write(batch);
        }

        foreach (var id in dropped) batch.Delete(Kind, id);
        try
        {
            await state.CommitAsync(batch, CancellationToken.None).AsTask().WaitAsync(StoreWithin, time);
            _unstored.Clear();
            lock (_gate) Follower?.Written();
            return true;
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            // Told all the same, and stored with the next look that finds the store well.
            NotStored(log, unwell, changes.Count);
            foreach (var change in changes) journal.Append(Row(change));
            return false;
        }
    }

    private static JournalEntry Row(FaultChange change) => new(
        change.Line.At,
        $"fault.{change.Line.What}",
        change.Fault.Id,
        change.Line.By,
        JsonSerializer.Serialize(new { n = change.Line.Number, code = change.Fault.Code, subject = change.Fault.Subject, severity = change.Fault.Severity.ToString(), text = change.Line.Text, fault = StandOf(change) }));

    // The monthly report is reckoned from these rows alone; what only tells that somebody was told changes nothing of how the fault stands.
    private static JsonElement? StandOf(FaultChange change) =>
        change.Line.What is FaultWords.Told or FaultWords.Held or FaultWords.Clock or FaultWords.Noted ? null : FaultJson.Record(change.Fault);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _turn.Dispose();
    }

    [LoggerMessage(EventId = 2700, Level = LogLevel.Error, Message = "{Count} changes of faults could not be stored; they are told and stored later")]
    private static partial void NotStored(ILogger log, Exception unwell, int count);
}
