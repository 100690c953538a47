using System.Globalization;
using System.Text;
using System.Text.Json;
using AvGateway.Store.Files;

namespace AvGateway.Store.Journal;

/// <summary>
/// Anchors as text files in <c>reports/anchors</c>, so that they can leave the machine: whoever can rewrite the database can rewrite a table
/// in it as well, but not a file that is already elsewhere.
/// </summary>
internal static class AnchorFiles
{
    private const string Pattern = "anchor-*.json";

    public static string FolderOf(string dataDirectory) => Path.Combine(dataDirectory, "reports", "anchors");

    public static string Write(string dataDirectory, string store, Anchor anchor)
    {
        var folder = FolderOf(dataDirectory);
        var path = Path.Combine(folder, $"anchor-{anchor.Seq.ToString("D12", CultureInfo.InvariantCulture)}.json");
        if (File.Exists(path)) return path;
        Directory.CreateDirectory(folder);
        var text = $$"""{"store":"{{store}}","sequence":{{anchor.Seq}},"hash":"{{Convert.ToHexStringLower(anchor.Hash)}}","at":"{{anchor.At}}"}""";
        DurableFiles.Write(path, Encoding.ASCII.GetBytes(text + "\n"));
        return path;
    }

    /// <summary>Every anchor file, in order of its name; one that cannot be read is reported through <paramref name="unreadable"/>.</summary>
    public static List<(string File, string Store, Anchor Anchor)> Read(string dataDirectory, Action<string> unreadable)
    {
        var folder = FolderOf(dataDirectory);
        if (!Directory.Exists(folder)) return [];
        var anchors = new List<(string, string, Anchor)>();
        foreach (var path in Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal))
        {
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(path));
                var root = json.RootElement;
                var anchor = new Anchor(
                    root.GetProperty("sequence").GetInt64(), root.GetProperty("at").GetString()!, Convert.FromHexString(root.GetProperty("hash").GetString()!));
                anchors.Add((path, root.GetProperty("store").GetString()!, anchor));
            }
            catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentNullException)
            {
                unreadable(path);
            }
        }

        return anchors;
    }
}
