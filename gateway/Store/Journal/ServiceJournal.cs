using System.Globalization;
using System.Runtime.CompilerServices;
using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Journal;

/// <summary>The service record on the store (I16, I17). Rows that nobody waits for are bounded; what goes beyond is counted and recorded as lost.</summary>
internal sealed class ServiceJournal(StoreWriter writer, IStoreEngine engine, ReadLane reads, StoreOptions options, TimeProvider time)
    : IServiceJournal, IJournalReader
{
    private const int PageRows = 500;
    private long _queued;
    private long _lost;
    private long _lostInAll;

    /// <summary>Rows that found no place since the start; 0 in a sound system.</summary>
    public long Lost => Interlocked.Read(ref _lostInAll);

    public void Append(JournalEntry entry)
    {
        if (Interlocked.Increment(ref _queued) > options.QueuedRows)
        {
            Ended(isStored: false);
            return;
        }

        var gap = Interlocked.Exchange(ref _lost, 0);
        if (gap > 0) PostGap(gap);
        if (!writer.Post(new AppendRow(entry, Ended))) Ended(isStored: false);
    }

    public async ValueTask AppendDurablyAsync(JournalEntry entry, CancellationToken cancellation) =>
        await writer.SubmitAsync(new AppendDurably(entry), cancellation);

    public async IAsyncEnumerable<JournalRecord> ReadAsync(JournalQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = query.IsNewestFirst ? query.BeforeSequence : query.AfterSequence;
        for (var left = query.Limit; left > 0;)
        {
            var limit = Math.Min(left, PageRows);
            var from = next;
            var page = await reads.RunAsync(() => engine.ReadJournal(query, from, limit), cancellation);
            foreach (var row in page) yield return row.ToRecord();
            if (page.Count < limit) yield break;
            next = page[^1].Seq;
            left -= page.Count;
        }
    }

    private void PostGap(long rows)
    {
        var details = string.Create(CultureInfo.InvariantCulture, $$"""{"lost":{{rows}}}""");
        var entry = new JournalEntry(time.GetUtcNow(), "journal.gap", "journal", "gateway", details);
        Interlocked.Increment(ref _queued);
        if (!writer.Post(new AppendRow(entry, isStored => Ended(isStored, rows)))) Ended(isStored: false, rows);
    }

    private void Ended(bool isStored) => Ended(isStored, rows: 1);

    private void Ended(bool isStored, long rows)
    {
        Interlocked.Decrement(ref _queued);
        if (isStored) return;
        Interlocked.Add(ref _lost, rows);
        if (rows == 1) Interlocked.Increment(ref _lostInAll);
    }
}
