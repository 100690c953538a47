using System.Globalization;
using System.Text.Json;
using AvGateway.Store.Files;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;
using AvGateway.Store.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Backup;

/// <summary>
/// Two read transactions that began between the same two commits. Copying two files one after the other would give a state that does not fit its
/// record; from here both show one moment, while the writer goes on.
/// </summary>
internal sealed class SnapshotSource
{
    private readonly SqliteConnection _state;
    private readonly SqliteConnection _journal;
    private readonly string _dataDirectory;
    private readonly DateTimeOffset _at;

    private SnapshotSource(SqliteConnection state, SqliteConnection journal, string dataDirectory, DateTimeOffset at) =>
        (_state, _journal, _dataDirectory, _at) = (state, journal, dataDirectory, at);

    /// <summary>Called on the writer's thread.</summary>
    public static SnapshotSource Take(SqliteEngine engine, string dataDirectory, DateTimeOffset at)
    {
        engine.Housekeep(at, isIdle: true);
        var (state, journal) = engine.Snapshot();
        return new(state, journal, dataDirectory, at);
    }

    /// <summary>Copies, verifies and then names the folder, so that a folder with its proper name is a whole snapshot.</summary>
    /// <param name="beside">Names in the data directory. They are copied after the record, so that no row of it speaks of what the copy lacks.</param>
    public string CopyTo(string folder, IReadOnlyList<string> beside, CancellationToken cancellation)
    {
        using (_state)
        using (_journal)
        {
            var final = Path.Combine(folder, _at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture));
            var partial = final + ".partial";
            Directory.CreateDirectory(partial);
            try
            {
                var files = new SqliteFiles(partial);
                Copy(_state, files.State);
                cancellation.ThrowIfCancellationRequested();
                Copy(_journal, files.Journal);
                cancellation.ThrowIfCancellationRequested();
                Verify(files);
                string[] companions = [.. Companions.Find(_dataDirectory, beside).Where(name => Companions.TryCopy(_dataDirectory, name, partial))];
                WriteManifest(files, companions);
                Directory.Move(partial, final);
                DurableFiles.SyncFolder(folder);
                return final;
            }
            catch
            {
                Directory.Delete(partial, recursive: true);
                throw;
            }
        }
    }

    private static void Copy(SqliteConnection source, string path)
    {
        using (var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()))
        {
            target.Open();
            source.BackupDatabase(target);

            // The copy says of itself that it has a log; a snapshot is whole in one file.
            target.Execute("PRAGMA journal_mode = DELETE");
        }

        DurableFiles.Sync(path);
    }

    private static void Verify(SqliteFiles files)
    {
        using (var session = new SqlSession(SqliteConnections.OpenReader(files.State)))
        {
            SqliteChecks.Thorough((SqliteConnection)session.Connection, files.State);
            RowChecks.Verify(session, files.State);
        }

        var record = JournalVerifier.Verify(files.DataDirectory);
        if (!record.IsSound) throw new StoreCorruptException(files.Journal, record.Findings[0].Text);
    }

    private void WriteManifest(SqliteFiles files, IReadOnlyList<string> companions)
    {
        using var state = new SqlSession(SqliteConnections.OpenReader(files.State));
        using var journal = new SqlSession(SqliteConnections.OpenReader(files.Journal));
        var last = journal.First(StoreSql.LastJournal("journal"), JournalRow.Read);
        var manifest = new SnapshotManifest(
            Snapshots.Format,
            (string)state.Scalar(StoreSql.GetMeta, "store")!,
            long.Parse((string)state.Scalar(StoreSql.GetMeta, "boot")!, CultureInfo.InvariantCulture),
            last?.Seq ?? 0,
            last is null ? "" : Convert.ToHexStringLower(last.Hash),
            JournalRow.TimeText(_at),
            Snapshots.Databases.Concat(companions).ToDictionary(name => name, name => Snapshots.Digest(Companions.PathOf(files.DataDirectory, name)), StringComparer.Ordinal));
        DurableFiles.Write(Path.Combine(files.DataDirectory, Snapshots.ManifestName), JsonSerializer.SerializeToUtf8Bytes(manifest, SnapshotJson.Options));
    }
}
