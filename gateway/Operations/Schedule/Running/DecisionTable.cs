using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>
/// Every decision of the last year, in memory and in the store. A row is durable before anything of it is done, together with its line in the
/// service record: that is what makes a decision one, over any crash.
/// </summary>
public sealed class DecisionTable(IStateTable state)
{
    private const string RowKind = "schedule-decision";
    private const string JobKind = "schedule-job";

    /// <summary>Further back nothing is decided any more.</summary>
    public const int ReachDays = 40;

    private const int KeptDays = 400;

    // Replaced as a whole, so that who looks sees one moment.
    private volatile ImmutableSortedDictionary<string, DecisionRow> _rows = ImmutableSortedDictionary.Create<string, DecisionRow>(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);

    // Rows that the store could not take yet; only what switches on is begun without one.
    private readonly HashSet<string> _unstored = new(StringComparer.Ordinal);

    public IEnumerable<DecisionRow> Rows => _rows.Values;

    public DecisionRow? Find(string key) => _rows.GetValueOrDefault(key);

    /// <summary>Decided already; a reopened row waits for its second decision.</summary>
    public bool IsDecided(string key) => _rows.TryGetValue(key, out var row) && row.State is not DecisionState.Reopened;

    public IEnumerable<DecisionRow> Of(string job) => _rows.Values.Where(r => r.Job == job);

    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var document in await state.LoadAllAsync(RowKind, cancellation)) _rows = _rows.SetItem(document.Key, DecisionRow.Read(document.Json));
        foreach (var document in await state.LoadAllAsync(JobKind, cancellation)) _since[document.Key] = JsonSerializer.Deserialize<DateTimeOffset>(document.Json);
    }

    /// <summary>A job that left the site file and comes back later begins anew.</summary>
    public async ValueTask ForgetJobsAsync(IEnumerable<string> present, CancellationToken cancellation)
    {
        foreach (var gone in _since.Keys.Except(present).ToList())
        {
            await state.DeleteAsync(JobKind, gone, cancellation);
            _since.Remove(gone);
        }
    }

    /// <summary>From when on a job counts: what was due before it was first seen was never missed. A clock that went back takes the beginning with it.</summary>
    public async ValueTask<DateTimeOffset> SinceAsync(string job, DateTimeOffset now, CancellationToken cancellation)
    {
        if (_since.TryGetValue(job, out var since) && since <= now) return since;
        _since[job] = now;
        await state.PutAsync(JobKind, job, JsonSerializer.Serialize(now), cancellation);
        return now;
    }

    /// <summary>Stores a row and its line of the service record in one commit.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now; the row does not count.</exception>
    public async ValueTask PutAsync(DecisionRow row, CancellationToken cancellation)
    {
        await state.CommitAsync(new StoreBatch().Put(RowKind, row.Key, row.Write()).Record(Line(row)), cancellation);
        _unstored.Remove(row.Key);
        _rows = _rows.SetItem(row.Key, row);
    }

    /// <summary>For what switches on while nothing can be stored: a hearing does not wait for a disk. Stored with the next commit that succeeds.</summary>
    public void Remember(DecisionRow row)
    {
        _rows = _rows.SetItem(row.Key, row);
        _unstored.Add(row.Key);
    }

    /// <exception cref="StoreUnavailableException">Still nothing can be stored.</exception>
    public async ValueTask StoreRememberedAsync(CancellationToken cancellation)
    {
        foreach (var key in _unstored.ToList()) await PutAsync(_rows[key], cancellation);
    }

    public async ValueTask ForgetOldAsync(DateOnly today, CancellationToken cancellation)
    {
        var old = _rows.Values.Where(r => r.Date < today.AddDays(-KeptDays)).Select(r => r.Key).ToList();
        if (old.Count == 0) return;
        var batch = new StoreBatch();
        foreach (var key in old) batch.Delete(RowKind, key);
        await state.CommitAsync(batch, cancellation);
        _rows = _rows.RemoveRange(old);
    }

    /// <summary>What the rules must know of what was begun.</summary>
    public PastActs Past(IReadOnlyDictionary<string, JobPlan> jobs, DateOnly today, Func<string, DateTimeOffset?> unknownSince)
    {
        var offs = ImmutableArray.CreateBuilder<PastOff>();
        DateTimeOffset? lastOn = null;
        foreach (var row in _rows.Values)
        {
            if (row.StartedAt is not { } at || row.Date < today.AddDays(-ReachDays - 1) || row.State is DecisionState.Refused) continue;
            var rule = jobs.GetValueOrDefault(row.Job)?.Rule;
            if (row.Direction is ActDirection.Off) offs.Add(new(row.Job, row.Date, at, row.EndedAt ?? DateTimeOffset.MaxValue, row.Rooms, rule is ScheduleRule.EveningBefore));
            else if (rule is ScheduleRule.MorningAfter && (lastOn is null || at > lastOn)) lastOn = at;
        }

        offs.Sort((one, other) => one.At.CompareTo(other.At));
        return new(offs.ToImmutable(), lastOn, key => IsDecided(key) && Find(key) is { } row ? row.StartedAt ?? row.At : null, unknownSince);
    }

    private static Journal.JournalEntry Line(DecisionRow row) => new(
        row.EndedAt ?? row.At, $"schedule.{DecisionRow.Word(row.State)}", $"$schedule/{row.Job}", row.By,
        JsonSerializer.Serialize(new { date = row.Date, part = row.Part, act = row.Act, due = row.Due, rooms = row.Rooms.ToArray(), reason = row.Reason.En, says = row.Says.En, at = row.At, uptimeMs = (long)row.Uptime.TotalMilliseconds }));
}
