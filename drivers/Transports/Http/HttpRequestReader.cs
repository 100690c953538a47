using System.Buffers;
using System.Globalization;
using System.Text;
using AvGateway.Drivers.Http;

namespace AvGateway.Drivers.Transports.Http;

/// <summary>Reads what our own codec wrote: a request line, a length, a body.</summary>
internal static class HttpRequestReader
{
    private const string LengthField = "\r\nContent-Length: ";
    private const string TypeField = "\r\nContent-Type: ";

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Takes one whole request off the front; anything that our codec does not write is a bug and throws.</summary>
    public static bool TryTake(ref ReadOnlySequence<byte> input, out HttpRequest request)
    {
        request = default;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> headBytes, HeadEnd)) return false;
        var head = Encoding.ASCII.GetString(headBytes);
        var length = Field(head, LengthField) is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        if (reader.Remaining < length) return false;
        if (head.Split(' ', 3) is not [var method, var path, _]) throw new InvalidOperationException("not a request of our codec");
        var body = Encoding.UTF8.GetString(reader.UnreadSequence.Slice(0, length));
        reader.Advance(length);
        request = new(method, path, Field(head, TypeField) ?? "", body);
        input = input.Slice(reader.Position);
        return true;
    }

    private static string? Field(string head, string name)
    {
        var at = head.IndexOf(name, StringComparison.Ordinal);
        if (at < 0) return null;
        var value = head[(at + name.Length)..];
        var end = value.IndexOf('\r', StringComparison.Ordinal);
        return end < 0 ? value : value[..end];
    }
}
