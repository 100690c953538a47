using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Rooms;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Inspections;

/// <summary>What inspections stand on.</summary>
public sealed record InspectorParts(
    InspectionSite Site, IDeviceDirectory Devices, Courthouse House, FaultWatch Faults, CommandRouter Router, IStateTable State, IServiceJournal Journal, TimeProvider Time, ILogger<Inspector> Log)
{
    /// <summary>How often a device was asked, and how much it has said, since the gateway started: what does not grow was not seen.</summary>
    public required Func<IDevice, (long Polls, long Replies)> Said { get; init; }

    /// <summary>Has a device asked for everything once more.</summary>
    public Action<IDevice> LookAround { get; init; } = static _ => { };

    /// <summary>Switched off on purpose.</summary>
    public Func<DeviceId, bool> IsOff { get; init; } = static _ => false;

    /// <summary>Hours that the gateway counted itself; null where it counts none.</summary>
    public Func<DeviceId, double?> OnHours { get; init; } = static _ => null;

    /// <summary>Files a report that has ended or was signed; a disk that is full takes nothing back.</summary>
    public Action<Inspection> File { get; init; } = static _ => { };
}

/// <summary>An order to inspect.</summary>
/// <param name="Rooms">Empty: the whole site.</param>
/// <param name="Key">Of a schedule's order: the same key again is the same inspection.</param>
public sealed record InspectionOrder(string Profile, ImmutableArray<string> Rooms, string By, string? Key = null);

/// <summary>What came of a wish about inspections: the inspection as it is now, or why nothing was done.</summary>
public readonly record struct InspectionAnswer(Inspection? Inspection, Refusal? Refusal)
{
    public static InspectionAnswer Refused(AnswerCode code, string title) => new(null, new(code, title));
}

/// <summary>
/// Carries inspections out: looks at every registered device of the scope until it has answered or its time is over, then tries functions room
/// by room, and files what was found. Whatever happens each inspection gets an end; one that a dead gateway left is ended by the next start as
/// interrupted, and nothing of it is sent again.
/// </summary>
public sealed partial class Inspector(InspectorParts parts) : IAsyncDisposable
{
    /// <summary>Older ones go out of the store; their files stay.</summary>
    public const int MostKept = 60;

    private const string Gateway = "gateway";
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private readonly InspectionTable _table = new(parts.State);
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Inspection> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InspectionRun> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Dictionary<int, int> _numbers = [];
    private Dictionary<string, InspectionTable.SignedWork> _work = [];

    /// <summary>An inspection began, found something, ended or was signed.</summary>
    public event Action<Inspection>? Changed;

    /// <summary>One is kept no more.</summary>
    public event Action<string>? Dropped;

    public InspectionSite Site => parts.Site;

    /// <summary>What is kept, the oldest first.</summary>
    public IReadOnlyList<Inspection> All
    {
        get
        {
            lock (_gate) return [.. _all.Values];
        }
    }

    public Inspection? Find(string id)
    {
        lock (_gate) return _all.GetValueOrDefault(id);
    }

    public Inspection? FindByKey(string key)
    {
        lock (_gate) return _all.Values.LastOrDefault(i => i.Key == key);
    }

    /// <summary>Takes up what is kept. What an earlier run left in the middle ends here, with what it had found.</summary>
    /// <exception cref="JsonException">A stored inspection is damaged.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        var (all, numbers, work) = await _table.LoadAsync(cancellation);
        (_numbers, _work) = (numbers, work);
        foreach (var kept in all)
        {
            lock (_gate) _all[kept.Id] = kept;
            if (kept.State is not InspectionState.Running) continue;
            var ended = Ended(kept, InspectionState.Interrupted);
            InterruptedBefore(parts.Log, kept.Id, kept.Rows.Length);
            await KeepEndAsync(ended);
        }
    }

    /// <summary>Begins, durably; nothing is looked at before it is stored.</summary>
    public async Task<InspectionAnswer> StartAsync(InspectionOrder order, CancellationToken cancellation)
    {
        if (parts.Site.Settings.Find(order.Profile) is not { } profile)
            return InspectionAnswer.Refused(AnswerCodes.BadArgument, $"there is no profile \"{SafeText.Shown(order.Profile)}\": {string.Join(", ", parts.Site.Settings.Profiles.Select(p => p.Id))}");
        if (order.Rooms.FirstOrDefault(r => parts.Site.Rooms.All(known => known.Id != r)) is { } stranger)
            return InspectionAnswer.Refused(AnswerCodes.BadArgument, $"there is no room \"{SafeText.Shown(stranger)}\": {string.Join(", ", parts.Site.Rooms.Select(r => r.Id))}");
        ImmutableArray<InspectedRoom> rooms = [.. parts.Site.Rooms.Where(r => order.Rooms.IsEmpty || order.Rooms.Contains(r.Id))];
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_stopping.IsCancellationRequested) return InspectionAnswer.Refused(AnswerCodes.Busy, "the gateway is stopping");
            lock (_gate)
            {
                if (_running.Values.FirstOrDefault(r => r.Now.Rooms.Any(rooms.Contains)) is { } other)
                    return InspectionAnswer.Refused(AnswerCodes.Inspecting, $"{other.Now.Id} by {other.Now.By} is looking at these rooms: wait for its end, or cancel it");
            }

            var now = parts.Time.GetUtcNow();
            var year = TimeZoneInfo.ConvertTime(now, parts.Site.Zone).Year;
            var numbers = new Dictionary<int, int>(_numbers) { [year] = _numbers.GetValueOrDefault(year) + 1 };
            var id = string.Create(CultureInfo.InvariantCulture, $"I-{year:D4}-{numbers[year]:D6}");
            var begun = new Inspection(id, profile.Id, profile.Name, order.Rooms.IsEmpty, rooms, order.By, now) { Key = order.Key, Manual = ManualOf(profile, rooms) };
            try
            {
                await _table.BeginAsync(begun, numbers, Row(begun, "started", order.By, new { profile = profile.Id, scope = begun.Scope }), CancellationToken.None).AsTask().WaitAsync(StoreWithin, parts.Time, cancellation);
            }
            catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
            {
                return InspectionAnswer.Refused(AnswerCodes.NoStore, "an inspection that cannot be stored is not begun");
            }

            _numbers = numbers;
            var run = new InspectionRun(begun, profile, this, parts, _stopping.Token);
            lock (_gate)
            {
                _all[id] = begun;
                _running[id] = run;
            }

            Changed?.Invoke(begun);
            run.Ending = Task.Run(() => CarryOutAsync(run), CancellationToken.None);
            return new(begun, null);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends with the inspection; null when there is none of this id.</summary>
    public Task<Inspection>? EndOf(string id)
    {
        lock (_gate) return _running.TryGetValue(id, out var run) ? run.Ending : _all.TryGetValue(id, out var ended) ? Task.FromResult(ended) : null;
    }

    /// <summary>One device as an inspection would find it at this moment, nothing waited for; null when it is in order or unknown here.</summary>
    public Sight? LookNow(DeviceId id)
    {
        if (parts.Devices.Find(id) is not { } device || parts.Site.Devices.FirstOrDefault(d => d.Id == id) is not { } registered) return null;
        var name = id.ToString();
        Fault[] own = [.. parts.Faults.Open.Where(f => f.Subject == name || f.Affected.Contains(name))];
        var sight = DeviceSight.Judge(new(device, device.Snapshot(), HasAnswered: true, own, parts.IsOff(id), registered.IsOptional), parts.Faults.Kinds, isLast: true)!;
        return sight.State is RowState.Ok or RowState.NotPresent ? null : sight;
    }

    /// <summary>Ends one early: what is being tried is put back first.</summary>
    public InspectionAnswer Cancel(string id, string by)
    {
        lock (_gate)
        {
            if (!_all.TryGetValue(id, out var known)) return InspectionAnswer.Refused(AnswerCodes.Unknown, $"there is no inspection {SafeText.Shown(id)}");
            if (!_running.TryGetValue(id, out var run)) return InspectionAnswer.Refused(AnswerCodes.InspectionStep, $"{id} is over already");
            run.Cancel();
            parts.Journal.Append(Row(known, "cancelled", by, new { }));
            return new(known, null);
        }
    }

    /// <summary>Nothing begins any more; what is under way is put back, and ends as interrupted.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        Task[] ending;
        lock (_gate) ending = [.. _running.Values.Select(r => r.Ending)];
        try { await Task.WhenAll(ending).WaitAsync(StopWithin, parts.Time); }
        catch (TimeoutException) { NotEnded(parts.Log, ending.Length); }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _turn.Dispose();
    }

    /// <summary>Rows of a running inspection; the newest of a device counts.</summary>
    internal async Task FoundAsync(InspectionRun run, IReadOnlyList<DeviceRow> rows)
    {
        lock (_gate)
        {
            var found = rows.ToDictionary(r => r.Device, StringComparer.Ordinal);
            run.Now = run.Now with { Rows = [.. run.Now.Rows.Where(r => !found.ContainsKey(r.Device)), .. rows] };
            _all[run.Now.Id] = run.Now;
        }

        Changed?.Invoke(run.Now);
        try
        {
            await _table.PutRowsAsync(run.Now.Id, rows, CancellationToken.None).AsTask().WaitAsync(StoreWithin, parts.Time);
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            // The whole is stored at the end; a kill before that loses these rows and nothing else.
            RowsNotStored(parts.Log, unwell, run.Now.Id);
        }
    }

    private async Task<Inspection> CarryOutAsync(InspectionRun run)
    {
        var state = InspectionState.Done;
        try
        {
            await run.LookAsync();
            if (run.IsEnding) state = _stopping.IsCancellationRequested ? InspectionState.Interrupted : InspectionState.Cancelled;
        }
        catch (Exception bug)
        {
            // A top loop: whatever goes wrong, the inspection gets an end that says so.
            Crashed(parts.Log, bug, run.Now.Id);
            state = InspectionState.Interrupted;
        }

        Inspection ended;
        lock (_gate) ended = run.Now;
        ended = Ended(ended with { Hours = HoursOf(ended) }, state);
        await KeepEndAsync(ended);
        lock (_gate) _running.Remove(ended.Id);
        run.Dispose();
        return ended;
    }

    // In the order of the site, each registered device once; what was not come to says why.
    private Inspection Ended(Inspection inspection, InspectionState state)
    {
        var now = parts.Time.GetUtcNow();
        var reason = state is InspectionState.Cancelled ? SightReasons.Cancelled : SightReasons.Interrupted;
        var found = inspection.Rows.ToDictionary(r => r.Device, StringComparer.Ordinal);
        var rooms = inspection.Rooms.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var due = inspection.Hours.Where(h => h.IsDue).ToLookup(h => h.Device, StringComparer.Ordinal);
        DeviceRow RowOf(RegisteredDevice device)
        {
            var name = device.Id.ToString();
            if (!found.TryGetValue(name, out var row)) return new(name, device.Id.Room, device.Name, RowState.Skipped, reason, SightReasons.Says(reason), now);
            return row.State < RowState.Degraded && due[name].FirstOrDefault() is { } hours
                ? row with { State = RowState.Degraded, Reason = SightReasons.HoursDue, Says = SightReasons.Says(SightReasons.HoursDue), Detail = hours.SayHours() }
                : row;
        }

        return inspection with { State = state, EndedAt = now, Rows = [.. parts.Site.Devices.Where(d => rooms.Contains(d.Id.Room)).Select(RowOf)] };
    }

    private async Task KeepEndAsync(Inspection ended)
    {
        List<string> dropped;
        lock (_gate)
        {
            _all[ended.Id] = ended;
            dropped = [.. _all.Keys.Where(k => !_running.ContainsKey(k)).Take(Math.Max(0, _all.Count - MostKept))];
            foreach (var old in dropped) _all.Remove(old);
        }

        var details = new { state = RunJson.Word(ended.State), rows = ended.Rows.Length, findings = ended.FindingCount, skipped = ended.Count(RowState.Skipped), due = ended.Hours.Where(h => h.IsDue).Select(h => h.Id).ToArray() };
        try
        {
            await _table.EndAsync(ended, dropped, Row(ended, "ended", Gateway, details), CancellationToken.None).AsTask().WaitAsync(StoreWithin, parts.Time);
        }
        catch (Exception unwell) when (unwell is StoreUnavailableException or TimeoutException)
        {
            // Shown all the same; the next start finds it running and ends it with the rows that were stored.
            RowsNotStored(parts.Log, unwell, ended.Id);
            parts.Journal.Append(Row(ended, "ended", Gateway, details));
        }

        parts.File(ended);
        foreach (var old in dropped) Dropped?.Invoke(old);
        Changed?.Invoke(ended);
    }

    private static ImmutableArray<ManualRow> ManualOf(InspectionProfile profile, ImmutableArray<InspectedRoom> rooms) =>
    [
        .. profile.Manual.Where(m => !m.IsPerRoom).Select(m => new ManualRow(m.Id, null, m.Name)),
        .. rooms.SelectMany(r => profile.Manual.Where(m => m.IsPerRoom).Select(m => new ManualRow($"{r.Id}/{m.Id}", r.Id, m.Name))),
    ];

    private JournalEntry Row<T>(Inspection inspection, string what, string by, T details) =>
        new(parts.Time.GetUtcNow(), $"inspection.{what}", inspection.Id, by, JsonSerializer.Serialize(details));

    [LoggerMessage(EventId = 2720, Level = LogLevel.Warning, Message = "Inspection {Inspection} was under way when an earlier run ended; it is ended as interrupted with {Rows} rows, and nothing of it is sent again")]
    private static partial void InterruptedBefore(ILogger log, string inspection, int rows);

    [LoggerMessage(EventId = 2721, Level = LogLevel.Error, Message = "Inspection {Inspection} could not be stored; it is shown all the same")]
    private static partial void RowsNotStored(ILogger log, Exception unwell, string inspection);

    [LoggerMessage(EventId = 2722, Level = LogLevel.Error, Message = "Inspection {Inspection} failed by an error of ours and is ended as interrupted")]
    private static partial void Crashed(ILogger log, Exception bug, string inspection);

    [LoggerMessage(EventId = 2723, Level = LogLevel.Warning, Message = "{Count} inspections did not come to their end before the stop; the next start ends them")]
    private static partial void NotEnded(ILogger log, int count);
}
