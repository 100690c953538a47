using System.Text.Json;
using AvGateway.Host.Site;

namespace AvGateway.Host.Demo;

/// <summary>What somebody adds to the demo's courthouse: a part of a site file, as one that includes it would hold it. It can go into the real one as it stands.</summary>
internal sealed class DemoAddition
{
    private const long Largest = 1024 * 1024;

    /// <summary>What of a site file is a list: it grows. Everything else the demo has said already.</summary>
    private static readonly string[] Known =
        ["$schema", "profiles", "drivers", "rooms", "network", "probes", "vendors", "carriers", "contacts", "roster", "calendars", "schedules", "channels", "escalation"];

    private readonly JsonNodeAt _root;
    private readonly List<Finding> _findings;

    private DemoAddition(string path, JsonNodeAt root, List<Finding> findings)
    {
        Path = path;
        _root = root;
        _findings = findings;
    }

    /// <summary>As it was named.</summary>
    public string Path { get; }

    /// <summary>Where the profiles lie and the files that it names.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    /// <summary>Null when it cannot be read; why stands in the findings.</summary>
    public static DemoAddition? Read(string path, List<Finding> findings)
    {
        try
        {
            if (new FileInfo(path).Length <= Largest) return JsonReaderAt.Read(File.ReadAllBytes(path), path, findings) is { } root ? new(path, root, findings) : null;
            findings.Add(new(Severity.Error, path, "$", 1, 1, "the file is larger than 1 MiB", "add the devices that you want to try"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            findings.Add(new(Severity.Error, path, "$", 1, 1, $"cannot be read: {unreadable.Message.TrimEnd('.')}", "check the path and its rights"));
        }

        return null;
    }

    /// <summary>The site with what was added to it; each value still knows the file and the place that it comes from.</summary>
    public JsonNodeAt To(JsonNodeAt site)
    {
        var shape = new JsonShape(_root, _findings, Known);
        foreach (var name in Known.Where(n => n is not "$schema" && shape.Member(n) is not null))
        {
            var added = shape.List(name);
            var there = site[name]?.Items ?? [];
            site = site.With(name, (site[name] ?? shape.Member(name)!) with { Kind = JsonValueKind.Array, Items = name == "rooms" ? Rooms(there, added) : [.. there, .. added] });
        }

        return site;
    }

    private List<JsonNodeAt> Rooms(IReadOnlyList<JsonNodeAt> there, IReadOnlyList<JsonNodeAt> added)
    {
        var rooms = there.ToList();
        foreach (var room in added)
        {
            var at = room["id"]?.Text is { } id ? rooms.FindIndex(r => r["id"]?.Text == id) : -1;
            if (at < 0) rooms.Add(room);
            else rooms[at] = Furnish(rooms[at], room);
        }

        return rooms;
    }

    /// <summary>A room of the demo with the devices that were added to it.</summary>
    private JsonNodeAt Furnish(JsonNodeAt room, JsonNodeAt added)
    {
        foreach (var (name, value) in added.Members.Where(m => m.Name != "id"))
        {
            if (name != "devices" || value.Kind is not JsonValueKind.Array)
            {
                if (room[name] is null) room = room.With(name, value);
                else if (name != "devices") _findings.Add(value.Error($"this room of the demo has its own \"{name}\"", "take it out here, or give the room another id"));
                else _findings.Add(value.Error($"a list is needed here, not {JsonShape.Word(value.Kind)}", "write [ … ]"));
                continue;
            }

            var there = room["devices"]!;
            foreach (var twice in value.Items.Where(d => there.Items.Any(t => t["id"]?.Text is { } id && id == d["id"]?.Text)))
                _findings.Add(twice["id"]!.Error($"the demo has a device {room["id"]!.Text}/{twice["id"]!.Text} already", "give yours another id"));
            room = room.With("devices", there with { Items = [.. there.Items, .. value.Items] });
        }

        return room;
    }
}
