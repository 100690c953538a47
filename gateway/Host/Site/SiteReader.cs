using System.Security.Cryptography;
using System.Text.Json;
using AvGateway.Channels;
using AvGateway.Drivers.Runtime;
using AvGateway.Links;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Power;

namespace AvGateway.Host.Site;

/// <summary>Reads and checks a whole site at once: the same code for <c>check</c> and for the start.</summary>
internal sealed class SiteReader(DriverCatalog catalog, ILinkFactory links)
{
    private const int MostFiles = 500;
    private const long LargestFile = 8 * 1024 * 1024;

    private static readonly string[] SiteMembers =
    [
        "$schema", "include", "profiles", "site", "drivers", "rooms", "network", "probes", "vendors", "carriers", "contacts", "roster", "service", "calendars", "schedules", "docket",
        "guard", "inspection", "channels", "escalation", "mqtt", "http", "tls", "store", "capture",
    ];

    // Part of the site file's form, and not of what this version does: said aloud rather than ignored.
    private static readonly string[] NotServedYet =
    [
        "store",
    ];

    private readonly List<Finding> _findings = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, RoomPower> _power = new(StringComparer.Ordinal);
    private readonly HashSet<string> _filesRead = new(StringComparer.Ordinal);

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The site, or null when a finding is an error.</summary>
    public SiteModel? Read(string path)
    {
        if (ReadFile(path) is not { } root) return null;
        return Read(root, Path.GetDirectoryName(Path.GetFullPath(path))!, looksBeside: true);
    }

    /// <summary>Reads a site that was put together in memory, as the demo's is.</summary>
    /// <param name="folder">Where the files lie that it names, and its profiles; null when it has none.</param>
    public SiteModel? Read(JsonNodeAt root, string? folder)
    {
        _hash.AppendData(root.ToJson());
        return Read(root, folder ?? Directory.GetCurrentDirectory(), looksBeside: folder is not null);
    }

    /// <summary>Reads a site from memory.</summary>
    public SiteModel? Read(byte[] utf8, string name)
    {
        _hash.AppendData(utf8);
        return JsonReaderAt.Read(utf8, name, _findings) is { } root ? Read(root, Directory.GetCurrentDirectory(), looksBeside: false) : null;
    }

    private SiteModel? Read(JsonNodeAt root, string folder, bool looksBeside)
    {
        var parts = new List<JsonNodeAt> { root };
        var whole = new JsonShape(root, _findings, SiteMembers);
        foreach (var pattern in whole.List("include")) parts.AddRange(Included(pattern, folder));
        var shapes = parts.Select((part, i) => i == 0 ? new JsonShape(part, [], SiteMembers) : new JsonShape(part, _findings, [.. SiteMembers.Where(m => m is not ("include" or "profiles" or "site"))])).ToList();
        foreach (var (shape, member) in shapes.SelectMany(s => NotServedYet.Select(m => (s, m))))
        {
            if (shape.Member(member) is { } node) _findings.Add(node.Notice($"\"{member}\" is not used by this version", "it may stay; nothing depends on it yet"));
        }

        if (root["site"] is not { } site)
        {
            _findings.Add(root.Error("\"site\" is missing", "add \"site\": { \"id\": …, \"name\": …, \"zone\": … }"));
            return null;
        }

        catalog = new ProfilesReader(_findings).Read(ProfileFiles(root, whole, folder, looksBeside), catalog);
        var head = new JsonShape(site, _findings, "id", "name", "zone", "languages");
        var id = head.Id("id");
        var zone = ReadZone(site, head);
        var vendors = Ids(shapes, "vendors");
        var power = new PowerReader(_findings);
        var packages = new DriverPackageReader(catalog, Hosting.Parts.Packages, _findings, folder);
        var drivers = packages.Read([.. shapes.SelectMany(s => s.List("drivers")).SelectMany(d => d.Kind is JsonValueKind.String ? Included(d, folder, "\"avgateway drivers pin FOLDER\" prints what stands in it") : [d])]);
        var rooms = shapes.SelectMany(s => s.List("rooms")).Select(r => ReadRoom(r, folder, vendors, power, drivers)).ToList();
        var carriers = Ids(shapes, "carriers");
        if (rooms.Count == 0) _findings.Add(root.Error("no room is listed", "add at least one to \"rooms\""));
        var claimed = rooms.Where(r => !r.Plan.IsGuessed).SelectMany(r => r.Plan.Layout.Devices).ToHashSet();
        rooms = [.. rooms.Select(r => r with { Plan = r.Plan.Without(claimed) })];
        RefuseDoubles(rooms, shapes);
        RefuseStrangers(rooms, shapes);
        var graph = ReadPower(rooms, shapes, power);
        var listening = new ListeningReader(shapes, _findings);
        var hearings = new HearingsReader(shapes, _findings);
        var channels = new ChannelReader(_findings, links, folder, [.. rooms.SelectMany(r => r.Devices)]).Read([.. shapes.SelectMany(s => s.List("channels"))]);
        var parties = ReadParties(shapes, zone, rooms.SelectMany(r => r.Devices), channels);
        var ladders = new LadderReader(_findings, parties, Ids(shapes, "channels"), [.. rooms.Select(r => r.Id)]).Read(shapes.SelectMany(s => s.List("escalation")));
        var network = new NetworkReader(_findings, rooms, vendors, carriers).Read([.. shapes.SelectMany(s => s.List("network"))]);
        var probes = new ProbesReader(Hosting.Parts.ProbeKinds(links), _findings, folder, new(rooms, [.. network.Select(b => b.Id)], vendors, carriers));
        var read = probes.Read([.. shapes.SelectMany(s => s.List("probes"))]);
        var inspection = new InspectionReader(_findings, rooms).Read(shapes.Select(s => s.Member("inspection")).FirstOrDefault(m => m is not null));
        var model = new SiteModel(id, head.NamesOr(id), zone, [.. head.List("languages").Select(l => l.Text ?? "").Where(l => l.Length > 0)], rooms)
        {
            Catalog = drivers,
            Packages = packages.Loaded,
            Mqtt = listening.Mqtt(folder),
            Http = listening.Http(),
            Tls = listening.Tls(folder),
            Docket = hearings.Docket(folder),
            Guard = hearings.Guard(),
            Calendar = new CalendarReader(_findings, folder).Read(shapes.SelectMany(s => s.List("calendars"))),
            Schedules = new ScheduleReader(_findings, [.. rooms.Select(r => r.Id)], [.. inspection.Profiles.Select(p => p.Id)]).Read([.. shapes.SelectMany(s => s.List("schedules"))]),
            Inspection = inspection,
            Power = graph,
            Vendors = vendors,
            Carriers = carriers,
            Parties = parties,
            Ladders = ladders,
            Service = new ServiceReader(_findings, [.. inspection.Profiles.Select(p => p.Id)]).Read(shapes.Select(s => s.Member("service")).FirstOrDefault(m => m is not null)),
            Network = network,
            Probes = read,
            Lines = new LineReader(_findings, folder, network, parties).Read([.. shapes.SelectMany(s => s.List("network"))], read),
            Channels = channels,
            Capture = new LineWatchReader(_findings, folder).Read(
                shapes.Select(s => s.Member("capture")).FirstOrDefault(m => m is not null), [.. network.Select(b => b.Id)], [.. rooms.SelectMany(r => r.Devices).Select(d => d.Plan)]),
            Hash = Convert.ToHexStringLower(_hash.GetCurrentHash()),
        };
        return _findings.Exists(f => f.Severity is Severity.Error) ? null : model;
    }

    private JsonNodeAt? ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                _findings.Add(At(path, "the file is larger than 8 MiB", "split it with \"include\""));
                return null;
            }

            var bytes = File.ReadAllBytes(path);
            _hash.AppendData(bytes);
            _filesRead.Add(Path.GetFullPath(path));
            return JsonReaderAt.Read(bytes, path, _findings);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            _findings.Add(At(path, $"cannot be read: {unreadable.Message}", "check the path and its rights"));
            return null;
        }
    }

    /// <summary>As the site file names them; those of the folder beside it when it names none.</summary>
    private List<JsonNodeAt> ProfileFiles(JsonNodeAt root, JsonShape shape, string folder, bool looksBeside)
    {
        IEnumerable<JsonNodeAt> patterns = shape.Member("profiles") is not null ? shape.List("profiles")
            : looksBeside && ProfilesReader.AreBeside(folder) ? [root with { Kind = JsonValueKind.String, Text = ProfilesReader.Beside }]
            : [];
        return [.. patterns.SelectMany(pattern => Included(pattern, folder))];
    }

    private IEnumerable<JsonNodeAt> Included(JsonNodeAt pattern, string folder, string missing = "check the name, or remove the line")
    {
        if (pattern.Kind is not JsonValueKind.String || pattern.Text is not { Length: > 0 } text)
        {
            _findings.Add(pattern.Error("a file name or pattern is needed here", "write for example \"rooms/*.json\""));
            yield break;
        }

        var full = Path.GetFullPath(Path.Combine(folder, text));
        if (!full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            _findings.Add(pattern.Error($"\"{text}\" leads out of the site's folder", "keep included files below the site file"));
            yield break;
        }

        var inside = Path.GetDirectoryName(full)!;
        var files = Directory.Exists(inside) ? Directory.GetFiles(inside, Path.GetFileName(full)).Order(StringComparer.Ordinal).ToArray() : [];
        if (files.Length == 0) _findings.Add(pattern.Error($"\"{text}\" matches no file", missing));
        foreach (var file in files.Where(f => !_filesRead.Contains(f)))
        {
            if (_filesRead.Count >= MostFiles)
            {
                _findings.Add(pattern.Error($"more than {MostFiles} files", "put several rooms into one file"));
                yield break;
            }

            if (ReadFile(file) is { } part) yield return part;
        }
    }

    private TimeZoneInfo ReadZone(JsonNodeAt site, JsonShape head)
    {
        if (head.Text("zone", required: true) is not { } name) return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        _findings.Add(site["zone"]!.Error($"there is no time zone \"{name}\"", "use a name of the IANA list, for example Asia/Shanghai"));
        return TimeZoneInfo.Utc;
    }

    // Who reads an entry whole says what is wrong with it.
    private static List<string> Ids(List<JsonShape> shapes, string member) =>
        [.. shapes.SelectMany(s => s.Member(member)?.Items ?? []).Select(v => v["id"]?.Text ?? "").Where(id => id.Length > 0)];

    private PartyBook ReadParties(List<JsonShape> shapes, TimeZoneInfo zone, IEnumerable<DeviceModel> devices, IReadOnlyList<ChannelPlan> channels)
    {
        var reader = new PartyReader(_findings, new(zone), Ids(shapes, "channels"), channels, [.. devices.Select(d => d.Plan.Id.ToString())]);
        var contacts = reader.Contacts(shapes.SelectMany(s => s.List("contacts")));
        return new(
            contacts,
            reader.Rosters(shapes.SelectMany(s => s.List("roster")), contacts),
            reader.Suppliers(shapes.SelectMany(s => s.List("vendors").Concat(s.List("carriers"))), contacts));
    }

    private RoomModel ReadRoom(JsonNodeAt room, string folder, List<string> vendors, PowerReader powerReader, DriverCatalog drivers)
    {
        var shape = new JsonShape(room, _findings, "id", "name", "devices", "layout", "scenes", "power");
        var id = shape.Id("id");
        if (shape.Member("power") is { } power) _power[id] = powerReader.ReadRoom(id, power);
        var devices = shape.List("devices", required: true).Select(d => new DeviceReader(drivers, links, _findings, folder, vendors).Read(d, id)).OfType<DeviceModel>().ToList();
        return new(id, shape.NamesOr(id), devices, new RoomPlanReader(_findings).Read(id, shape.Member("layout"), shape.Member("scenes"), devices));
    }

    private void RefuseDoubles(List<RoomModel> rooms, List<JsonShape> shapes)
    {
        var places = shapes.SelectMany(s => s.List("rooms")).ToList();
        foreach (var (room, i) in rooms.Select((r, i) => (r, i)))
        {
            if (room.Id.Length > 0 && rooms.FindIndex(r => r.Id == room.Id) < i) _findings.Add(places[i].Error($"a second room is called \"{room.Id}\"", "give each room its own id"));
            foreach (var twice in room.Devices.GroupBy(d => d.Plan.Id).Where(g => g.Count() > 1))
            {
                _findings.Add(places[i].Error($"two devices of this room are called \"{twice.Key.Name}\"", "give each device its own id"));
            }
        }

        // One endpoint, one owner: two drivers on one wire would answer each other's questions (D11).
        foreach (var shared in rooms.SelectMany(r => r.Devices).GroupBy(d => d.Plan.Link.ToString()).Where(g => g.Count() > 1))
        {
            var names = string.Join(" and ", shared.Select(d => d.Plan.Id));
            _findings.Add(places[0].Error($"{names} share the link {shared.Key}", "one link belongs to one device"));
        }
    }

    // A layout may speak of a device of another room (a shared recorder); one that stands nowhere would make a scene that never works.
    private void RefuseStrangers(List<RoomModel> rooms, List<JsonShape> shapes)
    {
        var known = rooms.SelectMany(r => r.Devices).Select(d => d.Plan.Id).ToHashSet();
        var places = shapes.SelectMany(s => s.List("rooms")).ToList();
        foreach (var (room, i) in rooms.Select((r, i) => (r, i)))
        {
            foreach (var stranger in room.Plan.Layout.Devices.Where(d => !known.Contains(d)))
            {
                _findings.Add((places[i]["layout"] ?? places[i]).Error($"the layout speaks of {stranger}, which is no device of this site", "name a device of this room, or ROOM/DEVICE"));
            }
        }
    }

    private PowerGraph ReadPower(List<RoomModel> rooms, List<JsonShape> shapes, PowerReader reader)
    {
        var branches = new List<PowerBranch>();
        foreach (var node in shapes.SelectMany(s => s.List("network")))
        {
            if (node.Kind is JsonValueKind.Object && reader.ReadBranch(node) is { } branch) branches.Add(branch);
        }

        var devices = rooms.SelectMany(r => r.Devices).DistinctBy(d => d.Plan.Id).Select(d => new PowerDevice(d.Plan.Id, d.Plan.Manifest, d.Plan.Enabled));
        var graph = new PowerGraph(new([.. _power.Values], [.. branches]), rooms.Select(r => r.Id).Distinct(StringComparer.Ordinal), devices);
        reader.Add(graph.Findings);
        return graph;
    }

    private static Finding At(string path, string message, string remedy) => new(Severity.Error, path, "$", 1, 1, message, remedy);
}
