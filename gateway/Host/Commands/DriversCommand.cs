using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Drivers.Runtime.Packages;

namespace AvGateway.Host.Commands;

/// <summary><c>avgateway drivers pin FOLDER</c>: the entry that lets a package of somebody else's drivers in, each file by its hash.</summary>
internal static class DriversCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Build()
    {
        var folder = new Argument<string>("FOLDER") { Description = Texts.Say("驱动包所在文件夹", "the folder of the package") };
        var id = new Option<string?>("--id") { Description = Texts.Say("驱动包编号；默认取文件夹名", "id of the package; the folder's name otherwise") };
        var pin = new Command("pin", Texts.Say(
            "载入驱动包一次，输出站点文件 \"drivers\" 的条目（须先核对来源）",
            "load a package once and print its entry for \"drivers\" of the site file; check where it comes from first")) { folder, id };
        pin.SetAction(parsed => Pin(parsed.GetValue(folder)!, parsed.GetValue(id)));
        return new Command("drivers", Texts.Say("第三方驱动包", "drivers of others")) { pin };
    }

    private static int Pin(string folder, string? id)
    {
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine(Texts.Say($"没有文件夹 {folder}", $"there is no folder {folder}"));
            return ExitCodes.Failed;
        }

        var name = id ?? Id(Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)));
        var refusals = new List<PackageRefusal>();
        var listing = new PackageListing(name, Path.GetFullPath(folder), PackageFolder.Hashes(folder), Brings: null);
        var drivers = new PackageShelf().Load(listing, refusals);
        foreach (var refusal in refusals) Console.Error.WriteLine($"{refusal.Message}; {refusal.Remedy}");
        if (drivers is null) return ExitCodes.Failed;
        var entry = new JsonObject
        {
            ["id"] = name,
            ["folder"] = folder,
            ["brings"] = new JsonObject(drivers.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => KeyValuePair.Create(d.Name, (JsonNode?)d.Class.ToString().ToLowerInvariant()))),
            ["files"] = new JsonObject(listing.Files.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        };
        Console.Out.WriteLine(entry.ToJsonString(Indented));
        return ExitCodes.Done;
    }

    private static string Id(string name) => string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
}
