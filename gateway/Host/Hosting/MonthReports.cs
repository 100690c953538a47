using System.Collections.Immutable;
using AvGateway.Drivers.Runtime;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Power;
using AvGateway.Operations.Records;
using AvGateway.Operations.Records.Reading;
using AvGateway.Operations.Records.Tables;
using AvGateway.Reports;

namespace AvGateway.Host.Hosting;

/// <summary>A report that was made, with its files in the languages that were asked for.</summary>
internal sealed record MadeReport(FiledReport Report, bool IsNew, ImmutableArray<ReportFile> Files);

/// <summary>
/// Makes monthly reports and files each revision once: below <c>reports/monthly</c> of the data directory in both languages, and as a row of the
/// service record. Nothing here ever deletes one.
/// </summary>
internal sealed class MonthReports(IJournalReader reader, IServiceJournal journal, DriverCatalog catalog, string dataDirectory, TimeProvider time) : IDisposable
{
    public const string Folder = "reports/monthly";

    private readonly FaultKinds _kinds = new(catalog.Manifests.SelectMany(m => m.Faults).Concat(RuntimeFaults.All).Concat(PowerFaults.All));

    // Two at once could both find that revision 2 is due.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public static string FolderOf(string dataDirectory, string name) => Path.Combine(dataDirectory, "reports", "monthly", name);

    /// <param name="aliveUntil">Of a gateway that is stopped.</param>
    /// <exception cref="NoRecordException">The record tells nothing of this month.</exception>
    /// <exception cref="Operations.Durable.StoreUnavailableException">The revision cannot be recorded.</exception>
    public async Task<MadeReport> MakeAsync(YearMonth month, string languages, string by, DateTimeOffset? aliveUntil, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var (report, isNew) = await new Revisions(reader, _kinds).ReckonAsync(new(month, time.GetUtcNow(), AliveUntil: aliveUntil), by, cancellation);
            if (isNew)
            {
                // Files first: a row must not speak of a revision that nobody can find.
                MonthFiles.Write(FolderOf(dataDirectory, report.Name), MonthFiles.Of(report, Languages.Both));
                await journal.AppendDurablyAsync(ReportRow.Of(report), cancellation);
            }

            return new(report, isNew, MonthFiles.Of(report, languages));
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
