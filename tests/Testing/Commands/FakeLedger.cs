using AvGateway.Operations.Commands;
using AvGateway.Operations.Journal;

namespace AvGateway.Testing.Commands;

/// <summary>A ledger in memory. Held, it answers nobody until a test lets it. Rows that come with an entry join the journal when it is stored.</summary>
public sealed class FakeLedger(FakeJournal? journal = null) : ICommandLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, string), (LedgerEntry Entry, SettledAnswer? Answer)> _rows = [];
    private readonly List<(LedgerEntry Entry, TaskCompletionSource<Admitted> Answer)> _held = [];

    public bool Holds { get; set; }

    /// <summary>Called when an admission has begun to wait.</summary>
    public Action? OnHeld { get; set; }

    public bool IsUnavailable { get; set; }
    public bool SettlingHangs { get; set; }
    public Exception? Throws { get; set; }
    public List<LedgerEntry> Unsettled { get; } = [];

    /// <summary>Called when an end has become durable.</summary>
    public Action<SettledAnswer>? OnSettled { get; set; }

    public IReadOnlyList<LedgerEntry> Entries
    {
        get { lock (_gate) return [.. _rows.Values.Select(r => r.Entry)]; }
    }

    public IReadOnlyList<string> HeldIds
    {
        get { lock (_gate) return [.. _held.Select(h => h.Entry.Id)]; }
    }

    public SettledAnswer? AnswerOf(string caller, string id)
    {
        lock (_gate) return _rows.TryGetValue((caller, id), out var row) ? row.Answer : null;
    }

    public bool Knows(string caller, string id)
    {
        lock (_gate) return _rows.ContainsKey((caller, id));
    }

    public void Forget(string caller, string id)
    {
        lock (_gate) _rows.Remove((caller, id));
    }

    public ValueTask<Admitted> AdmitAsync(LedgerEntry entry, CancellationToken cancellation)
    {
        if (Throws is { } broken) throw broken;
        lock (_gate)
        {
            if (!Holds) return new(Admit(entry));
            // What waits for it goes on before Release returns, so that a test can look at once.
            var held = new TaskCompletionSource<Admitted>();
            _held.Add((entry, held));
            OnHeld?.Invoke();
            return new(held.Task);
        }
    }

    /// <summary>The commit of one held entry is done.</summary>
    public void Release(string id)
    {
        TaskCompletionSource<Admitted> waiting;
        Admitted admitted;
        lock (_gate)
        {
            var index = _held.FindIndex(h => h.Entry.Id == id);
            (var entry, waiting) = _held[index];
            _held.RemoveAt(index);
            admitted = Admit(entry);
        }

        waiting.SetResult(admitted);
    }

    public async ValueTask SettleAsync(string caller, string id, SettledAnswer answer, CancellationToken cancellation)
    {
        if (SettlingHangs) await Task.Delay(Timeout.Infinite, cancellation);
        if (Throws is { } broken) throw broken;
        lock (_gate)
        {
            var row = _rows.TryGetValue((caller, id), out var known) ? known.Entry : new LedgerEntry(caller, id, "", "", "", default);
            if (known.Answer is not null) throw new InvalidOperationException($"{id} is settled twice");
            _rows[(caller, id)] = (row, answer);
            Record(answer.Record);
        }

        OnSettled?.Invoke(answer);
    }

    public ValueTask<IReadOnlyList<LedgerEntry>> UnsettledAsync(CancellationToken cancellation) => new([.. Unsettled]);

    private void Record(JournalEntry? row)
    {
        if (row is not null) journal?.Append(row);
    }

    private Admitted Admit(LedgerEntry entry)
    {
        if (IsUnavailable) return new(Admission.Unavailable);
        if (!_rows.TryGetValue((entry.Caller, entry.Id), out var row))
        {
            _rows[(entry.Caller, entry.Id)] = (entry, null);
            Record(entry.Record);
            return new(Admission.New);
        }

        if (row.Entry.Digest != entry.Digest) return new(Admission.Conflict);
        return row.Answer is { } answer ? new(Admission.Settled, answer) : new(Admission.Running);
    }
}
