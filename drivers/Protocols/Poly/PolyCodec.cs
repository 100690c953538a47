using System.Buffers;
using System.Text;

namespace AvGateway.Drivers.Protocols.Poly;

/// <summary>The text API: lines that end in any run of CR and LF, two prompts that end in nothing, and telnet's own bytes on TCP.</summary>
public sealed class PolyCodec : IWireCodec<PolyReply>
{
    /// <summary>A request that begins with this carries a password behind it, which no trace may show.</summary>
    public const string Secret = "password ";

    /// <summary>The request for an empty line, which makes a closed session prompt.</summary>
    public const string EmptyLine = "";

    private const string EventMark = "Control event:";
    private const byte Iac = 0xFF, Will = 0xFB, Wont = 0xFC, Do = 0xFD, Dont = 0xFE, Subnegotiation = 0xFA, SubnegotiationEnd = 0xF0;
    private const byte LowestTelnetCommand = 0xEF;

    private static ReadOnlySpan<byte> UserPrompt => "Username:"u8;

    private static ReadOnlySpan<byte> PasswordPrompt => "Password:"u8;

    public int MaxReplyLength => 4096;

    /// <summary>The request that turns down what a <see cref="PolyReplyKind.Telnet"/> reply wants; null where nothing is to be said.</summary>
    public static string? RefuseTelnet(PolyReply reply) => reply.Text[0] switch
    {
        (char)Will => $"{(char)Iac}{(char)Dont}{reply.Text[1]}",
        (char)Do => $"{(char)Iac}{(char)Wont}{reply.Text[1]}",
        _ => null,
    };

    public bool Hides(string request) => request.StartsWith(Secret, StringComparison.Ordinal);

    public bool TryRead(ref ReadOnlySequence<byte> input, out PolyReply reply)
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
        if (request.Length == 3 && request[0] == (char)Iac)
        {
            output.Write([Iac, (byte)request[1], (byte)request[2]]);
            return;
        }

        var line = Hides(request) ? request[Secret.Length..] : request;
        if (line.Any(char.IsControl)) throw new ArgumentException("a request may hold no control characters", nameof(request));
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\r\n"u8);
    }

    private static int Read(ReadOnlySpan<byte> bytes, ref PolyReply reply)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var rest = bytes[at..];
            if (rest[0] == Iac)
            {
                if (rest.Length == 1) return 0;
                if (rest[1] <= LowestTelnetCommand)
                {
                    at++;
                    continue;
                }

                var length = ReadTelnet(rest, ref reply);
                if (length == 0) return 0;
                at += length;
                if (reply.Kind is PolyReplyKind.Telnet) return at;
            }
            else if (rest[0] is <= (byte)' ' or > (byte)'~')
            {
                // Line ends between lines, and noise: a line of the device begins with a letter.
                at++;
            }
            else
            {
                var length = ReadLine(rest, ref reply);
                return length == 0 ? 0 : at + length;
            }
        }

        return 0;
    }

    private static int ReadTelnet(ReadOnlySpan<byte> bytes, ref PolyReply reply)
    {
        switch (bytes[1])
        {
            case Will or Wont or Do or Dont:
                if (bytes.Length < 3) return 0;
                reply = new(PolyReplyKind.Telnet, $"{(char)bytes[1]}{(char)bytes[2]}");
                return 3;
            case Subnegotiation:
                var end = bytes.IndexOf([Iac, SubnegotiationEnd]);
                return end < 0 ? 0 : end + 2;
            default:
                return 2;
        }
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
