using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Power;

/// <summary>What became of a step: told by its signs, never by the command's own end.</summary>
public sealed partial class PowerRun
{
    private void Watch(int step, long now)
    {
        var spec = _steps[step];
        var live = _live[step];
        var elapsed = TimeSpan.FromSeconds((double)(now - live.Since) / _view.Time.TimestampFrequency);
        var signs = PowerSigns.Look(spec, _view.Devices, elapsed >= _view.Options.AgreeWithin);
        var wished = spec.IsOff ? SignSays.Off : SignSays.On;
        var seen = signs.Count(s => s.Says == wished);
        var against = signs.Count(s => s.Says is SignSays.Off or SignSays.On && s.Says != wished);
        if (spec.Kind is StepKind.OutletOn && seen < 2) Await(step);
        if (!SameSigns(_progress[step].Signs, signs)) Set(step, _progress[step] with { Signs = signs });

        if (!spec.IsSent)
        {
            WatchOnly(step, spec, seen, elapsed, signs);
            return;
        }

        if (signs.Any(s => s.Says is SignSays.Between))
        {
            live.BetweenSince ??= now;
            if (now - live.BetweenSince < Ticks(spec.IsOff ? spec.Cooling : spec.Within)) return;
            Fail(step, spec.IsOff ? StepState.OffFailed : StepState.OnFailed, spec.IsOff ? new("仍在冷却", "still cooling") : new("仍在预热", "still warming"), signs);
            return;
        }

        // What was told denies it: told again. An idle load draws as little as one that is off, so its current alone denies nothing.
        var isDenied = signs.Any(s => s.Name is PowerSigns.Answer or PowerSigns.Outlet && s.Says is SignSays.Off or SignSays.On && s.Says != wished);
        if (isDenied) TryAgain(step, spec, against, elapsed, signs);
        else if (against == 0 && (seen >= 2 || (seen == 1 && spec.Kind is StepKind.StopStream))) End(step, StepState.Verified, null, signs);
        else if (against == 0 && seen == 1 && (signs.Length == 1 || CannotTell(step, spec) || elapsed >= _view.Options.SecondSignWithin)) End(step, StepState.Unverified, new("仅有一项依据", "one sign only"), signs);
        else if (signs.IsEmpty) End(step, StepState.Unverified, live.WasBroken ? new("没有依据可以确认；重启前可能已发出", "no sign can show it; it may have been sent before the restart") : new("没有依据可以确认", "no sign can show it"), signs);
        else if (seen > 0 && against > 0 && elapsed >= _view.Options.AgreeWithin) Fail(step, StepState.Contradicted, Told(signs), signs);
        else if (seen == 0) TryAgain(step, spec, against, elapsed, signs);
    }

    // It took the word and has none for what became of it: waiting tells no more.
    private bool CannotTell(int step, PowerStep spec) => spec.Kind is StepKind.DeviceOn && _live[step].Last is { Outcome: CommandOutcome.AcknowledgedOnly };

    private void WatchOnly(int step, PowerStep spec, int seen, TimeSpan elapsed, ImmutableArray<Sign> signs)
    {
        if (spec.Kind is StepKind.Appear ? Answers(signs) : seen > 0 || _view.IsParked(spec.Device)) End(step, StepState.Verified, null, signs);

        // A recorder that is not seen idle keeps its room guarded: the guard, not a clock, says for how long.
        else if (spec.Kind is StepKind.Appear && elapsed >= spec.Within) Fail(step, StepState.OnFailed, new("无应答", "it does not answer"), signs);
        else if (spec.Kind is StepKind.Appear) Await(step);
    }

    private void Await(int step)
    {
        var now = _view.Time.GetTimestamp();
        var isDue = now >= _live[step].NextCall;
        if (isDue) _live[step].NextCall = now + Ticks(_view.Options.CallEvery);
        _nextCall = Math.Min(_nextCall, _live[step].NextCall);
        if (!isDue) return;
        if (_steps[step].Kind is StepKind.OutletOn) _awaited.AddRange(_steps[step].Fed);
        else _awaited.Add(_steps[step].Device);
    }

    private void TryAgain(int step, PowerStep spec, int against, TimeSpan elapsed, ImmutableArray<Sign> signs)
    {
        var live = _live[step];
        var wasTaken = live.Last is null or { Outcome: CommandOutcome.Verified or CommandOutcome.AcknowledgedOnly or CommandOutcome.NotSeen or CommandOutcome.NoReply };
        var isAway = _view.Devices.Find(spec.Device) is not { Status.IsUsable: true };
        var patience = isAway ? _view.Options.LinkBackWithin
            : !wasTaken ? _view.Options.Backoff
            : against > 0 ? (spec.Kind is StepKind.DeviceOn ? Longer(_view.Options.FollowWithin, _view.Options.Backoff) : _view.Options.FollowWithin)
            : _view.Options.SecondSignWithin;
        if (elapsed < patience) return;

        var reason = live.Last is { } last && ResultTable.WhyOf(last) is { } why ? why : new Wording("未见执行", "not seen");
        var failed = isAway ? StepState.Unreachable : spec.IsOff ? StepState.OffFailed : StepState.OnFailed;
        if (!IsIdempotent(spec) && MayHaveGone(step)) End(step, StepState.Unverified, new("翻转命令不盲目重发", "a toggle is never sent twice blindly"), signs);
        else if (_progress[step].Tries >= _view.Options.MostTries) Fail(step, failed, reason, signs);
        else
        {
            live.Since = 0;
            live.NotBefore = 1;
            Set(step, _progress[step] with { State = StepState.Waiting, Reason = reason });
        }
    }

    // What was refused before it left the house did not toggle anything.
    private bool MayHaveGone(int step) =>
        _live[step].Last is not { Outcome: CommandOutcome.Rejected or CommandOutcome.Expired or CommandOutcome.Busy or CommandOutcome.Cancelled or CommandOutcome.Superseded };

    /// <summary>What is off may be switched on by a hand, a timer of its own or a power cut that ended.</summary>
    private void WatchOff(int step, long now)
    {
        var spec = _steps[step];
        if (spec.Kind is not (StepKind.DeviceOff or StepKind.OutletOff)) return;
        var live = _live[step];
        if (now < live.NextLook || spec.Rooms.Any(r => _rooms[r].IsCancelled)) return;
        live.NextLook = now + Ticks(_view.Options.LookEvery);
        var signs = PowerSigns.Look(spec, _view.Devices, now - live.Since >= Ticks(_view.Options.AgreeWithin));
        if (!signs.Any(s => s.Says is SignSays.On))
        {
            live.OppositeSince = null;
            return;
        }

        live.OppositeSince ??= now;
        if (now - live.OppositeSince < Ticks(_view.Options.BackFor)) return;
        // A device that lives on while its outlet is open and draws nothing hangs on another one.
        var isBack = signs.Any(s => s is { Says: SignSays.On, Name: not PowerSigns.Link });
        Fail(step, isBack ? StepState.CameBack : StepState.Contradicted, Told(signs), signs);
    }

    private void End(int step, StepState state, Wording? reason, ImmutableArray<Sign>? signs = null) =>
        Set(step, _progress[step] with { State = state, Reason = reason, EndedAt = _view.Time.GetUtcNow(), Signs = signs ?? _progress[step].Signs });

    private void Fail(int step, StepState state, Wording reason, ImmutableArray<Sign> signs)
    {
        End(step, state, reason, signs);
        var spec = _steps[step];
        var code = state switch
        {
            StepState.OffFailed => PowerFaults.OffFailed,
            StepState.OnFailed => PowerFaults.OnFailed,
            StepState.Contradicted => PowerFaults.Contradicted,
            StepState.CameBack => PowerFaults.CameBack,
            _ => PowerFaults.Unreachable,
        };
        _faults.Add(new(Record.Id, code, SubjectOf(spec), spec.Device, spec.Rooms, reason.Then(Told(signs)), _view.Time.GetUtcNow()));
    }

    private static string SubjectOf(PowerStep step) => step.Outlet is { } outlet ? new OutletRef(step.Device, outlet).ToString() : step.Device.ToString();

    private static Wording Told(ImmutableArray<Sign> signs) => new(
        string.Join('，', signs.Select(s => $"{PowerSigns.InChinese(s.Name)}：{(s.Shown.Length == 0 ? "无" : PowerSigns.ShownInChinese(s.Shown))}")),
        string.Join(", ", signs.Select(s => $"{s.Name} {(s.Shown.Length == 0 ? "-" : s.Shown)}")));

    // The current of an idle outlet wanders: only what it says counts as a change.
    private static bool SameSigns(ImmutableArray<Sign> left, ImmutableArray<Sign> right) =>
        left.Length == right.Length && left.Zip(right).All(p => p.First.Name == p.Second.Name && p.First.Says == p.Second.Says);

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
