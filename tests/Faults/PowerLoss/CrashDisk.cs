namespace AvGateway.Faults.PowerLoss;

/// <summary>What of the changes that no sync has promised is gone after a power cut.</summary>
public enum Loss
{
    Everything,
    Nothing,

    /// <summary>Each change by itself is there or not.</summary>
    Some,

    /// <summary>As <see cref="Some"/>, and of one write only some sectors of 512 bytes.</summary>
    Torn,
}

/// <summary>
/// A disk that follows a system-call log and can tell what a power cut would leave at any point of it. Stricter than a usual file system: a name
/// lasts only when its folder was synced, and changes of a file may survive in any combination; names of one folder come and go in order, as in a
/// journalling file system.
/// </summary>
/// <param name="keepsPromise">Of which files a sync is worth something; null: of all. A disk that lies shows whether a test would notice.</param>
public sealed class CrashDisk(Func<string, bool>? keepsPromise = null)
{
    private readonly Dictionary<string, DiskFile> _now = [];
    private readonly Dictionary<string, DiskFile> _lasting = [];
    private readonly List<(SystemCall Change, DiskFile? File)> _names = [];
    private readonly Dictionary<int, int> _syncing = [];

    public void Apply(SystemCall call)
    {
        switch (call.Kind)
        {
            case CallKind.Create:
                Name(call, _now[call.Path] = new());
                break;
            case CallKind.Rename:
                _now.Remove(call.Path, out var moved);
                Name(call, _now[call.To] = moved!);
                break;
            case CallKind.Unlink:
                _now.Remove(call.Path);
                Name(call, null);
                break;
            case CallKind.Write or CallKind.Truncate:
                File(call.Path)?.Add(call);
                break;
            case CallKind.SyncBegins:
                _syncing[call.Thread] = File(call.Path)?.Unsynced ?? _names.Count;
                break;
            case CallKind.SyncEnds:
                Sync(call);
                break;
        }
    }

    /// <summary>Writes what a power cut would leave into a folder.</summary>
    /// <param name="root">The folder of the log that <paramref name="folder"/> stands for.</param>
    public void Leave(string root, string folder, Loss loss, Random random)
    {
        var names = new Dictionary<string, DiskFile>(_lasting);
        var kept = loss switch { Loss.Everything => 0, Loss.Nothing => _names.Count, _ => random.Next(_names.Count + 1) };
        foreach (var (change, file) in _names.Take(kept)) Take(names, change, file);
        foreach (var (path, file) in names.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.WriteAllBytes(target, file.Left(loss, random));
        }
    }

    private void Name(SystemCall change, DiskFile? file) => _names.Add((change, file));

    // A file that was unlinked and is still written to will not be there after the cut, whatever is written.
    private DiskFile? File(string path) => _now.GetValueOrDefault(path);

    private void Sync(SystemCall call)
    {
        if (keepsPromise?.Invoke(call.Path) is false) return;
        var count = _syncing.GetValueOrDefault(call.Thread);
        if (File(call.Path) is { } file)
        {
            file.Sync(Math.Min(count, file.Unsynced));
            return;
        }

        for (var i = 0; i < Math.Min(count, _names.Count);)
        {
            if (Path.GetDirectoryName(_names[i].Change.Path) == call.Path)
            {
                Take(_lasting, _names[i].Change, _names[i].File);
                _names.RemoveAt(i);
                count--;
            }
            else
            {
                i++;
            }
        }
    }

    private static void Take(Dictionary<string, DiskFile> names, SystemCall change, DiskFile? file)
    {
        if (change.Kind is CallKind.Unlink or CallKind.Rename) names.Remove(change.Path);
        if (change.Kind is CallKind.Rename) names[change.To] = file!;
        if (change.Kind is CallKind.Create) names[change.Path] = file!;
    }
}
