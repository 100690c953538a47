using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Operations.Power;
using AvGateway.Simulator.Devices;

namespace AvGateway.Testing.City;

/// <summary>One relay that moved, or one device that lost or got its mains with it.</summary>
public sealed record MainsEvent(DateTimeOffset At, OutletRef Outlet, bool IsOn);

/// <summary>
/// The wires of a house of simulated devices: what the relay of one does to the mains of others. The simulated devices know nothing of each other; this is the
/// copper between them, and it looks at relays and at nothing that the gateway thinks.
/// </summary>
public sealed class Mains
{
    private readonly Dictionary<DeviceId, SimulatedDevice> _devices;
    private readonly TimeProvider _time;
    private readonly Dictionary<OutletRef, DeviceId[]> _fed;
    private readonly Dictionary<DeviceId, OutletRef[]> _outletsOf;
    private readonly Dictionary<OutletRef, bool> _shown = [];
    private readonly HashSet<DeviceId> _dark = [];

    public Mains(IEnumerable<CityFeed> feeds, IReadOnlyDictionary<DeviceId, SimulatedDevice> devices, TimeProvider time)
    {
        _devices = devices.ToDictionary();
        _time = time;
        _fed = feeds.Where(f => f.IsDriven).GroupBy(f => f.Outlet).ToDictionary(g => g.Key, g => g.Select(f => f.Load).ToArray());
        _outletsOf = feeds.Select(f => f.Outlet).Distinct().GroupBy(o => o.Feeder).ToDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>Every relay that moved, in its order.</summary>
    public List<MainsEvent> Events { get; } = [];

    /// <summary>A device lost or got its mains.</summary>
    public Action<DeviceId>? Turned { get; set; }

    public bool HasPower(OutletRef outlet) => !_dark.Contains(outlet.Feeder) && IsClosed(outlet);

    /// <summary>All relays as one starts a working day: what hangs on them has power.</summary>
    public void CloseAll()
    {
        foreach (var (feeder, outlets) in _outletsOf)
        {
            foreach (var outlet in outlets.Where(o => !IsClosed(o)))
                Press(feeder, "switch", new() { ["outlet"] = outlet.Number, ["on"] = true });
        }

        Look();
        Events.Clear();
    }

    /// <summary>Looks at the relays of all feeders, or of one; true when something got or lost its mains.</summary>
    public bool Look(DeviceId? only = null)
    {
        var turned = false;
        foreach (var (feeder, outlets) in _outletsOf)
        {
            if (only is { } one && one != feeder) continue;
            var state = _devices[feeder].State()["outlets"]!;
            foreach (var outlet in outlets)
            {
                var isOn = !_dark.Contains(feeder) && Closed(state, outlet.Number);
                if (_shown.TryGetValue(outlet, out var was) && was == isOn) continue;
                _shown[outlet] = isOn;
                Events.Add(new(_time.GetUtcNow(), outlet, isOn));
                foreach (var load in _fed.GetValueOrDefault(outlet, [])) turned |= Turn(load, isOn);
            }
        }

        return turned;
    }

    private bool Turn(DeviceId load, bool isOn)
    {
        if (isOn ? !_dark.Remove(load) : !_dark.Add(load)) return false;
        Press(load, isOn ? "power-on" : "power-off", null);
        Turned?.Invoke(load);
        if (_outletsOf.ContainsKey(load)) Look(load);
        return true;
    }

    private bool IsClosed(OutletRef outlet) => Closed(_devices[outlet.Feeder].State()["outlets"]!, outlet.Number);

    private static bool Closed(JsonNode outlets, int number) => outlets is JsonArray list ? (bool)list[number - 1]! : (bool)outlets[$"{number}"]!;

    private void Press(DeviceId device, string verb, JsonObject? args)
    {
        var problem = _devices[device].UseFrontPanel(verb, args);
        Xunit.Assert.True(problem is null, problem?.ToString());
    }
}
