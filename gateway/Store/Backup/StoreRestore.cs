using System.Globalization;
using AvGateway.Operations.Journal;
using AvGateway.Store.Files;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;
using AvGateway.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Store.Backup;

/// <summary>What a restore did.</summary>
/// <param name="SetAside">Where the files that were there before lie now; null when there were none.</param>
public sealed record RestoreReport(long LastSequence, long Boot, string? SetAside);

/// <summary>
/// Puts a snapshot in the place of a stopped store. What was there is moved aside and never deleted; the boot counter goes on from the higher of
/// the two, so that no <c>seq</c> is given twice; the record says that it was restored.
/// </summary>
public static class StoreRestore
{
    /// <summary>Left in the folder until all is in place: a half-done restore must not look like a first start.</summary>
    internal const string Marker = "restore.partial";

    // With the old counter unreadable, more than any gateway starts between two snapshots.
    private const long UnknownBoots = 4096;

    /// <exception cref="StoreInUseException">A gateway runs on it.</exception>
    /// <exception cref="StoreCorruptException">The snapshot is not whole.</exception>
    /// <exception cref="InvalidOperationException">What is there is newer, or another store, and <paramref name="force"/> is not set.</exception>
    public static RestoreReport Run(string snapshotFolder, string dataDirectory, bool force, TimeProvider time)
    {
        var snapshot = Snapshots.Open(snapshotFolder);
        var record = JournalVerifier.Verify(snapshotFolder);
        if (!record.IsSound) throw new StoreCorruptException(Path.Combine(snapshotFolder, "journal.db"), record.Findings[0].Text);

        Directory.CreateDirectory(dataDirectory);
        using var held = StoreLock.Take(dataDirectory);
        var files = new SqliteFiles(dataDirectory);
        var present = Present.Of(files);
        if (!force) present?.RefuseIfBetterThan(snapshot.Manifest);

        DurableFiles.Write(Path.Combine(dataDirectory, Marker), "a restore is under way\n"u8);
        var asideTo = AsideOf(files, time);
        var aside = SetAside(files, snapshot.Manifest.Sequence, asideTo) ? asideTo : null;
        foreach (var file in (ReadOnlySpan<string>)[files.Journal, files.State])
            DurableFiles.Copy(Path.Combine(snapshotFolder, Path.GetFileName(file)), file);
        foreach (var name in snapshot.Companions) Companions.Restore(snapshotFolder, name, dataDirectory, () => aside = asideTo);
        var boot = Mark(dataDirectory, snapshot, present, time);
        File.Delete(Path.Combine(dataDirectory, Marker));
        DurableFiles.SyncFolder(dataDirectory);
        return new(snapshot.Manifest.Sequence, boot, aside);
    }

    private static string AsideOf(SqliteFiles files, TimeProvider time) =>
        Path.Combine(files.DataDirectory, "set-aside", time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture));

    private static bool SetAside(SqliteFiles files, long lastSequence, string folder)
    {
        string[] names = [.. new[] { files.State, files.Journal }.SelectMany(file => new[] { file, SqliteFiles.WalOf(file), file + "-shm" }), .. LaterAnchors(files.DataDirectory, lastSequence)];
        var present = names.Where(File.Exists).ToArray();
        if (present.Length == 0) return false;
        Directory.CreateDirectory(folder);
        foreach (var file in present) File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: false);
        DurableFiles.SyncFolder(folder);
        DurableFiles.SyncFolder(files.DataDirectory);
        return true;
    }

    // They tell of rows that the restored record does not have; kept with the record that has them.
    private static IEnumerable<string> LaterAnchors(string dataDirectory, long lastSequence) =>
        AnchorFiles.Read(dataDirectory, _ => { }).Where(a => a.Anchor.Seq > lastSequence).Select(a => a.File);

    private static long Mark(string dataDirectory, Snapshot snapshot, Present? present, TimeProvider time)
    {
        var before = snapshot.Manifest.Boot;
        var boot = present switch
        {
            null => before,
            { Boot: { } known } => Math.Max(before, known),
            _ => before + UnknownBoots,
        };
        using var engine = SqliteEngine.Open(new StoreOptions { DataDirectory = dataDirectory }, NullLogger.Instance, isRestoring: true);
        var details = string.Create(CultureInfo.InvariantCulture, $$"""{"snapshot":"{{snapshot.Manifest.At}}","sequence":{{snapshot.Manifest.Sequence}},"boot":{{boot}}}""");
        engine.Begin();
        engine.Session.Execute(StoreSql.SetMeta, "boot", boot.ToString(CultureInfo.InvariantCulture));
        engine.AppendJournal(new JournalEntry(time.GetUtcNow(), "store.restored", "store", "gateway", details));
        engine.Commit();
        engine.CutAnchor(time.GetUtcNow());
        return boot;
    }

    /// <summary>What lies in the data directory now; members are null where it cannot be read.</summary>
    private sealed record Present(string? Store, long? Boot, long? Sequence)
    {
        public static Present? Of(SqliteFiles files)
        {
            if (!SqliteFiles.HasContent(files.State) && !SqliteFiles.HasContent(files.Journal)) return null;
            try
            {
                using var state = new SqlSession(SqliteConnections.OpenReader(files.State));
                using var journal = new SqlSession(SqliteConnections.OpenReader(files.Journal));
                var boot = (string?)state.Scalar(StoreSql.GetMeta, "boot");
                var waiting = state.First(StoreSql.LastJournal("journal_pending"), JournalRow.Read);
                var last = journal.First(StoreSql.LastJournal("journal"), JournalRow.Read);
                return new(
                    (string?)state.Scalar(StoreSql.GetMeta, "store"),
                    long.TryParse(boot, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
                    Math.Max(waiting?.Seq ?? 0, last?.Seq ?? 0));
            }
            catch (Exception damaged) when (damaged is SqliteException or IOException or InvalidCastException or InvalidOperationException)
            {
                // Damage is what a restore is for: it is moved aside like anything else.
                return new(null, null, null);
            }
        }

        public void RefuseIfBetterThan(SnapshotManifest manifest)
        {
            if (Store is { } store && store != manifest.Store) throw new InvalidOperationException("the store that is there is not the one of the snapshot");
            if (Sequence > manifest.Sequence || Boot > manifest.Boot)
                throw new InvalidOperationException(
                    $"the store that is there is newer (row {Sequence}, boot {Boot}) than the snapshot (row {manifest.Sequence}, boot {manifest.Boot})");
        }
    }
}
