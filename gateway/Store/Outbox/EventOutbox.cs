using AvGateway.Operations.Durable;
using AvGateway.Store.Engines;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Outbox;

/// <summary>The outbox on the store.</summary>
internal sealed class EventOutbox(StoreWriter writer, IStoreEngine engine, ReadLane reads, OutboxLedger ledger) : IEventOutbox
{
    public long Count => ledger.Count;

    public long Collapsed => ledger.Collapsed;

    public async ValueTask EnqueueAsync(OutboxMessage message, CancellationToken cancellation)
    {
        OutboxLedger.Expect(message);
        await writer.SubmitAsync(new EnqueueMessage(message, ledger), cancellation);
    }

    public async ValueTask<IReadOnlyList<OutboxRow>> ReadAsync(long afterId, int limit, CancellationToken cancellation) =>
        await reads.RunAsync(() => engine.Read(session => Rows.Outbox(session, afterId, limit)), cancellation);

    public async ValueTask DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken cancellation) =>
        await writer.SubmitAsync(new DeleteDelivered(ids, ledger), cancellation);
}
