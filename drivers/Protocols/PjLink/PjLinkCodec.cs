using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Drivers.Protocols.PjLink;

/// <summary>PJLink: requests <c>%1POWR ?</c> CR, answers <c>%1POWR=1</c> CR, and a greeting that says whether a password is wanted.</summary>
public sealed class PjLinkCodec : IWireCodec<PjLinkReply>
{
    private const int DigestLength = 32;
    private const int HeaderLength = 7;
    private const int MostParameter = 128;

    private static readonly SearchValues<char> CommandCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    // A name of 128 bytes behind its header and, on devices with a line end of their own, a stray LF.
    public int MaxReplyLength => 512;

    /// <summary>The digest that stands in front of the first request.</summary>
    /// <param name="random">The eight digits of the greeting, as they were told.</param>
    public static string Digest(string random, string password)
    {
        // The protocol prescribes MD5. It is as weak as it is old; what protects a projector is the network that it stands in.
#pragma warning disable CA5351
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(random + password)));
#pragma warning restore CA5351
    }

    /// <summary>With the digest and the greeting in one log, a short password is found in seconds.</summary>
    public bool Hides(string request) => request.Length > 0 && request[0] != '%';

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bare = request.AsSpan();
        if (Hides(request) && request.Length > DigestLength && !bare[..DigestLength].ContainsAnyExcept(HexDigits)) bare = bare[DigestLength..];
        if (!IsRequest(bare))
            throw new ArgumentException("a request is %, a class, a command of four, a space and a parameter of printable ASCII", nameof(request));
        Encoding.ASCII.GetBytes(request + "\r", output);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out PjLinkReply reply)
    {
        reply = default;
        var reader = new SequenceReader<byte>(input);

        // Some devices end a line with CR LF; what is left of that begins the next one.
        reader.AdvancePastAny((byte)'\r', (byte)'\n');
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\r')) return false;
        input = input.Slice(reader.Position);
        reply = Parse(Encoding.UTF8.GetString(line).Trim('\n', ' '));
        return true;
    }

    private static bool IsRequest(ReadOnlySpan<char> request) =>
        request.Length is > HeaderLength and <= HeaderLength + MostParameter && request[0] == '%' && request[1] is '1' or '2'
        && !request[2..6].ContainsAnyExcept(CommandCharacters) && request[6] == ' ' && !request[HeaderLength..].ContainsAnyExceptInRange(' ', '~');

    private static PjLinkReply Parse(string line)
    {
        if (line.StartsWith("PJLINK ", StringComparison.OrdinalIgnoreCase)) return Greeting(line);
        var isAnswer = line.Length >= HeaderLength && line[0] == '%' && line[1] is '1' or '2' && line[6] == '='
            && line.AsSpan(2, 4).IndexOfAnyExcept(CommandCharacters) < 0;
        return isAnswer
            ? new(PjLinkReplyKind.Answer, line[2..6].ToUpperInvariant(), line[HeaderLength..].Trim())
            : new(PjLinkReplyKind.Text, "", line);
    }

    private static PjLinkReply Greeting(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [_, "0"] => new(PjLinkReplyKind.Open, "", ""),
        [_, "1", { Length: 8 } random] when random.All(char.IsAsciiHexDigit) => new(PjLinkReplyKind.Locked, "", random),
        [_, var word] when word.Equals("ERRA", StringComparison.OrdinalIgnoreCase) => new(PjLinkReplyKind.Denied, "", ""),
        _ => new(PjLinkReplyKind.Text, "", line),
    };
}
