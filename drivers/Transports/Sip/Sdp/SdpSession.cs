using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Which way media flows, seen from the one who says it (RFC 3264 §5.1).</summary>
public enum SdpDirection
{
    SendReceive,
    SendOnly,
    ReceiveOnly,
    Inactive,
}

/// <summary>One m= line. Port 0 refuses the stream.</summary>
public sealed record SdpMedia(string Kind, int Port, string Protocol, IReadOnlyList<string> Formats)
{
    /// <summary>From c= of the stream or of the session; null when neither names an IP address.</summary>
    public IPAddress? Address { get; init; }

    public SdpDirection Direction { get; init; }

    /// <summary>Attributes without "a=", the direction left out.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>"PCMU/8000" for a payload type, from rtpmap or from the static table (RFC 3551).</summary>
    public string? EncodingOf(string format)
    {
        foreach (var attribute in Attributes)
        {
            if (attribute.StartsWith("rtpmap:", StringComparison.Ordinal) && attribute[7..].Split(' ', 2) is [var type, var name]
                && type == format)
                return name;
        }

        return format switch { "0" => "PCMU/8000", "8" => "PCMA/8000", _ => null };
    }
}

/// <summary>A session description (RFC 8866), as far as offer and answer of audio need it.</summary>
public sealed record SdpSession(ulong Id, ulong Version, IReadOnlyList<SdpMedia> Media)
{
    private const int MaxLines = 512;
    private const int MaxMedia = 16;

    private static readonly (string Word, SdpDirection Direction)[] Directions =
        [("sendrecv", SdpDirection.SendReceive), ("sendonly", SdpDirection.SendOnly), ("recvonly", SdpDirection.ReceiveOnly),
            ("inactive", SdpDirection.Inactive)];

    /// <summary>Reads a description; false when it has no origin, or a line that counts cannot be read.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [NotNullWhen(true)] out SdpSession? session)
    {
        session = null;
        var media = new List<SdpMedia>();
        IPAddress? sessionAddress = null;
        var sessionDirection = SdpDirection.SendReceive;
        ulong? id = null;
        ulong version = 0;
        var lines = Encoding.UTF8.GetString(body).Split('\n');
        if (lines.Length > MaxLines || !lines[0].StartsWith("v=0", StringComparison.Ordinal)) return false;
        foreach (var raw in lines)
        {
            var line = raw.TrimEnd('\r');
            if (line.Length < 2 || line[1] != '=') continue;
            var value = line[2..];
            switch (line[0])
            {
                case 'o':
                    if (!TryOrigin(value, out var origin, out version)) return false;
                    id = origin;
                    break;
                case 'c':
                    if (!TryConnection(value, out var address)) return false;
                    if (media.Count == 0) sessionAddress = address;
                    else media[^1] = media[^1] with { Address = address };
                    break;
                case 'm':
                    if (media.Count == MaxMedia || !TryMedia(value, out var stream)) return false;
                    media.Add(stream with { Direction = sessionDirection });
                    break;
                case 'a' when TryDirection(value, out var direction):
                    if (media.Count == 0) sessionDirection = direction;
                    else media[^1] = media[^1] with { Direction = direction };
                    break;
                case 'a' when media.Count > 0:
                    media[^1] = media[^1] with { Attributes = [.. media[^1].Attributes, value] };
                    break;
            }
        }

        if (id is null) return false;
        session = new(id.Value, version, [.. media.Select(m => m.Address is null ? m with { Address = sessionAddress } : m)]);
        return true;
    }

    public byte[] ToBytes(IPAddress local)
    {
        var family = local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IP6" : "IP4";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"v=0\r\no=avgateway {Id} {Version} IN {family} {local}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"s=-\r\nc=IN {family} {local}\r\nt=0 0\r\n");
        foreach (var stream in Media)
        {
            text.Append(CultureInfo.InvariantCulture, $"m={stream.Kind} {stream.Port} {stream.Protocol} ")
                .AppendJoin(' ', stream.Formats).Append("\r\n");
            if (stream.Port == 0) continue;
            foreach (var attribute in stream.Attributes) text.Append(CultureInfo.InvariantCulture, $"a={attribute}\r\n");
            text.Append(CultureInfo.InvariantCulture, $"a={Array.Find(Directions, d => d.Direction == stream.Direction).Word}\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static bool TryOrigin(string value, out ulong id, out ulong version)
    {
        version = 0;
        id = 0;
        return value.Split(' ') is [_, var first, var second, ..]
            && ulong.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out id)
            && ulong.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>A host name is legal here and is not looked up: media then has no address, and the stream is refused.</summary>
    private static bool TryConnection(string value, out IPAddress? address)
    {
        address = null;
        if (value.Split(' ') is not ["IN", "IP4" or "IP6", var host]) return false;
        if (!IPAddress.TryParse(host.Split('/')[0], out address)) address = null;
        return true;
    }

    private static bool TryMedia(string value, [NotNullWhen(true)] out SdpMedia? media)
    {
        media = null;
        if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var kind, var ports, var protocol, .. var formats]
            || formats.Length is 0 or > 64)
            return false;
        if (!Plain(kind) || !Plain(protocol) || !formats.All(Plain)) return false;
        if (!int.TryParse(ports.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65_535)
            return false;
        media = new(kind, port, protocol, formats);
        return true;
    }

    private static bool TryDirection(string value, out SdpDirection direction)
    {
        foreach (var (word, known) in Directions)
        {
            direction = known;
            if (value == word) return true;
        }

        direction = default;
        return false;
    }

    /// <summary>These words are echoed into our answer.</summary>
    private static bool Plain(string word) => word.Length <= 64 && !word.AsSpan().ContainsAnyExceptInRange('!', '~');
}
