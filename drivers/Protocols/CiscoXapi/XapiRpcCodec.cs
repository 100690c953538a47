using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>JSON-RPC 2.0 in records of RFC 7464 (RS, JSON, LF), which is how a WebSocket's messages stand on a link.</summary>
public sealed class XapiRpcCodec : IWireCodec<XapiReply>
{
    private const byte RecordStart = 0x1E;
    private const byte RecordEnd = (byte)'\n';
    private const int NotReady = -31997;
    private const int ShownOfBroken = 80;

    private static readonly JsonReaderOptions Bounded = new() { MaxDepth = 32 };

    public int MaxReplyLength => 256 * 1024;

    public bool TryRead(ref ReadOnlySequence<byte> input, out XapiReply reply)
    {
        while (true)
        {
            reply = default;
            var reader = new SequenceReader<byte>(input);
            if (!reader.TryAdvanceTo(RecordStart))
            {
                // Nothing but noise between records.
                input = input.Slice(input.End);
                return false;
            }

            var start = reader.Position;
            var body = input.Slice(start);
            var inside = new SequenceReader<byte>(body);

            // A record that another one begins in was never finished.
            if (!inside.TryReadToAny(out ReadOnlySequence<byte> record, [RecordStart, RecordEnd], advancePastDelimiter: false)) return false;
            var isWhole = inside.TryPeek(out var delimiter) && delimiter == RecordEnd;
            if (isWhole) inside.Advance(1);
            input = body.Slice(inside.Position);
            if (!isWhole && record.IsEmpty) continue;
            reply = isWhole ? Parse(record) : Broken(record);
            return true;
        }
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.StartsWith('{') || request.Any(char.IsControl)) throw new ArgumentException("a request is one JSON object without control characters", nameof(request));
        output.Write([RecordStart]);
        Encoding.UTF8.GetBytes(request, output);
        output.Write([RecordEnd]);
    }

    private static XapiReply Parse(ReadOnlySequence<byte> record)
    {
        var bytes = record.ToArray();

        // The JSON reader lets bytes pass that are no text, and fails when somebody asks for them.
        if (!Utf8.IsValid(bytes)) return Broken(record);
        try
        {
            var reader = new Utf8JsonReader(bytes, Bounded);
            var message = JsonElement.ParseValue(ref reader);
            return bytes.AsSpan((int)reader.BytesConsumed).Trim(" \t\r"u8).IsEmpty ? Read(message) ?? Broken(record) : Broken(record);
        }
        catch (JsonException)
        {
            return Broken(record);
        }
    }

    private static XapiReply? Read(JsonElement message)
    {
        if (message.ValueKind is not JsonValueKind.Object) return null;
        var id = XapiTree.Leaf(message, "id") ?? "";
        if (message.TryGetProperty("error", out var error))
        {
            var code = XapiTree.Branch(error, "code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
            return new(code == NotReady ? XapiReplyKind.NotReady : XapiReplyKind.Refusal, XapiTree.RpcFailure(error), error, id);
        }

        if (message.TryGetProperty("result", out var result)) return new(XapiReplyKind.Object, "", result, id);
        return message.TryGetProperty("method", out _) && message.TryGetProperty("params", out var told) ? new(XapiReplyKind.Object, "", told) : null;
    }

    private static XapiReply Broken(ReadOnlySequence<byte> record) =>
        new(XapiReplyKind.Broken, Encoding.UTF8.GetString(record.Slice(0, Math.Min(record.Length, ShownOfBroken))));
}
