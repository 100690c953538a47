using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Power;

/// <summary>What the morning's look stands on.</summary>
public sealed record ReadinessParts(PowerRuns Runs, Courthouse House, DocketBook Docket, IDeviceDirectory Devices, IServiceJournal Journal, TimeProvider Time, ILogger<ReadinessWatch> Log)
{
    /// <summary>What an inspection would find of a device now, as a word; null when it is in order.</summary>
    public Func<DeviceId, string?> Inspect { get; init; } = static _ => null;
}

/// <summary>
/// Looks before every hearing whether its room is on and proven: 30 minutes before, conference rooms 60, and at once when a run that switched
/// on left something behind. What is not is named with the time that is left and with the rooms that could serve instead.
/// </summary>
public sealed partial class ReadinessWatch(ReadinessParts parts) : IAsyncDisposable
{
    public static readonly TimeSpan CourtLead = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan ConferenceLead = TimeSpan.FromMinutes(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterRunLead = TimeSpan.FromHours(4);
    private static readonly TimeSpan Urgent = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Soon = TimeSpan.FromHours(2);
    private const int MostFree = 5;

    private readonly Dictionary<string, RoomReadiness> _last = new(StringComparer.Ordinal);
    private readonly HashSet<string> _early = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>A room was looked at for the first time before a hearing, or the answer changed.</summary>
    public event Action<RoomReadiness>? Changed;

    /// <summary>The hearing has begun or is no more: nothing is said of this room until the next one.</summary>
    public event Action<string>? Over;

    public void Start()
    {
        parts.Runs.Changed += Hear;
        _watching = Task.Run(WatchAsync, CancellationToken.None);
    }

    public async Task StopAsync()
    {
        parts.Runs.Changed -= Hear;
        await _stopping.CancelAsync();
        await _watching;
    }

    /// <summary>One look at every room.</summary>
    public void Look()
    {
        lock (_gate)
        {
            foreach (var room in parts.House.Rooms) Look(room.Room);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var ticks = new PeriodicTimer(LookEvery, parts.Time);
        try
        {
            do
            {
                try { Look(); }
                catch (Exception bug) when (bug is not OperationCanceledException)
                {
                    // A top loop: the next look is not left out for the sake of this one.
                    LookFailed(parts.Log, bug);
                }
            }
            while (await ticks.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    // A run that could not switch everything on is told at once, not half an hour before the hearing.
    private void Hear(PowerPicture run)
    {
        if (run.Record.Order.Act is not PowerAct.On || run.Record.Phase is RunPhase.Running) return;
        lock (_gate)
        {
            foreach (var (room, progress) in run.Record.Rooms)
            {
                if (progress.Phase is RoomPhase.Done) _early.Remove(room);
                else _early.Add(room);
                Look(room);
            }
        }
    }

    private void Look(string room)
    {
        var now = parts.Time.GetUtcNow();
        var isOpen = parts.House.Find(room)?.Hearing.Snapshot.IsOpen is true;
        var lead = _early.Contains(room) ? AfterRunLead : LeadOf(room);
        if (isOpen || NextOf(room, now, lead) is not { } hearing)
        {
            if (_last.Remove(room)) Over?.Invoke(room);
            return;
        }

        var failed = FailedIn(room);
        var state = failed.IsEmpty ? ReadinessState.Ready : ReadinessState.NotReady;
        var readiness = new RoomReadiness(
            room, hearing.Start, state, failed.IsEmpty ? ReadinessSeverity.None : SeverityOf(hearing.Start - now), failed, failed.IsEmpty ? [] : FreeInstead(room, hearing), now);
        if (failed.IsEmpty) _early.Remove(room);
        if (readiness.SaysTheSame(_last.GetValueOrDefault(room))) return;
        _last[room] = readiness;
        Write(readiness);
        Changed?.Invoke(readiness);
    }

    private DocketEntry? NextOf(string room, DateTimeOffset now, TimeSpan lead)
    {
        var docket = parts.Docket.Of(room);
        if (docket.State is DocketState.NotUsed) return null;
        foreach (var entry in docket.Entries)
            if (entry.Start > now && entry.Start - now <= lead) return entry;
        return null;
    }

    private TimeSpan LeadOf(string room) => parts.Runs.Graph.UseOf(room) is PowerUse.Conference ? ConferenceLead : CourtLead;

    private ImmutableArray<NotReadyDevice> FailedIn(string room)
    {
        var elsewhere = parts.House.Find(room)?.Guarded.Routes.Layout.Devices ?? [];
        var all = parts.Runs.Graph.Loads.Where(l => l.Id.Room == room && l.Manifest is not null).Select(l => l.Id).Union(elsewhere.Where(d => parts.Runs.Graph.Find(d)?.Manifest is not null));
        return [.. all.Select(Trouble).OfType<NotReadyDevice>().OrderBy(f => f.Device.ToString(), StringComparer.Ordinal)];
    }

    private NotReadyDevice? Trouble(DeviceId id)
    {
        if (parts.Devices.Find(id) is not { } device) return null;
        if (!device.Status.IsUsable) return new(id, $"{device.Status.State.ToString().ToLowerInvariant()}: {device.Status.Reason}");
        if (parts.Inspect(id) is { } found) return new(id, found);
        if (device.Manifest.Properties.All(p => p.Name != PowerWords.PowerState)) return null;
        var isOn = device.TryGetReading(PowerWords.PowerState, out var shown) && shown.Quality is Quality.Good && shown.Value.Text is PowerStates.On;
        return isOn ? null : new(id, $"power: {(shown.Value.Kind is ValueKind.Text ? shown.Value.Text : PowerStates.Unknown)}");
    }

    private ImmutableArray<string> FreeInstead(string room, DocketEntry hearing)
    {
        var use = parts.Runs.Graph.UseOf(room);
        return
        [
            .. parts.Runs.Graph.Rooms.Where(r => r != room && parts.Runs.Graph.UseOf(r) == use && IsFree(r, hearing) && FailedIn(r).IsEmpty).Take(MostFree),
        ];
    }

    private bool IsFree(string room, DocketEntry hearing)
    {
        var docket = parts.Docket.Of(room);
        var isReserved = docket.Entries.Any(e => e.Start < hearing.End && hearing.Start < e.End);
        return docket.State is DocketState.Known && !isReserved && (parts.Runs.WhyGuarded(room) is GuardReason.None or GuardReason.JustClosed);
    }

    private static ReadinessSeverity SeverityOf(TimeSpan left) => left <= Urgent ? ReadinessSeverity.P1 : left <= Soon ? ReadinessSeverity.P2 : ReadinessSeverity.P3;

    private void Write(RoomReadiness readiness)
    {
        var details = new
        {
            hearingAt = readiness.HearingAt,
            severity = readiness.Severity.ToString(),
            failed = readiness.Failed.Select(f => new { device = f.Device.ToString(), why = f.Why }),
            free = readiness.Free,
        };
        var kind = readiness.State is ReadinessState.Ready ? "readiness.ready" : "readiness.failed";
        parts.Journal.Append(new(readiness.At, kind, readiness.Room, "gateway", JsonSerializer.Serialize(details)));
    }

    [LoggerMessage(EventId = 2645, Level = LogLevel.Error, Message = "A look at the rooms before their hearings failed; the next one follows")]
    private static partial void LookFailed(ILogger log, Exception bug);
}
