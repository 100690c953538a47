using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Operations.Commands;

/// <summary>Builds one JSON payload in a buffer that its thread uses again and again. Not for use across an await.</summary>
public readonly ref struct PayloadWriter
{
    private const int KeptCapacity = 64 * 1024;

    // Chinese stays readable; what a web page could take for markup is escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    [ThreadStatic] private static ArrayBufferWriter<byte>? _idleBuffer;
    [ThreadStatic] private static Utf8JsonWriter? _idleJson;

    private readonly ArrayBufferWriter<byte> _buffer;

    private PayloadWriter(ArrayBufferWriter<byte> buffer, Utf8JsonWriter json)
    {
        _buffer = buffer;
        Json = json;
    }

    public Utf8JsonWriter Json { get; }

    /// <summary>Starts a payload. A second one on the same thread before the first was taken gets a buffer of its own.</summary>
    public static PayloadWriter Start()
    {
        var buffer = _idleBuffer ?? new ArrayBufferWriter<byte>(512);
        _idleBuffer = null;
        var json = _idleJson;
        _idleJson = null;
        if (json is null) json = new Utf8JsonWriter(buffer, Options);
        else json.Reset(buffer);
        return new(buffer, json);
    }

    /// <summary>Ends the payload and returns its bytes.</summary>
    public byte[] Take()
    {
        Json.Flush();
        var bytes = _buffer.WrittenSpan.ToArray();
        if (_buffer.Capacity <= KeptCapacity)
        {
            _buffer.ResetWrittenCount();
            _idleBuffer = _buffer;
            _idleJson = Json;
        }

        return bytes;
    }
}

/// <summary>JSON habits of this gateway.</summary>
public static class JsonWords
{
    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset at)
    {
        Span<byte> text = stackalloc byte[32];
        at.UtcDateTime.TryFormat(text, out var written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text[..written]);
    }

    public static void WriteValue(this Utf8JsonWriter json, ReadOnlySpan<byte> name, in Devices.Value value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }
}
