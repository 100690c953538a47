using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Hearings.Guard;

/// <summary>One courtroom as the guard sees it.</summary>
public sealed record GuardedRoom(HearingRoom Hearing, RoomRoutes Routes, RoomSight Sight, TestRecordings Tests);

/// <summary>
/// The one guard of a site. A device that serves several rooms (a shared recorder, a central matrix) is judged by each room whose layout
/// names it;
/// a device of no courtroom is not guarded.
/// </summary>
public sealed class HearingGuard : IHearingGuard
{
    private const int MaximumGrants = 64;

    private readonly Dictionary<DeviceId, GuardedRoom[]> _roomsOf = [];
    private readonly Dictionary<string, GuardedRoom> _rooms;
    private readonly DocketBook _docket;
    private readonly TimeProvider _time;
    private readonly Func<string, Actor?> _actors;
    private readonly GuardOptions _options;
    private readonly Func<GuardAudit, CancellationToken, ValueTask<bool>> _audit;
    private ImmutableDictionary<string, SceneWarrant> _warrants = ImmutableDictionary<string, SceneWarrant>.Empty;
    private ImmutableDictionary<(string Caller, string Command), Grant> _grants = ImmutableDictionary<(string, string), Grant>.Empty;

    /// <param name="actors">Who a caller is; null for a name that nobody has.</param>
    /// <param name="audit">Completes with true when the row is durable.</param>
    public HearingGuard(
        IEnumerable<GuardedRoom> rooms, IDeviceDirectory devices, DocketBook docket, TimeProvider time,
        Func<string, Actor?> actors, GuardOptions options, Func<GuardAudit, CancellationToken, ValueTask<bool>> audit)
    {
        _rooms = rooms.ToDictionary(r => r.Hearing.Room);
        _docket = docket;
        _time = time;
        _actors = actors;
        _options = options;
        _audit = audit;
        foreach (var device in devices.Devices)
        {
            GuardedRoom[] concerned = [.. _rooms.Values.Where(r => r.Hearing.Room == device.Id.Room || r.Routes.Layout.Names(device.Id))];
            _roomsOf.Add(device.Id, concerned);
        }
    }

    /// <summary>The rooms that lose something when this device goes off, or only one outlet of it (null: all of them): a PDU in the machine
    /// room may feed a courtroom.</summary>
    public Func<DeviceId, int?, IEnumerable<string>> RoomsHit { get; init; } = static (_, _) => [];

    public GuardVerdict Judge(IDevice device, CommandRequest command)
    {
        int? outlet = command.Args.TryGet(OutletWords.OutletArgument, out var number) ? (int)number.Integer : null;
        if (RoomsOf(device.Id, command.Verb, outlet) is not { Length: > 0 } rooms) return GuardVerdict.Allowed;

        // A word that disturbs nothing by itself is judged all the same where a layout makes its point a gate or a mask.
        // An unknown verb never reaches a driver; should it come here, it is taken for the worst.
        var effect = PointVerbs.Of(device.Manifest, device.Id, command.Verb, command.Args);
        if (PointVerbs.Verb(device.Manifest, command.Verb) is { Disturbing: false } && !MovesRoute(effect, rooms)) return GuardVerdict.Allowed;
        foreach (var room in rooms)
        {
            var verdict = JudgeIn(room, device, command, effect);
            if (!verdict.IsAllowed) return verdict;
        }

        return GuardVerdict.Allowed;
    }

    private static bool MovesRoute(FrameEffect? effect, GuardedRoom[] rooms)
    {
        if (effect is not { } moved) return false;
        foreach (var room in rooms)
            if (room.Routes.Owns(moved.Point)) return true;
        return false;
    }

    private GuardedRoom[] RoomsOf(DeviceId device, string verb, int? outlet)
    {
        var named = _roomsOf.GetValueOrDefault(device, []);
        if (!ActKinds.IsPower(verb)) return named;
        return [.. named.Union(RoomsHit(device, outlet).Select(r => _rooms.GetValueOrDefault(r)).OfType<GuardedRoom>())];
    }

    /// <summary>Why this room is guarded now; <see cref="GuardReason.None"/> when it is not. For plans and previews: each frame is judged
    /// again.</summary>
    public GuardReason WhyGuarded(string room) => WhyGuarded(room, TimeSpan.Zero);

    /// <param name="margin">A reservation counts as near this much sooner: for what takes its time and must be over by then.</param>
    public GuardReason WhyGuarded(string room, TimeSpan margin) => _rooms.TryGetValue(room, out var guarded) ? WhyGuarded(guarded, margin) : GuardReason.None;

    /// <summary>The same while the service side itself tests this room: its own test recording and its own call are no hearing.</summary>
    public GuardReason WhyReserved(string room) => _rooms.TryGetValue(room, out var guarded) ? WhyReserved(guarded) : GuardReason.None;

    public void Admit(SceneWarrant warrant) => ImmutableInterlocked.AddOrUpdate(ref _warrants, warrant.Run, warrant, (_, _) => warrant);

    public void Revoke(string run) => ImmutableInterlocked.TryRemove(ref _warrants, run, out _);

    /// <summary>Lets one command pass the guard once its audit row is durable. Forbidden routes stay forbidden.</summary>
    public async Task<OverrideRefusal> GrantAsync(OverrideRequest request, CancellationToken cancellation)
    {
        // Which outlet is not said here: whoever overrides must be somebody in every room that hangs on the device.
        if (RoomsOf(request.Device, request.Verb, outlet: null) is not { Length: > 0 } rooms) return OverrideRefusal.NoSuchDevice;
        if (Refusal(request, rooms) is var refusal and not OverrideRefusal.None) return refusal;
        DropOldGrants();
        if (_grants.Count >= MaximumGrants) return OverrideRefusal.TooMany;
        var overridden = rooms.Select(WhyGuarded).FirstOrDefault(r => r is not GuardReason.None);
        if (!await _audit(new(request, overridden, _time.GetUtcNow()), cancellation)) return OverrideRefusal.NotAudited;
        var grant = new Grant(request.Device, request.Verb, Deadline.In(_options.OverrideLasts, _time));
        ImmutableInterlocked.AddOrUpdate(ref _grants, (request.Caller, request.Command), grant, (_, _) => grant);
        return OverrideRefusal.None;
    }

    private GuardVerdict JudgeIn(GuardedRoom room, IDevice device, CommandRequest command, FrameEffect? effect)
    {
        var layout = room.Routes.Layout;
        if (effect is { } frame
            && room.Routes.JudgeFrame(frame.Point, frame.Value, SituationOf(room.Hearing.Snapshot), room.Sight) is { } conflict)
            return new(GuardDecision.Refused, GuardReason.RouteForbidden, Conflict: conflict);

        var reason = WhyGuarded(room);
        if (reason is GuardReason.None) return GuardVerdict.Allowed;

        var kind = ActKinds.Of(layout, device.Id, command.Verb);
        if (kind is ActKind.Route or ActKind.Mute or ActKind.Call or ActKind.RecorderStart or ActKind.RecorderHalt)
        {
            reason = WhyReserved(room);
            if (reason is GuardReason.None) return GuardVerdict.Allowed;
        }

        var isSilence = effect is { } act && room.Routes.SilenceOf(act.Point) == act.Value;
        if (WarrantOf(command) is { } warrant && warrant.Room == layout.Room && warrant.Covers(kind, isSilence))
            return GuardVerdict.Allowed;

        // Errors fail toward "available and on": only a hearing itself keeps a device from being switched on.
        if (kind is ActKind.PowerOn && reason is not (GuardReason.InSession or GuardReason.Adjourned or GuardReason.Deliberation))
            return GuardVerdict.Allowed;

        var actor = _actors(command.Caller);
        if (actor is not null && actor.MayLead(layout.Room))
        {
            var own = JudgeOwn(room, device, kind, effect);
            if (own.IsAllowed || !IsGranted(device, command)) return own;
        }

        if (IsGranted(device, command)) return GuardVerdict.Allowed;
        return actor is { Role: CourtRole.Scheduler } ? new(GuardDecision.Deferred, reason, _options.DeferBy)
            : new(GuardDecision.Refused, reason);
    }

    /// <summary>Whether this caller is the court of this room, or its panel.</summary>
    public bool IsCourt(string caller, string room) => _actors(caller)?.MayLead(room) ?? false;

    // This room's own judge or clerk, at a desk of theirs or at the panel on the wall: what they switch and mute is their business as far as the route policy goes.
    private GuardVerdict JudgeOwn(GuardedRoom room, IDevice device, ActKind kind, FrameEffect? effect) => kind switch
    {
        ActKind.Route or ActKind.Mute when effect is null && room.Routes.Touches(device.Id) =>
            new(GuardDecision.Refused, GuardReason.UnknownEffect),
        ActKind.Route or ActKind.Mute or ActKind.Call or ActKind.RecorderStart or ActKind.PowerOn => GuardVerdict.Allowed,
        ActKind.RecorderHalt when !room.Hearing.Snapshot.IsOpen && room.Hearing.Snapshot.IsKnown => GuardVerdict.Allowed,
        ActKind.RecorderHalt => new(GuardDecision.Refused, GuardReason.NoLegalReason),
        _ => new(GuardDecision.Refused, WhyGuarded(room)),
    };

    private GuardReason WhyGuarded(GuardedRoom room) => WhyGuarded(room, TimeSpan.Zero);

    private GuardReason WhyGuarded(GuardedRoom room, TimeSpan margin)
    {
        if (StageReason(room) is var stage and not GuardReason.None) return stage;
        if (RecorderReason(room) is var recorder and not GuardReason.None) return recorder;
        if (DocketReason(room, margin) is var docket and not GuardReason.None) return docket;
        return HasCall(room) ? GuardReason.CallActive : GuardReason.None;
    }

    /// <summary>
    /// What keeps the service side from acts that break nothing: a hearing, a reservation, or a recorder that runs and nobody of the service
    /// side started. A recorder that is away and a call without a hearing keep the power on and no more, else a dead recorder would lock
    /// its own repair.
    /// </summary>
    private GuardReason WhyReserved(GuardedRoom room)
    {
        if (StageReason(room) is var stage and not GuardReason.None) return stage;
        foreach (var seat in room.Routes.Layout.Recorders)
            if (IsBusy(room, seat.Device) && !room.Tests.Has(seat.Device)) return GuardReason.RecorderBusy;
        return DocketReason(room, TimeSpan.Zero);
    }

    private static GuardReason StageReason(GuardedRoom room)
    {
        var hearing = room.Hearing.Snapshot;
        if (!hearing.IsKnown) return GuardReason.StateUnknown;
        if (hearing.Stage is Stage.Adjourned) return GuardReason.Adjourned;
        if (hearing.Stage is Stage.Deliberation) return GuardReason.Deliberation;
        if (StageSet.InSession.Meets(hearing.Stages) || StageSet.Suspended.Meets(hearing.Stages)) return GuardReason.InSession;
        return hearing.Stage is Stage.Preparing || hearing.Wished is Stage.Preparing ? GuardReason.Preparing : GuardReason.None;
    }

    private GuardReason DocketReason(GuardedRoom room, TimeSpan margin)
    {
        var hearing = room.Hearing.Snapshot;
        var docket = _docket.Of(hearing.Room);
        if (docket.IsUnknown) return GuardReason.DocketUnknown;
        var now = _time.GetUtcNow();
        var over = hearing.ClosedAt is null ? null : hearing.Hearing;
        if (docket.Near(now, _options.Window + margin, exceptId: over) is not null)
            return GuardReason.Reserved;
        // A wall clock that was set back makes the closing lie ahead: that counts as just now, never as long ago.
        return hearing.ClosedAt is { } closed && now - closed < _options.Grace ? GuardReason.JustClosed : GuardReason.None;
    }

    private static GuardReason RecorderReason(GuardedRoom room)
    {
        var unknown = GuardReason.None;
        foreach (var seat in room.Routes.Layout.Recorders)
        {
            if (IsBusy(room, seat.Device)) return GuardReason.RecorderBusy;
            var sight = room.Sight.Of(new(seat.Device, RecorderWords.RecordingState));
            if (sight.Shows(RecordingStates.Stopped) || room.Hearing.Record.Parked.Contains(seat.Device.Name)) continue;
            unknown = GuardReason.RecorderUnknown;
        }

        return unknown;
    }

    // Doubts aside: a recorder that shows that it runs runs.
    private static bool IsBusy(GuardedRoom room, DeviceId recorder) =>
        room.Sight.Shown(new(recorder, RecorderWords.RecordingState)) is { Known: true, Value.Text: not (RecordingStates.Stopped or RecordingStates.Unknown) };

    // Doubts aside here too: a call that somebody is about to end is one until it is seen to have ended.
    private static bool HasCall(GuardedRoom room)
    {
        foreach (var codec in room.Routes.Layout.Codecs)
        {
            var call = room.Sight.Shown(new(codec, CodecWords.CallState));
            if (call.Known && call.Value.Text != CallStates.Idle) return true;
        }

        return false;
    }

    private OverrideRefusal Refusal(OverrideRequest request, GuardedRoom[] rooms)
    {
        if (!MayOverride(request.By, rooms)) return OverrideRefusal.RoleMayNot;
        if (string.IsNullOrWhiteSpace(request.Reason)) return OverrideRefusal.ReasonMissing;
        if (!rooms.Any(r =>
            _options.SecondPersonFor.Contains(ActKinds.Of(r.Routes.Layout, request.Device, request.Verb))))
            return OverrideRefusal.None;
        if (request.Second is not { } second) return OverrideRefusal.SecondPersonMissing;
        return second.Name == request.By.Name || !(MayOverride(second, rooms) || rooms.All(r => second.IsCourtOf(r.Hearing.Room)))
            ? OverrideRefusal.SecondPersonSame : OverrideRefusal.None;
    }

    private bool MayOverride(Actor actor, GuardedRoom[] rooms) =>
        _options.OverrideRoles.Contains(actor.Role) && (actor.Rooms.IsEmpty || rooms.All(r => actor.Rooms.Contains(r.Hearing.Room)));

    private bool IsGranted(IDevice device, CommandRequest command) =>
        _grants.TryGetValue((command.Caller, command.Id), out var grant)
        && grant.Device == device.Id && grant.Verb == command.Verb && !grant.Until.HasPassed(_time);

    private void DropOldGrants()
    {
        foreach (var (key, grant) in _grants)
            if (grant.Until.HasPassed(_time)) ImmutableInterlocked.TryRemove(ref _grants, key, out _);
    }

    // Callers choose their own command ids, so the id alone would let anybody borrow a running scene's warrant.
    private SceneWarrant? WarrantOf(CommandRequest command)
    {
        var slash = command.Id.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !_warrants.TryGetValue(command.Id[..slash], out var warrant)) return null;
        return warrant.Caller == command.Caller ? warrant : null;
    }

    // Nothing known of the hearing: the rules of every stage hold.
    private static Situation SituationOf(HearingSnapshot hearing) => new(hearing.IsKnown ? hearing.Stages : StageSet.All, hearing.IsPublic);

    private readonly record struct Grant(DeviceId Device, string Verb, Deadline Until);
}
