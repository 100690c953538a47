using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using AvGateway.Operations.Records.Tables;
using AvGateway.Operations.Schedule.Rules;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace AvGateway.Reports;

/// <summary>All tables as one workbook, a sheet for each table and language. Written twice it is the same to the byte.</summary>
public static partial class Workbook
{
    /// <summary>What a zip archive calls the beginning of time: the file tells nothing of when it was written.</summary>
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A spreadsheet program takes no longer name, and none of these letters in it.
    private const int LongestName = 31;
    private const string NotInNames = "[]:*?/\\'";

    public static byte[] Write(IReadOnlyList<ReportTable> tables, IReadOnlyList<Language> languages, LocalClock clock)
    {
        var sheets = new Dictionary<string, object>();
        foreach (var language in languages)
            foreach (var table in tables) sheets.Add(NameOf(table, language, sheets), RowsOf(table, language, clock));
        using var raw = new MemoryStream();
        raw.SaveAs(sheets, configuration: new OpenXmlConfiguration { FastMode = true, EnableAutoWidth = true, AutoFilter = true, Culture = CultureInfo.InvariantCulture });
        return Settled(raw);
    }

    private static string NameOf(ReportTable table, Language language, Dictionary<string, object> taken)
    {
        var title = string.Concat(table.Title.In(language).Select(c => NotInNames.Contains(c, StringComparison.Ordinal) ? ' ' : c));
        var name = title.Length > LongestName ? title[..LongestName].TrimEnd() : title;
        for (var i = 2; taken.Keys.Any(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase)); i++)
        {
            var end = string.Create(CultureInfo.InvariantCulture, $" {i}");
            name = (title.Length + end.Length > LongestName ? title[..(LongestName - end.Length)] : title) + end;
        }

        return name;
    }

    private static IEnumerable<Dictionary<string, object?>> RowsOf(ReportTable table, Language language, LocalClock clock)
    {
        // A sheet without rows still shows its head.
        if (table.Rows.IsEmpty) return [table.Columns.ToDictionary(c => c.Write(language), _ => (object?)null)];
        return table.Rows.Select(row => table.Columns.Select((c, i) => (Title: c.Write(language), Cell: row.Cells[i])).ToDictionary(c => c.Title, c => ValueOf(c.Cell, language, clock)));
    }

    private static object? ValueOf(Cell cell, Language language, LocalClock clock) => cell.Kind switch
    {
        CellKind.Empty => null,
        CellKind.Count => (long)cell.Number,
        CellKind.Percent or CellKind.Number => decimal.Parse(cell.Write(language, clock), CultureInfo.InvariantCulture),
        _ => cell.Write(language, clock),
    };

    // The library names relations at random and stamps each entry with the time.
    private static byte[] Settled(MemoryStream raw)
    {
        raw.Position = 0;
        using var settled = new MemoryStream();
        using (var from = new ZipArchive(raw, ZipArchiveMode.Read, leaveOpen: true))
        using (var to = new ZipArchive(settled, ZipArchiveMode.Create, leaveOpen: true))
        {
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in from.Entries.OrderBy(e => e.FullName, StringComparer.Ordinal))
            {
                var copy = to.CreateEntry(entry.FullName, CompressionLevel.Optimal);
                copy.LastWriteTime = NoTime;
                using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
                var text = reader.ReadToEnd();
                if (entry.FullName.EndsWith(".rels", StringComparison.Ordinal) || entry.FullName == "xl/workbook.xml") text = RandomName().Replace(text, m => Name(names, m.Value));
                using var writer = new StreamWriter(copy.Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                writer.Write(text);
            }
        }

        return settled.ToArray();
    }

    private static string Name(Dictionary<string, string> names, string random)
    {
        if (!names.TryGetValue(random, out var name)) names.Add(random, name = string.Create(CultureInfo.InvariantCulture, $"\"rel{names.Count + 1}\""));
        return name;
    }

    [GeneratedRegex("\"R[0-9a-f]{16,32}\"")] private static partial Regex RandomName();
}
