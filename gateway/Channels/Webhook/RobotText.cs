using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Webhook;

/// <summary>Messages of the robots of WeCom and DingTalk, within the sizes that they take.</summary>
internal static class RobotText
{
    /// <summary>WeCom, "text" of a group robot: bytes of UTF-8.</summary>
    public const int WeComText = 2048;

    /// <summary>WeCom, "markdown".</summary>
    public const int WeComMarkdown = 4096;

    /// <summary>DingTalk takes 20,000 bytes a request, what frames the text included.</summary>
    public const int DingTalk = 18_000;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Notice notice, WebhookFormat format, bool isMarkdown)
    {
        var (subject, body) = (NoticeText.Subject(notice), NoticeText.Body(notice));
        var most = format is WebhookFormat.DingTalk ? DingTalk : isMarkdown ? WeComMarkdown : WeComText;
        var text = NoticeText.CutToBytes(isMarkdown ? $"**{WithoutMarkup(subject)}**\n\n{WithoutMarkup(body).ReplaceLineEndings("\n\n")}" : $"{subject}\n{body}", most);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            var kind = isMarkdown ? "markdown" : "text";
            json.WriteStartObject();
            json.WriteString("msgtype", kind);
            json.WriteStartObject(kind);
            if (format is WebhookFormat.DingTalk && isMarkdown) json.WriteString("title", subject);
            json.WriteString(format is WebhookFormat.DingTalk && isMarkdown ? "text" : "content", text);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The <c>sign</c> of DingTalk's custom robots: HMAC-SHA256 over the time and the key, with the key.</summary>
    public static string Sign(string key, long milliseconds)
    {
        var signed = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{milliseconds}\n{key}");
        return Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(signed)));
    }

    /// <summary>What a robot's 200 really says; null when it is no answer of a robot.</summary>
    public static int? ErrorCode(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer);
            while (reader.Read())
            {
                if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("errcode"u8)) continue;
                return reader.Read() && reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var code) ? code : null;
            }
        }
        catch (JsonException)
        {
            // A page of some proxy.
        }

        return null;
    }

    /// <summary>Signs that begin markup become their full-width forms: they read the same, and no link or mention can be made of a notice.</summary>
    private static string WithoutMarkup(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < from.Length; i++) to[i] = from[i] is '*' or '_' or '[' or ']' or '(' or ')' or '<' or '>' or '`' or '#' or '~' or '!' or '@' ? (char)(from[i] + 0xFEE0) : from[i];
    });
}
