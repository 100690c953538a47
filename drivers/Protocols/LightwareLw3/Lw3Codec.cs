using System.Buffers;
using System.Text;

namespace AvGateway.Drivers.Protocols.LightwareLw3;

/// <summary>LW3: lines that end in CR LF; a request begins with a signature and <c>#</c>, its answer stands between <c>{0001</c> and <c>}</c>.</summary>
public sealed class Lw3Codec : IWireCodec<Lw3Reply>
{
    private const int SignatureLength = 4, MostRequest = 255;
    private const char Signed = '#', Open = '{';
    private const string Close = "}";

    public int MaxReplyLength => 64 * 1024;

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        var isSigned = request.Length is > SignatureLength + 1 and <= MostRequest && request[SignatureLength] == Signed
            && request[..SignatureLength].All(char.IsAsciiHexDigit);
        if (!isSigned || request.AsSpan(SignatureLength + 1).Contains(Signed) || request.Any(c => c is < ' ' or > '~'))
            throw new ArgumentException("a request is four hex digits, # and printable ASCII without another #", nameof(request));
        Encoding.ASCII.GetBytes(request + "\r\n", output);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out Lw3Reply reply)
    {
        reply = null!;
        var reader = new SequenceReader<byte>(input);
        string? signature = null;
        var lines = new List<string>();
        while (true)
        {
            var start = reader.Position;
            if (!reader.TryReadTo(out ReadOnlySequence<byte> bytes, (byte)'\n')) return false;
            var line = Clean(Encoding.UTF8.GetString(bytes));
            var begins = TrySignature(line, out var next);

            // A fence that was never closed ends where another one begins: nobody takes half an answer for a whole one.
            if (begins && signature is not null)
            {
                reply = new("", [$"{Open}{signature} was not closed"]);
                input = input.Slice(start);
                return true;
            }

            if (begins) signature = next;
            else if (signature is null && line.Length > 0)
            {
                reply = new("", [line]);
                input = input.Slice(reader.Position);
                return true;
            }
            else if (line == Close && signature is not null)
            {
                reply = new(signature, lines);
                input = input.Slice(reader.Position);
                return true;
            }
            else if (line.Length > 0) lines.Add(line);
        }
    }

    private static bool TrySignature(string line, out string signature)
    {
        signature = "";
        if (line.Length != SignatureLength + 1 || line[0] != Open || !line[1..].All(char.IsAsciiHexDigit)) return false;
        signature = line[1..].ToUpperInvariant();
        return true;
    }

    /// <summary>Without its end, and without the noise that no line begins with.</summary>
    private static string Clean(string line)
    {
        var start = 0;
        while (start < line.Length && line[start] is < ' ' or > '~') start++;
        return line[start..].TrimEnd('\r');
    }
}
