using AvGateway.Store.Backup;
using AvGateway.Store.Files;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Sqlite;

/// <summary>
/// Opens the two files, or says why not. Order matters: the logs are looked at before SQLite recovers from them, structure is checked before
/// contents are believed, and nothing is created where something was.
/// </summary>
internal sealed class SqliteStart(StoreOptions options)
{
    private const int TailRows = 1000;
    private readonly SqliteFiles _files = new(options.DataDirectory);

    /// <summary>Connections to both files, checked, with the end of the chain.</summary>
    public sealed record Opened(SqlSession State, SqlSession Journal, string Store, long Boot, JournalChain Chain, List<JournalRow> Pending, long Marked, Anchor? Anchor);

    /// <exception cref="StoreCorruptException">What is there cannot be trusted; it was not changed.</exception>
    public Opened Open(bool countsAsBoot, bool isRestoring = false)
    {
        var file = _files.State;
        SqlSession? state = null, journal = null;
        try
        {
            if (!isRestoring && File.Exists(Path.Combine(options.DataDirectory, StoreRestore.Marker)))
                throw new StoreCorruptException(_files.State, "a restore was interrupted before it was done");
            RefuseToForget();
            foreach (var each in (ReadOnlySpan<string>)[_files.State, _files.Journal])
                if (WalInspection.Inspect(SqliteFiles.WalOf(each)) is { } damage) throw new StoreCorruptException(each, damage);

            state = OpenChecked(file, SqliteSchema.State);
            var store = StoreOf(state, null, file);
            var journalWasThere = Meta(state, "journal") is not null;
            if (journalWasThere && !SqliteFiles.HasContent(_files.Journal)) throw new StoreCorruptException(_files.Journal, "it is gone or empty");

            file = _files.Journal;
            journal = OpenChecked(file, SqliteSchema.Journal);
            StoreOf(journal, store, file);
            if (!journalWasThere) RememberJournal(state);

            var (chain, pending, marked) = Reconcile(state, journal, store);
            RowChecks.Verify(state, _files.State);
            var boot = countsAsBoot ? CountBoot(state) : CurrentBoot(state);
            var anchor = journal.First(StoreSql.LastAnchor, r => new Anchor(r.GetInt64(0), r.GetString(1), r.GetFieldValue<byte[]>(2)));
            return new(state, journal, store, boot, chain, pending, marked, anchor);
        }
        catch (SqliteException failed) when (SqliteFailures.Of(failed) is null or { Condition: StoreCondition.Corrupt })
        {
            Close(state, journal);
            throw new StoreCorruptException(file, failed.Message, failed);
        }
        catch
        {
            Close(state, journal);
            throw;
        }
    }

    private static void Close(SqlSession? state, SqlSession? journal)
    {
        state?.Dispose();
        journal?.Dispose();
    }

    // A lost file must never look like a first start.
    private void RefuseToForget()
    {
        foreach (var file in (ReadOnlySpan<string>)[_files.State, _files.Journal])
            if (SqliteFiles.SizeOf(file) == 0 && SqliteFiles.SizeOf(SqliteFiles.WalOf(file)) > 0)
                throw new StoreCorruptException(file, "it is gone or empty while its log is there");
        if (SqliteFiles.SizeOf(_files.State) == 0 && SqliteFiles.SizeOf(_files.Journal) > 0)
            throw new StoreCorruptException(_files.State, "it is gone or empty while the service record is there");
    }

    private SqlSession OpenChecked(string file, Migrations migrations)
    {
        var isNew = SqliteFiles.SizeOf(file) == 0;
        var connection = SqliteConnections.OpenWriter(file);
        try
        {
            if (!isNew) SqliteChecks.Structure(connection, file, options.InlineCheckLimit);
            var version = SqliteSchema.VersionOf(connection);
            if (file == _files.State && version == 0 && SqliteFiles.SizeOf(_files.Journal) > 0)
                throw new StoreCorruptException(file, "it has no tables while the service record is there");
            migrations.Run(connection, version);
            if (SqliteSchema.Difference(connection, migrations) is { } difference) throw new StoreCorruptException(file, difference);
            if (isNew) DurableFiles.SyncFolder(options.DataDirectory);
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static string StoreOf(SqlSession session, string? wanted, string file)
    {
        if (Meta(session, "store") is not { } found)
        {
            found = wanted ?? Guid.NewGuid().ToString("N");
            session.Execute(StoreSql.SetMeta, "store", found);
        }

        return wanted is null || wanted == found ? found : throw new StoreCorruptException(file, "it belongs to another store");
    }

    private void RememberJournal(SqlSession state)
    {
        DurableFiles.SyncFolder(options.DataDirectory);
        state.Execute(StoreSql.SetMeta, "journal", "created");
    }

    /// <summary>
    /// Both files are written one after the other, never together: rows wait in the state until the journal has them durably. So the journal
    /// may be ahead of the mark only by rows that still wait, and every other difference means that one of the files is not what it was.
    /// </summary>
    private (JournalChain Chain, List<JournalRow> Pending, long Marked) Reconcile(SqlSession state, SqlSession journal, string store)
    {
        var marked = ChainMark.Parse(Meta(state, "chained"));
        var waiting = state.All(StoreSql.JournalFrom("journal_pending"), JournalRow.Read, 0L, long.MaxValue);
        var last = journal.First(StoreSql.LastJournal("journal"), JournalRow.Read);
        var (seq, hash) = last is null ? (0L, JournalRow.Genesis(store)) : (last.Seq, last.Hash);

        if (marked is { Seq: > 0 })
        {
            var row = journal.First(StoreSql.JournalFrom("journal"), JournalRow.Read, marked.Seq, 1L);
            if (row is null || row.Seq != marked.Seq) throw new StoreCorruptException(_files.Journal, $"it ends at row {seq} and had row {marked.Seq}");
            if (!row.Hash.AsSpan().SequenceEqual(marked.Hash)) throw new StoreCorruptException(_files.Journal, $"row {marked.Seq} is not the row that was written");
        }

        VerifyTail(journal, seq, store);
        var ahead = journal.All(StoreSql.JournalFrom("journal"), JournalRow.Read, (marked?.Seq ?? 0) + 1, (long)waiting.Count + 1);
        for (var i = 0; i < ahead.Count; i++)
            if (i >= waiting.Count || waiting[i].Seq != ahead[i].Seq || !waiting[i].Hash.AsSpan().SequenceEqual(ahead[i].Hash))
                throw new StoreCorruptException(_files.State, $"it does not know row {ahead[i].Seq} of the service record: it is older than journal.db");

        foreach (var row in waiting.Skip(ahead.Count))
        {
            if (row.Seq != seq + 1 || !row.Follows(hash)) throw new StoreCorruptException(_files.State, $"waiting row {row.Seq} does not follow row {seq}");
            (seq, hash) = (row.Seq, row.Hash);
        }

        return (new(seq, hash), waiting[ahead.Count..], marked?.Seq ?? 0);
    }

    private void VerifyTail(SqlSession journal, long last, string store)
    {
        var rows = journal.All(StoreSql.JournalFrom("journal"), JournalRow.Read, Math.Max(1, last - TailRows), (long)TailRows + 1);
        if (rows is [{ Seq: 1 } first, ..] && !first.Follows(JournalRow.Genesis(store)))
            throw new StoreCorruptException(_files.Journal, "row 1 is not the row that was written");
        for (var i = 1; i < rows.Count; i++)
            if (rows[i].Seq != rows[i - 1].Seq + 1 || !rows[i].Follows(rows[i - 1].Hash))
                throw new StoreCorruptException(_files.Journal, $"row {rows[i].Seq} does not follow row {rows[i - 1].Seq}");
    }

    private static long CountBoot(SqlSession state)
    {
        var boot = CurrentBoot(state) + 1;
        state.Execute(StoreSql.SetMeta, "boot", boot.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return boot;
    }

    private static long CurrentBoot(SqlSession state) =>
        Meta(state, "boot") is { } boot ? long.Parse(boot, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string? Meta(SqlSession session, string name) => (string?)session.Scalar(StoreSql.GetMeta, name);
}
