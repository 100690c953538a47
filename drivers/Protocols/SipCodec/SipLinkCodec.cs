using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>The language of the SIP link: one JSON object a line, both ways.</summary>
internal sealed class SipLinkCodec : IWireCodec<SipReply>
{
    private static readonly JsonReaderOptions Bounded = new() { MaxDepth = 8 };
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>A codec tells at most 256 calls at once.</summary>
    public int MaxReplyLength => 128 * 1024;

    /// <summary>A request with its number; texts are escaped, so that none can end the line.</summary>
    public static string Request(long id, string what, params ReadOnlySpan<(string Name, object Value)> members)
    {
        var bytes = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("do", what);
            foreach (var (name, value) in members)
            {
                if (value is int number) json.WriteNumber(name, number);
                else json.WriteString(name, value.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        if (request.Any(char.IsControl)) throw new ArgumentException("a request may hold no control characters", nameof(request));
        Encoding.UTF8.GetBytes(request, output);
        output.Write("\n"u8);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out SipReply reply)
    {
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            reply = null!;
            return false;
        }

        input = input.Slice(reader.Position);
        reply = Parse(line);
        return true;
    }

    private static SipReply Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, Bounded);
            var json = JsonElement.ParseValue(ref reader);
            var rest = line.Slice(reader.Position);
            if (json.ValueKind == JsonValueKind.Object && IsBlank(rest))
            {
                if (SipReply.NumberOf(json, "id") is { } id) return new(SipReplyKind.Answer, (long)id, "", json);
                if (SipReply.TextOf(json, "event") is { Length: > 0 } name) return new(SipReplyKind.Event, 0, name, json);
            }
        }
        catch (JsonException)
        {
            // A line that is no JSON is told as broken, below.
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate in an escape: JSON by its grammar, and no text.
        }

        return new(SipReplyKind.Broken, 0, "", default);
    }

    private static bool IsBlank(ReadOnlySequence<byte> rest)
    {
        foreach (var segment in rest)
        {
            if (segment.Span.ContainsAnyExcept((byte)' ', (byte)'\r', (byte)'\t')) return false;
        }

        return true;
    }
}
