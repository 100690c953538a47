using System.Data;
using AvGateway.Store.Postgres;
using AvGateway.Store.Sql;
using AvGateway.Store.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Journal;

/// <summary>
/// Checks the service record of a data directory, of a stopped gateway or beside a running one, without changing anything: every row against the
/// one before it, the end against what the state remembers, and all of it against the anchors in the database and in <c>reports/anchors</c>.
/// </summary>
public static class JournalVerifier
{
    private const int PageRows = 1000;

    /// <summary>Verifies the embedded store in a data directory, a snapshot, or a copy of either.</summary>
    /// <exception cref="FileNotFoundException">There is no <c>journal.db</c>.</exception>
    public static JournalVerification Verify(string dataDirectory)
    {
        var files = new SqliteFiles(dataDirectory);
        if (!File.Exists(files.Journal)) throw new FileNotFoundException("there is no service record here", files.Journal);
        var early = new List<JournalFinding>();
        foreach (var file in (ReadOnlySpan<string>)[files.Journal, files.State])
            if (WalInspection.Inspect(SqliteFiles.WalOf(file)) is { } damage) early.Add(new(null, Path.GetFileName(file), damage));

        // Rows that wait are read first: one that moves meanwhile is then seen twice rather than not at all.
        var state = ReadState(files, early);
        ChainCheck? check = null;
        try
        {
            using var session = new SqlSession(OpenForReading(files.Journal));
            var connection = (SqliteConnection)session.Connection;
            SqliteChecks.Thorough(connection, files.Journal);
            if (SqliteSchema.Difference(connection, SqliteSchema.Journal) is { } difference) early.Add(new(null, "journal.db", difference));
            var store = (string?)session.Scalar(StoreSql.GetMeta, "store") ?? "";
            if (state.Store is { } other && other != store) early.Add(new(null, "state.db", "it belongs to another store"));
            check = new(store, [.. TableAnchors(session), .. FileAnchors(dataDirectory, store, early), .. state.Marks]);
            AddRows(check, session);
            foreach (var row in state.Waiting.Where(row => row.Seq > check.Last)) check.Add(row, "state.db");
        }
        catch (Exception damaged) when (damaged is SqliteException or StoreCorruptException or InvalidCastException or InvalidOperationException)
        {
            early.Add(new(check is null ? null : check.Last + 1, "journal.db", $"it cannot be read: {damaged.Message}"));
        }

        var end = check?.End("journal.db") ?? new(0, 0, "", 0, []);
        return end with { Findings = [.. early, .. end.Findings] };
    }

    /// <summary>Verifies the record on a server, against the anchors there and in the data directory.</summary>
    public static JournalVerification VerifyPostgres(string address, string dataDirectory)
    {
        var early = new List<JournalFinding>();
        var parsed = PostgresAddress.Parse(address);
        using var session = new SqlSession(PostgresConnections.OpenReader(parsed));
        using var moment = session.Connection.BeginTransaction(IsolationLevel.RepeatableRead);
        var store = (string?)session.Scalar(StoreSql.GetMeta, "store") ?? "";
        var check = new ChainCheck(store, [.. TableAnchors(session), .. FileAnchors(dataDirectory, store, early)]);
        AddRows(check, session);
        var end = check.End(parsed.Schema);
        return end with { Findings = [.. early, .. end.Findings] };
    }

    internal static IEnumerable<(string Place, Anchor Anchor)> TableAnchors(SqlSession session) =>
        session.All(StoreSql.Anchors, row => ("anchor table", new Anchor(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2))));

    internal static IEnumerable<(string Place, Anchor Anchor)> FileAnchors(string dataDirectory, string store, List<JournalFinding> findings)
    {
        foreach (var (file, owner, anchor) in AnchorFiles.Read(dataDirectory, path => findings.Add(new(null, Path.GetFileName(path), "it cannot be read"))))
        {
            if (owner == store) yield return (Path.GetFileName(file), anchor);
            else findings.Add(new(null, Path.GetFileName(file), "it belongs to another store"));
        }
    }

    internal static void AddRows(ChainCheck check, SqlSession session)
    {
        var sql = StoreSql.JournalFrom("journal");
        for (var from = long.MinValue; session.All(sql, JournalRow.Read, from, (long)PageRows) is [.., var last] page; from = last.Seq + 1)
            foreach (var row in page) check.Add(row, "journal");
    }

    private static (string? Store, List<JournalRow> Waiting, List<(string, Anchor)> Marks) ReadState(SqliteFiles files, List<JournalFinding> findings)
    {
        // A copy of the record alone can be verified too; it merely has one witness less.
        if (!File.Exists(files.State)) return (null, [], []);
        try
        {
            using var session = new SqlSession(OpenForReading(files.State));
            var store = (string?)session.Scalar(StoreSql.GetMeta, "store");
            var mark = ChainMark.Parse((string?)session.Scalar(StoreSql.GetMeta, "chained"));
            var waiting = session.All(StoreSql.JournalFrom("journal_pending"), JournalRow.Read, 0L, long.MaxValue);
            var marks = mark is null ? [] : new List<(string, Anchor)> { ("state.db", new(mark.Seq, "the last commit", mark.Hash)) };
            marks.AddRange(waiting.Select(row => ("state.db", new Anchor(row.Seq, "the last commit", row.Hash))));
            return (store, waiting, marks);
        }
        catch (Exception damaged) when (damaged is SqliteException or StoreCorruptException or InvalidCastException or InvalidOperationException)
        {
            findings.Add(new(null, "state.db", $"it cannot be read: {damaged.Message}"));
            return (null, [], []);
        }
    }

    private static SqliteConnection OpenForReading(string file)
    {
        try
        {
            var connection = SqliteConnections.OpenReader(file);
            connection.ExecuteScalar<long>("SELECT COUNT(*) FROM sqlite_schema");
            return connection;
        }
        catch (SqliteException) when (SqliteFiles.SizeOf(SqliteFiles.WalOf(file)) == 0)
        {
            // A copy on a medium that takes no writes: SQLite wants to make its shared index there, unless told that nobody writes.
            return SqliteConnections.OpenImmutable(file);
        }
    }
}
