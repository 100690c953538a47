using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Power;
using AvGateway.Operations.Schedule.Calendars;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Records;

/// <param name="Calendar">The calendar in force, asked each time.</param>
public sealed record RecordParts(SiteFacts Site, Func<SiteCalendar> Calendar, IStateTable State, IServiceJournal Journal, TimeProvider Time, ILogger<RecordKeeper> Log);

/// <summary>
/// Sees to it that the service record holds what the records of a month are reckoned from: when the gateway lived, what the site was, which days
/// were worked, and which devices were away on purpose. What did not change is not written again.
/// </summary>
public sealed partial class RecordKeeper(RecordParts parts) : IAsyncDisposable
{
    /// <summary>After a crash the time since the last beat is unknown.</summary>
    public static readonly TimeSpan BeatEvery = TimeSpan.FromMinutes(1);

    private const string Gateway = "gateway";
    private const string AliveKind = "records-alive";
    private const string SaidKind = "records-said";
    private const string AsideKind = "records-aside";

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, string> _said = new(StringComparer.Ordinal);
    private readonly HashSet<string> _aside = new(StringComparer.Ordinal);
    private SiteCalendar? _calendar;
    private int _calendarYear;
    private Task _beating = Task.CompletedTask;

    /// <summary>How far a gateway was seen alive; for a record whose gateway is stopped.</summary>
    public static async Task<DateTimeOffset?> AliveUntilAsync(IStateTable state, CancellationToken cancellation) =>
        (await state.LoadAllAsync(AliveKind, cancellation)).Select(d => JsonSerializer.Deserialize<Alive>(d.Json)?.At).FirstOrDefault();

    /// <summary>Notes the beginning of this run, and what changed since the last one.</summary>
    /// <exception cref="JsonException">A stored note is damaged.</exception>
    public async Task RestoreAsync(CancellationToken cancellation)
    {
        var before = (await parts.State.LoadAllAsync(AliveKind, cancellation)).Select(d => JsonSerializer.Deserialize<Alive>(d.Json)).FirstOrDefault();
        foreach (var said in await parts.State.LoadAllAsync(SaidKind, cancellation)) _said[said.Key] = said.Json;
        foreach (var aside in await parts.State.LoadAllAsync(AsideKind, cancellation)) _aside.Add(aside.Key);
        var now = parts.Time.GetUtcNow();
        parts.Journal.Append(new(now, RecordKinds.Started, Gateway, Gateway, JsonSerializer.Serialize(new { aliveUntil = before?.At, orderly = before?.Orderly ?? false })));
        await SayAsync(SiteFactsJson.Rows(parts.Site), [RecordKinds.Facts, RecordKinds.Room, RecordKinds.Parties, RecordKinds.Network], cancellation);
        await SayCalendarAsync(now, cancellation);
        await BeatAsync(isOrderly: false);
    }

    public void Start() => _beating = Task.Run(KeepAsync, CancellationToken.None);

    /// <summary>Compares what power runs have set aside with what was noted. Cheap; to be called on each change of a run.</summary>
    public void Look(PowerPicture run, Func<DeviceId, bool> isOffOnPurpose)
    {
        // Which devices a step speaks of is cheap to see; who has the last word is asked for those alone that would change.
        List<(string Name, DeviceId Device, bool IsOff)> wished;
        lock (_gate)
        {
            wished = [.. run.Steps.Zip(run.Progress).SelectMany(s => SaidOf(run.Record.Order.Act, s.First, s.Second)).DistinctBy(w => w.Device)
                .Select(w => (w.Device.ToString(), w.Device, w.IsOff)).Where(w => w.IsOff != _aside.Contains(w.Item1))];
        }

        if (wished.Count == 0) return;

        // Outside of the gate: whoever tells of a change may hold a gate of his own.
        wished.RemoveAll(w => isOffOnPurpose(w.Device) != w.IsOff);
        lock (_gate)
        {
            List<string> gone = [.. wished.Where(w => w.IsOff && _aside.Add(w.Name)).Select(w => w.Name)];
            List<string> back = [.. wished.Where(w => !w.IsOff && _aside.Remove(w.Name)).Select(w => w.Name)];

            // Under the gate: two changes of one run must not change places in the record.
            Note(RecordKinds.SetAside, run.Record, gone, device => parts.State.PutAsync(AsideKind, device, "{}", CancellationToken.None));
            Note(RecordKinds.TakenBack, run.Record, back, device => parts.State.DeleteAsync(AsideKind, device, CancellationToken.None));
        }
    }

    // An outlet says something of what it feeds, and nothing of its feeder. A step that ended badly takes back what its wish had said.
    private static IEnumerable<(DeviceId Device, bool IsOff)> SaidOf(PowerAct act, PowerStep step, StepProgress progress)
    {
        var says = progress.State is StepState.Verified or StepState.Unverified or StepState.Wished or StepState.Sent or StepState.Watched;
        if (!says && !progress.HasEnded) return [];
        var devices = step.Kind is StepKind.OutletOff or StepKind.OutletOn ? step.Fed : step.Fed.Append(step.Device);
        return devices.Select(d => (d, says && act is PowerAct.Off));
    }

    /// <summary>Notes the end of this run.</summary>
    public async Task StopAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync();
        await _beating;
        parts.Journal.Append(new(parts.Time.GetUtcNow(), RecordKinds.Stopped, Gateway, Gateway, "{}"));
        await BeatAsync(isOrderly: true);
    }

    private void Note(string kind, PowerRecord run, List<string> devices, Func<string, ValueTask<long>> keep) => Note(kind, run, devices, device => new ValueTask(keep(device).AsTask()));

    private void Note(string kind, PowerRecord run, List<string> devices, Func<string, ValueTask> keep)
    {
        devices.Sort(StringComparer.Ordinal);
        foreach (var some in devices.Chunk(SiteFactsJson.MostInRow * 4))
            parts.Journal.Append(new(parts.Time.GetUtcNow(), kind, run.Id, run.Order.By, JsonSerializer.Serialize(new { devices = some })));
        foreach (var device in devices) _ = KeepAsideAsync(device, keep);
    }

    private async Task KeepAsideAsync(string device, Func<string, ValueTask> keep)
    {
        try
        {
            await keep(device);
        }
        catch (StoreUnavailableException unwell)
        {
            // The row is queued by the record itself; after a restart it may be written twice, which says the same.
            NotKept(parts.Log, unwell, device);
        }
    }

    private async Task KeepAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(BeatEvery, parts.Time, _stopping.Token);
                await BeatAsync(isOrderly: false);
                await SayCalendarAsync(parts.Time.GetUtcNow(), _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task BeatAsync(bool isOrderly)
    {
        try
        {
            await parts.State.PutAsync(AliveKind, "all", JsonSerializer.Serialize(new Alive(parts.Time.GetUtcNow(), isOrderly)), CancellationToken.None);
        }
        catch (StoreUnavailableException unwell)
        {
            NotKept(parts.Log, unwell, "the beat");
        }
    }

    private async Task SayCalendarAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var calendar = parts.Calendar();
        var year = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(parts.Site.Zone)).Year;
        if (ReferenceEquals(calendar, _calendar) && year == _calendarYear) return;
        if (await SayAsync([.. CalendarRows(calendar, year)], [], cancellation)) (_calendar, _calendarYear) = (calendar, year);
    }

    /// <summary>The years around this one; clocks of December run into January.</summary>
    internal static IEnumerable<(string Kind, string Subject, string Details)> CalendarRows(SiteCalendar calendar, int year)
    {
        foreach (var y in (int[])[year - 1, year, year + 1])
        {
            List<string> off = [], worked = [];
            for (var date = new DateOnly(y, 1, 1); date.Year == y; date = date.AddDays(1))
            {
                var isWeekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
                if (calendar.IsOff(date) == isWeekend) continue;
                (isWeekend ? worked : off).Add(date.ToString("MM-dd", CultureInfo.InvariantCulture));
            }

            yield return (RecordKinds.Calendar, y.ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(new { off, worked }));
        }
    }

    // Rows and what was said last go into one commit: a kill in between would say it twice or never.
    private async Task<bool> SayAsync(IEnumerable<(string Kind, string Subject, string Details)> rows, string[] whole, CancellationToken cancellation)
    {
        var batch = new StoreBatch();
        var now = parts.Time.GetUtcNow();
        var changed = new List<(string Key, string? Digest)>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (kind, subject, details) in rows)
        {
            var key = $"{kind}/{subject}";
            named.Add(key);
            var digest = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(details)).AsSpan(0, 16))}\"";
            if (_said.GetValueOrDefault(key) == digest) continue;
            batch.Record(new(now, kind, subject, Gateway, details)).Put(SaidKind, key, digest);
            changed.Add((key, digest));
        }

        foreach (var gone in _said.Keys.Where(k => !named.Contains(k) && whole.Any(w => k.StartsWith(w + "/", StringComparison.Ordinal))).ToList())
        {
            var slash = gone.IndexOf('/', StringComparison.Ordinal);
            batch.Record(new(now, gone[..slash], gone[(slash + 1)..], Gateway, """{"gone":true}""")).Delete(SaidKind, gone);
            changed.Add((gone, null));
        }

        if (changed.Count == 0) return true;
        try
        {
            await parts.State.CommitAsync(batch, cancellation);
        }
        catch (StoreUnavailableException unwell)
        {
            NotKept(parts.Log, unwell, changed[0].Key);
            return false;
        }

        foreach (var (key, digest) in changed)
        {
            if (digest is null) _said.Remove(key);
            else _said[key] = digest;
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _beating;
        _stopping.Dispose();
    }

    private sealed record Alive(DateTimeOffset At, bool Orderly);

    [LoggerMessage(EventId = 2740, Level = LogLevel.Warning, Message = "The service record could not be told of {What}; it is told with the next change")]
    private static partial void NotKept(ILogger log, Exception unwell, string what);
}
