using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;

namespace AvGateway.Scenes.Policy;

/// <summary>A forbidden connection was seen, or is gone again.</summary>
/// <param name="WasBroken">The gateway's own frame took it away.</param>
public sealed record RouteAlarm(RouteConflict Conflict, bool IsRaised, bool WasBroken, DateTimeOffset At);

/// <summary>
/// Judges what was read back, whoever made the change, and breaks what is forbidden. Never connects anything.
/// Whoever owns it calls <see cref="CheckAsync"/> after every change in the room.
/// </summary>
public sealed class RouteWatch(
    HearingRoom hearing, RoomRoutes routes, RoomSight sight, IDeviceDirectory devices, HearingGuard guard, TimeProvider time) : IDisposable
{
    /// <summary>The name in the journal for what the gateway does of itself.</summary>
    public const string Caller = "gateway";

    private const int MaximumTries = 3;
    private static readonly TimeSpan BreakWithin = TimeSpan.FromSeconds(4);

    // A person who keeps opening what must be closed is a matter for people: after some tries the alarm stands alone.
    private static readonly TimeSpan TriesLast = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Point, (int Count, long Since)> _tries = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ImmutableDictionary<Point, RouteConflict> _standing = ImmutableDictionary<Point, RouteConflict>.Empty;
    private int _number;

    public event Action<RouteAlarm>? Alarmed;

    /// <summary>Forbidden connections that stand now.</summary>
    public IReadOnlyCollection<RouteConflict> Standing => [.. _standing.Values];

    /// <param name="isSceneRunning">Then only the rules of the stage itself count: what the next one forbids is the scene's to take
    /// away.</param>
    public async Task CheckAsync(bool isSceneRunning, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var snapshot = hearing.Snapshot;
            if (!snapshot.IsKnown) return;
            var situation = new Situation(isSceneRunning ? StageSet.Of(snapshot.Stage) : snapshot.Stages, snapshot.IsPublic);
            var found = routes.Judge(situation, sight.AsShown).Conflicts;
            foreach (var conflict in found)
            {
                if (!_standing.ContainsKey(conflict.Point)) Alarmed?.Invoke(new(conflict, true, false, time.GetUtcNow()));
                _standing = _standing.SetItem(conflict.Point, conflict);
                if (MayTry(conflict.Point)) await BreakAsync(conflict, cancellation);
            }

            Clear(situation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private void Clear(Situation situation)
    {
        var still = routes.Judge(situation, sight.AsShown).Conflicts.Select(c => c.Point).ToHashSet();
        foreach (var (point, conflict) in _standing)
        {
            if (still.Contains(point)) continue;
            _standing = _standing.Remove(point);
            Alarmed?.Invoke(new(conflict, false, sight.Of(point).Shows(routes.SilenceOf(point)!.Value), time.GetUtcNow()));
        }
    }

    private async Task BreakAsync(RouteConflict conflict, CancellationToken cancellation)
    {
        if (devices.Find(conflict.Point.Device) is not { } device) return;
        var silence = routes.SilenceOf(conflict.Point)!.Value;
        if (PointVerbs.For(device.Manifest, conflict.Point.Property, silence, sight.Of(conflict.Point).Value) is not { } wish) return;

        var run = $"break-{++_number}";
        guard.Admit(new(run, hearing.Room, Caller, MayHaltRecorders: false, SilenceOnly: true));
        try
        {
            var command = new CommandRequest($"{run}/1", wish.Verb.Name, wish.Args, Deadline.In(BreakWithin, time), Caller);
            if (!guard.Judge(device, command).IsAllowed) return;
            sight.Wished(conflict.Point, silence);
            await device.AskAsync(command, null, cancellation);

            // It was open and is shown closed: seen, whatever became of the answer.
            if (sight.Shown(conflict.Point).Shows(silence)) sight.Seen(conflict.Point);
            else sight.Lost(conflict.Point);
        }
        finally
        {
            guard.Revoke(run);
        }
    }

    private bool MayTry(Point point)
    {
        var (count, since) = _tries.GetValueOrDefault(point);
        var now = time.GetTimestamp();
        if (count == 0 || time.GetElapsedTime(since) > TriesLast) (count, since) = (0, now);
        _tries[point] = (count + 1, since);
        return count < MaximumTries;
    }
}
