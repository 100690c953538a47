using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;

namespace AvGateway.Operations.Power;

/// <summary>A device as the power graph needs to know it.</summary>
public sealed record PowerDevice(DeviceId Id, DriverManifest Manifest, bool IsEnabled = true);

/// <summary>One load with everything that follows from the site file and from its class.</summary>
public sealed record PowerLoad(DeviceId Id, LoadKind Kind)
{
    /// <summary>Null for a load that nobody speaks to, and for a device that the site file disables.</summary>
    public DriverManifest? Manifest { get; init; }

    public ImmutableArray<OutletRef> Feeds { get; init; } = [];

    /// <summary>Of an amplifier.</summary>
    public ImmutableArray<DeviceId> Sources { get; init; } = [];

    public TimeSpan Cooling { get; init; }
    public TimeSpan Within { get; init; }
    public double Inrush { get; init; }
    public double Standby { get; init; }
    public bool Force { get; init; }

    public bool CanOff => Has(PowerWords.OffVerb);
    public bool CanOn => Has(PowerWords.OnVerb);
    public bool ShowsPower => Manifest?.Properties.Any(p => p.Name == PowerWords.PowerState) is true;

    private bool Has(string verb) => Manifest?.Verbs.Any(v => v.Name == verb) is true;
}

/// <summary>What feeds what in this house. Immutable; everything wrong in it is in <see cref="Findings"/>.</summary>
public sealed partial class PowerGraph
{
    private static readonly TimeSpan UsualGap = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UsualCooling = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LampCooling = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan UsualWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ComputerWithin = TimeSpan.FromMinutes(3);
    private const double UsualStandby = 0.15;

    private readonly Dictionary<DeviceId, PowerLoad> _loads = [];
    private readonly Dictionary<OutletRef, List<PowerLoad>> _behind = [];
    private readonly ILookup<DeviceId, OutletRef> _outletsOf;
    private readonly Dictionary<string, PowerUse> _uses = new(StringComparer.Ordinal);
    private readonly PowerSite _site;
    private readonly HashSet<DeviceId> _known;
    private readonly List<PowerFinding> _findings = [];
    private ImmutableArray<PowerFinding> _all;

    public PowerGraph(PowerSite site, IEnumerable<string> rooms, IEnumerable<PowerDevice> devices)
    {
        _site = site;
        var known = devices.ToDictionary(d => d.Id);
        _known = [.. known.Keys];
        Rooms = [.. rooms.Order(StringComparer.Ordinal)];
        foreach (var room in Rooms) AddRoom(site.Of(room), known);
        foreach (var load in _loads.Values)
            foreach (var feed in load.Feeds) (_behind.TryGetValue(feed, out var list) ? list : _behind[feed] = []).Add(load);
        _outletsOf = _behind.Keys.ToLookup(o => o.Feeder);
        foreach (var room in Rooms) _uses[room] = site.Of(room).Use ?? (FeedsOthers(room) ? PowerUse.Machines : PowerUse.Court);
        Check();
    }

    public ImmutableArray<string> Rooms { get; }
    public IReadOnlyCollection<PowerLoad> Loads => _loads.Values;
    public ImmutableArray<PowerBranch> Branches => _site.Branches;
    public ImmutableArray<PowerFinding> Findings => _all.IsDefault ? _all = [.. _findings] : _all;

    public PowerUse UseOf(string room) => _uses.GetValueOrDefault(room);
    public TimeSpan GapOf(string room) => _site.Of(room).Gap ?? UsualGap;
    public PowerLoad? Find(DeviceId id) => _loads.GetValueOrDefault(id);
    public IEnumerable<OutletRef> Outlets => _behind.Keys;
    public IReadOnlyList<PowerLoad> Behind(OutletRef outlet) => _behind.TryGetValue(outlet, out var loads) ? loads : [];
    public IEnumerable<OutletRef> OutletsOf(DeviceId feeder) => _outletsOf[feeder];

    /// <summary>Everything that goes dark with this outlet, feeders and what they feed included.</summary>
    public IReadOnlySet<PowerLoad> AllBehind(OutletRef outlet)
    {
        // A load is one object for the life of the graph; comparing all that is known of it would cost more than everything else here.
        var all = new HashSet<PowerLoad>(ReferenceEqualityComparer.Instance);
        var open = new Stack<OutletRef>([outlet]);
        while (open.TryPop(out var next))
        {
            foreach (var load in Behind(next))
            {
                if (!all.Add(load)) continue;
                foreach (var below in OutletsOf(load.Id)) open.Push(below);
            }
        }

        return all;
    }

    /// <summary>The outlets that feed a load, the nearest first, up to where there are two ways.</summary>
    public ImmutableArray<OutletRef> Above(PowerLoad load)
    {
        var above = ImmutableArray.CreateBuilder<OutletRef>();
        for (var next = load; next is { Feeds: [var only] } && !above.Contains(only); next = Find(only.Feeder)) above.Add(only);
        return above.ToImmutable();
    }

    /// <summary>The rooms that lose something when this device is switched off, or only one outlet of it: other rooms than its own too.</summary>
    /// <param name="outlet">Null: the whole device.</param>
    public IEnumerable<string> RoomsHit(DeviceId device, int? outlet)
    {
        var outlets = outlet is { } number ? [new OutletRef(device, number)] : OutletsOf(device);
        return outlets.SelectMany(AllBehind).Select(l => l.Id.Room).Append(device.Room).Distinct().Order(StringComparer.Ordinal);
    }

    /// <summary>The circuits that this load, or this outlet, hangs on: those that name it, its room, or what feeds it.</summary>
    public ImmutableArray<string> BranchesOf(DeviceId load, OutletRef? outlet = null)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<DeviceId>();
        void Climb(DeviceId id)
        {
            if (!seen.Add(id)) return;
            names.Add(id.Room);
            names.Add(id.ToString());
            if (!_loads.TryGetValue(id, out var known)) return;
            foreach (var feed in known.Feeds)
            {
                names.Add(feed.ToString());
                Climb(feed.Feeder);
            }
        }

        if (outlet is { } own) names.Add(own.ToString());
        Climb(load);
        return [.. Branches.Where(b => Feeds(b, names, [])).Select(b => b.Id)];
    }

    // A branch may hang on another: what rushes below rushes above as well.
    private bool Feeds(PowerBranch branch, HashSet<string> names, HashSet<string> seen) =>
        branch.Feeds.Any(fed => names.Contains(fed) || (seen.Add(fed) && Branches.FirstOrDefault(b => b.Id == fed) is { } below && Feeds(below, names, seen)));

    private void AddRoom(RoomPower room, Dictionary<DeviceId, PowerDevice> known)
    {
        foreach (var spec in room.Loads)
        {
            var id = new DeviceId(room.Room, spec.Id);
            if (_loads.ContainsKey(id)) Find(room.Room, spec.Place, $"“{spec.Id}”出现两次", $"\"{spec.Id}\" stands here twice", "保留其中一个", "keep one of them");
            else _loads.Add(id, Resolve(id, spec, known.GetValueOrDefault(id), room, known));
        }

        foreach (var device in known.Values.Where(d => d.Id.Room == room.Room && !_loads.ContainsKey(d.Id)))
            _loads.Add(device.Id, Resolve(device.Id, new(device.Id.Name, "$"), device, room, known));
    }

    private static PowerLoad Resolve(DeviceId id, LoadSpec spec, PowerDevice? device, RoomPower room, Dictionary<DeviceId, PowerDevice> known)
    {
        var kind = spec.Kind ?? KindOf(device?.Manifest);
        return new(id, kind)
        {
            Manifest = device is { IsEnabled: true } ? device.Manifest : null,
            Feeds = spec.Feeds,
            Sources = kind is LoadKind.Amplifier ? SourcesOf(id, spec, room, known) : [],
            Cooling = spec.Cooling ?? (kind is LoadKind.Lamp ? LampCooling : UsualCooling),
            Within = spec.Within ?? (kind is LoadKind.Computer ? ComputerWithin : UsualWithin),
            Inrush = spec.Inrush ?? InrushOf(kind, device?.Manifest),
            Standby = spec.Standby ?? UsualStandby,
            Force = spec.Force,
        };
    }

    private static LoadKind KindOf(DriverManifest? manifest) => manifest switch
    {
        null => LoadKind.Plain,
        _ when manifest.Verbs.Any(v => v.Name == OutletWords.OffVerb) => LoadKind.Feeder,
        { Class: DeviceClass.Recorder } => LoadKind.Recorder,
        { Class: DeviceClass.Power } when manifest.Verbs.Any(v => v.Name == PowerWords.OffVerb) => LoadKind.Computer,
        _ => LoadKind.Plain,
    };

    // Nameplate figures differ; these are on the careful side for a 230 V circuit and can be set for each load.
    private static double InrushOf(LoadKind kind, DriverManifest? manifest) => (kind, manifest?.Class) switch
    {
        (LoadKind.Amplifier, _) => 30,
        (LoadKind.Lamp, _) => 15,
        (LoadKind.Computer, _) => 10,
        (LoadKind.Feeder, _) => 1,
        (_, DeviceClass.Display) => 8,
        _ => 4,
    };

    // What can sound: everything but pictures and power.
    private static ImmutableArray<DeviceId> SourcesOf(DeviceId amplifier, LoadSpec spec, RoomPower room, Dictionary<DeviceId, PowerDevice> known)
    {
        if (spec.Sources is { } named) return [.. named.Select(n => new DeviceId(room.Room, n))];
        var amplifiers = room.Loads.Where(l => l.Kind is LoadKind.Amplifier or LoadKind.Keep).Select(l => l.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. known.Values.Where(d => d.Id.Room == room.Room && d.Id != amplifier && !amplifiers.Contains(d.Id.Name))
                .Where(d => d.Manifest.Class is DeviceClass.Audio or DeviceClass.Matrix or DeviceClass.Codec or DeviceClass.Recorder)
                .Select(d => d.Id).OrderBy(d => d.Name, StringComparer.Ordinal),
        ];
    }

    private bool FeedsOthers(string room) => _behind.Any(b => b.Key.Feeder.Room == room && b.Value.Any(l => l.Id.Room != room));

    private void Find(string? room, string place, string zh, string en, string remedyZh, string remedyEn) =>
        _findings.Add(new(room, place, new(zh, en), new(remedyZh, remedyEn)));
}
