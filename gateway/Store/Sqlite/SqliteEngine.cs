using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AvGateway.Store.Sqlite;

/// <summary>
/// The embedded store: <c>state.db</c> and <c>journal.db</c>. A row of the service record is acknowledged when <c>state.db</c> has it, together
/// with what it tells of; it is chained into <c>journal.db</c> a moment later, and leaves <c>state.db</c> with the commit after that
/// (decision 0010).
/// </summary>
internal sealed class SqliteEngine : IStoreEngine
{
    private const int UrgentRows = 2048;
    private const int CheckpointCommits = 128;
    private const int ProbeSize = 64 << 10;

    // Immediate: a reader that becomes a writer later would fail at once with a stale snapshot, and be retried in vain.
    private static readonly SqlText BeginNow = new("BEGIN IMMEDIATE");
    private static readonly SqlText CommitNow = new("COMMIT");
    private static readonly SqlText RollbackNow = new("ROLLBACK");
    private static readonly SqlText InsertPending = StoreSql.InsertJournal("journal_pending");
    private static readonly SqlText InsertJournal = StoreSql.InsertJournal("journal");
    private static readonly SqlText DeletePending = new("DELETE FROM journal_pending WHERE seq <= @seq", ("@seq", System.Data.DbType.Int64));

    private readonly StoreOptions _options;
    private readonly SqliteFiles _files;
    private readonly AnchorExport _anchors;
    private readonly string _probe = new('*', ProbeSize);
    private SqliteStart.Opened _open;
    private SqlSession _state;
    private SqlSession _journal;
    private JournalChain _chain;
    private List<JournalRow> _pending;
    private ChainMark? _chained;
    private long _marked;
    private Anchor? _anchor;
    private int _commits;
    private Checkpointer _checkpointer;

    private SqliteEngine(StoreOptions options, ILogger logger, SqliteStart.Opened open)
    {
        _options = options;
        _anchors = new(options.DataDirectory, open.Store, logger);
        _files = new(options.DataDirectory);
        Adopt(open);
        LongCheck = IsLarge() ? CheckThrough : null;
    }

    public string Store => _open.Store;

    public long Boot => _open.Boot;

    public SqlSession Session => _state;

    public bool HasHousekeeping => _pending.Count > 0 || _chained?.Seq > _marked;

    public bool IsHousekeepingUrgent => _pending.Count >= UrgentRows;

    // SQLite rolls back what it could not commit, and says so.
    public bool IsCommitInDoubt => false;

    public Action? LongCheck { get; }

    public static SqliteEngine Open(StoreOptions options, ILogger logger, bool isRestoring = false)
    {
        var open = new SqliteStart(options).Open(countsAsBoot: !isRestoring, isRestoring);
        try
        {
            return new(options, logger, open);
        }
        catch
        {
            open.State.Dispose();
            open.Journal.Dispose();
            throw;
        }
    }

    public void Begin()
    {
        _state.Execute(BeginNow);
        if (_chained is not { } chained || chained.Seq <= _marked) return;
        _state.Execute(DeletePending, chained.Seq);
        _state.Execute(StoreSql.SetMeta, "chained", chained.ToString());
    }

    public void AppendJournal(JournalEntry entry)
    {
        var row = _chain.Append(entry);
        _state.Execute(InsertPending, row.Seq, row.At, row.Kind, row.Subject, row.Actor, row.Details, row.Hash);
    }

    public void Commit()
    {
        _state.Execute(CommitNow);
        _chain.Commit(_pending);
        _marked = _chained?.Seq ?? _marked;
        if (++_commits < CheckpointCommits) return;
        _commits = 0;
        _checkpointer.Ask();
    }

    public void Rollback()
    {
        _chain.Rollback();
        Rollback(_state);
    }

    public StoreFailure? FailureOf(Exception exception) => SqliteFailures.Of(exception);

    public bool Reopen()
    {
        var (seq, hash) = _chain.Committed;
        Dispose();
        var open = new SqliteStart(_options).Open(countsAsBoot: false);
        var found = open.Chain.Committed;
        var boot = open.Boot;
        Adopt(open with { Boot = Boot });
        if (found.Seq != seq || !found.Hash.AsSpan().SequenceEqual(hash) || boot != Boot)
            throw new StoreCorruptException(_files.State, $"row {seq} of the service record was acknowledged and is gone");
        return false;
    }

    public void Probe()
    {
        Begin();
        _state.Execute(StoreSql.Probe, _probe);
        Commit();
        Begin();
        _state.Execute(StoreSql.ClearProbe);
        Commit();
    }

    public void Housekeep(DateTimeOffset now, bool isIdle)
    {
        ChainPending(now, force: false);
        _anchors.Export(_anchor);
        if (!isIdle) return;

        // With this commit the last frames of the log are worth nothing: whatever becomes of them, nothing acknowledged is in them.
        if (_chained is null || _chained.Seq <= _marked) return;
        Begin();
        Commit();
    }

    public void CutAnchor(DateTimeOffset now)
    {
        ChainPending(now, force: true);
        _anchors.Export(_anchor);
    }

    public T Read<T>(Func<SqlSession, T> read)
    {
        using var session = new SqlSession(SqliteConnections.OpenReader(_files.State));
        return read(session);
    }

    public IReadOnlyList<JournalRow> ReadJournal(JournalQuery query, long from, int limit)
    {
        // Waiting rows first: one that is chained meanwhile is then in both lists, never in neither.
        var waiting = Read(session => JournalSearch.Page(session.Connection, "journal_pending", query, from, limit));
        using var journal = SqliteConnections.OpenReader(_files.Journal);
        using var snapshot = journal.BeginTransaction(deferred: true);
        var rows = JournalSearch.Page(journal, "journal", query, from, limit);
        if (rows.Count == limit && !query.IsNewestFirst) return rows;
        var last = journal.ExecuteScalar<long>("SELECT COALESCE(MAX(seq), 0) FROM journal");
        if (query.IsNewestFirst) return [.. waiting.Where(row => row.Seq > last).Concat(rows).Take(limit)];
        return [.. rows, .. waiting.Where(row => row.Seq > last).Take(limit - rows.Count)];
    }

    public void Dispose()
    {
        _checkpointer.Dispose();
        _state.Dispose();
        _journal.Dispose();
    }

    /// <summary>Opens read transactions on both files between two commits, so that both show the same moment however long the copy takes.</summary>
    public (SqliteConnection State, SqliteConnection Journal) Snapshot()
    {
        var state = SqliteConnections.OpenReader(_files.State);
        var journal = SqliteConnections.OpenReader(_files.Journal);
        foreach (var connection in (ReadOnlySpan<SqliteConnection>)[state, journal])
        {
            connection.Execute("BEGIN DEFERRED");
            connection.ExecuteScalar<long>("SELECT COUNT(*) FROM meta");
        }

        return (state, journal);
    }

    private static void Rollback(SqlSession session)
    {
        // A full disk makes SQLite roll back by itself; a second time would be an error of its own.
        if (SQLitePCL.raw.sqlite3_get_autocommit(((SqliteConnection)session.Connection).Handle) == 0) session.Execute(RollbackNow);
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_open), nameof(_state), nameof(_journal), nameof(_chain), nameof(_pending), nameof(_checkpointer))]
    private void Adopt(SqliteStart.Opened open)
    {
        (_open, _state, _journal, _chain, _pending, _marked, _anchor) = (open, open.State, open.Journal, open.Chain, open.Pending, open.Marked, open.Anchor);
        var last = _journal.First(StoreSql.LastJournal("journal"), JournalRow.Read);
        _checkpointer = new(_files);
        _chained = last is null ? null : new(last.Seq, last.Hash);
    }

    private void ChainPending(DateTimeOffset now, bool force)
    {
        var end = _pending is [.., var last] ? new ChainMark(last.Seq, last.Hash) : _chained;
        var anchor = end is not null && IsAnchorDue(end, now, force) ? new Anchor(end.Seq, JournalRow.TimeText(now), end.Hash) : null;
        if (_pending.Count == 0 && anchor is null) return;
        _journal.Execute(BeginNow);
        try
        {
            foreach (var row in _pending)
                _journal.Execute(InsertJournal, row.Seq, row.At, row.Kind, row.Subject, row.Actor, row.Details, row.Hash);
            if (anchor is not null) _journal.Execute(StoreSql.InsertAnchor, anchor.Seq, anchor.At, anchor.Hash);
            _journal.Execute(CommitNow);
        }
        catch
        {
            Rollback(_journal);
            throw;
        }

        _chained = end;
        _pending.Clear();
        _anchor = anchor ?? _anchor;
    }

    private bool IsAnchorDue(ChainMark end, DateTimeOffset now, bool force) =>
        _anchor is null ? force || end.Seq > 0 : end.Seq > _anchor.Seq && (force || string.CompareOrdinal(JournalRow.TimeText(now)[..10], _anchor.Day) > 0);

    private bool IsLarge() =>
        SqliteFiles.SizeOf(_files.State) > _options.InlineCheckLimit || SqliteFiles.SizeOf(_files.Journal) > _options.InlineCheckLimit;

    private void CheckThrough()
    {
        foreach (var file in (ReadOnlySpan<string>)[_files.State, _files.Journal])
        {
            using var connection = SqliteConnections.OpenReader(file);
            SqliteChecks.Thorough(connection, file);
        }
    }
}
