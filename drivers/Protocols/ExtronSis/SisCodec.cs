using System.Buffers;
using System.Buffers.Text;
using System.Text;
using AvGateway.Drivers.Telnet;

namespace AvGateway.Drivers.Protocols.ExtronSis;

/// <summary>Simple Instruction Set: lines that end in CR LF, one prompt that ends in nothing, and telnet's own bytes on some TCP ports.</summary>
public sealed class SisCodec : IWireCodec<SisReply>
{
    /// <summary>A request that begins with this carries a password behind it, which no trace may show.</summary>
    public const string Secret = SisText.Secret;

    public int MaxReplyLength => 4096;

    /// <summary>The request that turns down what a <see cref="SisReplyKind.Telnet"/> reply wants; null where nothing is to be said.</summary>
    public static string? RefuseTelnet(SisReply reply) => TelnetCommands.Refuse(reply.Text);

    public bool Hides(string request) => SisText.Hides(request);

    public bool TryRead(ref ReadOnlySequence<byte> input, out SisReply reply) =>
        TelnetText.TryRead(ref input, ReadLine, static negotiation => new(SisReplyKind.Telnet, negotiation), out reply);

    public void Write(string request, IBufferWriter<byte> output) => SisText.Write(request, output);

    private static int ReadLine(ReadOnlySpan<byte> bytes, ref SisReply reply)
    {
        if (bytes.StartsWith(SisText.PasswordPrompt))
        {
            reply = new(SisReplyKind.Prompt, "Password:");
            return SisText.PasswordPrompt.Length;
        }

        var length = SisText.ReadLine(bytes, out var line);
        if (length > 0) reply = Parse(line);
        return length;
    }

    private static SisReply Parse(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        if (line.StartsWith("Out"u8) && TryTie(line["Out"u8.Length..], text, out var tie)) return tie;
        if (line.StartsWith("In"u8) && TryNumber(line[2..], out var input, out var rest) && TryPlane(rest, out var plane))
            return new(SisReplyKind.TieAll, text, 0, input, plane);
        if (line is [(byte)'E', >= (byte)'0' and <= (byte)'9', >= (byte)'0' and <= (byte)'9']) return new(SisReplyKind.Error, text);
        if (line.SequenceEqual("Qik"u8) || line.StartsWith("Rpr"u8)) return new(SisReplyKind.ManyTies, text);
        if (line.StartsWith("Vrb"u8)) return new(SisReplyKind.Verbose, text);
        if (line.StartsWith("Login "u8)) return new(SisReplyKind.LoggedIn, text);
        if (line.IndexOf("Copyright"u8) >= 0 && line.IndexOf("Extron"u8) >= 0) return new(SisReplyKind.Banner, text);
        return new(SisReplyKind.Text, text);
    }

    private static bool TryTie(ReadOnlySpan<byte> line, string text, out SisReply tie)
    {
        tie = default;
        if (!TryNumber(line, out var output, out var rest) || !rest.StartsWith(" In"u8)) return false;
        if (!TryNumber(rest[3..], out var input, out rest) || !TryPlane(rest, out var plane)) return false;
        tie = new(SisReplyKind.Tie, text, output, input, plane);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> line, out int number, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        if (!Utf8Parser.TryParse(line, out number, out var length) || number < 0) return false;
        rest = line[length..];
        return true;
    }

    private static bool TryPlane(ReadOnlySpan<byte> word, out SisPlane plane)
    {
        plane = SisPlane.All;
        if (word.SequenceEqual(" All"u8)) return true;
        plane = SisPlane.Video;
        if (word.SequenceEqual(" Vid"u8)) return true;
        plane = SisPlane.Rgb;
        if (word.SequenceEqual(" RGB"u8)) return true;
        plane = SisPlane.Audio;
        return word.SequenceEqual(" Aud"u8);
    }
}
