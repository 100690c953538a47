using AvGateway.Operations.Durable;
using AvGateway.Store.Engines;
using AvGateway.Store.Outbox;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.State;

internal sealed class PutDocument(string kind, string key, string json) : WriteOperation<long>
{
    public override void Apply(IStoreEngine engine) => Result = Put(engine.Session, kind, key, json);

    /// <summary>Gives the new version.</summary>
    public static long Put(SqlSession session, string kind, string key, string json)
    {
        var document = new StateDocument(kind, key, json, (session.Scalar(StoreSql.FindVersion, kind, key) as long? ?? 0) + 1);
        session.Execute(StoreSql.PutState, kind, key, json, document.Version, RowChecks.SumOf(document));
        return document.Version;
    }
}

/// <summary>Documents, rows of the service record and outgoing messages in one transaction.</summary>
internal sealed class CommitBatch(StoreBatch batch, OutboxLedger outbox) : WriteOperation<bool>
{
    public override void Apply(IStoreEngine engine)
    {
        foreach (var (kind, key, json) in batch.Changes)
        {
            if (json is null) engine.Session.Execute(StoreSql.DeleteState, kind, key);
            else PutDocument.Put(engine.Session, kind, key, json);
        }

        foreach (var record in batch.Records) engine.AppendJournal(record);
        foreach (var message in batch.Messages) OutboxLedger.Insert(engine.Session, message);
    }

    public override void Stored(StoreWriter writer)
    {
        outbox.Added(batch.Messages.Count, writer);
        base.Stored(writer);
    }
}
