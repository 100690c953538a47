using System.Runtime.CompilerServices;
using AvGateway.Operations.Journal;

namespace AvGateway.Reports.Tests;

/// <summary>A service record in memory, read as the store's is.</summary>
internal sealed class MemoryJournal(IEnumerable<JournalEntry> rows) : IJournalReader
{
    private readonly List<JournalRecord> _rows = [.. rows.Select((row, i) => new JournalRecord(i + 1, row))];

    public void Append(JournalEntry row) => _rows.Add(new(_rows.Count + 1, row));

    public async IAsyncEnumerable<JournalRecord> ReadAsync(JournalQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var row in _rows.Where(r => Has(query, r)).Take(query.Limit)) yield return row;
    }

    private static bool Has(JournalQuery query, JournalRecord row) =>
        (query.Kind is null || (query.Kind.EndsWith('.') ? row.Entry.Kind.StartsWith(query.Kind, StringComparison.Ordinal) : row.Entry.Kind == query.Kind))
        && (query.Subject is null || row.Entry.Subject == query.Subject)
        && !(row.Entry.At < query.From) && !(row.Entry.At >= query.Until) && row.Sequence > query.AfterSequence;
}
