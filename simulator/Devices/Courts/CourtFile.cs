using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Courts;

/// <summary>A device of a site file that there is no simulator for, and why.</summary>
public sealed record NotSimulated(string Id, string? Driver, string Reason);

/// <summary>What a site file asks for: the site's id, the devices that can be simulated, and those that cannot.</summary>
public sealed record CourtPlan(string Site, IReadOnlyList<DeviceSetting> Devices, IReadOnlyList<NotSimulated> NotSimulated);

/// <summary>
/// Reads rooms and devices out of a site file (JSON, comments and trailing commas allowed, <c>include</c> followed). Everything else in the
/// file is the gateway's business. Addresses in the file are those of the real devices; only their kind counts here.
/// </summary>
public static class CourtFile
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Throws <see cref="InvalidDataException"/> that names file and place when the file cannot be read as a site.</summary>
    public static CourtPlan Read(string path, SimulatorCatalog? catalog = null)
    {
        var reading = new Reading(catalog ?? SimulatorCatalog.BuiltIn);
        reading.File(Path.GetFullPath(path), depth: 0);
        return new(reading.Site, reading.Devices, reading.Missing);
    }

    private sealed class Reading(SimulatorCatalog catalog)
    {
        private const int DeepestInclude = 8;

        public string Site { get; private set; } = "court";

        public List<DeviceSetting> Devices { get; } = [];

        public List<NotSimulated> Missing { get; } = [];

        private const string ProfilePrefix = "profile:";

        // Driver and file of the profiles that lie with the site.
        private readonly Dictionary<string, string> _profiles = new(StringComparer.Ordinal);

        public void File(string path, int depth)
        {
            if (depth > DeepestInclude) throw new InvalidDataException($"{path}: includes are nested deeper than {DeepestInclude}.");
            if (Parse(path) is not JsonObject root) throw new InvalidDataException($"{path}: the file is not a JSON object.");
            if (root["site"]?["id"] is JsonValue id && id.TryGetValue<string>(out var site)) Site = site;
            if (depth == 0) Profiles(root, path);
            // An included file holds either rooms or is one.
            if (root["devices"] is JsonArray) Room(root, $"{path}: ");
            var rooms = List(root, "rooms", $"{path}: ");
            for (var i = 0; i < rooms.Count; i++) Room(Object(rooms[i], $"{path}: /rooms/{i}"), $"{path}: /rooms/{i}");
            foreach (var pattern in List(root, "include", $"{path}: ")) Include(path, pattern, depth);
        }

        /// <summary>Those that the site file names, else those of the folder beside it.</summary>
        private void Profiles(JsonObject root, string path)
        {
            foreach (var pattern in root["profiles"] is JsonArray named ? named.Select(p => (string?)p ?? "") : ["profiles/*.json"])
            {
                var wanted = Path.Combine(Path.GetDirectoryName(path)!, pattern);
                var directory = Path.GetDirectoryName(wanted)!;
                if (!Directory.Exists(directory)) continue;
                foreach (var file in Directory.GetFiles(directory, Path.GetFileName(wanted)))
                {
                    if (Parse(file) is JsonObject profile && (string?)profile["profile"] is { } name) _profiles[ProfilePrefix + name] = file;
                }
            }
        }

        private static JsonNode? Parse(string path)
        {
            try
            {
                return JsonNode.Parse(System.IO.File.ReadAllText(path), documentOptions: Lenient);
            }
            catch (JsonException error)
            {
                throw new InvalidDataException(
                    $"{path}: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: not JSON.", error);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new InvalidDataException(error.Message, error);
            }
        }

        private void Include(string path, JsonNode? pattern, int depth)
        {
            if (pattern is not JsonValue value || !value.TryGetValue<string>(out var relative))
                throw new InvalidDataException($"{path}: /include holds something that is no path.");
            var wanted = Path.Combine(Path.GetDirectoryName(path)!, relative);
            var directory = Path.GetDirectoryName(wanted)!;
            if (!Directory.Exists(directory)) throw new InvalidDataException($"{path}: /include: there is no directory {directory}.");
            foreach (var included in Directory.GetFiles(directory, Path.GetFileName(wanted)).Order(StringComparer.Ordinal))
                File(included, depth + 1);
        }

        private void Room(JsonObject room, string place)
        {
            var roomId = Text(room, "id", place);
            var devices = List(room, "devices", place);
            for (var i = 0; i < devices.Count; i++) Device(roomId, Object(devices[i], $"{place}/devices/{i}"), $"{place}/devices/{i}");
        }

        private void Device(string room, JsonObject device, string place)
        {
            var setting = new DeviceSetting(room, Text(device, "id", place), Text(device, "driver", place))
            {
                Options = device["options"] is JsonObject options ? (JsonObject)options.DeepClone() : [],
            };
            if (setting.Protocol.StartsWith(ProfilePrefix, StringComparison.Ordinal))
            {
                var named = setting.Protocol[ProfilePrefix.Length..];
                if (_profiles.TryGetValue(setting.Protocol, out var file)) setting.Options["profile"] = file;
                else if (Profiled.ProfilePaper.BuiltIn(named) is not null) setting.Options["profile"] = named;
                if (setting.Options["profile"] is not null) setting = setting with { Protocol = "profile" };
            }

            if (Devices.Exists(each => each.Id == setting.Id))
                throw new InvalidDataException($"{place}: there are two devices '{setting.Id}'.");
            var link = device["link"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
            if (!catalog.TryFind(setting.Protocol, out var descriptor))
                Leave(setting, $"there is no simulator for '{setting.Protocol}'; there is {Known()}");
            else if (!TryKind(link, descriptor, out var kind))
                Leave(setting,
                    $"'{setting.Protocol}' is not simulated on {link}; use {string.Join(" or ", descriptor.Links.Select(each => descriptor.Scheme(each) + ":"))}");
            else Devices.Add(setting with { Link = kind });
        }

        private string Known() => string.Join(", ", catalog.All.Select(each => each.Protocol));

        private void Leave(DeviceSetting setting, string reason) => Missing.Add(new(setting.Id, setting.Protocol, reason));

        private static bool TryKind(string? link, SimulatorDescriptor descriptor, out LinkKind kind)
        {
            kind = descriptor.Links[0];
            if (link is null) return true;
            foreach (var each in descriptor.Links)
            {
                if (!link.StartsWith(descriptor.Scheme(each) + ":", StringComparison.OrdinalIgnoreCase)) continue;
                kind = each;
                return true;
            }

            return false;
        }

        private static JsonArray List(JsonObject parent, string name, string place) => parent[name] switch
        {
            null => [],
            JsonArray list => list,
            _ => throw new InvalidDataException($"{place}/{name} is not a list."),
        };

        private static JsonObject Object(JsonNode? node, string place) =>
            node as JsonObject ?? throw new InvalidDataException($"{place} is not an object.");

        private static string Text(JsonObject parent, string name, string place) =>
            parent[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0
                && !text.Contains('/', StringComparison.Ordinal)
                ? text
                : throw new InvalidDataException($"{place}/{name} is missing or is no name.");
    }
}
