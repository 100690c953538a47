using System.Collections.Immutable;
using System.Security.Cryptography;

namespace AvGateway.Drivers.Runtime.Packages;

/// <summary>The files of a package. What is loaded later are the very bytes that were hashed here: nothing can be put in between.</summary>
public static class PackageFolder
{
    private const int MostFiles = 500;
    private const long LargestFile = 64 * 1024 * 1024;
    private const string Checked = "put back the file that was checked, or check this one and list its hash; \"avgateway drivers pin FOLDER\" prints the entry";

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Each file that lies in a folder, with its hash: what a listing of it as it is would say.</summary>
    public static ImmutableSortedDictionary<string, string> Hashes(string folder) =>
        Names(folder).ToImmutableSortedDictionary(name => name, name => Hash(File.ReadAllBytes(Path.Combine(folder, name))), StringComparer.Ordinal);

    /// <summary>The listed files, or null when one of them is not what was listed. A file that nobody listed is refused alone: it is never read by a driver.</summary>
    internal static Dictionary<string, byte[]>? Read(PackageListing listing, List<PackageRefusal> refusals)
    {
        try
        {
            return ReadAll(listing, refusals);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            refusals.Add(new(null, $"{listing.Folder} cannot be read: {unreadable.Message}", "check the path and its rights"));
            return null;
        }
    }

    private static Dictionary<string, byte[]>? ReadAll(PackageListing listing, List<PackageRefusal> refusals)
    {
        var good = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var names = Names(listing.Folder);
        foreach (var stranger in names.Where(n => !listing.Files.ContainsKey(n)))
        {
            var hash = Hash(Bytes(listing.Folder, stranger));
            refusals.Add(new(stranger, $"{stranger} lies in the package's folder and is not listed; its SHA-256 is {hash}", "take it away, or check it and list it with this hash"));
        }

        foreach (var (name, expected) in listing.Files)
        {
            if (!names.Contains(name))
            {
                refusals.Add(new(name, $"{name} is listed and not there", "put it back, or take it out of the list"));
                continue;
            }

            var bytes = Bytes(listing.Folder, name);
            var found = Hash(bytes);
            if (found == expected) good[name] = bytes;
            else refusals.Add(new(name, $"{name} is not the file that was let in: its SHA-256 is {found}, listed is {expected}", Checked));
        }

        return good.Count == listing.Files.Count ? good : null;
    }

    private static HashSet<string> Names(string folder)
    {
        var names = Directory.EnumerateFiles(folder, "*", Everything)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')).Take(MostFiles + 1).ToHashSet(StringComparer.Ordinal);
        return names.Count <= MostFiles ? names : throw new IOException($"it holds more than {MostFiles} files, which no driver needs");
    }

    private static byte[] Bytes(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return file.Length <= LargestFile ? File.ReadAllBytes(file.FullName) : throw new IOException($"{name} is larger than {LargestFile >> 20} MiB");
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
