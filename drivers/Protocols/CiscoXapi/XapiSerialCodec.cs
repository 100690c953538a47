using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>The xAPI on a character line: prompts, lines, and JSON objects once the output mode is set.</summary>
/// <remarks>
/// A request is <c>ID WORDS</c>; the id goes behind the words as <c>| resultId="ID"</c>. <see cref="Raw"/> sends a line as it is,
/// <see cref="Secret"/> as well, and hides it from traces.
/// </remarks>
public sealed class XapiSerialCodec : IWireCodec<XapiReply>
{
    /// <summary>A request that begins with this is sent as it stands behind it.</summary>
    public const string Raw = "raw ";

    /// <summary>A request that begins with this is a password.</summary>
    public const string Secret = "password ";

    private const byte Escape = 0x1B;

    private static readonly JsonReaderOptions Bounded = new() { MaxDepth = 32 };

    /// <summary>Diagnostics and call trees of a large system stay far below.</summary>
    public int MaxReplyLength => 128 * 1024;

    public bool Hides(string request) => request.StartsWith(Secret, StringComparison.Ordinal);

    public bool TryRead(ref ReadOnlySequence<byte> input, out XapiReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var taken = Read(bytes, ref reply);
        if (taken > 0) input = input.Slice(taken);
        return taken > 0;
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        string line;
        if (request.StartsWith(Raw, StringComparison.Ordinal))
        {
            line = request[Raw.Length..];
        }
        else if (Hides(request))
        {
            line = request[Secret.Length..];
        }
        else
        {
            var space = request.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || request.AsSpan(0, space).ContainsAnyExceptInRange('0', '9'))
                throw new ArgumentException("a request begins with its number", nameof(request));
            line = $"{request[(space + 1)..]} | resultId=\"{request[..space]}\"";
        }

        if (line.Any(char.IsControl)) throw new ArgumentException("a request may hold no control characters", nameof(request));
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\r\n"u8);
    }

    private static int Read(ReadOnlySpan<byte> bytes, ref XapiReply reply)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var rest = bytes[at..];
            int length;
            if (rest[0] == Escape)
            {
                // ESC[?1034h stands before the first answer of some sessions.
                length = EscapeLength(rest);
                if (length == 0) return 0;
                at += length;
                continue;
            }

            if (rest[0] is < (byte)'!' or > (byte)'~')
            {
                at++;
                continue;
            }

            length = rest[0] == (byte)'{' ? ReadObject(rest, ref reply) : ReadLine(rest, ref reply);
            return length == 0 ? 0 : at + length;
        }

        return 0;
    }

    /// <summary>Length of a control sequence, 1 for an Escape that begins none, 0 while it is not all there.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return 0;
        if (bytes[1] != (byte)'[') return 1;
        for (var i = 2; i < bytes.Length; i++)
        {
            if (bytes[i] is >= (byte)'@' and <= (byte)'~') return i + 1;
            if (bytes[i] is < (byte)' ' or > (byte)'?') return 1;
        }

        return 0;
    }

    private static int ReadLine(ReadOnlySpan<byte> bytes, ref XapiReply reply)
    {
        if (bytes.StartsWith("login:"u8))
        {
            reply = new(XapiReplyKind.LoginPrompt, "login:");
            return "login:"u8.Length;
        }

        if (bytes.StartsWith("Password:"u8))
        {
            reply = new(XapiReplyKind.PasswordPrompt, "Password:");
            return "Password:"u8.Length;
        }

        var end = bytes.IndexOf((byte)'\n');
        if (end < 0) return 0;
        reply = new(XapiReplyKind.Line, Encoding.UTF8.GetString(bytes[..end].TrimEnd("\r "u8)));
        return end + 1;
    }

    /// <summary>Takes an object by its braces. One that is not finished where another begins, or whose text runs over a line end, was spoiled.</summary>
    private static int ReadObject(ReadOnlySpan<byte> bytes, ref XapiReply reply)
    {
        var (depth, inText, escaped) = (0, false, false);
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b == (byte)'\n' && inText) return Broken(bytes[..(i + 1)], ref reply);
            if (b == (byte)'{' && i > 0 && bytes[i - 1] == (byte)'\n') return Broken(bytes[..i], ref reply);
            if (escaped) escaped = false;
            else if (inText) (escaped, inText) = (b == (byte)'\\', b != (byte)'"');
            else if (b == (byte)'"') inText = true;
            else if (b == (byte)'{') depth++;
            else if (b == (byte)'}' && --depth == 0) return Parse(bytes[..(i + 1)], ref reply);
        }

        return 0;
    }

    private static int Parse(ReadOnlySpan<byte> bytes, ref XapiReply reply)
    {
        // The JSON reader lets bytes pass that are no text, and fails when somebody asks for them.
        if (!Utf8.IsValid(bytes)) return Broken(bytes, ref reply);
        try
        {
            var reader = new Utf8JsonReader(bytes, Bounded);
            var tree = JsonElement.ParseValue(ref reader);
            reply = new(XapiReplyKind.Object, "", tree, XapiTree.Leaf(tree, "ResultId") ?? "");
            return bytes.Length;
        }
        catch (JsonException)
        {
            return Broken(bytes, ref reply);
        }
    }

    private static int Broken(ReadOnlySpan<byte> bytes, ref XapiReply reply)
    {
        reply = new(XapiReplyKind.Broken, Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 80)]));
        return bytes.Length;
    }
}
