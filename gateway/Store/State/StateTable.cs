using System.Text;
using AvGateway.Operations.Durable;
using AvGateway.Store.Engines;
using AvGateway.Store.Outbox;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.State;

/// <summary>Documents by kind and key on the store.</summary>
internal sealed class StateTable(StoreWriter writer, IStoreEngine engine, ReadLane reads, OutboxLedger outbox) : IStateTable
{
    /// <summary>A larger document would make everybody's commit slow, and belongs into a file.</summary>
    public const int MaxBytes = 1 << 20;

    public ValueTask<long> PutAsync(string kind, string key, string json, CancellationToken cancellation)
    {
        Expect(json);
        return writer.SubmitAsync(new PutDocument(kind, key, json), cancellation);
    }

    public ValueTask DeleteAsync(string kind, string key, CancellationToken cancellation) =>
        CommitAsync(new StoreBatch().Delete(kind, key), cancellation);

    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellation)
    {
        foreach (var change in batch.Changes)
            if (change.Json is { } json) Expect(json);
        foreach (var message in batch.Messages) OutboxLedger.Expect(message);
        await writer.SubmitAsync(new CommitBatch(batch, outbox), cancellation);
    }

    public async ValueTask<IReadOnlyList<StateDocument>> LoadAllAsync(string kind, CancellationToken cancellation) =>
        await reads.RunAsync(() => engine.Read(session => Rows.Documents(session, kind)), cancellation);

    private static void Expect(string json)
    {
        if (json.Length > MaxBytes || Encoding.UTF8.GetByteCount(json) > MaxBytes)
            throw new ArgumentException($"a document has at most {MaxBytes} bytes", nameof(json));
    }
}
