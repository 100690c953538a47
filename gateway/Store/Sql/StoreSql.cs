using System.Data;

namespace AvGateway.Store.Sql;

/// <summary>The statements of the writer. Both engines speak them; what differs stands in their <see cref="SqlDialect"/>.</summary>
internal static class StoreSql
{
    private const DbType Text = DbType.String;
    private const DbType Number = DbType.Int64;
    private const DbType Bytes = DbType.Binary;

    // A settled twin must be looked at in the same statement, so that a repeated request cannot slip between two of them.
    public static readonly SqlText Admit = new(
        """
        INSERT INTO command_open(caller, id, digest, target, arguments, accepted_at, sum)
        SELECT @caller, @id, @digest, @target, @arguments, @at, @sum
        WHERE NOT EXISTS (SELECT 1 FROM command_settled WHERE caller = @caller AND id = @id)
        ON CONFLICT (caller, id) DO NOTHING
        """,
        ("@caller", Text), ("@id", Text), ("@digest", Text), ("@target", Text), ("@arguments", Text), ("@at", Number), ("@sum", Number));

    public static readonly SqlText FindOpen = new(
        "SELECT digest FROM command_open WHERE caller = @caller AND id = @id", ("@caller", Text), ("@id", Text));

    public static readonly SqlText FindSettled = new(
        "SELECT digest, stat, code, answer, settled_at, sum FROM command_settled WHERE caller = @caller AND id = @id",
        ("@caller", Text), ("@id", Text));

    public static readonly SqlText CloseOpen = new(
        "DELETE FROM command_open WHERE caller = @caller AND id = @id RETURNING digest", ("@caller", Text), ("@id", Text));

    public static readonly SqlText Settle = new(
        """
        INSERT INTO command_settled(caller, id, digest, stat, code, answer, settled_at, sum)
        VALUES (@caller, @id, @digest, @stat, @code, @answer, @at, @sum)
        """,
        ("@caller", Text), ("@id", Text), ("@digest", Text), ("@stat", Number), ("@code", Text), ("@answer", Bytes), ("@at", Number),
        ("@sum", Number));

    public static readonly SqlText Unsettled = new(
        "SELECT caller, id, digest, target, arguments, accepted_at, sum FROM command_open ORDER BY seq");

    // Rows are in the order in which they were settled, so the oldest are found without an index on time.
    public static readonly SqlText Prune = new(
        """
        DELETE FROM command_settled
        WHERE seq IN (SELECT seq FROM command_settled ORDER BY seq LIMIT @count) AND settled_at < @before
        """,
        ("@count", Number), ("@before", Number));

    public static readonly SqlText FindVersion = new(
        "SELECT version FROM state WHERE kind = @kind AND key = @key", ("@kind", Text), ("@key", Text));

    public static readonly SqlText PutState = new(
        """
        INSERT INTO state(kind, key, json, version, sum) VALUES (@kind, @key, @json, @version, @sum)
        ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json, version = excluded.version, sum = excluded.sum
        """,
        ("@kind", Text), ("@key", Text), ("@json", Text), ("@version", Number), ("@sum", Number));

    public static readonly SqlText DeleteState = new(
        "DELETE FROM state WHERE kind = @kind AND key = @key", ("@kind", Text), ("@key", Text));

    public static readonly SqlText LoadState = new(
        "SELECT kind, key, json, version, sum FROM state WHERE kind = @kind ORDER BY key", ("@kind", Text));

    public static readonly SqlText LoadAllState = new("SELECT kind, key, json, version, sum FROM state ORDER BY kind, key");

    public static readonly SqlText AddRetained = new(
        "INSERT INTO retained(topic, sum) VALUES (@topic, @sum) ON CONFLICT (topic) DO NOTHING", ("@topic", Text), ("@sum", Number));

    public static readonly SqlText RemoveRetained = new("DELETE FROM retained WHERE topic = @topic", ("@topic", Text));

    public static readonly SqlText LoadRetained = new("SELECT topic, sum FROM retained ORDER BY topic");

    public static readonly SqlText Enqueue = new(
        "INSERT INTO outbox(topic, payload, kind, sum) VALUES (@topic, @payload, @kind, @sum)",
        ("@topic", Text), ("@payload", Bytes), ("@kind", Number), ("@sum", Number));

    public static readonly SqlText ReadOutbox = new(
        "SELECT id, topic, payload, kind, sum FROM outbox WHERE id > @after ORDER BY id LIMIT @count", ("@after", Number), ("@count", Number));

    public static readonly SqlText Delivered = new("DELETE FROM outbox WHERE id = @id", ("@id", Number));

    public static readonly SqlText CountOutbox = new("SELECT COUNT(*) FROM outbox");

    // Kind 0 is a state: an older one is worth nothing once its topic has a newer one.
    public static readonly SqlText Collapse = new(
        """
        DELETE FROM outbox WHERE id IN (
          SELECT o.id FROM outbox o
          WHERE o.kind = 0 AND EXISTS (SELECT 1 FROM outbox n WHERE n.kind = 0 AND n.topic = o.topic AND n.id > o.id)
          ORDER BY o.id LIMIT @count)
        """,
        ("@count", Number));

    public static readonly SqlText SetMeta = new(
        "INSERT INTO meta(name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        ("@name", Text), ("@value", Text));

    public static readonly SqlText GetMeta = new("SELECT value FROM meta WHERE name = @name", ("@name", Text));

    public static readonly SqlText InsertAnchor = new(
        "INSERT INTO anchor(seq, at, hash) VALUES (@seq, @at, @hash) ON CONFLICT (seq) DO NOTHING",
        ("@seq", Number), ("@at", Text), ("@hash", Bytes));

    public static readonly SqlText LastAnchor = new("SELECT seq, at, hash FROM anchor ORDER BY seq DESC LIMIT 1");

    public static readonly SqlText Anchors = new("SELECT seq, at, hash FROM anchor ORDER BY seq");

    // Large enough that it cannot hide in the free space of a page: it proves that the file can grow.
    public static readonly SqlText Probe = new(
        "INSERT INTO meta(name, value) VALUES ('probe', @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", ("@value", Text));

    public static readonly SqlText ClearProbe = new("DELETE FROM meta WHERE name = 'probe'");

    public static SqlText InsertJournal(string table) => new(
        $"""
        INSERT INTO {table}(seq, at, kind, subject, actor, details, hash)
        VALUES (@seq, @at, @kind, @subject, @actor, @details, @hash)
        """,
        ("@seq", Number), ("@at", Text), ("@kind", Text), ("@subject", Text), ("@actor", Text), ("@details", Text), ("@hash", Bytes));

    public static SqlText LastJournal(string table) => new(
        $"SELECT seq, at, kind, subject, actor, details, hash FROM {table} ORDER BY seq DESC LIMIT 1");

    public static SqlText JournalFrom(string table) => new(
        $"SELECT seq, at, kind, subject, actor, details, hash FROM {table} WHERE seq >= @from ORDER BY seq LIMIT @count",
        ("@from", Number), ("@count", Number));
}
