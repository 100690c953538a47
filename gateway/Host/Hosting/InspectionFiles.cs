using AvGateway.Operations.Inspections;

namespace AvGateway.Host.Hosting;

/// <summary>
/// Filed inspections: below <c>reports/inspections</c> of the data directory each one as JSON and as a page to print in either language. They
/// are written whole or not at all, and nothing here ever deletes one.
/// </summary>
internal sealed partial class InspectionFiles(string dataDirectory, InspectionSite site, ILogger<InspectionFiles> log)
{
    public const string Folder = "reports/inspections";

    public static string FolderOf(string dataDirectory) => Path.Combine(dataDirectory, "reports", "inspections");

    public void File(Inspection inspection)
    {
        try
        {
            var folder = Directory.CreateDirectory(FolderOf(dataDirectory)).FullName;
            Write(Path.Combine(folder, $"{inspection.Id}.json"), InspectionJson.Whole(inspection));
            foreach (var language in InspectionPage.Languages) Write(Path.Combine(folder, $"{inspection.Id}.{language}.html"), InspectionPage.Write(inspection, site, language));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // The store has it; a signature or the next start of a person's "show" brings it out again.
            NotFiled(log, failed, inspection.Id);
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var half = path + ".new";
        using (var file = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        System.IO.File.Move(half, path, overwrite: true);
    }

    [LoggerMessage(EventId = 1250, Level = LogLevel.Error, Message = "The report of inspection {Inspection} could not be filed; the store has it")]
    private static partial void NotFiled(ILogger log, Exception failed, string inspection);
}
