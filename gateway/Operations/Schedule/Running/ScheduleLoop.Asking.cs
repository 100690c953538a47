using System.Collections.Immutable;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>A job as people see it.</summary>
/// <param name="Next">Null: not within a year.</param>
/// <param name="Last">The decision that was made last; null: none yet.</param>
/// <param name="Open">A decision that waits for a person, or for its rooms.</param>
public sealed record JobStatus(
    JobPlan Job, Occurrence? Next, Day? NextDay, ImmutableArray<(string Room, GuardReason Why)> Guarded, DecisionRow? Last, DecisionRow? Open, CalendarReminder? Reminder);

/// <summary>What people ask of schedules: to see, to run now, to skip, to look ahead.</summary>
public sealed partial class ScheduleLoop
{
    private const int LookAheadDays = 370;

    /// <summary>The longest preview.</summary>
    public const int MostDays = 800;

    public JobStatus StatusOf(string job)
    {
        var plan = _jobs[job];
        var now = Now;
        var next = NextOf(job, now, LookAheadDays);
        var rows = _rows.Of(job).OrderBy(r => r.EndedAt ?? r.At).ToList();
        return new(
            plan, next, next is null ? null : _parts.Calendar.Current.Of(next.Date),
            [.. plan.Rooms.Select(r => (Room: r, Why: _parts.Guard(r))).Where(g => g.Why is not GuardReason.None)],
            rows.LastOrDefault(r => r.State is not DecisionState.Reopened), rows.LastOrDefault(r => r.IsOpen), CalendarReminder.On(Today(now), _parts.Calendar.Current));
    }

    /// <summary>What is due from a date on, in its order, as things are known now.</summary>
    public IReadOnlyList<Occurrence> Preview(string? job, DateOnly from, int days)
    {
        var planner = Planner;
        var jobs = _jobs.Values.Where(j => j.IsEnabled && (job is null || j.Id == job));
        return [.. Enumerable.Range(0, Math.Min(days, MostDays)).SelectMany(d => jobs.SelectMany(j => planner.On(j, from.AddDays(d), PastActs.None))).OrderBy(o => o.Due)];
    }

    /// <summary>Runs a job on a person's word: what waits for one, else once more. The task ends with the act.</summary>
    /// <returns>Null when a room is busy with another job.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now; nothing was begun.</exception>
    public async Task<Task<DecisionRow>?> RunAsync(string job, string by, CancellationToken cancellation)
    {
        var plan = _jobs[job];
        await _turn.WaitAsync(cancellation);
        try
        {
            var now = Now;
            var open = _rows.Of(job).Where(r => r.State is (DecisionState.Asked or DecisionState.Deferred) && !_running.ContainsKey(r.Key)).MaxBy(r => r.Due);
            var rooms = open?.Rooms ?? plan.Rooms;
            if (IsBusy(rooms)) return null;
            var row = open is null
                ? new DecisionRow(job, Today(now), $"by-hand-{Ulid.Make(_parts.Time)}", plan.Act, now, rooms, new($"{by} 要求", $"ordered by {by}"), DecisionState.Started, new("人工执行", "by hand"), by, now, Uptime)
                : open with { State = DecisionState.Started, Says = new("人工执行", "by hand"), By = by, At = now, Uptime = Uptime };
            if (!await BeginAsync(row, now, cancellation)) throw new StoreUnavailableException("the decision could not be stored");
            return _running[row.Key].Ended;
        }
        finally
        {
            _turn.Release();
            Tell();
        }
    }

    /// <summary>Skips what waits for a person or for its rooms, else the next occurrence.</summary>
    /// <returns>Null when there is none within a year.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now; nothing was skipped.</exception>
    public async Task<DecisionRow?> SkipAsync(string job, string by, string? reason, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var now = Now;
            var says = new Wording(reason is null ? $"{by} 跳过" : $"{by} 跳过：{reason}", reason is null ? $"skipped by {by}" : $"skipped by {by}: {reason}");
            var open = _rows.Of(job).Where(r => r.State is (DecisionState.Asked or DecisionState.Deferred) && !_running.ContainsKey(r.Key)).MaxBy(r => r.Due);
            var row = open is not null ? open with { State = DecisionState.Skipped, Says = says, By = by, At = now, Uptime = Uptime, EndedAt = now, Again = null }
                : NextOf(job, now, LookAheadDays) is { } next ? RowOf(next, DecisionState.Skipped, says, now) with { By = by }
                : null;
            if (row is not null) await _rows.PutAsync(row, cancellation);
            return row;
        }
        finally
        {
            _turn.Release();
            Tell();
        }
    }

    private Occurrence? NextOf(string job, DateTimeOffset now, int days)
    {
        var plan = _jobs[job];
        if (!plan.IsEnabled) return null;
        var (planner, past) = (Planner, _rows.Past(_jobs, Today(now), UnknownSince));
        Occurrence? next = null;
        for (var (date, left) = (Today(now).AddDays(-1), days + 2); left > 0; date = date.AddDays(1), left--)
        {
            foreach (var one in planner.On(plan, date, past))
                if (one.Due > now && !_rows.IsDecided(one.Key) && (next is null || one.Due < next.Due)) next = one;

            // A hearing's due time may lie on the day before its date.
            if (next is not null && date > _parts.Clock.DateOf(next.Due)) break;
        }

        return next;
    }
}
