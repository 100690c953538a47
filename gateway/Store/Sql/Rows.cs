using System.Globalization;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;

namespace AvGateway.Store.Sql;

/// <summary>Reads rows and compares each with its sum.</summary>
internal static class Rows
{
    /// <exception cref="StoreCorruptException">A row is not what was written.</exception>
    public static List<LedgerEntry> Unsettled(SqlSession session) => session.All(StoreSql.Unsettled, row =>
    {
        var entry = new LedgerEntry(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), Time(row.GetInt64(5)));
        return RowChecks.Expect(entry, row.GetInt64(6), RowChecks.SumOf(entry), "command", $"{entry.Caller}/{entry.Id}");
    });

    /// <exception cref="StoreCorruptException">The row is not what was written.</exception>
    public static (string Digest, SettledAnswer Answer)? Settled(SqlSession session, string caller, string id) =>
        session.First<(string, SettledAnswer)?>(
            StoreSql.FindSettled,
            row =>
            {
                var answer = new SettledAnswer((int)row.GetInt64(1), row.GetString(2), row.GetFieldValue<byte[]>(3));
                var sum = RowChecks.SumOf(caller, id, row.GetString(0), answer, row.GetInt64(4));
                return RowChecks.Expect((row.GetString(0), answer), row.GetInt64(5), sum, "command", $"{caller}/{id}");
            },
            caller,
            id);

    /// <exception cref="StoreCorruptException">A row is not what was written.</exception>
    public static List<StateDocument> Documents(SqlSession session, string? kind = null)
    {
        return kind is null ? session.All(StoreSql.LoadAllState, Read) : session.All(StoreSql.LoadState, Read, kind);

        static StateDocument Read(System.Data.Common.DbDataReader row)
        {
            var document = new StateDocument(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3));
            return RowChecks.Expect(document, row.GetInt64(4), RowChecks.SumOf(document), "document", $"{document.Kind}/{document.Key}");
        }
    }

    /// <exception cref="StoreCorruptException">A row is not what was written.</exception>
    public static List<string> Retained(SqlSession session) => session.All(
        StoreSql.LoadRetained,
        row => RowChecks.Expect(row.GetString(0), row.GetInt64(1), RowChecks.SumOf(row.GetString(0)), "retained topic", row.GetString(0)));

    /// <exception cref="StoreCorruptException">A row is not what was written.</exception>
    public static List<OutboxRow> Outbox(SqlSession session, long after, int limit) => session.All(
        StoreSql.ReadOutbox,
        row =>
        {
            var message = new OutboxMessage(row.GetString(1), row.GetFieldValue<byte[]>(2), (OutboxKind)row.GetInt64(3));
            var id = row.GetInt64(0);
            return RowChecks.Expect(new OutboxRow(id, message), row.GetInt64(4), RowChecks.SumOf(message), "outgoing message", id.ToString(CultureInfo.InvariantCulture));
        },
        after,
        (long)limit);

    private static DateTimeOffset Time(long ticks) =>
        ticks is >= 0 and <= 3155378975999999999L
            ? new(ticks, TimeSpan.Zero)
            : throw new StoreCorruptException("state.db", "a time is out of range");
}
