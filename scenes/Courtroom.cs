using System.Collections.Concurrent;
using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Hearings.Recording;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Running;

namespace AvGateway.Scenes;

/// <summary>What a courtroom stands on; the same for all rooms of a site.</summary>
public sealed record SiteParts(
    IDeviceDirectory Devices, IHearingStore Hearings, ISceneRunStore Runs, DocketBook Docket, RoutePolicy Policy, TimeProvider Time,
        ProofOptions Proof);

/// <summary>
/// One courtroom put together: its hearing, scenes, recording proof and route watch. Build all rooms, then one <see cref="HearingGuard"/>
/// over their
/// <see cref="Guarded"/>, then <see cref="Join"/> and <see cref="StartAsync"/> each. Safe from any thread.
/// </summary>
public sealed class Courtroom : IDeviceObserver, IDisposable
{
    private static readonly TimeSpan ResumeWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PlanAhead = TimeSpan.FromHours(12);
    private static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestHearing = TimeSpan.FromHours(12);
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);
    private static readonly Actor Gateway = new(RouteWatch.Caller, CourtRole.Other, []);

    private readonly SiteParts _site;
    private readonly RoomLayout _layout;
    private readonly RoomSight _sight;
    private readonly RoomSignal _signal = new();
    private readonly RoomRoutes _routes;
    private readonly ImmutableDictionary<string, Scene> _scenes;
    private readonly ConcurrentQueue<string> _back = new();
    private readonly ConcurrentDictionary<string, bool> _gone = new(StringComparer.Ordinal);
    private readonly TestRecordings _tests = new();

    // A matrix has a hundred values that no scene and no rule speaks of: only devices that one does are worth a look.
    private readonly HashSet<DeviceId> _watched;
    private HearingGuard? _guard;
    private SceneRunner? _runner;
    private RouteWatch? _routeWatch;
    private SceneRun[] _left = [];

    public Courtroom(RoomLayout layout, IReadOnlyCollection<Scene> scenes, SiteParts site)
    {
        _site = site;
        _layout = layout;
        _sight = new(site.Devices, site.Time) { DoubtsEverythingAtFirst = true };
        _routes = new(layout, site.Policy);
        _scenes = scenes.ToImmutableDictionary(s => s.Id);
        _watched = [.. layout.Devices, .. scenes.SelectMany(s => s.Targets).Select(t => t.Device).OfType<string>().Select(d => new DeviceId(layout.Room, d))];
        Hearing = new(layout.Room, site.Hearings, site.Time);
        Recording = new(layout, Hearing, _sight, _signal, site.Time, site.Proof);
        Board = new(scenes, _sight, site.Time);
        Guarded = new(Hearing, _routes, _sight, _tests);
    }

    public string Room => _layout.Room;
    public HearingRoom Hearing { get; }
    public RecordingProof Recording { get; }
    public SceneBoard Board { get; }
    public GuardedRoom Guarded { get; }
    public IReadOnlyCollection<Scene> Scenes => [.. _scenes.Values];

    /// <summary>Scenes that the hearing's stage allows now, the panel's live buttons. Who may press them, and what the policy says, is judged when they are.</summary>
    public IReadOnlyList<string> Possible
    {
        get
        {
            var turns = Hearing.Possible;
            return [.. _scenes.Values.Where(s => s.Turn is null || turns.Contains(s.Turn.Told)).Select(s => s.Id).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Forbidden connections that were seen, broken or gone.</summary>
    public event Action<RouteAlarm>? RouteAlarmed;

    /// <summary>A run began, came on or ended.</summary>
    public event Action<SceneRun>? RunChanged;

    /// <summary>The watching went on after this failure (the store's, mostly); once per failed round.</summary>
    public event Action<Exception>? WatchFailed;

    private SceneRunner Runner => _runner ?? throw new InvalidOperationException("Join comes first");

    /// <summary>Puts the room under the site's guard.</summary>
    public void Join(HearingGuard guard)
    {
        _guard = guard;
        _runner = new(new(Hearing, _routes, _sight, _signal, _site.Devices, guard, Recording, _site.Runs, _site.Time));
        _runner.Progressed += Board.Progressed;
        _runner.Progressed += (run, _) => RunChanged?.Invoke(run);
        _routeWatch = new(Hearing, _routes, _sight, _site.Devices, guard, _site.Time);
        _routeWatch.Alarmed += alarm => RouteAlarmed?.Invoke(alarm);
        Hearing.Changed += hearing =>
        {
            if (hearing.IsOpen) _tests.EndAll();
            _signal.Pulse();
        };
    }

    /// <summary>Takes up what an earlier process left: the hearing, the recorders' wishes, and runs that did not end.</summary>
    public async Task StartAsync(HearingRecord? kept, CancellationToken stop)
    {
        await RestoreAsync(kept, stop);
        await ResumeAsync(stop);
    }

    /// <summary>Reads what an earlier process left; sends nothing.</summary>
    public async Task RestoreAsync(HearingRecord? kept, CancellationToken cancellation)
    {
        if (kept is not null) Recording.Restore(kept);
        Hearing.Restore(kept);
        var runs = await _site.Runs.LoadAsync(Room, cancellation);
        Board.Restore(runs);
        _left = [.. runs.Where(r => r.State is RunState.Running).OrderBy(r => r.StartedAt)];
    }

    /// <summary>No frame of an earlier process can be on its way: what is shown counts from the first moment.</summary>
    public void TrustFromTheStart() => _sight.DoubtsEverythingAtFirst = false;

    /// <summary>Goes on with the runs that did not end, or ends them with their list.</summary>
    public async Task ResumeAsync(CancellationToken stop)
    {
        foreach (var left in Interlocked.Exchange(ref _left, [])) await Runner.ResumeAsync(left, _scenes.GetValueOrDefault(left.Scene), ResumeWithin, stop);
    }

    /// <summary>Whether this room's layout speaks of the device, wherever it stands.</summary>
    public bool Names(DeviceId device) => _layout.Names(device);

    public ScenePlan? Preview(string scene, bool? isPublic = null) =>
        _scenes.TryGetValue(scene, out var found) ? Runner.Preview(found, isPublic) : null;

    public Task<RunAnswer> RunAsync(RunRequest request, CancellationToken stop) =>
        _scenes.TryGetValue(request.Scene, out var scene) ? Runner.RunAsync(scene, request, stop) : Task.FromResult(NoSuchScene);

    public Task<RunAnswer> RollBackAsync(RunRequest request, CancellationToken stop) =>
        Board.Find(request.Scene)?.Last is { EndedAt: not null, IsRollback: false } last ? Runner.RollBackAsync(last, request, stop)
            : Task.FromResult(NothingToRollBack);

    /// <summary>Watches recorders, routes and docket until stopped; looks at once when something changes and every second in any
    /// case.</summary>
    /// <exception cref="OperationCanceledException">It was stopped: the only way in which it ends.</exception>
    public async Task WatchAsync(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var changed = _signal.Next;
            using (var round = CancellationTokenSource.CreateLinkedTokenSource(stop))
            using (var limit = new CancellationTokenSource(StoreWithin, _site.Time))
            using (limit.Token.Register(round.Cancel))
            {
                try
                {
                    await LookAsync(round.Token);
                }
                catch (Exception failure) when (!stop.IsCancellationRequested)
                {
                    // The one loop that must outlive everything: a recording is not left unwatched because a disk was full.
                    WatchFailed?.Invoke(failure);
                }
            }

            try
            {
                await changed.WaitAsync(RecordingProof.LookEvery, _site.Time, stop);
            }
            catch (TimeoutException)
            {
                // Nothing changed: look all the same, since a frozen counter is the absence of change.
            }
        }
    }

    /// <summary>
    /// Notes that a recorder was switched off on purpose after it was seen idle, so that its silence does not guard the room. False when it
    /// was not seen idle last. Ends by itself when the recorder is back; until then it is noted, whatever a dark recorder is said to do.
    /// </summary>
    public async Task<bool> ParkAsync(DeviceId recorder, CancellationToken cancellation)
    {
        var device = _site.Devices.Find(recorder);
        if (!_layout.IsRecorder(recorder) || device is null) return false;
        if (!device.Status.IsUsable && Hearing.Record.Parked.Contains(recorder.Name)) return true;
        if (!device.TryGetReading(RecorderWords.RecordingState, out var last) || last.Value != RecordingStates.Stopped) return false;
        if (!device.Status.IsUsable) _gone.TryAdd(recorder.Name, true);
        await Hearing.AmendAsync(r => r with { Parked = r.Parked.Add(recorder.Name) }, cancellation);
        return true;
    }

    /// <summary>One round of watching.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        Board.Look();
        while (_back.TryDequeue(out var recorder)) await Hearing.AmendAsync(r =>
            r with { Parked = r.Parked.Remove(recorder) }, cancellation);
        await (_routeWatch ?? throw new InvalidOperationException("Join comes first")).CheckAsync(Runner.IsRunning, cancellation);
        await Recording.LookAsync(cancellation);
        await FollowDocketAsync(cancellation);
    }

    // The docket may announce a hearing and take the announcement back. It opens and closes none.
    private async Task FollowDocketAsync(CancellationToken cancellation)
    {
        var docket = _site.Docket.Of(Room);
        var hearing = Hearing.Snapshot;
        var now = _site.Time.GetUtcNow();
        var near = docket.Near(now, PlanAhead, exceptId: hearing.Stage is Stage.Closed ? hearing.Hearing : null);
        if (docket.State is DocketState.Known && hearing.IsKnown)
        {
            if (hearing.Stage is Stage.Closed && near is not null)
                await Hearing.TurnAsync(new(Told.Docketed, Gateway, Hearing: near.Id, IsPublic: near.IsPublic),
                cancellation);
            if (hearing.Stage is Stage.Planned && docket.Entries.All(e => e.Id != hearing.Hearing || e.End < now))
                await Hearing.TurnAsync(new(Told.Withdrawn, Gateway), cancellation);
        }

        var planned = docket.Entries.FirstOrDefault(e => e.Id == hearing.Hearing);
        var opened = Hearing.Record.OpenedAt;
        Hearing.ShowForgotten(hearing.IsOpen
            && (planned is not null ? now > planned.End + OverdueAfter : opened is { } at && now - at > LongestHearing));
    }

    public void StatusChanged(IDevice device, DeviceStatus status)
    {
        if (!_watched.Contains(device.Id)) return;
        if (Hearing.Record.Parked.Contains(device.Id.Name))
        {
            // The last words of a link that is about to end still call the device usable: what never went cannot be back.
            if (!status.IsUsable) _gone.TryAdd(device.Id.Name, true);
            else if (_gone.TryRemove(device.Id.Name, out _)) _back.Enqueue(device.Id.Name);
        }

        _signal.Pulse();
    }

    public void ReadingChanged(IDevice device, string property, in Reading reading)
    {
        if (!_watched.Contains(device.Id)) return;
        if (property == RecorderWords.RecordingState && reading.Quality is Quality.Good)
        {
            _tests.Shows(device.Id, reading.Value);
            if (reading.Value.Text is not (RecordingStates.Stopped or RecordingStates.Unknown) && Hearing.Record.Parked.Contains(device.Id.Name)) _back.Enqueue(device.Id.Name);
        }

        _signal.Pulse();
    }

    public void FaultChanged(IDevice device, string code, bool raised, string? detail)
    {
        if (_watched.Contains(device.Id)) _signal.Pulse();
    }

    public void ExtentChanged(IDevice device) { }
    public void Happened(IDevice device, DeviceEvent happened) { }

    public void TargetChanged(IDevice device, string property, Target? target)
    {
        if (property == RecorderWords.RecordingState && target is not null) NoteTest(device, target);
        _sight.TargetChanged(device.Id, property, target);
        _signal.Pulse();
    }

    private void NoteTest(IDevice device, Target wish)
    {
        var isIdle = device.TryGetReading(RecorderWords.RecordingState, out var now) && now.Value == RecordingStates.Stopped;
        var isFree = Hearing.Snapshot is { IsKnown: true, IsOpen: false, Wished: null };
        if (isFree && isIdle && wish.Value == RecordingStates.Recording && _guard?.IsCourt(wish.Caller, Room) is false) _tests.Begin(device.Id);
    }

    public void Dispose()
    {
        Recording.Dispose();
        Hearing.Dispose();
        _routeWatch?.Dispose();
    }

    private static readonly RunAnswer NoSuchScene = RunAnswer.Refused("AVG-REQ-SCENE", "没有该场景", "there is no such scene");
    private static readonly RunAnswer NothingToRollBack = RunAnswer.Refused("AVG-REQ-ROLLBACK", "没有可撤销的执行", "there is no run to take back");
}
