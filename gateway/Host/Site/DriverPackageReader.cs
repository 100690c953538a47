using System.Collections.Immutable;
using System.Text.Json;
using AvGateway.Classes;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Runtime.Packages;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>"drivers"</c>: the drivers of others that this site lets in, each file by its hash.</summary>
internal sealed class DriverPackageReader(DriverCatalog builtIn, PackageShelf shelf, List<Finding> findings, string folder)
{
    private const int HashLength = 64;

    private readonly List<DriverManifest> _drivers = [];
    private readonly List<PackageListing> _loaded = [];

    /// <summary>The packages that were let in.</summary>
    public IReadOnlyList<PackageListing> Loaded => _loaded;

    /// <summary>The built-in drivers and those of the packages; a driver of a package that was refused is there as one that is out of use.</summary>
    public DriverCatalog Read(IEnumerable<JsonNodeAt> nodes)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            var shape = new JsonShape(node, findings, "id", "folder", "brings", "files");
            var id = shape.Id("id");
            if (id.Length > 0 && !ids.Add(id)) findings.Add(node.Error($"a second package is called \"{id}\"", "give each package its own id"));
            var before = findings.Count;
            var inside = Folder(node, shape);
            var (files, brings) = (Files(node, shape), Brings(node, shape));
            if (id.Length > 0 && findings.Count == before) Add(node, new(id, inside!, files, brings));
        }

        return builtIn.With(_drivers);
    }

    private void Add(JsonNodeAt node, PackageListing listing)
    {
        var refusals = new List<PackageRefusal>();
        var drivers = shelf.Load(listing, refusals);
        foreach (var refusal in refusals)
        {
            var place = refusal.File is { } file && node["files"]?[file] is { } at ? at : node;
            findings.Add(place.Refusal($"driver package {listing.Id}: {refusal.Message}", refusal.Remedy));
        }

        if (drivers is not null)
        {
            _drivers.AddRange(drivers);
            _loaded.Add(listing);
            return;
        }

        var why = $"its package {listing.Id} was refused: {refusals[^1].Message}";
        _drivers.AddRange(listing.Brings!.Select(b => RefusedDriver.Manifest(b.Key, b.Value, why)));
    }

    private string? Folder(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("folder", required: true) is not { } text) return null;
        var full = Path.GetFullPath(Path.Combine(folder, text));
        if (!Directory.Exists(full)) findings.Add(node["folder"]!.Error($"there is no folder {full}", "put the package there, or name its folder"));
        return full;
    }

    private ImmutableSortedDictionary<string, string> Files(JsonNodeAt node, JsonShape shape)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Members(node, shape, "files"))
        {
            var hash = value.Kind is JsonValueKind.String ? value.Text!.ToLowerInvariant() : "";
            if (hash.Length == HashLength && hash.All(char.IsAsciiHexDigit)) files[name] = hash;
            else findings.Add(value.Error($"this is not the SHA-256 of {name}", $"write its {HashLength} hexadecimal digits, as sha256sum prints them"));
        }

        return files.ToImmutable();
    }

    private ImmutableSortedDictionary<string, DeviceClass> Brings(JsonNodeAt node, JsonShape shape)
    {
        var brings = ImmutableSortedDictionary.CreateBuilder<string, DeviceClass>(StringComparer.Ordinal);
        foreach (var (name, value) in Members(node, shape, "brings"))
        {
            if (builtIn.Find(name) is not null || _drivers.Exists(d => d.Name == name)) findings.Add(value.Error($"there is a driver \"{name}\" already", "a package brings drivers of its own names"));
            else if (value.Kind is JsonValueKind.String && Enum.TryParse<DeviceClass>(value.Text, ignoreCase: true, out var word) && Enum.IsDefined(word)) brings[name] = word;
            else findings.Add(value.Error($"this is no class of \"{name}\"", $"classes are {string.Join(", ", Enum.GetNames<DeviceClass>()).ToLowerInvariant()}"));
        }

        return brings.ToImmutable();
    }

    private IReadOnlyList<(string Name, JsonNodeAt Value)> Members(JsonNodeAt node, JsonShape shape, string name)
    {
        if (node[name] is not { } map) shape.Missing(name);
        else if (map.Kind is not JsonValueKind.Object || map.Members.Count == 0) findings.Add(map.Error("an object with something in it is needed here", "\"avgateway drivers pin FOLDER\" prints the entry"));
        else return map.Members;
        return [];
    }
}
