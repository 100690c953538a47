using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Records.Reading;

namespace AvGateway.Operations.Records.Tables;

/// <summary>
/// Reckons a month's report and its revisions from the record alone. Each revision is reckoned anew from the rows that it was made from, so that a
/// change note can be made again years later and comes out the same.
/// </summary>
public sealed class Revisions(IJournalReader journal, FaultKinds kinds)
{
    /// <param name="by">In whose name a new revision is made.</param>
    /// <returns>The report, and whether its last revision is a new one that the record does not have yet.</returns>
    /// <exception cref="NoRecordException">The record tells nothing of this month.</exception>
    public async Task<(FiledReport Report, bool IsNew)> ReckonAsync(MonthAsk ask, string by, CancellationToken cancellation)
    {
        var now = await ReportAsync(ask, cancellation);
        if (now.Facts.Period.IsProvisional) return (new(now, []), false);
        var made = now.Facts.Revisions.Where(r => r.Month == ask.Month).ToList();
        var revisions = ImmutableArray.CreateBuilder<Revision>(made.Count + 1);
        MonthReport? before = null;
        foreach (var known in made)
        {
            var then = await ReportAsync(ask with { Through = known.Through }, cancellation);
            revisions.Add(new(known.Number, known.At, known.By, known.Through, known.Digest) { Late = LateOf(then), Changes = before is null ? [] : TableChanges.Between(before.Tables, then.Tables) });
            before = then;
        }

        if (before is null) revisions.Add(new(1, ask.Now, by, now.Facts.Through, now.Digest));
        else if (before.Digest != now.Digest)
            revisions.Add(new(revisions[^1].Number + 1, ask.Now, by, now.Facts.Through, now.Digest) { Late = now.Facts.Late, Changes = TableChanges.Between(before.Tables, now.Tables) });

        // What came later and changed nothing does not belong to a revision that was made without it.
        var isNew = revisions.Count > made.Count;
        return (new(isNew || before is null ? now : before, revisions.ToImmutable()), isNew);
    }

    private static ImmutableArray<LateRow> LateOf(MonthReport report) => report.Facts.Late;

    private async Task<MonthReport> ReportAsync(MonthAsk ask, CancellationToken cancellation) =>
        new MonthFigures(await new MonthReader(journal, ask).ReadAsync(cancellation), kinds).Reckon();
}
