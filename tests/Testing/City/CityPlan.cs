using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Operations.Power;
using AvGateway.Simulator.Devices;

namespace AvGateway.Testing.City;

/// <summary>A load that the city feeds: what goes dark with an outlet.</summary>
public sealed record CityFeed(DeviceId Load, OutletRef Outlet, bool IsDriven);

/// <summary>A city as a site file, as simulated devices, and as wires from outlets to loads.</summary>
public sealed class CityPlan
{
    private const string CircuitAmperes = "40";
    private readonly JsonArray _rooms = [];
    private readonly JsonArray _circuits = [];
    private readonly Func<DeviceSetting, string, string> _linkOf;
    private int _number;

    /// <param name="linkOf">The link of a device in the site file, from its setting and the form of its kind's addresses; null: made up.</param>
    public CityPlan(CityShape shape, Func<DeviceSetting, string, string>? linkOf = null)
    {
        Shape = shape;
        _linkOf = linkOf ?? MadeUp;
        foreach (var court in shape.Courts) Add(court);
    }

    public CityShape Shape { get; }
    public List<DeviceSetting> Devices { get; } = [];
    public List<CityFeed> Feeds { get; } = [];

    /// <summary>Kind of device → how many there are.</summary>
    public SortedDictionary<string, int> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Rooms that are courtrooms.</summary>
    public List<string> Courtrooms { get; } = [];

    /// <summary>What of the city is driven by which driver, what is switched by its outlet alone, and what stays as it is.</summary>
    public string Tally()
    {
        var driven = Kinds.Where(k => CityKinds.Of(k.Key).IsDriven).GroupBy(k => CityKinds.Of(k.Key).Driver).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} {g.Sum(k => k.Value)} ({string.Join(", ", g.Select(k => $"{k.Key} {k.Value}"))})").ToList();
        var byOutlet = Kinds.Where(k => !CityKinds.Of(k.Key).IsDriven && CityKinds.Of(k.Key).Outlet > 0).ToList();
        var rest = Kinds.Where(k => !CityKinds.Of(k.Key).IsDriven && CityKinds.Of(k.Key).Outlet == 0).ToList();
        return $"""
            {Kinds.Values.Sum()} devices, {Devices.Count} of them driven on their own wire: {string.Join(", ", driven)}
            {byOutlet.Sum(k => k.Value)} without a driver, switched and seen by their outlet alone: {string.Join(", ", byOutlet.Select(k => $"{k.Key} {k.Value}"))}
            {rest.Sum(k => k.Value)} without a driver, left on: {string.Join(", ", rest.Select(k => $"{k.Key} {k.Value}"))}
            """;
    }

    /// <param name="more">Further members of the file, such as <c>schedules</c>.</param>
    public string SiteFile(JsonObject? more = null)
    {
        var site = new JsonObject
        {
            ["site"] = new JsonObject { ["id"] = "city", ["name"] = Names("示例市法院", "Example city"), ["zone"] = "Asia/Shanghai" },
            ["rooms"] = _rooms.DeepClone(),
            ["network"] = _circuits.DeepClone(),
        };
        foreach (var (name, value) in more ?? []) site[name] = value?.DeepClone();
        return site.ToJsonString();
    }

    private void Add(CityCourt court)
    {
        var rooms = court.Rooms.SelectMany(r => Enumerable.Range(1, r.Value).Select(n => (Kind: r.Key, Id: $"{court.Code}-{r.Key.Replace('_', '-')}-{n}"))).ToList();
        var machines = rooms.Single(r => r.Kind.StartsWith("machine_room", StringComparison.Ordinal)).Id;
        var pdus = Shape.RoomKinds[rooms.Single(r => r.Id == machines).Kind]["pdu"];
        var taken = 0;
        foreach (var (kind, id) in rooms) AddRoom(kind, id, () => FeedFrom(machines, pdus, taken++));
        foreach (var (circuit, i) in rooms.Where(r => r.Id != machines).Chunk(3).Select((c, i) => (c, i)))
        {
            _circuits.Add(new JsonObject
            {
                ["id"] = $"{court.Code}-circuit-{i + 1}",
                ["kind"] = "power",
                ["name"] = Names("插座回路", "Sockets"),
                ["inrush"] = int.Parse(CircuitAmperes, CultureInfo.InvariantCulture),
                ["settle"] = "500ms",
                ["feeds"] = new JsonArray([.. circuit.Select(r => (JsonNode)r.Id)]),
            });
        }
    }

    private static OutletRef FeedFrom(string machines, int pdus, int taken) => new(new(machines, $"pdu-{taken % pdus + 1}"), taken / pdus + 1);

    private void AddRoom(string kind, string id, Func<OutletRef> nextOutlet)
    {
        var devices = new JsonArray();
        var loads = new JsonArray();
        var isMachines = kind.StartsWith("machine_room", StringComparison.Ordinal);
        foreach (var (what, count) in Shape.RoomKinds[kind])
        {
            Kinds[what] = Kinds.GetValueOrDefault(what) + count;
            for (var n = 1; n <= count; n++) AddDevice(what, n, id, kind, devices, loads, nextOutlet);
        }

        if (!isMachines && kind is not ("vc_room" or "committee")) Courtrooms.Add(id);
        _rooms.Add(new JsonObject
        {
            ["id"] = id,
            ["name"] = Names(id, id),
            ["devices"] = devices,
            ["power"] = new JsonObject { ["use"] = isMachines ? "machines" : kind is "vc_room" or "committee" ? "conference" : "court", ["gap"] = "1s", ["loads"] = loads },
        });
    }

    private void AddDevice(string what, int number, string room, string roomKind, JsonArray devices, JsonArray loads, Func<OutletRef> nextOutlet)
    {
        var kind = CityKinds.Of(what);
        var device = new DeviceId(room, what == "power_sequencer" ? $"sequencer-{number}" : $"{what.Replace('_', '-')}-{number}");
        if (kind.IsDriven)
        {
            var setting = new DeviceSetting(room, device.Name, kind.Driver) { Link = kind.Link, Options = kind.Simulated.DeepClone().AsObject(), Switches = kind.Switches };
            Devices.Add(setting);
            devices.Add(new JsonObject { ["id"] = device.Name, ["driver"] = kind.Driver, ["link"] = _linkOf(setting, kind.Address), ["options"] = kind.Options.DeepClone() });
        }

        // The second sequencer of a room has nothing to feed in this plan; a tribunal is far from every machine room.
        OutletRef? feed = kind.Outlet > 0 ? new OutletRef(new(room, "sequencer-1"), kind.Outlet) : what == "power_sequencer" && roomKind != "tribunal" ? nextOutlet() : null;
        if (!kind.IsDriven && feed is null) return;
        var load = new JsonObject { ["id"] = device.Name, ["inrush"] = kind.Inrush, ["shared"] = true };
        if (kind.Load is { } word) load["kind"] = word;
        if (kind.Within is { } within) load["within"] = within;
        if (feed is { } outlet)
        {
            load["feed"] = outlet.Feeder.Room == room ? $"{outlet.Feeder.Name}/{outlet.Number}" : outlet.ToString();
            Feeds.Add(new(device, outlet, kind.IsDriven));
        }

        loads.Add(load);
    }

    private string MadeUp(DeviceSetting setting, string form)
    {
        _number++;
        var unique = form.StartsWith("serial", StringComparison.Ordinal) ? _number.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"10.1.{_number / 250}.{_number % 250 + 1}");
        return string.Format(CultureInfo.InvariantCulture, form, unique);
    }

    private static JsonObject Names(string zh, string en) => new() { ["zh"] = zh, ["en"] = en };
}
