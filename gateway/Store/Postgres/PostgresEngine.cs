using System.Globalization;
using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Journal;
using AvGateway.Store.Sql;
using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AvGateway.Store.Postgres;

/// <summary>
/// The store on a server. State and record are tables of one schema, so a row of the record is chained in the very commit that it belongs to. An
/// advisory lock held by the writer's session keeps a second gateway out; it goes with the session, so nothing is written without it (N10).
/// </summary>
internal sealed class PostgresEngine : IStoreEngine
{
    private const int ProbeSize = 64 << 10;
    private static readonly SqlText BeginNow = new("BEGIN");
    private static readonly SqlText CommitNow = new("COMMIT");
    private static readonly SqlText TransactionId = new("SELECT pg_current_xact_id()::text");
    private static readonly SqlText InsertJournal = StoreSql.InsertJournal("journal");

    private readonly PostgresAddress _address;
    private readonly AnchorExport _anchors;
    private readonly string _probe = new('*', ProbeSize);
    private NpgsqlConnection _connection;
    private SqlSession _session;
    private JournalChain _chain;
    private Anchor? _anchor;
    private string? _transaction;
    private (long Seq, byte[] Hash)? _doubtful;

    private PostgresEngine(PostgresAddress address, StoreOptions options, NpgsqlConnection connection, ILogger logger)
    {
        _address = address;
        (_connection, _session) = (connection, new(connection));
        Store = Meta("store") ?? SetMeta("store", Guid.NewGuid().ToString("N"));
        Boot = long.Parse(Meta("boot") ?? "0", CultureInfo.InvariantCulture) + 1;
        SetMeta("boot", Boot.ToString(CultureInfo.InvariantCulture));
        RowChecks.Verify(_session, address.Schema);
        _chain = ReadChain();
        _anchor = ReadAnchor();
        _anchors = new(options.DataDirectory, Store, logger);
    }

    public string Store { get; }

    public long Boot { get; }

    public SqlSession Session => _session;

    public bool HasHousekeeping => false;

    public bool IsHousekeepingUrgent => false;

    /// <summary>A connection that breaks in the middle of a commit leaves open whether the server had finished it.</summary>
    public bool IsCommitInDoubt => _doubtful is not null;

    public Action? LongCheck => null;

    /// <exception cref="StoreInUseException">Another gateway holds this schema.</exception>
    public static PostgresEngine Open(StoreOptions options, string address, ILogger logger)
    {
        var parsed = PostgresAddress.Parse(address);
        var connection = PostgresConnections.OpenWriter(parsed);
        try
        {
            PostgresSchema.Prepare(connection, parsed);
            return new(parsed, options, connection, logger);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Begin()
    {
        _session.Execute(BeginNow);
        _transaction = (string?)_session.Scalar(TransactionId);
    }

    public void AppendJournal(JournalEntry entry)
    {
        var row = _chain.Append(entry);
        _session.Execute(InsertJournal, row.Seq, row.At, row.Kind, row.Subject, row.Actor, row.Details, row.Hash);
    }

    public void Commit()
    {
        _doubtful = _chain.Head;
        try
        {
            _session.Execute(CommitNow);
        }
        catch (PostgresException refused) when (refused.Severity == "ERROR")
        {
            // The server itself says that it did not commit; only a session that ends leaves that open.
            _doubtful = null;
            throw;
        }

        _doubtful = null;
        _chain.Commit(null);
    }

    public void Rollback()
    {
        _chain.Rollback();
        if (_connection.FullState.HasFlag(System.Data.ConnectionState.Open)) _connection.Execute("ROLLBACK WORK");
    }

    public StoreFailure? FailureOf(Exception exception) => PostgresFailures.Of(exception);

    public bool Reopen()
    {
        _session.Dispose();
        _connection = PostgresConnections.OpenWriter(_address);
        _session = new(_connection);
        var tookEffect = _doubtful is not null && _connection.ExecuteScalar<string>("SELECT pg_xact_status(@id::xid8)", new { id = _transaction }) == "committed";
        var expected = tookEffect ? _doubtful!.Value : _chain.Committed;
        _doubtful = null;
        if (Meta("store") != Store) throw new StoreCorruptException(_address.Schema, "it belongs to another store");
        if (Meta("boot") != Boot.ToString(CultureInfo.InvariantCulture)) throw new StoreInUseException("another gateway has taken over this store meanwhile");
        _chain = ReadChain();
        var found = _chain.Committed;
        if (found.Seq != expected.Seq || !found.Hash.AsSpan().SequenceEqual(expected.Hash))
            throw new StoreCorruptException(_address.Schema, $"row {expected.Seq} of the service record was acknowledged and is gone");
        return tookEffect;
    }

    public void Probe()
    {
        Begin();
        _session.Execute(StoreSql.Probe, _probe);
        Commit();
        Begin();
        _session.Execute(StoreSql.ClearProbe);
        Commit();
    }

    public void Housekeep(DateTimeOffset now, bool isIdle) => Anchor(now, force: false);

    public void CutAnchor(DateTimeOffset now) => Anchor(now, force: true);

    public T Read<T>(Func<SqlSession, T> read)
    {
        using var session = new SqlSession(PostgresConnections.OpenReader(_address));
        return read(session);
    }

    public IReadOnlyList<JournalRow> ReadJournal(JournalQuery query, long from, int limit)
    {
        using var connection = PostgresConnections.OpenReader(_address);
        return JournalSearch.Page(connection, "journal", query, from, limit);
    }

    public void Dispose() => _session.Dispose();

    private void Anchor(DateTimeOffset now, bool force)
    {
        var (seq, hash) = _chain.Committed;
        var isDue = _anchor is null || (seq > _anchor.Seq && (force || string.CompareOrdinal(JournalRow.TimeText(now)[..10], _anchor.Day) > 0));
        if (isDue && seq > 0)
        {
            _anchor = new(seq, JournalRow.TimeText(now), hash);
            _session.Execute(StoreSql.InsertAnchor, _anchor.Seq, _anchor.At, _anchor.Hash);
        }

        _anchors.Export(_anchor);
    }

    private JournalChain ReadChain()
    {
        var last = _session.First(StoreSql.LastJournal("journal"), JournalRow.Read);
        return last is null ? new(0, JournalRow.Genesis(Store)) : new(last.Seq, last.Hash);
    }

    private Anchor? ReadAnchor() => _session.First(StoreSql.LastAnchor, row => new Anchor(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)));

    private string? Meta(string name) => (string?)_session.Scalar(StoreSql.GetMeta, name);

    private string SetMeta(string name, string value)
    {
        _session.Execute(StoreSql.SetMeta, name, value);
        return value;
    }
}
