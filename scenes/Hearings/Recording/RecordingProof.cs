using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Running;

namespace AvGateway.Scenes.Hearings.Recording;

/// <summary>One recorder as the panel shows it.</summary>
public sealed record RecorderPicture(DeviceId Device, RecorderRole Role, RecorderState State, IReadOnlyList<string> Faults);

/// <summary>The recording of a room: the word, each recorder apart, and the spare one that could take over.</summary>
/// <param name="Offer">A backup that is idle while the main one is red; offered, never started in silence.</param>
public sealed record RecordingPicture(RecordingWord Word, ImmutableArray<RecorderPicture> Recorders, DeviceId? Offer)
{
    /// <summary>Whether a person would see a difference; faults come and go with alarms.</summary>
    public bool Differs(RecordingPicture other) =>
        Word != other.Word || Offer != other.Offer || !Recorders.Select(r => (r.Device, r.State)).SequenceEqual(other.Recorders.Select(r => (r.Device, r.State)));

    public bool IsRed => Recorders.Any(r => r.Faults.Count > 0) || Word is RecordingWord.NotRecorded;
}

/// <summary>A recorder's fault while a hearing needs it.</summary>
public sealed record RecordingAlarm(DeviceId Recorder, RecorderRole Role, string Code, bool IsRaised, DateTimeOffset At);

/// <summary>
/// Watches the recorders of one room apart from each other and keeps the hearing's recording log. Whoever owns it calls <see
/// cref="LookAsync"/>
/// at least every second while a hearing is open, and on every change.
/// </summary>
public sealed class RecordingProof : IRecordingDesk, IDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WatermarkEvery = TimeSpan.FromSeconds(30);

    // Counters and polls are whole seconds and up to one poll old.
    private static readonly TimeSpan CounterSlack = TimeSpan.FromSeconds(8);
    private const int MaximumUnsaved = 200;

    private readonly RoomLayout _layout;
    private readonly HearingRoom _hearing;
    private readonly RoomSight _sight;
    private readonly RoomSignal _signal;
    private readonly TimeProvider _time;
    private readonly Dictionary<DeviceId, RecorderWatch> _watches;
    private readonly Lock _gate = new();

    // The watch and a scene look at the same time; what one saves the other must not save and forget again.
    private readonly SemaphoreSlim _saving = new(1, 1);
    private readonly List<Func<RecordingLog, RecordingLog>> _unsaved = [];
    private readonly long _startedAt;
    private readonly Dictionary<DeviceId, Watermark> _restored = [];
    private TimeSpan _markedAt;
    private Stage _lastStage;
    private RecordingPicture _picture;

    public RecordingProof(RoomLayout layout, HearingRoom hearing, RoomSight sight, RoomSignal signal, TimeProvider time,
        ProofOptions options)
    {
        _layout = layout;
        _hearing = hearing;
        _sight = sight;
        _signal = signal;
        _time = time;
        _startedAt = time.GetTimestamp();
        _watches = layout.Recorders.ToDictionary(r => r.Device, _ => new RecorderWatch(options));
        _picture = new(RecordingWord.Off, [], null);
        _lastStage = hearing.Snapshot.Stage;
        hearing.Changed += OnHearing;
    }

    public RecordingPicture Picture => Volatile.Read(ref _picture);

    /// <summary>Raised on each edge, before the log is written: an alarm waits for no disk.</summary>
    public event Action<RecordingAlarm>? Alarmed;

    public event Action<RecordingPicture>? Changed;

    /// <summary>Takes up the wishes of a hearing that was open when the gateway ended.</summary>
    public void Restore(HearingRecord record)
    {
        lock (_gate)
        {
            _lastStage = record.Stage;
            foreach (var seat in _layout.Recorders)
            {
                if (record.RecordingWishes.GetValueOrDefault(seat.Device.Name) is not RecordingWish.Record) continue;
                _watches[seat.Device].Wished(RecordingWish.Record, Now);
                if (record.Watermarks.TryGetValue(seat.Device.Name, out var mark)) _restored[seat.Device] = mark;
            }
        }
    }

    public async ValueTask WishAsync(DeviceId recorder, RecordingWish wish, LegalReason reason, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _watches[recorder].Wished(wish, Now);
            var at = _time.GetUtcNow();
            if (wish is RecordingWish.Stop) Note(log => log.Resume(recorder.Name, at).End(recorder.Name, at));
            if (wish is RecordingWish.Pause) Note(log => log.Resume(recorder.Name, at));
        }

        await _hearing.AmendAsync(r => r with { RecordingWishes = r.RecordingWishes.SetItem(recorder.Name, wish) }, cancellation);
        await LookAsync(cancellation);
    }

    public void Refused(DeviceId recorder, string reason)
    {
        lock (_gate) _watches[recorder].Refused();
        _signal.Pulse();
    }

    public async ValueTask<bool> ProveAsync(DeviceId recorder, Deadline deadline, CancellationToken cancellation)
    {
        while (true)
        {
            var changed = _signal.Next;
            await LookAsync(cancellation);
            RecorderWatch watch;
            lock (_gate) watch = _watches[recorder];
            if (watch.State is RecorderState.Proven) return true;
            var left = deadline.Remaining(_time);
            if (left == TimeSpan.Zero || watch.Faults.Contains(RecordingFaults.Refused)) return false;
            try
            {
                await changed.WaitAsync(left, _time, cancellation);
            }
            catch (TimeoutException)
            {
                // One last look decides.
            }
        }
    }

    /// <summary>Looks at every recorder, raises and clears alarms, and writes what the log gained. A store that fails keeps nothing from
    /// being shown.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        List<RecordingAlarm> alarms = [];
        bool mustSave;
        RecordingPicture picture;
        lock (_gate)
        {
            foreach (var seat in _layout.Recorders) Look(seat, alarms);
            picture = Paint();
            mustSave = _unsaved.Count > 0 || !_hearing.Snapshot.IsStored || _hearing.Snapshot.IsOpen && Now - _markedAt >= WatermarkEvery;
        }

        // First, so that whoever hears of the change sees it.
        var before = Interlocked.Exchange(ref _picture, picture);
        _hearing.ShowRecording(picture.Word);
        foreach (var alarm in alarms) Alarmed?.Invoke(alarm);
        if (alarms.Count > 0 || picture.Differs(before)) Changed?.Invoke(picture);
        if (mustSave) await SaveAsync(cancellation);
    }

    private void Look(RecorderSeat seat, List<RecordingAlarm> alarms)
    {
        var watch = _watches[seat.Device];
        var before = (watch.State, watch.Faults);
        var sight = See(seat.Device);
        var firstGrowth = watch.GrownAt is null;
        watch.Observe(sight, Now, isQuietMeant: StageSet.Suspended.Has(_hearing.Snapshot.Stage));
        var at = _time.GetUtcNow();
        if (watch.Wish is RecordingWish.Record) CompareWatermark(seat, sight, at);
        if (watch.Wish is RecordingWish.Record && firstGrowth && watch.GrownAt is not null) Note(log =>
            log.Begin(seat.Device.Name, seat.Role, at));

        var wasGap = before.Faults.FirstOrDefault(IsGap);
        var gap = watch.Faults.FirstOrDefault(IsGap);
        if (wasGap is null && gap is not null)
        {
            var from = at - (Now - (watch.GrownAt ?? watch.WishedAt));
            Note(log => log.Interrupt(seat.Device.Name, LegalReason.None, gap, false, from));
        }

        if (watch.State is RecorderState.Proven && before.State is not RecorderState.Proven) Note(log => log.Resume(seat.Device.Name, at));
        alarms.AddRange(watch.Faults.Except(before.Faults).Select(f => new RecordingAlarm(seat.Device, seat.Role, f, true, at)));
        alarms.AddRange(before.Faults.Except(watch.Faults).Select(f => new RecordingAlarm(seat.Device, seat.Role, f, false, at)));
    }

    // What the counter gained while no gateway watched tells whether the recorder went on.
    private void CompareWatermark(RecorderSeat seat, RecorderSight sight, DateTimeOffset at)
    {
        if (sight.Counter is not { } recorded || !_restored.Remove(seat.Device, out var mark)) return;
        var missing = at - mark.At - TimeSpan.FromSeconds(recorded - mark.Recorded);
        if (missing > CounterSlack || recorded < mark.Recorded)
            Note(log => log.Add(new(mark.At, at, seat.Device.Name, LegalReason.None, RecordingFaults.Unwatched, false)));
    }

    private RecorderSight See(DeviceId device)
    {
        var level = _sight.Shown(new(device, RecorderWords.LoudestLevel));
        var clock = _sight.Shown(new(device, RecorderWords.ClockDifference));
        var recorded = _sight.Shown(new(device, RecorderWords.RecordedTime));
        var timecode = _sight.Shown(new(device, RecorderWords.RecordingTimecode));
        var storage = _sight.Shown(new(device, RecorderWords.StorageTime));
        var state = _sight.Shown(new(device, RecorderWords.RecordingState));
        return new(
            state.Known && state.Value.Text is not RecordingStates.Unknown ? state.Value.Text : null,
            recorded.Known ? recorded.Value.Integer : null,
            level.Known ? level.Value.Number : null,
            clock.Known ? TimeSpan.FromSeconds(clock.Value.Number) : null,
            storage.Known ? TimeSpan.FromSeconds(storage.Value.Integer) : null)
        {
            Timecode = timecode.Known ? timecode.Value.Integer : null,
        };
    }

    private RecordingPicture Paint()
    {
        ImmutableArray<RecorderPicture> recorders = [.. _layout.Recorders
            .Select(s => new RecorderPicture(s.Device, s.Role, _watches[s.Device].State, _watches[s.Device].Faults))];
        var mainIsRed = recorders.Any(r => r.Role is RecorderRole.Main && r.Faults.Count > 0);
        var spare = recorders.FirstOrDefault(r => r.Role is RecorderRole.Backup && _watches[r.Device].Wish is not RecordingWish.Record);
        return new(WordOf(recorders), recorders, mainIsRed && spare is not null ? spare.Device : null);
    }

    private RecordingWord WordOf(ImmutableArray<RecorderPicture> recorders)
    {
        var stage = _hearing.Snapshot.Stage;
        var expected = recorders.Where(r => _watches[r.Device].Wish is RecordingWish.Record).ToList();
        if (expected.Count == 0) return StageSet.InSession.Has(stage) && !_layout.PausesFor.Contains(ReasonOf(stage))
            ? RecordingWord.NotRecorded : RecordingWord.Off;
        if (expected.All(r => r.State is RecorderState.Proven)) return RecordingWord.Proven;
        return expected.All(r => r.State is RecorderState.Failed) ? RecordingWord.NotRecorded : RecordingWord.Unproven;
    }

    private void OnHearing(HearingSnapshot snapshot)
    {
        lock (_gate)
        {
            if (snapshot.Stage == _lastStage) return;
            var was = ReasonOf(_lastStage);
            var reason = ReasonOf(snapshot.Stage);
            _lastStage = snapshot.Stage;
            if (was is not LegalReason.None) Note(log => log.Resume(null, snapshot.Since));
            if (reason is not LegalReason.None) Note(log =>
                log.Interrupt(null, reason, null, isSealed: !_layout.PausesFor.Contains(reason), snapshot.Since));
        }
    }

    private async Task SaveAsync(CancellationToken cancellation)
    {
        await _saving.WaitAsync(cancellation);
        try { await SaveNowAsync(cancellation); }
        finally { _saving.Release(); }
    }

    public void Dispose() => _saving.Dispose();

    private async Task SaveNowAsync(CancellationToken cancellation)
    {
        Func<RecordingLog, RecordingLog>[] changes;
        ImmutableSortedDictionary<string, Watermark> marks;
        lock (_gate)
        {
            changes = [.. _unsaved];
            _markedAt = Now;
            marks = Marks();
        }

        await _hearing.AmendAsync(r =>
            r with { Log = changes.Aggregate(r.Log, (log, change) => change(log)), Watermarks = marks }, cancellation);
        lock (_gate) _unsaved.RemoveRange(0, changes.Length);
    }

    private ImmutableSortedDictionary<string, Watermark> Marks()
    {
        var at = _time.GetUtcNow();
        return _layout.Recorders
            .Select(s => (s.Device.Name, See(s.Device).Counter))
            .Where(s => s.Counter is not null)
            .ToImmutableSortedDictionary(s => s.Name, s => new Watermark(at, s.Counter!.Value));
    }

    private void Note(Func<RecordingLog, RecordingLog> change)
    {
        if (_unsaved.Count < MaximumUnsaved) _unsaved.Add(change);
    }

    private TimeSpan Now => _time.GetElapsedTime(_startedAt);

    private static bool IsGap(string fault) => fault is not (RecordingFaults.Clock or RecordingFaults.StorageLow);

    private static LegalReason ReasonOf(Stage stage) => stage switch
    {
        Stage.Adjourned => LegalReason.Recess,
        Stage.Deliberation => LegalReason.Deliberation,
        Stage.ClosedEvidence => LegalReason.ClosedEvidence,
        Stage.Mediation => LegalReason.Mediation,
        _ => LegalReason.None,
    };
}
