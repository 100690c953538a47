using System.Text;

namespace AvGateway.Scenes.Hearings.Docket;

/// <summary>
/// Docket as CSV (RFC 4180, UTF-8): a header with the columns <c>room,id,start,end</c> and optionally <c>public</c>, in any order. Other
/// columns are
/// findings: a file that carries parties or titles is refused before anything of it is kept.
/// </summary>
public static class CsvDocket
{
    private static readonly string[] Needed = ["room", "id", "start", "end"];

    public static DocketReading Read(ReadOnlySpan<byte> file, TimeZoneInfo zone)
    {
        var docket = new DocketText(zone);
        if (!docket.FitsIn(file.Length)) return docket.Reading;
        var rows = Rows(Encoding.UTF8.GetString(file).TrimStart('\uFEFF'), docket);
        if (rows.Count == 0)
        {
            docket.Find("line 1", "EMPTY", "文件为空", "the file is empty");
            return docket.Reading;
        }

        var header = rows[0].Cells;
        foreach (var missing in Needed.Except(header)) docket.Find("line 1", "COLUMN", $"缺少列 {missing}",
            $"the column {missing} is missing");
        foreach (var unknown in header.Except([.. Needed, "public"])) docket.Find("line 1", "COLUMN", "存在未知列",
            $"an unknown column at {header.IndexOf(unknown) + 1}");
        if (header.Distinct().Count() < header.Count) docket.Find("line 1", "COLUMN", "列重复", "a column stands twice");
        if (docket.Findings.Count > 0) return docket.Reading;
        foreach (var row in rows.Skip(1))
        {
            if (docket.IsFull) break;
            ReadRow(docket, header, row);
        }

        return docket.Reading;
    }

    private static void ReadRow(DocketText docket, List<string> header, Row row)
    {
        var place = $"line {row.Line}";
        if (row.Cells.Count != header.Count)
        {
            docket.Find(place, "CELLS", $"应有 {header.Count} 列", $"must have {header.Count} cells");
            return;
        }

        string Cell(string column) => row.Cells[header.IndexOf(column)];
        var isPublic = header.Contains("public") ? Cell("public") : "";
        if (isPublic is not ("" or "true" or "false")) docket.Find(place, "PUBLIC", "public 应为 true 或 false",
            "public must be true or false");
        docket.Add(place, Cell("room"), Cell("id"), docket.Time(place, Cell("start")), docket.Time(place, Cell("end")), isPublic is "true");
    }

    private static List<Row> Rows(string text, DocketText docket)
    {
        var rows = new List<Row>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        int line = 1, begun = 1, at = 0;
        var any = false;

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }

        void EndRow()
        {
            EndCell();
            if (cells.Count > 1 || cells[0].Length > 0) rows.Add(new(begun, cells));
            cells = [];
            any = false;
            begun = line;
        }

        while (at < text.Length && !docket.IsFull)
        {
            var c = text[at++];
            any = true;
            if (c == '"' && cell.Length == 0)
            {
                at = Quoted(text, at, cell, ref line);
                if (at < 0 || at < text.Length && text[at] is not (',' or '\n' or '\r'))
                {
                    docket.Find($"line {begun}", "QUOTE", "引号不成对", "a quote is not closed, or something follows it");
                    return rows;
                }
            }
            else if (c == ',') EndCell();
            else if (c == '\n')
            {
                line++;
                EndRow();
            }
            else if (c != '\r') cell.Append(c);
        }

        if (any) EndRow();
        return rows;
    }

    // Returns the place after the closing quote, or -1.
    private static int Quoted(string text, int at, StringBuilder cell, ref int line)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == '\n') line++;
            if (text[at] != '"') cell.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') cell.Append(text[at++]);
            else return at + 1;
        }

        return -1;
    }

    private sealed record Row(int Line, List<string> Cells);
}
