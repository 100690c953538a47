using System.Globalization;
using AvGateway.Operations.Release;

namespace AvGateway.Host.Hosting;

/// <summary>
/// What was frozen and what left, below <c>reports/faults</c> of the data directory, one folder a fault and revision. Written whole or not at all;
/// nothing here ever deletes one.
/// </summary>
internal sealed class ReleaseFiles(string dataDirectory) : IReleaseShelf
{
    public const string Folder = "reports/faults";

    public void Put(string fault, int revision, string name, byte[] content)
    {
        var path = PathOf(fault, revision, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var half = path + ".new";
        using (var file = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(half, path, overwrite: true);
    }

    public byte[]? Find(string fault, int revision, string name)
    {
        var path = PathOf(fault, revision, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>The newest archive of a fault that left, or else that was frozen; null when there is none.</summary>
    public (string Path, bool IsReleased)? Newest(string fault)
    {
        var folder = Path.Combine(dataDirectory, Folder, fault);
        if (!Directory.Exists(folder)) return null;
        foreach (var revision in Directory.GetDirectories(folder).OrderByDescending(NumberOf))
        {
            foreach (var name in new[] { ReportBook.ReleasedArchive, ReportBook.FrozenArchive })
                if (File.Exists(Path.Combine(revision, name))) return (Path.Combine(revision, name), name == ReportBook.ReleasedArchive);
        }

        return null;
    }

    private static int NumberOf(string folder) => int.TryParse(Path.GetFileName(folder).AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    // The id came over the wire, and the board knows it: F-YEAR-NUMBER and nothing that leads elsewhere.
    private string PathOf(string fault, int revision, string name) => Path.Combine(dataDirectory, Folder, fault, string.Create(CultureInfo.InvariantCulture, $"r{revision}"), name);
}
