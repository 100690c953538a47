using AvGateway.Operations.Commands;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>What becomes of an occurrence: the part of the loop that the promises of schedules rest on.</summary>
public sealed partial class ScheduleLoop
{
    private static readonly Wording PutOffTooLong = new("推迟过久，请人工决定", "put off for too long: a person decides");

    private SchedulePlanner Planner => new(_parts.Clock, _parts.Calendar.Current, _parts.Docket);

    private DateTimeOffset? UnknownSince(string room) => _unknownSince.TryGetValue(room, out var since) ? since : null;

    private void LookAtDockets(DateTimeOffset now)
    {
        foreach (var room in _jobs.Values.Where(j => j.Rule is ScheduleRule.BeforeFirstHearing).SelectMany(j => j.Rooms))
        {
            if (!_parts.Docket(room).IsUnknown) _unknownSince.TryRemove(room, out _);
            else if (!_unknownSince.TryGetValue(room, out var since) || since > now) _unknownSince[room] = now;
        }
    }

    private async Task DecideAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        LookAtDockets(now);
        var due = await DueAsync(now, cancellation);
        foreach (var one in due) await DecideAsync(one, due, now, cancellation);
    }

    private async Task<List<Occurrence>> DueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var today = Today(now);
        var (planner, past) = (Planner, _rows.Past(_jobs, today, UnknownSince));
        var due = new List<Occurrence>();
        foreach (var job in _jobs.Values.Where(j => j.IsEnabled))
        {
            var since = now;
            if (!await GuardedAsync(async () => since = await _rows.SinceAsync(job.Id, now, cancellation))) since = await _rows.SinceAsync(job.Id, now, cancellation);
            for (var date = today.AddDays(_lookFar ? -DecisionTable.ReachDays : -2); date <= today.AddDays(1); date = date.AddDays(1))
            {
                foreach (var one in planner.On(job, date, past))
                {
                    // What a hearing needs counts from the first moment on; everything else only from when the job was first seen.
                    if (one.Due <= now && (one.Due >= since || one.Until > now) && !_rows.IsDecided(one.Key)) due.Add(one);
                }
            }
        }

        _lookFar = false;

        // Of two at one moment the one that switches on goes first; the other waits for the room and is judged by its guard.
        due.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : (a.Job.Direction is ActDirection.Off).CompareTo(b.Job.Direction is ActDirection.Off));
        return due;
    }

    private async Task DecideAsync(Occurrence one, List<Occurrence> all, DateTimeOffset now, CancellationToken cancellation)
    {
        var job = one.Job;
        var isWaiting = _waiting.Contains(one.Key);
        var isLate = !isWaiting && now - one.Due > JobPlan.OnTime;
        if (one.Until <= now) await CloseAsync(one, DecisionState.Superseded, new("庭审已结束", "what it was for is over"), now, cancellation);
        else if (isLate && IsOvertaken(one, all, now)) await CloseAsync(one, DecisionState.Superseded, new("错过，且已被之后的任务取代", "missed, and overtaken by a later job"), now, cancellation);
        else if (isLate && now - one.Due > job.Within && job.Misfire is MisfirePolicy.Ask)
        {
            if (await CloseAsync(one, DecisionState.Asked, new("错过时间，请人工决定", "missed: a person decides"), now, cancellation)) Asked(_parts.Log, job.Id, one.Date, one.Due);
        }
        else if (isLate && now - one.Due > job.Within && job.Misfire is MisfirePolicy.Skip) await CloseAsync(one, DecisionState.Skipped, new("错过时间，按设置跳过", "missed, and skipped as set"), now, cancellation);
        else if (isWaiting && job.Direction is ActDirection.Off && now - one.Due > job.DeferFor)
        {
            if (await CloseAsync(one, DecisionState.Asked, PutOffTooLong, now, cancellation)) Asked(_parts.Log, job.Id, one.Date, one.Due);
        }
        else if (IsBusy(one.Rooms)) _waiting.Add(one.Key);
        else await BeginAsync(RowOf(one, DecisionState.Started, isLate ? new("补做", "caught up") : new("按时", "on time"), now), now, cancellation);
    }

    // Several that were missed collapse to the last wish. What a hearing still needs is overtaken by nothing.
    private bool IsOvertaken(Occurrence one, List<Occurrence> all, DateTimeOffset now)
    {
        if (one.Until is not null) return false;
        if (one.Job.Direction is ActDirection.Neither) return all.Any(o => o.Job == one.Job && o.Due > one.Due);
        bool Covers(ActDirection direction, DateTimeOffset due, IEnumerable<string> rooms) =>
            direction is not ActDirection.Neither && due > one.Due && !one.Rooms.Except(rooms).Any();

        return all.Any(o => !(o.Until <= now) && Covers(o.Job.Direction, o.Due, o.Rooms))
            || _rows.Rows.Any(r => r.State is (DecisionState.Started or DecisionState.Deferred or DecisionState.Asked or DecisionState.Done) && r.Due <= now && Covers(r.Direction, r.Due, r.Rooms));
    }

    private bool IsBusy(IEnumerable<string> rooms) => _running.Values.Any(r => r.Rooms.Intersect(rooms).Any());

    private DecisionRow RowOf(Occurrence one, DecisionState state, Wording says, DateTimeOffset now) =>
        new(one.Job.Id, one.Date, one.Part, one.Job.Act, one.Due, one.Rooms, one.Reason, state, says, DecisionRow.Gateway, now, Uptime);

    private async Task<bool> CloseAsync(Occurrence one, DecisionState state, Wording says, DateTimeOffset now, CancellationToken cancellation)
    {
        var row = RowOf(one, state, says, now);
        _waiting.Remove(one.Key);
        if (!await GuardedAsync(() => _rows.PutAsync(row, cancellation).AsTask())) return false;
        Decided(_parts.Log, row.Job, row.Date, state, says.En);
        return true;
    }

    /// <summary>Stores the row, and then begins; the next start goes on from there. What switches on does not wait for a store that is away.</summary>
    private async Task<bool> BeginAsync(DecisionRow row, DateTimeOffset now, CancellationToken cancellation)
    {
        row = row with { StartedAt = row.StartedAt ?? now, Again = null, EndedAt = null };
        if (!await GuardedAsync(() => _rows.PutAsync(row, cancellation).AsTask()))
        {
            if (row.Direction is not ActDirection.On)
            {
                _waiting.Remove(row.Key);
                return false;
            }

            _rows.Remember(row);
        }

        _waiting.Remove(row.Key);
        if (row.Direction is ActDirection.On) await OvertakeOffsAsync(row, now, cancellation);
        if (row.Direction is ActDirection.Off) await OvertakeOnsAsync(row, now, cancellation);
        _running[row.Key] = new(row.Rooms, CarryOutAsync(row));
        return true;
    }

    // A switching-off that still waits for its rooms must not follow a switching-on of a later morning.
    private async Task OvertakeOffsAsync(DecisionRow on, DateTimeOffset now, CancellationToken cancellation)
    {
        var isForHearing = _jobs.GetValueOrDefault(on.Job)?.Rule is ScheduleRule.BeforeFirstHearing;
        foreach (var off in _rows.Rows.Where(r => r.Direction is ActDirection.Off && r.State is (DecisionState.Deferred or DecisionState.Asked)).ToList())
        {
            if (_running.ContainsKey(off.Key)) continue;
            var isOver = on.Date > off.Date ? off.Rooms.Intersect(on.Rooms).Any() : !isForHearing && !off.Rooms.Except(on.Rooms).Any() && on.Due >= off.Due;
            if (!isOver) continue;
            await StoreOrRememberAsync(off with { State = DecisionState.Superseded, Says = new("已重新开机", "switched on again since"), EndedAt = now, Again = null }, cancellation);
        }
    }

    // The other way round: what could not be switched on all day is not switched on at night.
    private async Task OvertakeOnsAsync(DecisionRow off, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var on in _rows.Rows.Where(r => r.Direction is ActDirection.On && r.State is DecisionState.Deferred && r.Due < off.Due && !r.Rooms.Except(off.Rooms).Any()).ToList())
        {
            if (_jobs.GetValueOrDefault(on.Job)?.Rule is ScheduleRule.BeforeFirstHearing || _running.ContainsKey(on.Key)) continue;
            await StoreOrRememberAsync(on with { State = DecisionState.Superseded, Says = new("之后已安排关机", "to be off again since"), EndedAt = now, Again = null }, cancellation);
        }
    }

    private async Task StoreOrRememberAsync(DecisionRow row, CancellationToken cancellation)
    {
        if (!await GuardedAsync(() => _rows.PutAsync(row, cancellation).AsTask())) _rows.Remember(row);
    }

    private async Task<DecisionRow> CarryOutAsync(DecisionRow row)
    {
        // The look that began it goes on first.
        await Task.Yield();
        ActOutcome outcome;
        try
        {
            outcome = await _parts.Acts.DoAsync(new(row.Key, row.Job, row.Act, row.Date, row.Rooms, row.Reason, row.By), _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The row stays as begun: the next start gives the same order again.
            return row;
        }
        catch (Exception bug)
        {
            // A top loop: whatever an act throws, its decision gets an end.
            var trace = Ulid.Make(_parts.Time);
            ActCrashed(_parts.Log, bug, trace, row.Job);
            outcome = new(ActResult.Failed, new($"程序错误，追踪号 {trace}", $"an error of the gateway; trace {trace}"), AnswerCodes.Internal.Code);
        }

        await _turn.WaitAsync(CancellationToken.None);
        try { return await SettleAsync(row, outcome); }
        finally
        {
            _running.Remove(row.Key);
            _turn.Release();
            if (!_stopping.IsCancellationRequested) Tell();
        }
    }

    private async Task<DecisionRow> SettleAsync(DecisionRow row, ActOutcome outcome)
    {
        var now = Now;
        var state = outcome.Ending switch
        {
            ActResult.Done => DecisionState.Done,
            ActResult.Deferred => DecisionState.Deferred,
            ActResult.Failed => DecisionState.Failed,
            ActResult.Asked => DecisionState.Asked,
            _ => DecisionState.Refused,
        };
        row = row with
        {
            State = state,
            Says = outcome.Says,
            Code = outcome.Code,
            Again = state is DecisionState.Deferred ? now + (outcome.Again ?? DeferBy) : null,
            EndedAt = state is DecisionState.Deferred or DecisionState.Asked ? null : now,
        };
        await StoreOrRememberAsync(row, CancellationToken.None);
        if (ReopenedState(row, now) is { } again) await StoreOrRememberAsync(again, CancellationToken.None);
        Decided(_parts.Log, row.Job, row.Date, state, outcome.Says.En);
        return row;
    }

    private async Task ReopenAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var row in _rows.Rows.Select(r => _running.ContainsKey(r.Key) ? null : ReopenedState(r, now)).OfType<DecisionRow>().ToList())
            await StoreOrRememberAsync(row, cancellation);
    }

    /// <summary>
    /// Null when the row stands. A clock that went back brings times again. What was to be on is wished again, since a room that is on twice harms nobody; of the rest
    /// only what was not done. What a person decided stands.
    /// </summary>
    private static DecisionRow? ReopenedState(DecisionRow row, DateTimeOffset now)
    {
        if (row.Due - now <= JobPlan.OnTime || row.By != DecisionRow.Gateway || row.State is DecisionState.Reopened) return null;
        if (row.Direction is not ActDirection.On && row.State is (DecisionState.Started or DecisionState.Done or DecisionState.Failed)) return null;
        return row with { State = DecisionState.Reopened, Says = new("时钟回拨，届时重新决定", "the clock went back: decided again at its time"), Again = null, EndedAt = null };
    }

    /// <summary>What was put off comes again, and what an earlier run had begun goes on.</summary>
    private async Task GoOnAsync(DateTimeOffset now, bool isFirst, CancellationToken cancellation)
    {
        foreach (var row in _rows.Rows.Where(r => r.State is (DecisionState.Started or DecisionState.Deferred) && !_running.ContainsKey(r.Key)).ToList())
        {
            if (!_jobs.TryGetValue(row.Job, out var job))
                await StoreOrRememberAsync(row with { State = DecisionState.Superseded, Says = new("任务已删除", "the job is gone"), EndedAt = now, Again = null }, cancellation);
            else if (now - (row.StartedAt ?? row.Due) > job.DeferFor && row.Direction is not ActDirection.On && await AskAsync(row, cancellation)) Asked(_parts.Log, row.Job, row.Date, row.Due);
            else if (row.State is DecisionState.Started ? isFirst || row.Direction is ActDirection.On : IsAgain(row, now))
            {
                if (!IsBusy(row.Rooms)) await BeginAsync(row with { State = DecisionState.Started }, now, cancellation);
            }
        }
    }

    private Task<bool> AskAsync(DecisionRow row, CancellationToken cancellation) => GuardedAsync(() => _rows.PutAsync(
        row with { State = DecisionState.Asked, Says = PutOffTooLong, Again = null }, cancellation).AsTask());

    // A time that is further ahead than it was ever set is one of a clock that went back.
    private static bool IsAgain(DecisionRow row, DateTimeOffset now) => row.Again is not { } again || again <= now || again - now > TimeSpan.FromDays(1);
}
