using System.Collections.Concurrent;
using AvGateway.Devices;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections.Checks;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections;

/// <summary>One inspection under way: first everything is looked at and nothing touched, then functions are tried, in each room one after another.</summary>
internal sealed class InspectionRun(Inspection begun, InspectionProfile profile, Inspector inspector, InspectorParts parts, CancellationToken stopping) : IDisposable
{
    private const int MostRooms = 8;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly Inspection _begun = begun;

    public Inspection Now { get; set; } = begun;
    public Task<Inspection> Ending { get; set; } = Task.FromResult(begun);
    public bool IsEnding => _ending.IsCancellationRequested;

    public void Cancel() => _ending.Cancel();

    public async Task LookAsync()
    {
        var rooms = _begun.Rooms.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        RegisteredDevice[] registered = [.. parts.Site.Devices.Where(d => rooms.Contains(d.Id.Room))];
        var seen = await ObserveAsync(registered);
        if (profile.Checks.IsEmpty || IsEnding) return;
        await Parallel.ForEachAsync(
            registered.GroupBy(d => d.Id.Room),
            new ParallelOptions { MaxDegreeOfParallelism = MostRooms },
            async (room, _) =>
            {
                foreach (var device in room)
                    if (!IsEnding && seen.TryGetValue(device.Id, out var row)) await TryAsync(device, row);
            });
    }

    public void Dispose() => _ending.Dispose();

    /// <summary>Waits for each device to say something, and takes what it shows then. What said nothing in three of its rounds is not there.</summary>
    private async Task<ConcurrentDictionary<DeviceId, DeviceRow>> ObserveAsync(RegisteredDevice[] registered)
    {
        var found = new ConcurrentDictionary<DeviceId, DeviceRow>();
        var waiting = registered.Select(r => (Registered: r, Device: parts.Devices.Find(r.Id), Patience: Deadline.In(PatienceOf(r), parts.Time))).ToList();
        var said = waiting.Where(w => w.Device is not null).ToDictionary(w => w.Registered.Id, w => parts.Said(w.Device!));
        foreach (var (_, device, _) in waiting)
            if (device is not null) parts.LookAround(device);
        while (waiting.Count > 0 && !IsEnding)
        {
            var open = parts.Faults.Open;
            var rows = new List<DeviceRow>();
            foreach (var one in waiting.ToList())
            {
                if (Look(one.Registered, one.Device, said.GetValueOrDefault(one.Registered.Id), open, one.Patience.HasPassed(parts.Time)) is not { } row) continue;
                waiting.Remove(one);
                rows.Add(row);
                found[one.Registered.Id] = row;
            }

            if (rows.Count > 0) await inspector.FoundAsync(this, rows);
            if (waiting.Count > 0) await Task.Delay(LookEvery, parts.Time, CancellationToken.None);
        }

        return found;
    }

    private static TimeSpan PatienceOf(RegisteredDevice device) =>
        TimeSpan.FromTicks(Math.Clamp(device.Poll.Ticks * 3, LeastPatience.Ticks, MostPatience.Ticks));

    private DeviceRow? Look(RegisteredDevice registered, IDevice? device, (long Polls, long Replies) before, IReadOnlyList<Fault> open, bool isLast)
    {
        var name = registered.Id.ToString();
        if (device is null)
        {
            // The site file was changed and not loaded: it is registered, and nobody speaks to it.
            return new(name, registered.Id.Room, registered.Name, RowState.Missing, StatusReasons.Stopped, SightReasons.Says(StatusReasons.Stopped), parts.Time.GetUtcNow());
        }

        Fault[] own = [.. open.Where(f => f.Subject == name || f.Affected.Contains(name))];
        var said = parts.Said(device);

        // A whole round, and the poll after it: by then the answers of the round are in. One that is slow and speaks is not missing.
        var hasAnswered = said.Replies > before.Replies && (isLast || said.Polls - before.Polls > device.Manifest.Round);
        var evidence = new Evidence(device, device.Snapshot(), hasAnswered, own, parts.IsOff(registered.Id), registered.IsOptional);
        if (DeviceSight.Judge(evidence, parts.Faults.Kinds, isLast) is not { } sight) return null;
        return new(name, registered.Id.Room, registered.Name, sight.State, sight.Reason, sight.Says, parts.Time.GetUtcNow()) { Detail = sight.Detail, Fault = sight.Fault };
    }

    private async Task TryAsync(RegisteredDevice registered, DeviceRow row)
    {
        // What is not there, or says itself that it is faulty, is not tried: its row stands.
        if (row.State is not (RowState.Ok or RowState.Degraded) || parts.Devices.Find(registered.Id) is not { } device) return;
        var concerned = parts.House.Rooms.Where(r => r.Room == registered.Id.Room || r.Names(registered.Id)).ToList();
        RoomLayout[] layouts = [.. concerned.Select(r => r.Guarded.Routes.Layout)];
        var ground = new CheckGround(parts.Router, parts.House.Guard, parts.Site.Settings, parts.Time);
        foreach (var word in profile.Checks)
        {
            if (IsEnding || FunctionCheck.Of(word, device, layouts, parts.Site.Settings) is not { } check) continue;
            var session = new CheckSession(ground, device, [.. concerned.Select(r => r.Room)], _begun.By, $"{_begun.Id}.{registered.Id.Room}.{registered.Id.Name}", _ending.Token);
            var checkedRow = await TryAsync(check, session, row);
            row = row.With(checkedRow);
            await inspector.FoundAsync(this, [row]);
        }
    }

    private async Task<CheckRow> TryAsync(FunctionCheck check, CheckSession session, DeviceRow row)
    {
        if (session.WhyNotBegin() is var why and not GuardReason.None) return session.Skipped(check.Name, why);
        if (check.Prepare(session) is { } refused) return refused;

        // Stored before the first frame: whoever starts the gateway after a kill reads here what may be left in the room.
        await inspector.FoundAsync(this, [row.With(session.Found(check.Name, RowState.Skipped, SightReasons.Interrupted, SightReasons.Says(SightReasons.Interrupted), check.Left))]);
        return await check.RunAsync(session);
    }
}
