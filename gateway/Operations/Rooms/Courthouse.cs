using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Scenes;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Rooms;

/// <summary>What the rooms of a site stand on.</summary>
public sealed record CourthouseParts(
    IDeviceDirectory Devices, IUserDirectory Users, IStateTable State, IServiceJournal Journal, DocketBook Docket, FrameGuard Gate, TimeProvider Time, ILogger<Courthouse> Log)
{
    /// <summary>The rooms that lose something when this device goes off, or only one outlet of it.</summary>
    public Func<DeviceId, int?, IEnumerable<string>> RoomsHit { get; init; } = static (_, _) => [];
    /// <summary>How this court wants to be guarded.</summary>
    public GuardOptions Guarding { get; init; } = new();
}

/// <summary>
/// All rooms of the site: their hearings, scenes and recordings, one guard over all, and the loops that watch them. What happens in them goes
/// into the service record.
/// </summary>
public sealed partial class Courthouse : IDeviceObserver, IAsyncDisposable
{
    private const string Gateway = "gateway";
    private const string OrderlyEnd = "orderly-end";

    private readonly CourthouseParts _parts;
    private readonly HearingTable _hearings;
    private readonly SortedDictionary<string, Courtroom> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<DeviceId, Courtroom[]> _roomsOf = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    public Courthouse(IEnumerable<RoomPlan> plans, CourthouseParts parts)
    {
        _parts = parts;
        _hearings = new(parts.State);
        var site = new SiteParts(parts.Devices, _hearings, new SceneRunTable(parts.State), parts.Docket, RoutePolicy.Standard, parts.Time, new());
        foreach (var plan in plans)
        {
            var room = new Courtroom(plan.Layout, plan.AllScenes, site);
            _rooms.Add(room.Room, room);
            Record(room);
        }

        Guard = new(_rooms.Values.Select(r => r.Guarded), parts.Devices, parts.Docket, parts.Time, ActorOf, parts.Guarding, AuditAsync) { RoomsHit = parts.RoomsHit };
        foreach (var room in _rooms.Values) room.Join(Guard);
        foreach (var device in parts.Devices.Devices)
        {
            // A layout may name a device of another room: both rooms must hear of it.
            Courtroom[] concerned = [.. _rooms.Values.Where(r => r.Room == device.Id.Room || r.Names(device.Id))];
            if (concerned.Length > 0) _roomsOf.Add(device.Id, concerned);
        }
    }

    public HearingGuard Guard { get; }
    public IReadOnlyCollection<Courtroom> Rooms => _rooms.Values;
    public Courtroom? Find(string room) => _rooms.GetValueOrDefault(room);
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Who a caller is to the court; null for a name that nobody has.</summary>
    public Actor? ActorOf(string caller) => _parts.Users.Find(caller) is { } user ? CourtActors.Of(user) : null;

    /// <summary>Reads what an earlier run left and lets the guard decide from then on. To be called before the first device is opened.</summary>
    /// <param name="isFirstStart">This store has never served a gateway before.</param>
    /// <exception cref="JsonException">A stored hearing is damaged.</exception>
    public async Task RestoreAsync(bool isFirstStart, CancellationToken cancellation)
    {
        var wasOrderly = (await _parts.State.LoadAllAsync(OrderlyEnd, cancellation)).Count > 0;
        if (wasOrderly) await _parts.State.DeleteAsync(OrderlyEnd, OrderlyEnd, cancellation);
        if (wasOrderly || isFirstStart) foreach (var room in _rooms.Values) room.TrustFromTheStart();
        var kept = (await _hearings.LoadAsync(cancellation)).ToDictionary(r => r.Room);
        foreach (var room in _rooms.Values) await room.RestoreAsync(kept.GetValueOrDefault(room.Room), cancellation);
        _parts.Gate.Join(Guard);
    }

    /// <summary>Takes up runs that did not end and watches every room from here on. To be called when the devices' links are being opened.</summary>
    public void Start() => _watching = Task.WhenAll(_rooms.Values.Select(r => Task.Run(() => KeepAsync(r), CancellationToken.None)));

    /// <summary>Ends the watching. Recorders are not touched; a run that is under way goes on at the next start, or is listed.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
    }

    /// <summary>To be called when every command has ended and every link is closed: the next start then need not doubt what it sees.</summary>
    public async Task NoteOrderlyEndAsync(CancellationToken cancellation)
    {
        try
        {
            await _parts.State.PutAsync(OrderlyEnd, OrderlyEnd, "{}", cancellation);
        }
        catch (StoreUnavailableException)
        {
            // Then the next start doubts for half a minute, as after a crash.
        }
    }

    private async Task KeepAsync(Courtroom room)
    {
        try
        {
            var resuming = room.ResumeAsync(_stopping.Token);
            await room.WatchAsync(_stopping.Token);
            await resuming;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private void Record(Courtroom room)
    {
        var before = room.Hearing.Snapshot;
        room.Hearing.Changed += now =>
        {
            if (now.IsKnown && (now.Stage != before.Stage || now.IsStored != before.IsStored))
                Write("hearing.stage", room.Room, Gateway, new { from = before.Stage.Word(), to = now.Stage.Word(), stored = now.IsStored });
            if (now.Recording != before.Recording) Write("hearing.recording", room.Room, Gateway, new { from = before.Recording.Word(), to = now.Recording.Word() });
            before = now;
        };
        room.Recording.Alarmed += alarm => Write(
            alarm.IsRaised ? "recording.fault-raised" : "recording.fault-cleared", alarm.Recorder.ToString(), Gateway, new { code = alarm.Code, role = RunJson.Word(alarm.Role) });
        room.RouteAlarmed += alarm => Write(alarm.IsRaised ? "route.forbidden" : "route.gone", room.Room, Gateway, new { rule = alarm.Conflict.Rule.Code, point = alarm.Conflict.Point.ToString(), broken = alarm.WasBroken });
        room.WatchFailed += failure => RoundFailed(_parts.Log, failure, room.Room);
        room.RunChanged += run =>
        {
            if (run.EndedAt is null) return;
            Write("scene.ended", $"{room.Room}/$scene/{run.Scene}", run.Request.Actor.Name, new { run = run.Id, state = RunJson.Word(run.State), failedAt = run.FailedAt, rollback = run.IsRollback });
        };
    }

    private async ValueTask<bool> AuditAsync(GuardAudit audit, CancellationToken cancellation)
    {
        var request = audit.Request;
        // A room may be free when the wish comes and guarded when the command does.
        var overridden = audit.Overridden is GuardReason.None ? null : GuardTexts.Code(audit.Overridden);
        var details = new { command = request.Command, verb = request.Verb, reason = request.Reason, by = request.By.Name, second = request.Second?.Name, overridden };
        try
        {
            await _parts.Journal.AppendDurablyAsync(new(audit.At, "guard.override", request.Device.ToString(), request.Caller, JsonSerializer.Serialize(details)), cancellation);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private void Write<T>(string kind, string subject, string actor, T details) =>
        _parts.Journal.Append(new(_parts.Time.GetUtcNow(), kind, subject, actor, JsonSerializer.Serialize(details)));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var room in _rooms.Values) room.Dispose();
        _stopping.Dispose();
    }

    [LoggerMessage(EventId = 2600, Level = LogLevel.Error, Message = "A round of watching room {Room} failed; the next one follows")]
    private static partial void RoundFailed(ILogger log, Exception failure, string room);
}
