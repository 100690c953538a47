using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AvGateway.Operations.Escalation;
using AvGateway.Scenes.Model;

namespace AvGateway.Channels;

/// <summary>A notice as JSON, for receivers that are programs. gateway/docs/channels.md shows it.</summary>
internal static class NoticeJson
{
    public const string Schema = "avgateway.notice/1";

    // A report is a page or two; what is larger comes from no fault of ours.
    private const int LargestReport = 64 * 1024;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Notice notice, string site)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("key", notice.Key);
            json.WriteString("site", site);
            json.WriteString("kind", notice.Kind.ToString().ToLowerInvariant());
            json.WriteString("severity", notice.Severity.ToString());
            json.WriteString("at", notice.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            if (notice.Fault is { } fault) json.WriteString("fault", fault);
            Words(json, "subject", notice.Subject, notice.Language);
            Words(json, "body", notice.Body, notice.Language);
            if (notice.Report.Length is > 0 and <= LargestReport)
            {
                json.WritePropertyName("report");
                json.WriteRawValue(notice.Report.Span);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Words(Utf8JsonWriter json, string name, Wording text, string? language)
    {
        json.WriteStartObject(name);
        if (language is not "en") json.WriteString("zh", text.Zh);
        if (language is not "zh") json.WriteString("en", text.En);
        json.WriteEndObject();
    }
}
