#:property PublishAot=false
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

// Writes a CycloneDX 1.6 list of what is really shipped: the dependency manifest of a published program, with the hash of
// each NuGet package and the licence that its author states.
//   dotnet run sbom.cs -- PROGRAM.deps.json OUT.cdx.json
const string RuntimePack = "runtimepack.";
if (args is not [var manifestPath, var outPath])
{
    await Console.Error.WriteLineAsync("usage: sbom.cs PROGRAM.deps.json OUT.cdx.json");
    return 64;
}

var manifest = JsonNode.Parse(await File.ReadAllBytesAsync(manifestPath))!;
var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
    ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
var libraries = manifest["libraries"]!.AsObject().Select(l => (Name: l.Key[..l.Key.IndexOf('/')], Version: l.Key[(l.Key.IndexOf('/') + 1)..], Entry: l.Value!)).ToList();
var program = libraries[0];
var shipped = libraries.Where(l => (string?)l.Entry["type"] is "package" or "runtimepack").OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase);
var components = new JsonArray();
foreach (var (name, version, entry) in shipped)
{
    var package = name.StartsWith(RuntimePack, StringComparison.Ordinal) ? name[RuntimePack.Length..] : name;
    var purl = $"pkg:nuget/{package}@{version}";
    var component = new JsonObject { ["type"] = "library", ["bom-ref"] = purl, ["name"] = package, ["version"] = version, ["purl"] = purl };
    if ((string?)entry["sha512"] is { Length: > 7 } hash)
        component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(hash["sha512-".Length..])) });
    component["licenses"] = new JsonArray(Licence(Path.Combine(cache, package.ToLowerInvariant(), version, package.ToLowerInvariant() + ".nuspec")));
    components.Add(component);
}

var epoch = long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), out var seconds) ? seconds : 0;
var list = new JsonObject
{
    ["bomFormat"] = "CycloneDX",
    ["specVersion"] = "1.6",
    ["serialNumber"] = "urn:uuid:" + new Guid(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(components)).AsSpan(0, 16)),
    ["version"] = 1,
    ["metadata"] = new JsonObject
    {
        ["timestamp"] = DateTimeOffset.FromUnixTimeSeconds(epoch).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null),
        ["component"] = new JsonObject
        {
            ["type"] = "application",
            ["bom-ref"] = program.Name,
            ["name"] = program.Name,
            ["version"] = program.Version,
            ["licenses"] = new JsonArray(new JsonObject { ["license"] = new JsonObject { ["id"] = "MIT" } }),
        },
    },
    ["components"] = components,
    ["dependencies"] = new JsonArray(new JsonObject { ["ref"] = program.Name, ["dependsOn"] = new JsonArray([.. components.Select(c => JsonValue.Create((string?)c!["bom-ref"]))]) }),
};
await File.WriteAllTextAsync(outPath, list.ToJsonString(new() { WriteIndented = true }) + "\n");
return 0;

// An expression where the author gave one; else the address or the file's name: never a guess.
static JsonObject Licence(string nuspec)
{
    var metadata = XDocument.Load(nuspec).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    var licence = metadata.Elements().FirstOrDefault(e => e.Name.LocalName == "license");
    if ((string?)licence?.Attribute("type") == "expression") return new() { ["expression"] = licence.Value };
    if (licence is not null) return new() { ["license"] = new JsonObject { ["name"] = $"{licence.Value} (a file in the package)" } };
    return new() { ["license"] = new JsonObject { ["name"] = "stated at the address", ["url"] = metadata.Elements().FirstOrDefault(e => e.Name.LocalName == "licenseUrl")?.Value } };
}
