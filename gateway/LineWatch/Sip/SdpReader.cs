using System.Buffers.Text;
using System.Net;
using System.Text;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Sip;

/// <summary>One <c>m=</c> line with what belongs to it.</summary>
internal sealed record SdpMedia(string Kind, HostPort Place, IReadOnlyDictionary<byte, Codec> Codecs)
{
    /// <summary>Whether this side wants to hear, and means to speak (RFC 3264 §5.1).</summary>
    public bool Hears { get; init; } = true;
    public bool Speaks { get; init; } = true;
}

/// <summary>Reads the media of a session description (RFC 4566), and nothing else of it.</summary>
internal static class SdpReader
{
    private const int MostMedia = 8;
    private const int MostFormats = 32;

    public static List<SdpMedia> Read(ReadOnlySpan<byte> sdp)
    {
        var media = new List<SdpMedia>();
        HostAddress common = default;
        (bool Hears, bool Speaks) commonWay = (true, true);
        Dictionary<byte, Codec>? codecs = null;
        while (SipSniff.TryLine(ref sdp, out var line))
        {
            if (line.StartsWith("c="u8) && TryAddress(line[2..], out var address))
            {
                if (codecs is null) common = address;
                else media[^1] = media[^1] with { Place = media[^1].Place with { Host = address } };
            }
            else if (line.StartsWith("m="u8))
            {
                if (media.Count == MostMedia) break;
                codecs = [];
                if (TryMedia(line[2..], common, codecs) is { } one) media.Add(one with { Hears = commonWay.Hears, Speaks = commonWay.Speaks });
                else media.Add(new("", default, codecs) { Hears = false, Speaks = false });
            }
            else if (Way(line) is { } way)
            {
                if (codecs is null) commonWay = way;
                else media[^1] = media[^1] with { Hears = way.Hears, Speaks = way.Speaks };
            }
            else if (codecs is not null && line.StartsWith("a=rtpmap:"u8))
            {
                Map(line[9..], codecs);
            }
        }

        media.RemoveAll(m => m.Kind.Length == 0 || m.Place.Port == 0 || m.Place.Host == default);
        return media;
    }

    private static (bool Hears, bool Speaks)? Way(ReadOnlySpan<byte> line) =>
        line.SequenceEqual("a=sendrecv"u8) ? (true, true)
        : line.SequenceEqual("a=sendonly"u8) ? (false, true)
        : line.SequenceEqual("a=recvonly"u8) ? (true, false)
        : line.SequenceEqual("a=inactive"u8) ? (false, false) : null;

    private static bool TryAddress(ReadOnlySpan<byte> text, out HostAddress address)
    {
        address = default;
        if (!text.StartsWith("IN IP"u8) || text.Length < 9) return false;
        var rest = SipSniff.Trim(text[7..]);
        var slash = rest.IndexOf((byte)'/');
        if (slash >= 0) rest = rest[..slash];
        if (rest.Length > 45 || !IPAddress.TryParse(Encoding.ASCII.GetString(rest), out var parsed)) return false;
        address = HostAddress.Of(parsed);
        return true;
    }

    // "audio 49170 RTP/AVP 8 0 101"
    private static SdpMedia? TryMedia(ReadOnlySpan<byte> text, HostAddress common, Dictionary<byte, Codec> codecs)
    {
        var kind = Word(ref text);
        if (!Utf8Parser.TryParse(Word(ref text), out ushort port, out _) || Word(ref text).IndexOf("RTP/"u8) < 0) return null;
        for (var i = 0; i < MostFormats && text.Length > 0; i++)
            if (Utf8Parser.TryParse(Word(ref text), out byte type, out _)) codecs[type] = Codec.OfStatic(type);
        return new(kind.SequenceEqual("audio"u8) ? "audio" : kind.SequenceEqual("video"u8) ? "video" : "other", new(common, port), codecs);
    }

    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)' ');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return word;
    }

    // "101 telephone-event/8000"
    private static void Map(ReadOnlySpan<byte> text, Dictionary<byte, Codec> codecs)
    {
        if (!Utf8Parser.TryParse(text, out byte type, out var used) || !codecs.ContainsKey(type)) return;
        var rest = SipSniff.Trim(text[used..]);
        var slash = rest.IndexOf((byte)'/');
        if (slash is <= 0 or > 40 || !Utf8Parser.TryParse(rest[(slash + 1)..], out int clock, out _) || clock is <= 0 or > 10_000_000) return;
        codecs[type] = new(string.Create(slash, rest[..slash], static (name, octets) => Printable(octets, name)), clock);
    }

    // A codec's name goes to topics and pages; what is no name's character has no place there.
    private static void Printable(ReadOnlySpan<byte> octets, Span<char> name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = (char)octets[i];
            name[i] = char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '+' ? c : '?';
        }
    }
}
