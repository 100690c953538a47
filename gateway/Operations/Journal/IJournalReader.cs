namespace AvGateway.Operations.Journal;

/// <summary>A stored row with its place in the gap-free sequence, 1 the first.</summary>
public sealed record JournalRecord(long Sequence, JournalEntry Entry);

/// <summary>Which rows to read; every member left out lets all pass.</summary>
/// <param name="Kind">Exact, or a prefix when it ends in a dot: <c>command.</c> is every kind below it.</param>
/// <param name="From">Inclusive, by the wall clock of the row.</param>
/// <param name="Until">Exclusive.</param>
/// <param name="Subject">Exact, or a prefix when it ends in a slash: <c>court-1/</c> is every device of that room.</param>
/// <param name="AfterSequence">Only later rows: where a reader goes on from.</param>
public sealed record JournalQuery(
    string? Kind = null,
    string? Subject = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    long AfterSequence = 0,
    int Limit = int.MaxValue)
{
    /// <summary>The newest row first; each page goes on to older ones.</summary>
    public bool IsNewestFirst { get; init; }

    /// <summary>With <see cref="IsNewestFirst"/> only earlier rows.</summary>
    public long BeforeSequence { get; init; } = long.MaxValue;
}

/// <summary>Reads the service record in order, page by page, without holding up its writer.</summary>
public interface IJournalReader
{
    IAsyncEnumerable<JournalRecord> ReadAsync(JournalQuery query, CancellationToken cancellation);
}
