using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;

namespace AvGateway.Operations.Release;

/// <summary>Reports as JSON: as they leave, and as the people of the site see them.</summary>
public static class ReportJson
{
    public const string Schema = "avgateway.report/1";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<string> Steps { get; } = [.. Enum.GetValues<ReportStep>().Select(Word)];
    public static IReadOnlyList<string> Kinds { get; } = [.. Enum.GetValues<ReportKind>().Select(Word)];

    public static string Word<T>(T word) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    public static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static byte[] Write(Action<Utf8JsonWriter> members, bool isIndented = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, isIndented ? Indented : Compact))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The report as it leaves: the fields of the table, the fault's steps without texts and names, and the contract's clocks.</summary>
    public static void Leaving(Utf8JsonWriter json, ReportDraft draft)
    {
        var facts = draft.Facts;
        json.WriteString("schema"u8, Schema);
        json.WriteString("kind"u8, Word(draft.Case.Kind));
        json.WriteString("fault"u8, facts.Fault.Id);
        json.WriteNumber("revision"u8, draft.Case.Revision);
        json.WriteString("zone"u8, facts.Site.Zone.Id);
        json.WriteString("writtenAt"u8, Local(facts, facts.At));
        json.WriteStartObject("fields"u8);
        foreach (var line in draft.Lines.Where(l => l.Value is not null))
        {
            json.WriteStartObject(line.Field.Name);
            Text(json, line.Value!);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartArray("missing"u8);
        foreach (var field in draft.Missing) json.WriteStringValue(field.Name);
        json.WriteEndArray();
        json.WriteStartArray("timeLine"u8);
        foreach (var line in StepsOf(facts))
        {
            json.WriteStartObject();
            json.WriteString("at"u8, Local(facts, line.At));
            json.WriteString("what"u8, line.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("clocks"u8);
        foreach (var clock in facts.Clocks)
        {
            json.WriteStartObject();
            json.WriteString("clock"u8, clock.Word);
            json.WriteNumber("limitMinutes"u8, clock.Limit.Amount.TotalMinutes);
            json.WriteString("hours"u8, ServiceHours.WordOf(clock.Limit.Hours));
            if (clock.Due is { } due) json.WriteString("due"u8, Local(facts, due));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Members of <c>$report/F</c> and of answers about reports: for people of the site, with who wrote what.</summary>
    public static void Show(Utf8JsonWriter json, ReportDraft draft)
    {
        var known = draft.Case;
        json.WriteString("fault"u8, known.Fault);
        json.WriteString("kind"u8, Word(known.Kind));
        json.WriteString("step"u8, Word(known.Step));
        json.WriteNumber("revision"u8, known.Revision);
        if (draft.Facts.Party is { } party) json.WriteString("party"u8, party);
        json.WriteStartArray("fields"u8);
        foreach (var line in draft.Lines)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, line.Field.Name);
            json.WriteString("zh"u8, line.Field.Zh);
            json.WriteString("en"u8, line.Field.En);
            json.WriteBoolean("required"u8, draft.IsRequired(line.Field));
            json.WriteBoolean("writable"u8, line.Field.MayBeWritten);
            if (!line.Field.Words.IsEmpty)
            {
                json.WriteStartArray("words"u8);
                foreach (var (word, _) in line.Field.Words) json.WriteStringValue(word);
                json.WriteEndArray();
            }

            if (line.Value is { } value) Text(json, value);
            if (line.By is { } by) json.WriteString("by"u8, by);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("missing"u8);
        foreach (var field in draft.Missing) json.WriteStringValue(field.Name);
        json.WriteEndArray();
        json.WriteStartArray("authors"u8);
        foreach (var author in known.Authors) json.WriteStringValue(author);
        json.WriteEndArray();
        if (known.Submitted is { } submitted)
        {
            json.WriteStartObject("submitted"u8);
            json.WriteString("by"u8, submitted.By);
            json.WriteTime("at"u8, submitted.At);
            json.WriteString("party"u8, submitted.Party);
            json.WriteString("digest"u8, submitted.Digest);
            json.WriteEndObject();
        }

        if (known.Released is { } released)
        {
            json.WriteStartObject("released"u8);
            json.WriteNumber("revision"u8, released.Revision);
            json.WriteString("party"u8, released.Party);
            json.WriteString("by"u8, released.By);
            json.WriteTime("at"u8, released.At);
            json.WriteString("digest"u8, released.Digest);
            json.WriteString("bundle"u8, released.Bundle);
            json.WriteEndObject();
        }

        if (known.Refused is not { } refused) return;
        json.WriteStartObject("refused"u8);
        json.WriteString("by"u8, refused.By);
        json.WriteTime("at"u8, refused.At);
        json.WriteString("text"u8, refused.Text);
        json.WriteEndObject();
    }

    /// <summary>Members <c>report</c> and <c>release</c> of <c>$escalation/V/F</c> and of messages: what the court let go, byte for byte.</summary>
    public static void WriteReleased(Utf8JsonWriter json, ReleasedReport released)
    {
        json.WritePropertyName("report"u8);
        json.WriteRawValue(released.Content);
        json.WriteStartObject("release"u8);
        json.WriteNumber("revision"u8, released.Revision);
        json.WriteString("approvedBy"u8, released.By);
        json.WriteTime("approvedAt"u8, released.At);
        json.WriteString("sha256"u8, released.Report);
        json.WriteString("bundleSha256"u8, released.Bundle);
        json.WriteEndObject();
    }

    internal static IEnumerable<FaultLine> StepsOf(ReportFacts facts) => facts.Fault.TimeLine.Where(l => l.What is not (FaultWords.Noted or FaultWords.Told or FaultWords.Held or FaultWords.Clock));

    internal static string Local(ReportFacts facts, DateTimeOffset at) => facts.Local(at).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    private static void Text(Utf8JsonWriter json, FieldValue value)
    {
        json.WriteString("value"u8, value.Value);
        if (value.Says.Zh == value.Value && value.Says.En == value.Value) return;
        json.WriteStartObject("says"u8);
        json.WriteString("zh"u8, value.Says.Zh);
        json.WriteString("en"u8, value.Says.En);
        json.WriteEndObject();
    }
}
