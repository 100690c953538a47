using AvGateway.Operations.Journal;

namespace AvGateway.Store.Journal;

/// <summary>The end of the chain while a batch is being written: a rolled-back batch leaves no gap in the sequence.</summary>
internal sealed class JournalChain(long seq, byte[] hash)
{
    private readonly List<JournalRow> _uncommitted = [];
    private (long Seq, byte[] Hash) _committed = (seq, hash);
    private (long Seq, byte[] Hash) _head = (seq, hash);

    /// <summary>The last durable row.</summary>
    public (long Seq, byte[] Hash) Committed => _committed;

    /// <summary>The last row, durable or not.</summary>
    public (long Seq, byte[] Hash) Head => _head;

    public JournalRow Append(JournalEntry entry)
    {
        var row = JournalRow.Follow(_head.Seq + 1, _head.Hash, entry);
        _head = (row.Seq, row.Hash);
        _uncommitted.Add(row);
        return row;
    }

    /// <summary>Moves what became durable to <paramref name="durable"/>.</summary>
    public void Commit(List<JournalRow>? durable)
    {
        durable?.AddRange(_uncommitted);
        _uncommitted.Clear();
        _committed = _head;
    }

    public void Rollback()
    {
        _uncommitted.Clear();
        _head = _committed;
    }
}
