using System.Collections.Immutable;
using System.IO.Compression;
using AvGateway.Operations.Records.Tables;
using AvGateway.Reports.Page;

namespace AvGateway.Reports;

public sealed record ReportFile(string Name, byte[] Content);

/// <summary>The files of one report: CSV tables, a workbook, a page to print, and the figures for programs. The same report gives the same bytes.</summary>
public static class MonthFiles
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="languages">One of <see cref="Languages.Words"/>.</param>
    public static ImmutableArray<ReportFile> Of(FiledReport filed, string languages)
    {
        var files = ImmutableArray.CreateBuilder<ReportFile>();
        var (name, clock, wanted) = (filed.Name, filed.Period.Clock, Languages.Of(languages));
        foreach (var language in wanted)
        {
            files.Add(new($"{name}.{language.Word()}.html", ReportPage.Write(filed, language)));
            foreach (var table in filed.Tables) files.Add(new($"{name}.{table.Id}.{language.Word()}.csv", CsvFile.Write(table, language, clock)));
        }

        files.Add(new($"{name}.xlsx", Workbook.Write(filed.Tables, wanted, clock)));
        files.Add(new($"{name}.json", FiguresJson.Write(filed)));
        return files.ToImmutable();
    }

    /// <summary>Writes each file whole or not at all.</summary>
    public static void Write(string folder, IEnumerable<ReportFile> files)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Name);
            using (var half = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
            {
                half.Write(file.Content);
                half.Flush(flushToDisk: true);
            }

            File.Move(path + ".new", path, overwrite: true);
        }
    }

    public static byte[] Zip(IEnumerable<ReportFile> files)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in files)
            {
                var entry = archive.CreateEntry(file.Name, CompressionLevel.Optimal);
                entry.LastWriteTime = NoTime;
                using var content = entry.Open();
                content.Write(file.Content);
            }
        }

        return zip.ToArray();
    }
}
