using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AvGateway.Drivers.Protocols.KramerP3000;

/// <summary>Protocol 3000: requests <c>#COMMAND p1,p2</c> CR, replies <c>~01@COMMAND p1,p2 OK</c> CR LF, bare lines when a device starts.</summary>
/// <param name="machine">The machine number to which requests are addressed; 0: they are not addressed.</param>
public sealed class KramerCodec(int machine) : IWireCodec<KramerReply>
{
    /// <summary>The empty request, which every device answers with OK.</summary>
    public const string Handshake = "";

    // Older firmware takes no longer line. The sheet does not say whether the CR counts; here it does.
    private const int MostCharacters = 64;

    private const byte ReplyMark = (byte)'~';
    private const char RequestMark = '#', ChainMark = '|';
    private const int MostMachineDigits = 3;
    private const string LogIn = "LOGIN ";

    public int MaxReplyLength => 4096;

    public bool Hides(string request) => request.StartsWith(LogIn, StringComparison.Ordinal);

    /// <summary>Whether a request can be written; one that cannot makes <see cref="Write"/> throw.</summary>
    public bool CanWrite(string request) => WhyNot(request) is null;

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (WhyNot(request) is { } why) throw new ArgumentException(why, nameof(request));
        Encoding.ASCII.GetBytes(Frame(request), output);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out KramerReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var taken = Read(bytes, ref reply);
        if (taken > 0) input = input.Slice(taken);
        return taken > 0;
    }

    private string? WhyNot(string request)
    {
        foreach (var c in request)
        {
            if (c is < ' ' or > '~') return "a request holds printable ASCII only";
            if (c is RequestMark or ChainMark) return "a request may not begin another one";
        }

        return Frame(request).Length > MostCharacters ? $"a request may not be longer than {MostCharacters} characters" : null;
    }

    private string Frame(string request) => machine > 0 ? $"{RequestMark}{machine:00}@{request}\r" : $"{RequestMark}{request}\r";

    /// <summary>Number of bytes up to the end of the first line, or 0. CR and LF both end one: half of a line end gets lost at times.</summary>
    private static int Read(ReadOnlySpan<byte> bytes, ref KramerReply reply)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var rest = bytes[at..];
            if (IsNoise(rest[0]))
            {
                at++;
                continue;
            }

            var length = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (length < 0) return 0;
            var line = rest[..length];

            // A start message without a line end, or a reply cut short by a restart: the mark can begin a reply only.
            if (NextReply(line) is > 0 and var next)
            {
                reply = line[0] == ReplyMark ? Unknown(line[..next]) : Parse(line[..next]);
                return at + next;
            }

            reply = Parse(line);
            return at + length + 1;
        }

        return 0;
    }

    // Line ends between lines, and what a wrong baud rate makes of anything: never what a line begins with.
    private static bool IsNoise(byte first) => first is <= (byte)' ' or > (byte)'~';

    private static int NextReply(ReadOnlySpan<byte> line)
    {
        for (var at = 1; at < line.Length; at++)
        {
            if (line[at] == ReplyMark && IsReplyStart(line[at..])) return at;
        }

        return 0;
    }

    private static bool IsReplyStart(ReadOnlySpan<byte> bytes)
    {
        var number = bytes[1..];
        var digits = number.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits is > 0 and <= MostMachineDigits ? number[digits] == (byte)'@' : IsOk(number);
    }

    private static KramerReply Parse(ReadOnlySpan<byte> line)
    {
        if (line[0] != ReplyMark) return Unknown(line);
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return Unknown(line);
        var body = line[1..];
        var machine = KramerReply.NoMachine;
        if (Utf8Parser.TryParse(body, out int number, out var digits))
        {
            if (digits > MostMachineDigits || number < 0 || digits >= body.Length || body[digits] != (byte)'@') return Unknown(line);
            machine = number;
            body = body[(digits + 1)..];
        }

        body = body.Trim((byte)' ');
        if (IsOk(body)) return new(KramerReplyKind.Handshake, machine, "", "", IsAcknowledgement: true);
        if (TryError(body, out var error)) return new(KramerReplyKind.Error, machine, "", Encoding.ASCII.GetString(body), Error: error);
        return machine == KramerReply.NoMachine || body.IsEmpty ? Unknown(line) : Answer(machine, body);
    }

    private static KramerReply Answer(int machine, ReadOnlySpan<byte> body)
    {
        var space = body.IndexOf((byte)' ');
        var name = Encoding.ASCII.GetString(space < 0 ? body : body[..space]).ToUpperInvariant();
        var rest = space < 0 ? default : body[space..].Trim((byte)' ');
        if (TryError(rest, out var error)) return new(KramerReplyKind.Error, machine, name, Encoding.ASCII.GetString(rest), Error: error);
        var isAcknowledgement = IsOk(rest) || (rest.Length > 3 && rest[^3] == (byte)' ' && IsOk(rest[^2..]));
        if (isAcknowledgement) rest = rest[..^2].TrimEnd((byte)' ');
        return new(KramerReplyKind.Answer, machine, name, Encoding.ASCII.GetString(rest), isAcknowledgement);
    }

    private static bool IsOk(ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(word, "OK"u8);

    /// <summary>Old text has <c>ERR002</c>, newer <c>ERR 002</c>.</summary>
    private static bool TryError(ReadOnlySpan<byte> words, out int error)
    {
        error = 0;
        if (words.Length < 4 || !Ascii.EqualsIgnoreCase(words[..3], "ERR"u8)) return false;
        var number = words[3..].TrimStart((byte)' ');
        return number.Length is > 0 and <= 3 && Utf8Parser.TryParse(number, out error, out var length) && length == number.Length && error >= 0;
    }

    private static KramerReply Unknown(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line).TrimEnd();
        var isBanner = line[0] != ReplyMark && text.Contains("Kramer", StringComparison.OrdinalIgnoreCase);
        return new(isBanner ? KramerReplyKind.Banner : KramerReplyKind.Text, KramerReply.NoMachine, "", text);
    }
}
