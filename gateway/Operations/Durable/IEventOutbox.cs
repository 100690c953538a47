namespace AvGateway.Operations.Durable;

public enum OutboxKind
{
    /// <summary>Only the last one per topic counts; older ones may collapse when the outbox is full.</summary>
    State,

    /// <summary>A fault or an audit event: each one is delivered, none is ever dropped.</summary>
    Event,
}

/// <summary>A message that leaves through an external broker.</summary>
/// <param name="Payload">At most 16 KiB; bulk does not go through a broker.</param>
public sealed record OutboxMessage(string Topic, ReadOnlyMemory<byte> Payload, OutboxKind Kind);

/// <summary>A stored message. Ids rise, so that order per topic is order of ids.</summary>
public sealed record OutboxRow(long Id, OutboxMessage Message);

/// <summary>
/// Messages that wait for an external broker over its absence and over a crash of ours (N1). Delivery is at least once: the relay publishes in
/// order, then deletes; a crash in between repeats.
/// </summary>
public interface IEventOutbox
{
    /// <summary>Completes when the message is durable.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    ValueTask EnqueueAsync(OutboxMessage message, CancellationToken cancellation);

    /// <summary>The next messages in order; empty when none waits.</summary>
    ValueTask<IReadOnlyList<OutboxRow>> ReadAsync(long afterId, int limit, CancellationToken cancellation);

    /// <summary>After delivery; completes when the rows are gone durably.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    ValueTask DeleteAsync(IReadOnlyCollection<long> ids, CancellationToken cancellation);

    /// <summary>How many wait now.</summary>
    long Count { get; }

    /// <summary>How many state messages gave way to a newer one of their topic since the start.</summary>
    long Collapsed { get; }
}
