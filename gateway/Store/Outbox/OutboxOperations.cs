using AvGateway.Operations.Durable;
using AvGateway.Store.Engines;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Outbox;

internal sealed class EnqueueMessage(OutboxMessage message, OutboxLedger outbox) : WriteOperation<bool>
{
    public override void Apply(IStoreEngine engine) => OutboxLedger.Insert(engine.Session, message);

    public override void Stored(StoreWriter writer)
    {
        outbox.Added(1, writer);
        base.Stored(writer);
    }
}

internal sealed class DeleteDelivered(IReadOnlyCollection<long> ids, OutboxLedger outbox) : WriteOperation<bool>
{
    private int _deleted;

    public override void Apply(IStoreEngine engine)
    {
        _deleted = 0;
        foreach (var id in ids) _deleted += engine.Session.Execute(StoreSql.Delivered, id);
    }

    public override void Stored(StoreWriter writer)
    {
        outbox.Delivered(_deleted);
        base.Stored(writer);
    }
}

/// <summary>Drops state messages that a newer one of their topic has overtaken, the oldest first. Faults and audit events are never touched (N1).</summary>
internal sealed class CollapseStates(OutboxLedger outbox, long rows) : WriteOperation
{
    private int _collapsed;

    public override void Apply(IStoreEngine engine) => _collapsed = engine.Session.Execute(StoreSql.Collapse, rows);

    public override void Stored(StoreWriter writer) => outbox.CollapsedBy(_collapsed);

    // An outbox that is too long is no harm; the next message asks again.
    public override void Refuse(StoreHealth health)
    {
    }

    public override void Fail(Exception exception)
    {
    }
}
