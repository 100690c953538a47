using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Schedule.Calendars;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Schedule.Running;

/// <summary>What the schedules of a site stand on.</summary>
/// <param name="Guard">Why a room is guarded now; for showing alone.</param>
public sealed record ScheduleParts(
    IReadOnlyList<JobPlan> Jobs, LocalClock Clock, CalendarBook Calendar, Func<string, DocketView> Docket, Func<string, GuardReason> Guard,
    ActTable Acts, IStateTable State, IServiceJournal Journal, TimeProvider Time, ILogger<ScheduleLoop> Log);

/// <summary>
/// Looks at all jobs at least every thirty seconds, decides each occurrence once, and hands what is to be done to its act. The wall clock is
/// believed and its steps are events; nothing late is switched off without a person.
/// </summary>
public sealed partial class ScheduleLoop : IAsyncDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    // The docket is read and the rooms are seen before anything is decided from them.
    private static readonly TimeSpan FirstLookAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DeferBy = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StepOf = TimeSpan.FromSeconds(5);

    private readonly ScheduleParts _parts;
    private readonly Dictionary<string, JobPlan> _jobs;
    private readonly DecisionTable _rows;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    // Seen in time, and waiting for a room or for the store.
    private readonly HashSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _unknownSince = new(StringComparer.Ordinal);
    private readonly long _began;
    private (DateTimeOffset Wall, long Ticks)? _last;
    private DateOnly _lastDate;
    private CalendarReminder? _reminder;
    private bool _lookFar = true;
    private bool _isStoreAway;
    private bool _isDisposed;
    private Task _looking = Task.CompletedTask;

    public ScheduleLoop(ScheduleParts parts)
    {
        _parts = parts;
        _jobs = parts.Jobs.ToDictionary(j => j.Id, StringComparer.Ordinal);
        _rows = new(parts.State);
        _began = parts.Time.GetTimestamp();
    }

    public IReadOnlyCollection<JobPlan> Jobs => _jobs.Values;
    public JobPlan? Find(string job) => _jobs.GetValueOrDefault(job);
    public CalendarBook Calendar => _parts.Calendar;
    public LocalClock Clock => _parts.Clock;

    /// <summary>Somebody should look at the jobs again.</summary>
    public event Action? Changed;

    /// <summary>Whether the list of a year is missing and it is time to say so: told of each near year at the start and whenever it changes.</summary>
    public event Action<int, CalendarReminder?>? Reminded;

    /// <summary>Reads what an earlier run decided. To be called before anything is shown.</summary>
    /// <exception cref="JsonException">A stored decision is damaged.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        await _rows.LoadAsync(cancellation);
        var present = _jobs.Values.Where(j => j.IsEnabled).Select(j => j.Id);
        await GuardedAsync(() => _rows.ForgetJobsAsync(present, cancellation).AsTask());
        await GuardedAsync(() => _parts.Calendar.RefreshAsync(Today(Now), cancellation));
    }

    public void Start() => _looking = Task.Run(WatchAsync, CancellationToken.None);

    /// <summary>Ends the looking and lets acts go: they go on at the next start.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _looking;
        await SettleAsync();
    }

    /// <summary>Completes when no act is under way. For tests, and for whoever wants to see the end.</summary>
    public async Task SettleAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        var running = _running.Values.ToList();
        _turn.Release();
        await Task.WhenAll(running.Select(r => r.Ended));
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await StopAsync();
        _stopping.Dispose();
        _turn.Dispose();
    }

    private DateTimeOffset Now => _parts.Time.GetUtcNow();
    private DateOnly Today(DateTimeOffset now) => _parts.Clock.DateOf(now);
    private TimeSpan Uptime => _parts.Time.GetElapsedTime(_began);

    private async Task WatchAsync()
    {
        try
        {
            await Task.Delay(FirstLookAfter, _parts.Time, _stopping.Token);
            while (true)
            {
                await LookAsync(_stopping.Token);
                await Task.Delay(NextLook(), _parts.Time, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private TimeSpan NextLook()
    {
        var now = Now;
        var next = _jobs.Keys.Select(j => NextOf(j, now, days: 1)?.Due - now).Min() ?? LookEvery;
        return next < Soonest ? Soonest : next > LookEvery ? LookEvery : next;
    }

    /// <summary>One look: decides what is due. Public for tests and for whoever has changed something.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try { await LookInTurnAsync(cancellation); }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            // The top loop of all schedules: a look that fails is told, and the next one looks again.
            LookFailed(_parts.Log, bug);
        }
        finally { _turn.Release(); }

        Tell();
    }

    /// <summary>Completes while the loop is alive; for whoever watches over the gateway.</summary>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        _turn.Release();
        if (_looking.IsCompleted) await Task.Delay(Timeout.InfiniteTimeSpan, _parts.Time, cancellation);
    }

    // Whoever shows the jobs must not be able to end the looking at them.
    private void Tell()
    {
        try { Changed?.Invoke(); }
        catch (Exception bug) { LookFailed(_parts.Log, bug); }
    }

    private async Task LookInTurnAsync(CancellationToken cancellation)
    {
        var now = Now;
        var isFirst = _last is null;
        var step = Step(now);
        await GuardedAsync(() => _rows.StoreRememberedAsync(cancellation).AsTask());
        await GuardedAsync(async () => _lookFar |= await _parts.Calendar.RefreshAsync(Today(now), cancellation));
        if (isFirst || step < TimeSpan.Zero) await ReopenAsync(now, cancellation);
        _lookFar |= isFirst || step != TimeSpan.Zero;
        await DecideAsync(now, cancellation);
        await GoOnAsync(now, isFirst, cancellation);
        TellReminder(Today(now), isFirst);
        if (Today(now) != _lastDate) await GuardedAsync(() => DailyAsync(Today(now), cancellation));
    }

    // A year whose list came while the gateway was away must be told as well: an earlier process may have said that it is missing.
    private void TellReminder(DateOnly today, bool isFirst)
    {
        var due = CalendarReminder.On(today, _parts.Calendar.Current);
        if (due == _reminder && !isFirst) return;
        _reminder = due;
        for (var year = today.Year - 1; year <= today.Year + 1; year++) Reminded?.Invoke(year, due?.Year == year ? due : null);
    }

    /// <summary>How far the wall clock jumped since the last look; zero when it went with the time that passed.</summary>
    private TimeSpan Step(DateTimeOffset now)
    {
        var last = _last;
        _last = (now, _parts.Time.GetTimestamp());
        if (last is not { } before) return TimeSpan.Zero;
        var step = now - before.Wall - _parts.Time.GetElapsedTime(before.Ticks);
        if (step.Duration() < StepOf) return TimeSpan.Zero;
        ClockStepped(_parts.Log, before.Wall, now, step);
        _parts.Journal.Append(new(now, "clock.stepped", "clock", DecisionRow.Gateway,
            JsonSerializer.Serialize(new { from = before.Wall, to = now, stepMs = (long)step.TotalMilliseconds, uptimeMs = (long)Uptime.TotalMilliseconds })));
        return step;
    }

    private async Task DailyAsync(DateOnly today, CancellationToken cancellation)
    {
        await _rows.ForgetOldAsync(today, cancellation);
        if (CalendarReminder.On(today, _parts.Calendar.Current) is { } reminder) await RemindAsync(reminder, cancellation);
        _lastDate = today;
    }

    private async Task RemindAsync(CalendarReminder reminder, CancellationToken cancellation)
    {
        const string kind = "calendar-reminder";
        var key = $"{reminder.Year}/{reminder.Severity}";
        if ((await _parts.State.LoadAllAsync(kind, cancellation)).Any(d => d.Key == key)) return;
        var line = new JournalEntry(Now, "calendar.reminder", $"{reminder.Year}", DecisionRow.Gateway, JsonSerializer.Serialize(new { severity = reminder.Severity, since = reminder.Since }));
        await _parts.State.CommitAsync(new StoreBatch().Put(kind, key, "{}").Record(line), cancellation);
        ListMissing(_parts.Log, reminder.Year, reminder.Severity);
    }

    /// <summary>False when nothing could be stored: what was to be done is tried again with the next look.</summary>
    private async Task<bool> GuardedAsync(Func<Task> store)
    {
        try
        {
            await store();
            _isStoreAway = false;
            return true;
        }
        catch (StoreUnavailableException away)
        {
            if (!_isStoreAway) StoreAway(_parts.Log, away.Message);
            _isStoreAway = true;
            return false;
        }
    }

    private sealed record Running(ImmutableArray<string> Rooms, Task<DecisionRow> Ended);

    [LoggerMessage(EventId = 2710, Level = LogLevel.Error, Message = "A look at the schedules failed by an error of ours; the next one follows")]
    private static partial void LookFailed(ILogger log, Exception bug);

    [LoggerMessage(EventId = 2711, Level = LogLevel.Warning, Message = "The clock was set from {From} to {To}, a step of {Step}: all jobs are planned anew, nothing that was missed is switched off")]
    private static partial void ClockStepped(ILogger log, DateTimeOffset from, DateTimeOffset to, TimeSpan step);

    [LoggerMessage(EventId = 2712, Level = LogLevel.Warning, Message = "Schedules: nothing can be stored ({Why}). Rooms are switched on all the same; nothing is switched off until it can be")]
    private static partial void StoreAway(ILogger log, string why);

    [LoggerMessage(EventId = 2713, Level = LogLevel.Warning, Message = "The days off of {Year} are not known ({Severity}): import the list of the notice (avgateway calendar import) and approve it. Until then only days of the law count as off")]
    private static partial void ListMissing(ILogger log, int year, string severity);

    [LoggerMessage(EventId = 2714, Level = LogLevel.Error, Message = "Trace {Trace}: job {Job} failed by an error of ours")]
    private static partial void ActCrashed(ILogger log, Exception bug, string trace, string job);

    [LoggerMessage(EventId = 2715, Level = LogLevel.Warning, Message = "Job {Job} of {Date} was missed (due {Due}) and is not run by itself: run it or skip it ($schedule/{Job}/do/run, skip)")]
    private static partial void Asked(ILogger log, string job, DateOnly date, DateTimeOffset due);

    [LoggerMessage(EventId = 2716, Level = LogLevel.Information, Message = "Job {Job} of {Date}: {State}, {Says}")]
    private static partial void Decided(ILogger log, string job, DateOnly date, DecisionState state, string says);
}
