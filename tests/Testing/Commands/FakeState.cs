using System.Collections.Concurrent;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;

namespace AvGateway.Testing.Commands;

/// <summary>Durable documents in memory.</summary>
public sealed class FakeState : IStateTable
{
    private readonly ConcurrentDictionary<(string Kind, string Key), StateDocument> _all = new();

    public bool IsUnavailable { get; set; }

    public IEnumerable<StateDocument> All => _all.Values;

    /// <summary>Rows of the service record that came with a batch.</summary>
    public ConcurrentQueue<JournalEntry> Records { get; } = new();

    public ValueTask<long> PutAsync(string kind, string key, string json, CancellationToken cancellation)
    {
        if (IsUnavailable) throw new StoreUnavailableException("the disk is full");
        return new(_all.AddOrUpdate((kind, key), new StateDocument(kind, key, json, 1), (_, old) => old with { Json = json, Version = old.Version + 1 }).Version);
    }

    public ValueTask DeleteAsync(string kind, string key, CancellationToken cancellation)
    {
        if (IsUnavailable) throw new StoreUnavailableException("the disk is full");
        _all.TryRemove((kind, key), out _);
        return default;
    }

    public ValueTask<IReadOnlyList<StateDocument>> LoadAllAsync(string kind, CancellationToken cancellation) =>
        new((IReadOnlyList<StateDocument>)[.. _all.Values.Where(d => d.Kind == kind).OrderBy(d => d.Key, StringComparer.Ordinal)]);

    public async ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellation)
    {
        if (IsUnavailable) throw new StoreUnavailableException("the disk is full");
        foreach (var record in batch.Records) Records.Enqueue(record);
        foreach (var change in batch.Changes)
        {
            if (change.Json is { } json) await PutAsync(change.Kind, change.Key, json, cancellation);
            else await DeleteAsync(change.Kind, change.Key, cancellation);
        }
    }
}
