using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Drivers.Protocols.QSys;

/// <summary>QRC: JSON-RPC 2.0 in UTF-8, each message ended by a NUL both ways.</summary>
public sealed class QSysCodec : IWireCodec<QSysReply>
{
    public const string LogOn = "Logon";

    private const byte End = 0;

    public int MaxReplyLength => 256 * 1024;

    public bool Hides(string request) => request.Contains($"\"method\":\"{LogOn}\"", StringComparison.Ordinal);

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request is not ['{', .., '}'] || request.Any(char.IsControl)) throw new ArgumentException("a request is one JSON object without control characters", nameof(request));
        Encoding.UTF8.GetBytes(request, output);
        output.Write<byte>([End]);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out QSysReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var start = 0;
        while (start < bytes.Length && bytes[start] == End) start++;
        var length = bytes[start..].IndexOf(End);
        if (length < 0) return false;
        var frame = bytes.Slice(start, length);

        // A name in another encoding costs its letters and not the message.
        var isSound = Utf8.IsValid(frame);
        if (!isSound) frame = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(frame));
        var taken = Read(frame, out reply);
        input = input.Slice(start + (isSound && taken < length ? taken : length + 1));
        return true;
    }

    /// <summary>False where a text is written with half a character: such a one throws wherever it is read, which may be far from here.</summary>
    private static bool IsText(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Number of bytes taken. Noise may stand in front of a message, and a lost NUL joins two.</summary>
    private static int Read(ReadOnlySpan<byte> frame, out QSysReply reply)
    {
        var open = frame.IndexOf((byte)'{');
        if (open >= 0)
        {
            var reader = new Utf8JsonReader(frame[open..], isFinalBlock: true, default);
            try
            {
                if (JsonDocument.TryParseValue(ref reader, out var document))
                {
                    var taken = open + (int)reader.BytesConsumed;
                    using (document) reply = IsText(frame[open..taken]) ? Parse(document.RootElement.Clone()) : NoMessage(frame[..taken]);

                    // A message that is followed by anything but another one ends with its frame.
                    return frame[taken..].IndexOf((byte)'{') >= 0 ? taken : frame.Length;
                }
            }
            catch (JsonException)
            {
                // What is no JSON is told as such below.
            }
        }

        reply = NoMessage(frame);
        return frame.Length;
    }

    private static QSysReply NoMessage(ReadOnlySpan<byte> frame) => new(null, "", default, 0, "no message: " + Encoding.UTF8.GetString(frame[..Math.Min(frame.Length, 64)]));

    private static QSysReply Parse(JsonElement message)
    {
        var id = message.TryGetProperty("id", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt64(out var value) ? value : (long?)null;
        var method = message.TryGetProperty("method", out var name) && name.ValueKind is JsonValueKind.String ? name.GetString()! : "";
        if (message.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object)
        {
            var code = error.TryGetProperty("code", out var given) && given.ValueKind is JsonValueKind.Number && given.TryGetInt32(out var parsed) ? parsed : -1;
            var words = error.TryGetProperty("message", out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "";
            return new(id, method, default, code, $"{code}: {words}");
        }

        if (message.TryGetProperty("result", out var result)) return new(id, method, result, 0, "");
        return new(id, method, message.TryGetProperty("params", out var told) ? told : default, 0, "");
    }
}
