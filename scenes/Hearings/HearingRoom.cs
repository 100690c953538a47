using System.Collections.Immutable;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Hearings;

/// <summary>A wish to move a hearing on.</summary>
/// <param name="Confirmed">A person confirmed the consequence on the panel.</param>
/// <param name="Hearing">Opaque id of the hearing that is meant; null: the one of this room.</param>
/// <param name="IsPublic">Marks the hearing public or not; null: as before, and not public when it begins.</param>
public sealed record HearingRequest(Told Told, Actor Actor, bool Confirmed = false, string? Hearing = null, bool? IsPublic = null);

/// <summary>The hearing of one room: who may move it on, stored before it counts. Safe from any thread.</summary>
public sealed class HearingRoom : IDisposable
{
    private static readonly ImmutableHashSet<Told> NeedConfirmation =
        [Told.Opened, Told.ClosedEvidenceCalled, Told.MediationCalled, Told.Resumed, Told.Closed];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly IHearingStore _store;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private HearingRecord _record;
    private volatile HearingSnapshot _snapshot;

    public HearingRoom(string room, IHearingStore store, TimeProvider time)
    {
        Room = room;
        _store = store;
        _time = time;
        _record = HearingRecord.New(room, time.GetUtcNow());
        _snapshot = new(room, Stage.Closed, RecordingWord.Off, _record.Since);
    }

    public string Room { get; }
    public HearingSnapshot Snapshot => _snapshot;
    public HearingRecord Record => Volatile.Read(ref _record);

    /// <summary>Raised after every change, in order, from whichever thread made it: must return at once.</summary>
    public event Action<HearingSnapshot>? Changed;

    /// <summary>Takes up what the store kept; until then everything in this room is guarded.</summary>
    public void Restore(HearingRecord? kept)
    {
        if (kept is not null) _record = kept;
        Publish(s => Shown(s) with { IsKnown = true });
    }

    /// <summary>Whether a wish would be accepted now; null when it would.</summary>
    public HearingAnswer? Refusal(HearingRequest request)
    {
        if (!_snapshot.IsKnown) return HearingRefusals.NotKnown;
        if (request.Told is not (Told.Docketed or Told.Withdrawn) && !request.Actor.MayLead(Room)) return HearingRefusals.NotYours;
        var record = Record;
        if (_snapshot.IsOpen && request.Hearing is { } meant && meant != record.Hearing) return HearingRefusals.OtherOpen;
        if (!new HearingMachine(record.Stage, record.Before).CanFire(request.Told))
            return _snapshot.IsOpen && request.Told is Told.Opened or Told.Prepared ? HearingRefusals.OtherOpen : HearingRefusals.NotNow;
        return NeedConfirmation.Contains(request.Told) && !request.Confirmed ? HearingRefusals.Unconfirmed : null;
    }

    /// <summary>What the hearing may be told now, also what leaves it where it is.</summary>
    public IReadOnlyCollection<Told> Possible
    {
        get
        {
            var machine = new HearingMachine(Record.Stage, Record.Before);
            return [.. Enum.GetValues<Told>().Where(machine.CanFire)];
        }
    }

    /// <summary>What would move the hearing to another stage now.</summary>
    public IReadOnlyList<Told> Permitted => [.. Enum.GetValues<Told>().Where(t => Destination(t) != Record.Stage)];

    /// <summary>Where a wish would lead.</summary>
    public Stage Destination(Told told)
    {
        var machine = new HearingMachine(Record.Stage, Record.Before);
        if (machine.CanFire(told)) machine.Fire(told);
        return machine.Stage;
    }

    /// <summary>
    /// Moves the hearing on. The new stage counts once it is durable. When nothing can be stored, a hearing that opens or goes on counts all the
    /// same and is shown as not stored, since that guards more; one that would end stays open.
    /// </summary>
    public async Task<HearingAnswer> TurnAsync(HearingRequest request, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            if (Refusal(request) is { } refusal) return refusal;
            var machine = new HearingMachine(_record.Stage, _record.Before);
            machine.Fire(request.Told);
            if (machine.Stage == _record.Stage && request.IsPublic is null) return HearingAnswer.Yes;
            return await KeepAsync(Moved(_record, machine, request), cancellation) ? HearingAnswer.Yes : HearingRefusals.NotStored;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Changes what is kept besides the stage (recording wishes, log, parked recorders); durable when it completes with true.</summary>
    public async Task<bool> AmendAsync(Func<HearingRecord, HearingRecord> change, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var changed = change(_record);
            if (changed == _record && _snapshot.IsStored) return true;
            await KeepAsync(changed with { Version = _record.Version + 1 }, cancellation);
            return _snapshot.IsStored;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A scene leads towards this stage, or no longer does: its rules hold from now on besides those of the present one.</summary>
    public void Wish(Stage? stage, bool notConfirmed = false) => Publish(s => s with { Wished = stage, NotConfirmed = notConfirmed });

    public void ShowRecording(RecordingWord word) => Publish(s => s with { Recording = word });

    public void ShowForgotten(bool forgotten) => Publish(s => s with { IsForgotten = forgotten });

    public void Dispose() => _turn.Dispose();

    // False when the change does not count, because it would end a hearing and could not be stored.
    private async Task<bool> KeepAsync(HearingRecord record, CancellationToken cancellation)
    {
        // Between the wish and its being durable the rules of both stages hold.
        var wished = _snapshot.Wished;
        if (wished is null && record.Stage != _record.Stage) Wish(record.Stage);
        var isStored = false;
        try
        {
            await _store.PutAsync(record, cancellation);
            isStored = true;
        }
        catch (IOException)
        {
            // Shown below; whoever looks after the room asks again with the next change.
        }
        finally
        {
            if (isStored || record.Stage is not Stage.Closed || _record.Stage is Stage.Closed) Volatile.Write(ref _record, record);
            Publish(s => Shown(s) with { Wished = wished, NotConfirmed = s.NotConfirmed && wished is not null, IsStored = isStored });
        }

        return ReferenceEquals(_record, record);
    }

    private HearingRecord Moved(HearingRecord record, HearingMachine machine, HearingRequest request)
    {
        var now = _time.GetUtcNow();
        var begins = record.Stage is Stage.Closed && machine.Stage is not Stage.Closed;
        // The record of a closed room still tells of its last hearing.
        var opens = (begins || record.OpenedAt is null) && StageSet.InSession.Has(machine.Stage);
        var moved = record with
        {
            Hearing = request.Hearing ?? record.Hearing,
            Stage = machine.Stage,
            Before = machine.Before,
            Since = machine.Stage == record.Stage ? record.Since : now,
            Version = record.Version + 1,
            IsPublic = request.IsPublic ?? (!begins && record.IsPublic),
            OpenedAt = opens ? now : record.OpenedAt,
            ClosedAt = machine.Stage is Stage.Closed && record.OpenedAt is not null ? now : record.ClosedAt,
        };
        if (!begins) return moved;
        return moved with
        {
            Hearing = request.Hearing,
            OpenedAt = opens ? now : null,
            ClosedAt = null,
            Before = machine.Before,
            Log = RecordingLog.Empty,
            Watermarks = moved.Watermarks.Clear(),
            RecordingWishes = moved.RecordingWishes.Clear(),
        };
    }

    private HearingSnapshot Shown(HearingSnapshot shown) => shown with
    {
        Stage = _record.Stage,
        Since = _record.Since,
        IsPublic = _record.IsPublic,
        Hearing = _record.Hearing,
        ClosedAt = _record.ClosedAt,
    };

    private void Publish(Func<HearingSnapshot, HearingSnapshot> change)
    {
        lock (_gate)
        {
            var next = change(_snapshot);
            if (next == _snapshot) return;
            _snapshot = next;
            Changed?.Invoke(next);
        }
    }
}
