using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace AvGateway.Operations.Release;

/// <summary>The files of a bundle in one archive, and back. The same files give the same bytes.</summary>
public static class BundleArchive
{
    // A time in the archive would make two bundles of one content differ.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A plain file, 0644.
    private const int OwnerWritesAllRead = 0x81A4 << 16;

    public static byte[] Zip(IEnumerable<BundleFile> files)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var file in files)
            {
                var entry = zip.CreateEntry(file.Name, CompressionLevel.Optimal);
                entry.LastWriteTime = NoTime;
                entry.ExternalAttributes = OwnerWritesAllRead;
                using var content = entry.Open();
                content.Write(file.Content);
            }
        }

        return memory.ToArray();
    }

    /// <summary>The files of an archive of ours, and whether each is the one that its manifest names. Null: it is none, or was changed.</summary>
    public static ImmutableArray<BundleFile>? Read(byte[] archive, string digest)
    {
        try
        {
            if (Unpack(archive) is not [{ Name: EvidenceBundle.ManifestFile } manifest, ..] files || ReportJson.Digest(manifest.Content) != digest) return null;
            using var listed = JsonDocument.Parse(manifest.Content);
            var known = listed.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!, f => f.GetProperty("sha256").GetString()!, StringComparer.Ordinal);
            var rest = files.Skip(1).ToList();
            return rest.Count == known.Count && rest.TrueForAll(f => known.TryGetValue(f.Name, out var sha) && sha == ReportJson.Digest(f.Content)) ? files : null;
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The files of an archive; null when it is damaged.</summary>
    public static ImmutableArray<BundleFile>? Unpack(byte[] archive)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive, writable: false), ZipArchiveMode.Read);
            return [.. zip.Entries.Select(e => new BundleFile(e.FullName, null, Content(e)))];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
