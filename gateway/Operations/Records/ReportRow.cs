using AvGateway.Operations.Journal;
using AvGateway.Operations.Records.Tables;

namespace AvGateway.Operations.Records;

/// <summary>The row that files a revision: from it the next reader knows what was said, and until which row it was true.</summary>
public static class ReportRow
{
    public static JournalEntry Of(FiledReport filed) => filed.Current is { } current
        ? new(
            current.At, RecordKinds.Reported, filed.Period.Month.ToString(), current.By,
            SiteFactsJson.Write(new Details(current.Number, current.Through, current.Digest, current.Late.Length, current.Changes.Length, filed.Report.Month)))
        : throw new ArgumentException("a month that is not over has no revision to file");

    private sealed record Details(int Revision, long Through, string Digest, int Late, int Changes, Service.ServiceMonth Ledger);
}
