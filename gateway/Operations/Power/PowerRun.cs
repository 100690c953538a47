using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings.Guard;

namespace AvGateway.Operations.Power;

/// <summary>What a run looks at. Read from the run's loop only.</summary>
/// <param name="WhyGuarded">Why this room may not be touched now; asked for plans, since each frame is judged again where it leaves.</param>
/// <param name="IsParked">Whether this recorder was seen idle and is off on purpose.</param>
public sealed record PowerView(IDeviceDirectory Devices, Func<string, GuardReason> WhyGuarded, Func<DeviceId, bool> IsParked, TimeProvider Time, PowerOptions Options);

/// <summary>
/// The mind of one run: told what happened, it says which steps are due. Sends nothing, stores nothing and never waits, so that every moment of
/// it can be stopped and taken up again. Not safe from several threads.
/// </summary>
public sealed partial class PowerRun
{
    private readonly PowerView _view;
    private readonly ImmutableArray<PowerStep> _steps;
    private readonly StepProgress[] _progress;
    private readonly Live[] _live;
    private readonly int[][] _needs;
    private readonly int[][] _after;
    private readonly int[][] _follows;
    private readonly int[] _turns;
    private readonly Dictionary<string, int[]> _ofRoom;
    private readonly Dictionary<string, RoomLife> _rooms;
    private readonly SortedSet<int> _dirty = [];
    private readonly List<PowerFault> _faults = [];
    private readonly List<DeviceId> _awaited = [];

    /// <param name="kept">Progress of an earlier process; null for a new run.</param>
    public PowerRun(PowerRecord record, ImmutableArray<PowerStep> steps, IReadOnlyList<StepProgress>? kept, IReadOnlyDictionary<string, PowerBranch> branches, PowerView view)
    {
        Record = record;
        _steps = steps;
        _view = view;
        _progress = kept is null ? [.. steps.Select(_ => StepProgress.New)] : [.. kept];
        _live = [.. steps.Select(_ => new Live())];
        var index = steps.Select((s, i) => (s.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        _needs = [.. steps.Select(s => s.Needs.Select(id => index[id]).ToArray())];
        _after = [.. steps.Select(s => s.After.Select(id => index[id]).ToArray())];
        _follows = [.. steps.Select(s => s.Follows.Select(id => index[id]).ToArray())];
        _turns = StepTurns.Of(steps, _needs, _after, _follows);
        _ofRoom = steps.SelectMany((s, i) => s.Rooms.Select(room => (room, i))).GroupBy(p => p.room).ToDictionary(g => g.Key, g => g.Select(p => p.i).ToArray(), StringComparer.Ordinal);
        var now = view.Time.GetTimestamp();
        _rooms = _ofRoom.Keys.ToDictionary(r => r, r => new RoomLife { IsCancelled = record.CancelledRooms.Contains(r) }, StringComparer.Ordinal);
        foreach (var room in _rooms.Keys.Where(r => !Record.Rooms.ContainsKey(r)))
            Record = Record with { Rooms = Record.Rooms.Add(room, new(RoomPhase.Running, null, record.StartedAt)) };
        _gates = new(branches, view.Time, isResumed: kept is not null);
        if (kept is not null) TakeUp(now);
    }

    public PowerRecord Record { get; private set; }
    public bool HasEnded => Record.Phase is not RunPhase.Running;
    public PowerPicture Picture => new(Record, _steps, [.. _progress]);
    public PowerStep this[int step] => _steps[step];
    public StepProgress ProgressOf(int step) => _progress[step];

    /// <summary>Recorders that this run has switched off or taken the power from: their silence is no reason to guard a room.</summary>
    public IEnumerable<DeviceId> RecordersOff => _steps.Where((s, i) => s.IsOff && _progress[i].HasEnded && IsGood(i)).SelectMany(s => s.Recorders).Distinct();

    /// <summary>What is not stored yet; the record itself is always part of it.</summary>
    public IReadOnlyCollection<int> TakeDirty()
    {
        int[] taken = [.. _dirty];
        _dirty.Clear();
        return taken;
    }

    public bool IsRecordDirty { get; private set; } = true;

    public void RecordStored() => IsRecordDirty = false;

    /// <summary>What was found since it was last asked.</summary>
    public IReadOnlyList<PowerFault> TakeFaults()
    {
        PowerFault[] taken = [.. _faults];
        _faults.Clear();
        return taken;
    }

    /// <summary>Devices that were given power and have not answered yet: they are worth calling now. Each comes again after a while.</summary>
    public IReadOnlyList<DeviceId> TakeAwaited()
    {
        if (_awaited.Count == 0) return [];
        DeviceId[] taken = [.. _awaited];
        _awaited.Clear();
        return taken;
    }

    /// <summary>A step's own memory that a restart may forget: all of it is time that is then waited for anew.</summary>
    private sealed class Live
    {
        public bool IsInFlight { get; set; }
        public long NotBefore { get; set; }
        public long Since { get; set; }
        public long NextLook { get; set; }
        public long NextCall { get; set; }
        public long? BetweenSince { get; set; }
        public long? OppositeSince { get; set; }
        public CommandResult? Last { get; set; }
        public bool WasBroken { get; set; }
    }

    private sealed class RoomLife
    {
        public long NotBefore { get; set; }
        public long? DeferredSince { get; set; }
        public long? QuietSince { get; set; }
        public bool IsCancelled { get; set; }
    }

    // A frame may have gone before the crash: look first, and never repeat what may have toggled.
    private void TakeUp(long now)
    {
        for (var i = 0; i < _steps.Length; i++)
        {
            // What was switched just before the crash is as fresh as what was switched just now.
            if (_progress[i].HasEnded) _live[i].Since = now;
            if (_progress[i].State is not (StepState.Wished or StepState.Sent or StepState.Watched)) continue;
            _live[i].Since = now;
            _live[i].WasBroken = true;
            Set(i, _progress[i] with { State = StepState.Watched, Reason = new("网关已重启", "restarted") });
        }
    }

    private void Set(int step, StepProgress progress)
    {
        if (_progress[step] == progress) return;
        _progress[step] = progress;
        _dirty.Add(step);
    }

    private void SetRoom(string room, RoomPhase phase, string? why)
    {
        var old = Record.Rooms[room];
        if (old.Phase == phase && old.Why == why) return;
        Record = Record with { Rooms = Record.Rooms.SetItem(room, new(phase, why, _view.Time.GetUtcNow())) };
        IsRecordDirty = true;
    }

    /// <summary>Whether what waits for this step may go on: it was seen, or it is of a kind that nobody can see and that breaks nothing.</summary>
    private bool IsGood(int step) => _progress[step].State switch
    {
        StepState.Verified => true,
        StepState.Unverified => _progress[step].SeenBy(_steps[step].IsOff) > 0 || _steps[step].Load is not (LoadKind.Computer or LoadKind.Recorder),
        _ => false,
    };

    private bool IsIdempotent(PowerStep step) => VerbOf(step) is not { Idempotent: false };

    private VerbSpec? VerbOf(PowerStep step) => _view.Devices.Find(step.Device)?.Manifest.Verbs.FirstOrDefault(v => v.Name == VerbName(step));

    /// <summary>The word that the device is told.</summary>
    public static string VerbName(PowerStep step) => step.Kind switch
    {
        StepKind.StopStream => RecorderWords.StopVerb,
        StepKind.DeviceOff => PowerWords.OffVerb,
        StepKind.DeviceOn => PowerWords.OnVerb,
        StepKind.OutletOff => OutletWords.OffVerb,
        StepKind.OutletOn => OutletWords.OnVerb,
        _ => "",
    };
}
