using System.Buffers;
using System.Text;
using AvGateway.Drivers.Telnet;

namespace AvGateway.Drivers.Protocols.ExtronSmp;

/// <summary>Simple Instruction Set of a recorder: lines that end in CR LF, one prompt that ends in nothing, and telnet's own bytes on TCP.</summary>
public sealed class SmpCodec : IWireCodec<SmpReply>
{
    /// <summary>A request that begins with this carries a password behind it, which no trace may show.</summary>
    public const string Secret = SisText.Secret;

    /// <summary>The request that turns down what a <see cref="SmpReplyKind.Telnet"/> reply wants; null where nothing is to be said.</summary>
    public static string? RefuseTelnet(SmpReply reply) => TelnetCommands.Refuse(reply.Text);

    public bool Hides(string request) => SisText.Hides(request);

    public bool TryRead(ref ReadOnlySequence<byte> input, out SmpReply reply) =>
        TelnetText.TryRead(ref input, ReadLine, static negotiation => new(SmpReplyKind.Telnet, negotiation), out reply);

    public void Write(string request, IBufferWriter<byte> output) => SisText.Write(request, output);

    private static int ReadLine(ReadOnlySpan<byte> bytes, ref SmpReply reply)
    {
        if (bytes.StartsWith(SisText.PasswordPrompt))
        {
            reply = new(SmpReplyKind.Prompt, "Password:");
            return SisText.PasswordPrompt.Length;
        }

        var length = SisText.ReadLine(bytes, out var line);
        if (length > 0) reply = Parse(Encoding.UTF8.GetString(line));
        return length;
    }

    private static SmpReply Parse(string text)
    {
        if (text is ['R', 'c', 'd', 'r', 'Y', >= '0' and <= '9']) return new(SmpReplyKind.Transport, text);
        if (text is "RcdrB") return new(SmpReplyKind.Mark, text);
        if (text.StartsWith("RcdrM13", StringComparison.Ordinal)) return new(SmpReplyKind.Title, text);
        if (text is ['E', >= '0' and <= '9', >= '0' and <= '9']) return new(SmpReplyKind.Error, text);
        if (text is ['V', 'r', 'b', >= '0' and <= '9']) return new(SmpReplyKind.Verbose, text);
        if (text.StartsWith("Login ", StringComparison.Ordinal)) return new(SmpReplyKind.LoggedIn, text);
        if (text.Contains("Copyright", StringComparison.Ordinal) && text.Contains("Extron", StringComparison.Ordinal)) return new(SmpReplyKind.Banner, text);

        var tagged = new SmpReply(SmpReplyKind.Text, text, TagOf(text));
        return tagged with { Kind = SmpValues.KindOf(tagged.Value) };
    }

    /// <summary>Verbose modes 2 and 3 put <c>Inf34*</c> or <c>Ipt </c> before the answer to a question.</summary>
    private static string TagOf(string text)
    {
        if (text.StartsWith("Ipt ", StringComparison.Ordinal)) return "Ipt";
        return text is ['I', 'n', 'f', >= '0' and <= '9', >= '0' and <= '9', '*', ..] ? text[..5] : "";
    }
}
