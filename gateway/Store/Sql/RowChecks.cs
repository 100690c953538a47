using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;

namespace AvGateway.Store.Sql;

/// <summary>Sums of each kind of row and their comparison. A row that differs is never used.</summary>
internal static class RowChecks
{
    public static long SumOf(LedgerEntry e) =>
        new RowSum().Add(e.Caller).Add(e.Id).Add(e.Digest).Add(e.Target).Add(e.Arguments).Add(e.AcceptedAt.UtcTicks).Value;

    public static long SumOf(string caller, string id, string digest, SettledAnswer answer, long settledAt) =>
        new RowSum().Add(caller).Add(id).Add(digest).Add(answer.Stat).Add(answer.Code).Add(answer.Json.Span).Add(settledAt).Value;

    public static long SumOf(StateDocument d) => new RowSum().Add(d.Kind).Add(d.Key).Add(d.Json).Add(d.Version).Value;

    public static long SumOf(string topic) => new RowSum().Add(topic).Value;

    public static long SumOf(OutboxMessage m) => new RowSum().Add(m.Topic).Add(m.Payload.Span).Add((long)m.Kind).Value;

    /// <summary>Everything that a start goes on from.</summary>
    public static void Verify(SqlSession state, string file)
    {
        try
        {
            Rows.Unsettled(state);
            Rows.Documents(state);
            Rows.Retained(state);
            for (var after = 0L; Rows.Outbox(state, after, 1000) is [.., var last];) after = last.Id;
        }
        catch (StoreCorruptException damaged)
        {
            throw new StoreCorruptException(file, damaged.Finding, damaged);
        }
    }

    public static T Expect<T>(T row, long wanted, long found, string table, string key) =>
        wanted == found ? row : throw new StoreCorruptException("state.db", $"{table} {key} is not what was written");
}
