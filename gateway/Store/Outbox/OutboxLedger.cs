using AvGateway.Operations.Durable;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Outbox;

/// <summary>How many messages wait, kept in memory: counting a hundred thousand rows for each new one would cost more than storing it.</summary>
internal sealed class OutboxLedger(long count, int bound)
{
    private const int MaxPayload = 16 << 10;

    // Room is made in portions, so that a full outbox does not pay for a search at each message.
    private const int Headroom = 1000;
    private long _count = count;
    private long _collapsed;
    private long _collapseFrom = bound;

    public long Count => Interlocked.Read(ref _count);

    public long Collapsed => Interlocked.Read(ref _collapsed);

    public static void Expect(OutboxMessage message)
    {
        if (message.Payload.Length > MaxPayload) throw new ArgumentException($"a message has at most {MaxPayload} bytes", nameof(message));
    }

    public static void Insert(SqlSession session, OutboxMessage message) =>
        session.Execute(StoreSql.Enqueue, message.Topic, message.Payload.ToArray(), (long)message.Kind, RowChecks.SumOf(message));

    /// <summary>Called on the writer's thread when rows became durable; asks for room when there are too many.</summary>
    public void Added(long rows, StoreWriter writer)
    {
        if (Interlocked.Add(ref _count, rows) <= _collapseFrom || rows == 0) return;

        // Not again for every message: what cannot collapse now, since all of it is faults, cannot a moment later either.
        _collapseFrom = Count + Headroom;
        writer.Post(new CollapseStates(this, Count - bound + Headroom));
    }

    public void Delivered(long rows) => Lower(rows);

    public void CollapsedBy(long rows)
    {
        Interlocked.Add(ref _collapsed, rows);
        Lower(rows);
    }

    private void Lower(long rows)
    {
        Interlocked.Add(ref _count, -rows);
        _collapseFrom = Math.Max(bound, Math.Min(_collapseFrom, Count + Headroom));
    }
}
