using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AvGateway.Drivers.Protocols.TrialHost;

/// <summary>
/// Frames of the property port: a code of two bytes (0002 read, 0003 write), a length of two bytes, a text <c>key</c> or <c>key=value</c>. A request is written
/// here as that text; the one that holds an equals sign writes.
/// </summary>
public sealed class TrialHostCodec : IWireCodec<TrialHostReply>
{
    private const ushort Read = 0x0002, Written = 0x0003;
    private const int HeaderLength = 4, MostText = 512;
    private const char Sets = '=';

    public int MaxReplyLength => HeaderLength + MostText;

    public static string Set(string key, string value) => $"{key}{Sets}{value}";

    /// <summary>Whether a request can be written; one that cannot makes <see cref="Write"/> throw.</summary>
    public static bool CanWrite(string request) => request.Length is > 0 and <= MostText / 4 && request[0] != Sets && !request.Any(char.IsControl);

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!CanWrite(request)) throw new ArgumentException("a request is a key, or a key and its value, without control characters", nameof(request));
        var length = Encoding.UTF8.GetByteCount(request);
        var frame = output.GetSpan(HeaderLength + length);
        BinaryPrimitives.WriteUInt16BigEndian(frame, request.Contains(Sets, StringComparison.Ordinal) ? Written : Read);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)length);
        Encoding.UTF8.GetBytes(request, frame[HeaderLength..]);
        output.Advance(HeaderLength + length);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out TrialHostReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        for (var at = 0; at + HeaderLength <= bytes.Length; at++)
        {
            var code = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (code is not (Read or Written) || length is 0 or > MostText) continue;
            var text = bytes[(at + HeaderLength)..];
            if (text.Length < length) return false;
            if (text[..length].ContainsAnyInRange((byte)0, (byte)0x1F)) continue;
            reply = Parse(code == Written, Encoding.UTF8.GetString(text[..length]));
            input = input.Slice(at + HeaderLength + length);
            return true;
        }

        return false;
    }

    private static TrialHostReply Parse(bool isWrite, string text)
    {
        var equals = text.IndexOf(Sets, StringComparison.Ordinal);
        return equals < 0 ? new(isWrite, text, "") : new(isWrite, text[..equals], text[(equals + 1)..]);
    }
}
