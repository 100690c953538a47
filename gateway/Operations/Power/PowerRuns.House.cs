using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Devices;

namespace AvGateway.Operations.Power;

/// <summary>What the house is for a run: its plan, its guarded rooms, its recorders, and which devices are away on purpose.</summary>
public sealed partial class PowerRuns
{
    /// <summary>Whether a run took this device's power and nobody gave it back: its silence is no fault.</summary>
    public bool IsOffOnPurpose(DeviceId device)
    {
        lock (_gate)
        {
            // Ids of runs sort by time: the last one that says something of this device counts.
            foreach (var run in _all.Values.OrderByDescending(r => r.Record.Id, StringComparer.Ordinal))
            {
                foreach (var i in StepsOf(run, device))
                    if (run.Progress[i].State is StepState.Verified or StepState.Unverified or StepState.Wished or StepState.Sent or StepState.Watched) return run.Record.Order.Act is PowerAct.Off;
            }
        }

        return false;
    }

    // Asked of every silent device of a city at each look of the faults: found once for each run.
    private IEnumerable<int> StepsOf(PowerPicture run, DeviceId device)
    {
        if (!_about.TryGetValue(run.Record.Id, out var steps))
        {
            steps = run.Steps.SelectMany((s, i) => AboutOf(s).Select(d => (d, i))).ToLookup(p => p.d, p => p.i);
            _about.Add(run.Record.Id, steps);
        }

        return steps[device];
    }

    // An outlet says something of what it feeds, and nothing of its feeder.
    private static IEnumerable<DeviceId> AboutOf(PowerStep step) =>
        step.Kind is StepKind.OutletOff or StepKind.OutletOn ? step.Fed : step.Fed.Append(step.Device).Distinct();

    /// <summary>What an order would do now. Nothing is sent.</summary>
    /// <param name="rooms">Empty: the whole site.</param>
    public PowerPlan Plan(PowerAct act, ImmutableArray<string> rooms) => PowerPlanner.Plan(Graph, act, ScopeOf(rooms), SourcesOf);

    /// <summary>Names a plan by what it does, so that what was previewed is what is run.</summary>
    public static string HashOf(PowerPlan plan) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{plan.Act}\n{string.Join('\n', plan.Steps.Select(s => $"{s.Id}|{string.Join(',', s.Needs)}|{string.Join(',', s.After)}"))}")))[..16];

    /// <summary>Why a room would be deferred now; null when it would go at once.</summary>
    public Scenes.Hearings.Guard.GuardReason WhyGuarded(string room) => _parts.House.Guard.WhyGuarded(room);

    private async Task<bool> ParkAsync(DeviceId recorder, CancellationToken cancellation)
    {
        foreach (var room in _parts.House.Rooms.Where(r => r.Guarded.Routes.Layout.IsRecorder(recorder)))
        {
            try
            {
                if (!await room.ParkAsync(recorder, cancellation)) return false;
            }
            catch (IOException)
            {
                return false;
            }
        }

        return true;
    }

    private PowerView ViewOf() => new(_parts.Devices, WhyGuarded, IsParked, _parts.Time, _parts.Options);

    private bool IsParked(DeviceId recorder) =>
        _parts.House.Rooms.Where(r => r.Guarded.Routes.Layout.IsRecorder(recorder)).ToList() is { Count: > 0 } rooms
        && rooms.TrueForAll(r => r.Hearing.Record.Parked.Contains(recorder.Name));

    private IEnumerable<string> ScopeOf(ImmutableArray<string> rooms) => rooms.IsEmpty ? Graph.Rooms.Where(r => Graph.UseOf(r) is not PowerUse.Machines) : rooms;

    private RoomSources SourcesOf(string room) => _parts.House.Find(room) is { } found ? RoomSources.Of(found.Guarded.Routes.Layout) : RoomSources.None;
}
