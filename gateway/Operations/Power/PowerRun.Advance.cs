using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Power;

/// <summary>Which steps are due, and what the signs say of those that were sent.</summary>
public sealed partial class PowerRun
{
    private readonly RushGates _gates;
    private long _nextCall;

    /// <summary>Looks at everything once.</summary>
    /// <param name="due">Steps to be sent, each after what <see cref="TakeDirty"/> tells is stored.</param>
    /// <returns>When to look again at the latest.</returns>
    public TimeSpan Advance(List<int> due)
    {
        var now = _view.Time.GetTimestamp();
        foreach (var (name, room) in _rooms) Defer(name, room, now);
        var next = now + Ticks(_view.Options.LookEvery);
        _nextCall = long.MaxValue;
        foreach (var i in _turns)
        {
            switch (_progress[i].State)
            {
                case StepState.Waiting: next = Math.Min(next, Begin(i, now, due)); break;
                case StepState.Watched: Watch(i, now); break;
                case StepState.Verified or StepState.Unverified when Record.Order.Act is PowerAct.Off: WatchOff(i, now); break;
            }
        }

        Settle(now);
        next = Math.Min(next, _nextCall);
        return next <= now ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromSeconds((double)(next - now) / _view.Time.TimestampFrequency);
    }

    /// <summary>The first frame has gone to the link.</summary>
    public void Sent(int step)
    {
        _gates.Sent(step, _steps[step]);
        if (_progress[step].State is StepState.Wished) Set(step, _progress[step] with { State = StepState.Sent, SentAt = _view.Time.GetUtcNow() });
    }

    /// <summary>The device has taken the word.</summary>
    public void Acknowledged(int step) => _gates.Acknowledged(step, _steps[step]);

    public void Ended(int step, CommandResult result)
    {
        var live = _live[step];
        live.IsInFlight = false;
        live.Last = result;
        live.Since = _view.Time.GetTimestamp();
        live.WasBroken = false;
        _gates.Ended(step, _steps[step], result.Outcome is CommandOutcome.Verified);
        if (result.Outcome is CommandOutcome.Guarded)
        {
            Stopped(step, result);
            return;
        }

        foreach (var room in _steps[step].Rooms) _rooms[room].DeferredSince = null;
        Set(step, _progress[step] with { State = StepState.Watched, Reason = ResultTable.WhyOf(result) });
    }

    /// <summary>Takes back what was not sent, in these rooms or in all.</summary>
    public void Cancel(IReadOnlySet<string>? rooms, Wording reason)
    {
        foreach (var (name, room) in _rooms)
        {
            if (rooms?.Contains(name) is false || room.IsCancelled) continue;
            room.IsCancelled = true;
            Record = Record with { CancelledRooms = Record.CancelledRooms.Add(name) };
            IsRecordDirty = true;
        }

        for (var i = 0; i < _steps.Length; i++)
        {
            if (_progress[i].HasEnded || _live[i].IsInFlight || !_steps[i].Rooms.Any(r => _rooms[r].IsCancelled)) continue;
            if (_progress[i].State is StepState.Watched && _progress[i].Tries > 0) continue;
            End(i, StepState.Cancelled, reason);
        }
    }

    // The guard stopped it where it leaves the house: nothing went out, and it may try again.
    private void Stopped(int step, CommandResult result)
    {
        var reason = result.Code ?? result.Reason;
        Set(step, _progress[step] with { State = StepState.Waiting, Tries = _progress[step].Tries - 1, Reason = Wording.Own(reason) });
        var until = _view.Time.GetTimestamp() + Ticks(_view.Options.DeferBy);
        foreach (var room in _steps[step].Rooms)
        {
            _rooms[room].NotBefore = until;
            _rooms[room].DeferredSince ??= _view.Time.GetTimestamp();
            SetRoom(room, RoomPhase.Deferred, reason);
        }
    }

    private void Defer(string name, RoomLife room, long now)
    {
        if (room.IsCancelled || Record.Rooms[name].Phase is not (RoomPhase.Running or RoomPhase.Deferred)) return;
        if (Record.Order.Act is PowerAct.Off && _view.WhyGuarded(name) is var why and not GuardReason.None)
        {
            room.DeferredSince ??= now;
            room.NotBefore = 0;
            SetRoom(name, RoomPhase.Deferred, GuardTexts.Code(why));
        }
        else if (now >= room.NotBefore)
        {
            if (Record.Order.Act is PowerAct.Off) room.DeferredSince = null;
            SetRoom(name, RoomPhase.Running, null);
        }

        if (room.DeferredSince is { } since && now - since >= Ticks(_view.Options.DeferAtMost))
            Cancel(new HashSet<string> { name }, Wording.Own(Record.Rooms[name].Why) ?? new("已推迟过久", "deferred"));
    }

    private long Begin(int step, long now, List<int> due)
    {
        var never = long.MaxValue;
        if (_steps[step].Rooms.Any(r => _rooms[r].IsCancelled))
        {
            End(step, StepState.Cancelled, new("已取消", "cancelled"));
            return now;
        }

        if (!HaveEnded(_needs[step]) || !HaveEnded(_after[step]) || !HaveGone(_follows[step])) return never;
        if (Array.FindIndex(_needs[step], n => !IsGood(n)) is >= 0 and var bad)
        {
            End(step, StepState.Held, Wording.Own(_steps[_needs[step][bad]].Id));
            return now;
        }

        if (IsDeferred(step)) return never;
        var live = _live[step];
        var spec = _steps[step];
        if (live.NotBefore == 0) live.NotBefore = FirstAt(step, now);
        if (now < live.NotBefore) return live.NotBefore;

        var signs = PowerSigns.Look(spec, _view.Devices, isSettled: false);
        if (IsSoAlready(spec, signs) is { } already)
        {
            End(step, already, null, signs);
            return now;
        }

        if (!spec.IsSent)
        {
            live.Since = now;
            Set(step, _progress[step] with { State = StepState.Watched, WishedAt = _view.Time.GetUtcNow(), Signs = signs });
            return now;
        }

        if (IsAsleep(spec) && live.NotBefore != 0 && now - FirstLook(live, now) < Ticks(spec.Within))
        {
            Await(step);
            return never;
        }

        // Told to light while it cools, a lamp refuses or breaks: it is let come to an end of what it does.
        if (spec.Kind is StepKind.DeviceOff or StepKind.DeviceOn && signs.Any(s => s.Says is SignSays.Between) && now - FirstLook(live, now) < Ticks(spec.Cooling)) return never;
        if (_gates.OpenAt(step, spec) is var open && open > now) return open;
        _gates.Taken(step, spec);
        live.IsInFlight = true;
        Set(step, _progress[step] with { State = StepState.Wished, Tries = _progress[step].Tries + 1, WishedAt = _view.Time.GetUtcNow(), SentAt = null, Signs = signs, Reason = null });
        due.Add(step);
        return never;
    }

    // A device that was just given power needs to come up before it can be told anything.
    private bool IsAsleep(PowerStep step) =>
        step.Kind is StepKind.DeviceOn or StepKind.OutletOn && _view.Devices.Find(step.Device) is { Status.IsUsable: false };

    private static long FirstLook(Live live, long now) => live.Since == 0 ? live.Since = now : live.Since;

    private long FirstAt(int step, long now)
    {
        var at = now + Ticks(_steps[step].Rest);
        if (_steps[step].Load is not LoadKind.Lamp || _steps[step].Kind is not (StepKind.DeviceOff or StepKind.DeviceOn)) return Math.Max(at, 1);
        if (_view.Devices.Find(_steps[step].Device) is not { } lamp || !lamp.TryGetReading(PowerWords.PowerState, out var shown) || shown.Quality is not Quality.Good) return Math.Max(at, 1);

        // A wall clock that jumped must not hold a lamp for longer than the rest itself.
        var burnt = _view.Time.GetUtcNow() - shown.At;
        var opposite = shown.Value.Text == (_steps[step].IsOff ? PowerStates.On : PowerStates.Off);
        var known = burnt >= TimeSpan.Zero && burnt < _view.Options.LampRest && shown.Source is not ReadingSource.Poll;
        return opposite && known ? Math.Max(at, now + Ticks(_view.Options.LampRest - burnt)) : Math.Max(at, 1);
    }

    private StepState? IsSoAlready(PowerStep step, IReadOnlyList<Sign> signs)
    {
        if (step.Kind is StepKind.RecorderIdle && _view.IsParked(step.Device)) return StepState.Verified;
        if (step.Kind is StepKind.Appear) return Answers(signs) ? StepState.Verified : null;
        var wished = step.IsOff ? SignSays.Off : SignSays.On;
        var seen = signs.Count(s => s.Says == wished);
        if (seen == 0 || signs.Any(s => s.Says is not SignSays.Nothing && s.Says != wished)) return null;
        if (step.Kind is StepKind.StopStream or StepKind.RecorderIdle || seen >= 2) return StepState.Verified;
        return seen == signs.Count ? StepState.Unverified : null;
    }

    private static bool Answers(IEnumerable<Sign> signs) => signs.Any(s => s is { Name: PowerSigns.Link, Says: SignSays.On });

    private bool IsDeferred(int step)
    {
        foreach (var room in _steps[step].Rooms)
            if (Record.Rooms[room].Phase is RoomPhase.Deferred) return true;
        return false;
    }

    private bool HaveEnded(int[] steps)
    {
        foreach (var step in steps)
            if (!_progress[step].HasEnded) return false;
        return true;
    }

    private bool HaveGone(int[] steps)
    {
        foreach (var step in steps)
            if (_progress[step] is { HasEnded: false, State: not StepState.Watched }) return false;
        return true;
    }

    private void Settle(long now)
    {
        var all = true;
        foreach (var (room, steps) in _ofRoom)
        {
            var life = _rooms[room];
            if (!HaveEnded(steps))
            {
                life.QuietSince = null;
                all = false;
                continue;
            }

            life.QuietSince ??= now;
            var watch = Record.Order.Act is PowerAct.Off && Array.Exists(steps, s => _progress[s].Tries > 0) ? _view.Options.WatchAfter : TimeSpan.Zero;
            if (now - life.QuietSince < Ticks(watch)) all = false;
            else SetRoom(room, EndOf(steps, life.IsCancelled), null);
        }

        if (!all) return;
        var phases = Record.Rooms.Values.Select(r => r.Phase).ToList();
        var phase = phases.TrueForAll(p => p is RoomPhase.Done) ? RunPhase.Done : phases.TrueForAll(p => p is RoomPhase.Cancelled) ? RunPhase.Cancelled : RunPhase.Partial;
        Record = Record with { Phase = phase, EndedAt = _view.Time.GetUtcNow() };
        IsRecordDirty = true;
    }

    private RoomPhase EndOf(int[] steps, bool isCancelled)
    {
        if (steps.All(s => _progress[s].State is StepState.Verified || (_progress[s].State is StepState.Unverified && _progress[s].SeenBy(_steps[s].IsOff) > 0))) return RoomPhase.Done;
        return isCancelled ? RoomPhase.Cancelled : RoomPhase.Partial;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _view.Time.TimestampFrequency);
}
