using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Records.Ledger;
using AvGateway.Operations.Records.Reading;
using AvGateway.Operations.Records.Service;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Records.Tables;

/// <summary>One contract clock of one fault.</summary>
/// <param name="Paused">How long it stood still, by the clock on the wall.</param>
/// <param name="Decided">When it was met or missed; null while it is open.</param>
public sealed record ClockFacts(Fault Fault, ContractClock Clock, TimeSpan Paused, DateTimeOffset? Decided);

/// <summary>The figures of a month: everything that its files are written from.</summary>
/// <param name="Month">The month's line in the ledger of the service period.</param>
public sealed record MonthReport(MonthFacts Facts, AvailabilityLedger Ledger, ImmutableArray<ClockFacts> Clocks, ServiceMonth Month, ImmutableArray<ReportTable> Tables)
{
    private string? _digest;

    /// <summary>Of all tables in both languages: two reports with one digest say the same.</summary>
    public string Digest => _digest ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical())));

    private string Canonical()
    {
        var text = new StringBuilder();
        foreach (var table in Tables)
        {
            text.Append(table.Id).Append('\n');
            foreach (var row in table.Rows)
            {
                text.Append(row.Key);
                foreach (var cell in row.Cells)
                    text.Append('\t').Append(cell.Write(Language.Chinese, Facts.Period.Clock)).Append('|').Append(cell.Write(Language.English, Facts.Period.Clock));
                text.Append('\n');
            }
        }

        return text.ToString();
    }
}

/// <summary>One revision of a report, and what is different from the one before.</summary>
public sealed record Revision(int Number, DateTimeOffset At, string By, long Through, string Digest)
{
    public ImmutableArray<LateRow> Late { get; init; } = [];
    public ImmutableArray<FigureChange> Changes { get; init; } = [];
}

/// <summary>A report as it is filed: the figures, and every revision until this one.</summary>
/// <param name="Revisions">The last one is this one; empty for a month that is not over.</param>
public sealed record FiledReport(MonthReport Report, ImmutableArray<Revision> Revisions)
{
    public Revision? Current => Revisions.IsEmpty ? null : Revisions[^1];

    public MonthPeriod Period => Report.Facts.Period;

    /// <summary><c>2026-10-r1</c>, or <c>2026-10-provisional</c>.</summary>
    public string Name => Current is { } current ? $"{Period.Month}-r{current.Number}" : $"{Period.Month}-provisional";

    /// <summary>The tables, and the notes on revisions behind them.</summary>
    public ImmutableArray<ReportTable> Tables => [.. Report.Tables, .. RevisionTables.Of(Revisions)];
}

internal static class RevisionTables
{
    public static IEnumerable<ReportTable> Of(ImmutableArray<Revision> revisions)
    {
        if (revisions.IsEmpty) yield break;
        yield return new(
            "revisions", new("版次", "Revisions"),
            [
                ReportTable.Column("revision", "版次", "Revision"), ReportTable.Column("at", "编制时间", "Made"), ReportTable.Column("by", "编制人", "By"),
                ReportTable.Column("through", "记录行号截至", "Record through row"), ReportTable.Column("late", "迟到记录", "Late rows"), ReportTable.Column("changes", "变更数据", "Changed figures"), ReportTable.Column("digest", "数据摘要 SHA-256", "Digest of the figures, SHA-256"),
            ],
            [.. revisions.Select(r => new Row($"{r.Number}", [Cell.Of(r.Number), Cell.Of(r.At), Cell.Of(r.By), Cell.Of(r.Through), Cell.Of(r.Late.Length), Cell.Of(r.Changes.Length), Cell.Of(r.Digest)]))]);
        if (revisions.Length < 2) yield break;
        yield return new(
            "late", new("变更说明：迟到的记录", "Change note: what came late"),
            [
                ReportTable.Column("revision", "版次", "Revision"), ReportTable.Column("row", "记录行号", "Row of the record"), ReportTable.Column("at", "发生时间", "Happened"),
                ReportTable.Column("what", "内容", "What"), ReportTable.Column("kind", "记录类别", "Kind"), ReportTable.Column("subject", "对象", "Subject"), ReportTable.Column("by", "记录人", "By"),
            ],
            [.. revisions.SelectMany(r => r.Late.Select(l => new Row($"{r.Number}/{l.Sequence}", [Cell.Of(r.Number), Cell.Of(l.Sequence), Cell.Of(l.At), Cell.Of(ReportWords.Row(l.Kind)), Cell.Of(l.Kind), Cell.Of(l.Subject), Cell.Of(l.By)])))]);
        yield return new(
            "changes", new("变更说明：变更的数据", "Change note: figures that changed"),
            [
                ReportTable.Column("revision", "版次", "Revision"), ReportTable.Column("table", "表", "Table"), ReportTable.Column("row", "行", "Row"), ReportTable.Column("column", "栏", "Column"),
                ReportTable.Column("before", "原值", "Before"), ReportTable.Column("now", "现值", "Now"),
            ],
            [.. revisions.SelectMany(r => r.Changes.Take(TableChanges.Most).Select((c, i) => new Row($"{r.Number}/{i}", [Cell.Of(r.Number), Cell.Of(c.Table), Cell.Of(c.Row), Cell.Of(c.Column), c.Before, c.Now])))]);
    }
}

/// <summary>The figures as JSON, for programs: neutral values beside what people read.</summary>
public static class FiguresJson
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All) };

    /// <summary>Grows when a member changes its meaning or goes.</summary>
    public const int Schema = 1;

    public static byte[] Write(FiledReport filed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var period = filed.Period;
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("site", filed.Report.Facts.Site.Id);
            json.WriteString("month", period.Month.ToString());
            json.WriteString("from", period.Start.UtcDateTime);
            json.WriteString("until", period.End.UtcDateTime);
            json.WriteBoolean("provisional", period.IsProvisional);
            if (filed.Current is { } current) json.WriteNumber("revision", current.Number);
            json.WriteString("digest", filed.Report.Digest);
            json.WriteStartArray("tables");
            foreach (var table in filed.Tables) Write(json, table, filed);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ReportTable table, FiledReport filed)
    {
        json.WriteStartObject();
        json.WriteString("id", table.Id);
        Write(json, "title", table.Title);
        json.WriteStartArray("rows");
        foreach (var row in table.Rows)
        {
            json.WriteStartObject();
            json.WriteString("key", row.Key);
            for (var i = 0; i < row.Cells.Length; i++)
            {
                var cell = row.Cells[i];
                if (cell.Kind is CellKind.Empty) continue;
                if (cell.Kind is CellKind.Words) Write(json, table.Columns[i].Id, cell.Words!);
                else if (cell.Kind is CellKind.Percent) json.WriteNumber(table.Columns[i].Id, (decimal)Cell.Floor(cell.Number));
                else if (cell.IsNumeric) json.WriteNumber(table.Columns[i].Id, (decimal)cell.Number);
                else if (cell.Kind is CellKind.Span) json.WriteNumber(table.Columns[i].Id, (decimal)cell.Length.TotalSeconds);
                else if (cell.Kind is CellKind.Moment) json.WriteString(table.Columns[i].Id, cell.At.UtcDateTime);
                else json.WriteString(table.Columns[i].Id, cell.Write(Language.English, filed.Period.Clock));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Wording words)
    {
        json.WriteStartObject(name);
        json.WriteString("zh", words.Zh);
        json.WriteString("en", words.En);
        json.WriteEndObject();
    }
}
