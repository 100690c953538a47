namespace AvGateway.Operations.Durable;

/// <summary>Something that must survive a restart: a run in progress, a fault, the phase of a hearing.</summary>
/// <param name="Version">1 when first put, one more at each put; begins anew after a deletion.</param>
public sealed record StateDocument(string Kind, string Key, string Json, long Version);

/// <summary>Durable documents by kind and key (I1, I16 rest on it).</summary>
public interface IStateTable
{
    /// <summary>Completes when the document is durable; gives its new version.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    ValueTask<long> PutAsync(string kind, string key, string json, CancellationToken cancellation);

    /// <summary>Completes when the deletion is durable; an absent document is no error.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    ValueTask DeleteAsync(string kind, string key, CancellationToken cancellation);

    /// <summary>All documents of a kind, ordered by key.</summary>
    ValueTask<IReadOnlyList<StateDocument>> LoadAllAsync(string kind, CancellationToken cancellation);

    /// <summary>Stores everything in the batch in one commit, or nothing of it.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellation);
}
