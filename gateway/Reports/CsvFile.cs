using System.Text;
using AvGateway.Operations.Records.Tables;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Reports;

/// <summary>A table as CSV (RFC 4180), in UTF-8 with the mark that spreadsheet programs want to see before Chinese.</summary>
public static class CsvFile
{
    private const string LineEnd = "\r\n";

    public static byte[] Write(ReportTable table, Language language, LocalClock clock)
    {
        var text = new StringBuilder("\uFEFF");
        text.AppendJoin(',', table.Columns.Select(c => Field(c.Write(language)))).Append(LineEnd);
        foreach (var row in table.Rows) text.AppendJoin(',', row.Cells.Select(c => Field(c.Write(language, clock)))).Append(LineEnd);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // What begins like a formula is one to a spreadsheet; a remark that somebody wrote must not calculate.
    private static string Field(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)) text = "'" + text;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
