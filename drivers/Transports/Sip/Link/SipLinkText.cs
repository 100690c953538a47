using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The lines between a driver and its SIP link: one JSON object each (README of this folder).</summary>
internal static class SipLinkText
{
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 4 };
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Reads a request; false for what no driver of ours would write.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> line, out SipLinkRequest request)
    {
        request = default;
        try
        {
            using var json = JsonDocument.Parse(line, Bounded);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("id", out var id) || !id.TryGetInt64(out var number)) return false;
            request = new(number, Text(root, "do"), Text(root, "uri"), Text(root, "via"), Number(root, "call"), Number(root, "seconds"));
            return request.Do.Length > 0;
        }
        catch (JsonException) { return false; }
        catch (InvalidOperationException) { return false; }
    }

    /// <summary>One line with its end.</summary>
    public static byte[] Line(Action<Utf8JsonWriter> members)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return [.. bytes.WrittenSpan, (byte)'\n'];
    }

    private static string Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";

    private static int Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number) ? number : 0;
}

/// <summary>A request of the driver.</summary>
/// <param name="Uri">Whom it is about.</param>
/// <param name="Via">The call server that takes the call on; empty: none.</param>
internal readonly record struct SipLinkRequest(long Id, string Do, string Uri, string Via, int Call, int Seconds);
