using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AvGateway.LineWatch.Certificates;

/// <summary>One spelling of a JSON value, so that what is signed is what was meant: members in the order of their names, no space, whole numbers alone.</summary>
internal static class CanonicalJson
{
    private const int Deepest = 16;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="FormatException">A member stands twice, or a number is no whole one: nothing of ours.</exception>
    public static byte[] Write(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        Write(json, value, 0);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, JsonElement value, int depth)
    {
        if (depth > Deepest) throw new FormatException("it is nested too deep");
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                string? before = null;
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (member.Name == before) throw new FormatException($"\"{before}\" stands twice");
                    json.WritePropertyName(before = member.Name);
                    Write(json, member.Value, depth + 1);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Write(json, item, depth + 1);
                json.WriteEndArray();
                break;
            case JsonValueKind.Number when value.TryGetInt64(out var number) && value.GetRawText() == number.ToString(System.Globalization.CultureInfo.InvariantCulture):
                json.WriteNumberValue(number);
                break;
            case JsonValueKind.Number:
                throw new FormatException($"{value.GetRawText()} is no whole number");
            default:
                value.WriteTo(json);
                break;
        }
    }
}
