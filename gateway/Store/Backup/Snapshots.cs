using System.Security.Cryptography;
using System.Text.Json;

namespace AvGateway.Store.Backup;

/// <summary>What a snapshot contains, written last into its folder.</summary>
/// <param name="Sequence">The last row of its service record.</param>
internal sealed record SnapshotManifest(int Format, string Store, long Boot, long Sequence, string Hash, string At, IReadOnlyDictionary<string, string> Sha256);

internal sealed record Snapshot(string Folder, SnapshotManifest Manifest)
{
    /// <summary>What lies beside the databases.</summary>
    public IEnumerable<string> Companions => Manifest.Sha256.Keys.Except(Snapshots.Databases).Order(StringComparer.Ordinal);
}

/// <summary>Snapshots as folders with two databases, what the service record speaks of, and a manifest.</summary>
internal static class Snapshots
{
    public const string FolderName = "backups";
    public const string ManifestName = "manifest.json";
    public const int Format = 1;

    public static readonly string[] Databases = ["state.db", "journal.db"];

    /// <summary>The newest whole snapshot below a folder, or null. Whole means that its manifest fits its files.</summary>
    public static Snapshot? FindNewest(string folder)
    {
        if (!Directory.Exists(folder)) return null;
        return Directory.GetDirectories(folder)
            .OrderByDescending(Path.GetFileName, StringComparer.Ordinal)
            .Select(TryOpen)
            .FirstOrDefault(snapshot => snapshot is not null);
    }

    /// <exception cref="StoreCorruptException">It is not a whole snapshot.</exception>
    public static Snapshot Open(string folder)
    {
        var manifest = ReadManifest(folder);
        foreach (var name in Databases.Union(manifest.Sha256.Keys))
        {
            if (!Companions.IsBelow(name)) throw new StoreCorruptException(Path.Combine(folder, ManifestName), $"it names \"{name}\", which lies outside of it");
            var path = Companions.PathOf(folder, name);
            if (!File.Exists(path)) throw new StoreCorruptException(path, "it is missing from the snapshot");
            if (!manifest.Sha256.TryGetValue(name, out var wanted) || wanted != Digest(path)) throw new StoreCorruptException(path, "it is not the file that was backed up");
        }

        return new(folder, manifest);
    }

    public static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static Snapshot? TryOpen(string folder)
    {
        try
        {
            return Open(folder);
        }
        catch (Exception unusable) when (unusable is StoreCorruptException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SnapshotManifest ReadManifest(string folder)
    {
        var path = Path.Combine(folder, ManifestName);
        try
        {
            var manifest = JsonSerializer.Deserialize<SnapshotManifest>(File.ReadAllBytes(path), SnapshotJson.Options);
            return manifest is { Format: Format, Sha256: not null } ? manifest : throw new StoreCorruptException(path, "it is not the manifest of a snapshot");
        }
        catch (JsonException damaged)
        {
            throw new StoreCorruptException(path, "it cannot be read", damaged);
        }
        catch (IOException missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StoreCorruptException(path, "it is missing: this is not a whole snapshot", missing);
        }
    }
}

internal static class SnapshotJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}
