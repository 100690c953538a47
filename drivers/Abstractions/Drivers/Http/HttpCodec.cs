using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Http;

/// <summary>
/// HTTP/1.1 messages with a length. On the bench they are what passes; on a real link the transport takes them off, adds log-in,
/// encryption and everything else of RFC 9112, and puts the answer back in this plain form.
/// </summary>
public sealed class HttpCodec : IWireCodec<HttpReply>
{
    private const int CodeAt = 9;
    private const int LongestHead = 16 * 1024;

    private static ReadOnlySpan<byte> Begin => "HTTP/1."u8;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    public int MaxReplyLength => HttpLimits.Reply + LongestHead;

    public bool TryRead(ref ReadOnlySequence<byte> input, out HttpReply reply)
    {
        reply = null!;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var taken = Read(bytes, ref reply);
        if (taken > 0) input = input.Slice(taken);
        return taken > 0;
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        if (!HttpRequest.TryParse(request, out var parsed, out var why)) throw new ArgumentException(why, nameof(request));
        var length = Encoding.UTF8.GetByteCount(parsed.Body);
        if (length > HttpLimits.Request) throw new ArgumentException($"a body of {length} bytes; at most {HttpLimits.Request} go out", nameof(request));
        var type = parsed.ContentType.Length == 0 ? "" : $"Content-Type: {parsed.ContentType}\r\n";
        var counted = parsed.Method == "GET" ? "" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        Encoding.ASCII.GetBytes($"{parsed.Method} {parsed.Path} HTTP/1.1\r\nHost: device\r\n{type}{counted}\r\n", output);
        Encoding.UTF8.GetBytes(parsed.Body, output);
    }

    private static int Read(ReadOnlySpan<byte> bytes, ref HttpReply reply)
    {
        // Noise before an answer is passed over, and so is a beginning that does not go on like one.
        for (var at = 0; bytes[at..].IndexOf(Begin) is >= 0 and var skip;)
        {
            at += skip;
            var rest = bytes[at..];
            var end = rest.IndexOf(HeadEnd);
            var next = rest[Begin.Length..].IndexOf(Begin);
            if (end < 0 && next < 0) return 0;
            if (end < 0 || (next >= 0 && next + Begin.Length < end) || !TryHead(rest[..end], out reply, out var length))
            {
                at += Begin.Length;
                continue;
            }

            var body = rest[(end + HeadEnd.Length)..];
            if (length > HttpLimits.Reply)
            {
                reply = reply with { Status = 0, Reason = string.Create(CultureInfo.InvariantCulture, $"a body of {length} bytes is too long") };
                return at + end + HeadEnd.Length;
            }

            if (body.Length < length) return 0;
            reply = reply with { Body = Encoding.UTF8.GetString(body[..(int)length]) };
            return at + end + HeadEnd.Length + (int)length;
        }

        return 0;
    }

    private static bool TryHead(ReadOnlySpan<byte> head, out HttpReply reply, out long length)
    {
        reply = null!;
        length = 0;
        var lineEnd = head.IndexOf("\r\n"u8);
        var line = lineEnd < 0 ? head : head[..lineEnd];
        if (line.Length < CodeAt + 3 || line[CodeAt - 1] != ' ' || !Utf8Parser.TryParse(line.Slice(CodeAt, 3), out int code, out var digits) || digits != 3) return false;
        if (code < 100) return false;
        string type = "", challenge = "";
        while (lineEnd >= 0)
        {
            head = head[(lineEnd + 2)..];
            lineEnd = head.IndexOf("\r\n"u8);
            var field = lineEnd < 0 ? head : head[..lineEnd];
            if (Is(field, "Content-Length:"u8, out var value) && (!Utf8Parser.TryParse(value, out length, out digits) || digits != value.Length || length < 0)) return false;
            if (Is(field, "Content-Type:"u8, out value)) type = Encoding.Latin1.GetString(value);
            if (Is(field, "WWW-Authenticate:"u8, out value)) challenge = challenge.Length == 0 ? Encoding.Latin1.GetString(value) : challenge + ", " + Encoding.Latin1.GetString(value);
        }

        reply = new(code, Encoding.Latin1.GetString(line[(CodeAt + 3)..].Trim((byte)' ')), type, challenge, "");
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var found = field.Length >= name.Length && Ascii.EqualsIgnoreCase(field[..name.Length], name);
        value = found ? field[name.Length..].Trim(" \t"u8) : default;
        return found;
    }
}
