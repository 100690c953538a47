using AvGateway.Store.Files;

namespace AvGateway.Store.Backup;

/// <summary>
/// Files of the data directory that go into a snapshot beside the databases, because the service record speaks of them: ledgers that only grow, and
/// keys. The store knows their names and nothing else of them.
/// </summary>
internal static class Companions
{
    private const string Rows = ".log";

    /// <summary>Names of the files below the given files and folders, as they stand in a manifest.</summary>
    public static IReadOnlyList<string> Find(string dataDirectory, IReadOnlyList<string> names) =>
    [
        .. names.SelectMany(name => Path.Combine(dataDirectory, name) is var path && Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : File.Exists(path) ? [path] : [])
            .Select(path => Path.GetRelativePath(dataDirectory, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    /// <summary>Copies one; of a file that somebody is adding rows to, the whole rows.</summary>
    /// <returns>False: it is gone meanwhile, as old days go.</returns>
    public static bool TryCopy(string dataDirectory, string name, string folder)
    {
        byte[] content;
        try
        {
            using var source = new FileStream(PathOf(dataDirectory, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            content = new byte[source.Length];
            source.ReadExactly(content);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        var whole = name.EndsWith(Rows, StringComparison.Ordinal) ? content.AsSpan().LastIndexOf((byte)'\n') + 1 : content.Length;
        Put(PathOf(folder, name), content.AsSpan(0, whole));
        return true;
    }

    /// <summary>
    /// Puts one back. What is there and begins with what was backed up stays: it is the same ledger, and what it measured since is not unlearned.
    /// Anything else that is there is moved aside.
    /// </summary>
    /// <param name="aside">Where to; asked for when it is needed.</param>
    public static void Restore(string snapshotFolder, string name, string dataDirectory, Func<string> aside)
    {
        var wanted = File.ReadAllBytes(PathOf(snapshotFolder, name));
        var path = PathOf(dataDirectory, name);
        if (File.Exists(path))
        {
            if (File.ReadAllBytes(path).AsSpan().StartsWith(wanted)) return;
            var kept = PathOf(aside(), name);
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            File.Move(path, kept, overwrite: false);
            DurableFiles.SyncFolder(Path.GetDirectoryName(kept)!);
        }

        Put(path, wanted);
    }

    /// <summary>A manifest may have been written by somebody else: its names lead nowhere but below the folder.</summary>
    public static bool IsBelow(string name) =>
        name.Length > 0 && !name.Contains('\\', StringComparison.Ordinal) && name.Split('/').All(part => part is not ("" or "." or "..") && !part.Contains(':', StringComparison.Ordinal));

    public static string PathOf(string folder, string name) => Path.Combine([folder, .. name.Split('/')]);

    private static void Put(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFiles.Write(path, content);
    }
}
