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
    private readonly DateTimeOffset _at;

    private SnapshotSource(SqliteConnection state, SqliteConnection journal, DateTimeOffset at) => (_state, _journal, _at) = (state, journal, at);

    /// <summary>Called on the writer's thread.</summary>
    public static SnapshotSource Take(SqliteEngine engine, DateTimeOffset at)
    {
        engine.Housekeep(at, isIdle: true);
        var (state, journal) = engine.Snapshot();
        return new(state, journal, at);
    }

    /// <summary>Copies, verifies and then names the folder, so that a folder with its proper name is a whole snapshot.</summary>
    public string CopyTo(string folder, CancellationToken cancellation)
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
                WriteManifest(files);
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

    private void WriteManifest(SqliteFiles files)
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
            new Dictionary<string, string> { ["state.db"] = Snapshots.Digest(files.State), ["journal.db"] = Snapshots.Digest(files.Journal) });
        DurableFiles.Write(Path.Combine(files.DataDirectory, Snapshots.ManifestName), JsonSerializer.SerializeToUtf8Bytes(manifest, SnapshotJson.Options));
    }
}
