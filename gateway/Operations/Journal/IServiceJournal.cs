namespace AvGateway.Operations.Journal;

/// <summary>One row of the service record.</summary>
/// <param name="Kind">What sort of thing happened, dotted: <c>command.accepted</c>, <c>device.offline</c>, <c>access.refused</c> …</param>
/// <param name="Subject">What it happened to: <c>court-1/matrix</c>, a user, a fault id.</param>
/// <param name="Actor">Who did it: a user, or <c>gateway</c>.</param>
/// <param name="Details">JSON object; no secret and no case data.</param>
public sealed record JournalEntry(DateTimeOffset At, string Kind, string Subject, string Actor, string Details);

/// <summary>The append-only, hash-chained service record (I16, I17).</summary>
public interface IServiceJournal
{
    /// <summary>Queues a row in order; it becomes durable with the next commit. Never blocks; a full or broken store raises its own fault.</summary>
    void Append(JournalEntry entry);

    /// <summary>Completes when this row, and all before it, are durable.</summary>
    ValueTask AppendDurablyAsync(JournalEntry entry, CancellationToken cancellation);
}
