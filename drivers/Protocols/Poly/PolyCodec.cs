using System.Buffers;
using System.Text;
using AvGateway.Drivers.Telnet;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>The text API: lines that end in any run of CR and LF, two prompts that end in nothing, and telnet's own bytes on TCP.</summary>
public sealed class PolyCodec : IWireCodec<PolyReply>
{
    /// <summary>A request that begins with this carries a password behind it, which no trace may show.</summary>
    public const string Secret = "password ";

    /// <summary>The request for an empty line, which makes a closed session prompt.</summary>
    public const string EmptyLine = "";

    private const string EventMark = "Control event:";

    private static ReadOnlySpan<byte> UserPrompt => "Username:"u8;

    private static ReadOnlySpan<byte> PasswordPrompt => "Password:"u8;

    public int MaxReplyLength => 4096;

    /// <summary>The request that turns down what a <see cref="PolyReplyKind.Telnet"/> reply wants; null where nothing is to be said.</summary>
    public static string? RefuseTelnet(PolyReply reply) => TelnetCommands.Refuse(reply.Text);

    public bool Hides(string request) => request.StartsWith(Secret, StringComparison.Ordinal);

    public bool TryRead(ref ReadOnlySequence<byte> input, out PolyReply reply) =>
        TelnetText.TryRead(ref input, ReadLine, static negotiation => new(PolyReplyKind.Telnet, negotiation), out reply);

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (TelnetCommands.TryWrite(request, output)) return;

        var line = Hides(request) ? request[Secret.Length..] : request;
        if (line.Any(char.IsControl)) throw new ArgumentException("a request may hold no control characters", nameof(request));
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\r\n"u8);
    }

    private static int ReadLine(ReadOnlySpan<byte> bytes, ref PolyReply reply)
    {
        if (bytes.StartsWith(UserPrompt))
        {
            reply = new(PolyReplyKind.UserPrompt, "Username:");
            return UserPrompt.Length;
        }

        if (bytes.StartsWith(PasswordPrompt))
        {
            reply = new(PolyReplyKind.PasswordPrompt, "Password:");
            return PasswordPrompt.Length;
        }

        // Either end ends a line; what follows of the run is passed over as an empty one.
        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) return 0;
        var line = Encoding.UTF8.GetString(bytes[..end]).Trim();
        if (line.StartsWith(EventMark, StringComparison.OrdinalIgnoreCase)) line = line[EventMark.Length..].TrimStart();
        reply = new(PolyReplyKind.Line, line);
        return end + 1;
    }
}
