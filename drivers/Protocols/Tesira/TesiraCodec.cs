using System.Buffers;
using System.Text;
using AvGateway.Drivers.Telnet;

namespace AvGateway.Drivers.Protocols.Tesira;

/// <summary>The Tesira Text Protocol: lines that end in any run of CR and LF, two prompts that end in nothing, and telnet's own bytes on TCP. A request ends in LF.</summary>
public sealed class TesiraCodec : IWireCodec<TesiraReply>
{
    /// <summary>A request that begins with this carries a password behind it, which no trace may show.</summary>
    public const string Secret = "password ";

    private const string Greeting = "Welcome to the Tesira Text Protocol Server";
    private const string Yes = "+OK", TokenName = "\"publishToken\":", ValueName = "\"value\":", ListName = "\"list\":";

    private static ReadOnlySpan<byte> UserPrompt => "login:"u8;

    private static ReadOnlySpan<byte> PasswordPrompt => "Password:"u8;

    // The list of active faults is the longest, and longer on a system of many devices.
    public int MaxReplyLength => 64 * 1024;

    /// <summary>The request that turns down what a <see cref="TesiraReplyKind.Telnet"/> reply wants; null where nothing is to be said.</summary>
    public static string? RefuseTelnet(TesiraReply reply) => TelnetCommands.Refuse(reply.Text);

    public bool Hides(string request) => request.StartsWith(Secret, StringComparison.Ordinal);

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (TelnetCommands.TryWrite(request, output)) return;

        var line = Hides(request) ? request[Secret.Length..] : request;
        if (line.Length == 0 || line.Any(char.IsControl)) throw new ArgumentException("a request may not be empty and holds no control characters", nameof(request));
        Encoding.UTF8.GetBytes(line, output);
        output.Write("\n"u8);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out TesiraReply reply) =>
        TelnetText.TryRead(ref input, ReadLine, static negotiation => new(TesiraReplyKind.Telnet, negotiation), out reply);

    private static int ReadLine(ReadOnlySpan<byte> bytes, ref TesiraReply reply)
    {
        if (bytes.StartsWith(UserPrompt))
        {
            reply = new(TesiraReplyKind.UserPrompt, "");
            return UserPrompt.Length;
        }

        if (bytes.StartsWith(PasswordPrompt))
        {
            reply = new(TesiraReplyKind.PasswordPrompt, "");
            return PasswordPrompt.Length;
        }

        var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) return 0;
        var line = bytes[..end];
        if (line.Contains(TelnetCommands.Iac)) line = TelnetCommands.Without(line);
        reply = Parse(Encoding.UTF8.GetString(line).Trim());
        return end + 1;
    }

    private static TesiraReply Parse(string line) => line switch
    {
        _ when line == Yes || line.StartsWith(Yes + " ", StringComparison.Ordinal) => new(TesiraReplyKind.Ok, Bare(line[Yes.Length..])),
        ['-', >= 'A' and <= 'Z', ..] => new(TesiraReplyKind.Error, line[1..]),
        ['!', ' ', ..] => Published(line[1..]),
        _ when line.Contains(Greeting, StringComparison.Ordinal) => new(TesiraReplyKind.Welcome, ""),
        _ => new(TesiraReplyKind.Other, line),
    };

    /// <summary>With names (<c>"publishToken":"m1" "value":true</c>) or without (<c>"m1" true</c>).</summary>
    private static TesiraReply Published(string line)
    {
        var rest = line.Trim();
        if (rest.StartsWith(TokenName, StringComparison.Ordinal)) rest = rest[TokenName.Length..];
        var close = rest.Length > 1 && rest[0] == '"' ? rest.IndexOf('"', 1) : -1;
        return close < 0 ? new(TesiraReplyKind.Other, rest) : new(TesiraReplyKind.Published, Bare(rest[(close + 1)..]), rest[1..close]);
    }

    /// <summary>A value without its name.</summary>
    private static string Bare(string text)
    {
        var value = text.Trim();
        if (value.StartsWith(ValueName, StringComparison.Ordinal)) return value[ValueName.Length..];
        return value.StartsWith(ListName, StringComparison.Ordinal) ? value[ListName.Length..] : value;
    }
}
