using System.Globalization;
using System.Net;
using System.Text;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>Session descriptions as a codec with sound and picture writes them (RFC 3264).</summary>
internal static class SipDescription
{
    private static readonly (string Offered, string Answered)[] Mirror =
        [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")];

    /// <summary>What the endpoint offers to a caller who brings no offer.</summary>
    public static string Offer(IPAddress address, int port, uint version) =>
        Head(address, version) + $"m=audio {port} RTP/AVP 0 8\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
        + $"m=video {port + 2} RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\na=fmtp:97 profile-level-id=42e01f\r\na=sendrecv\r\n";

    /// <summary>Takes every stream of sound or picture with its first format, in the mirrored direction.</summary>
    /// <param name="follows">False: an endpoint that acknowledges and goes on sending.</param>
    public static string Answer(string offer, IPAddress address, int port, uint version, bool follows)
    {
        var text = new StringBuilder(Head(address, version));
        var streams = Streams(offer);
        for (var i = 0; i < streams.Count; i++)
        {
            var (media, lines, direction) = streams[i];
            var words = media.Split(' ');
            var refused = words.Length < 4 || words[1] == "0" || words[0] is not ("audio" or "video");
            var number = refused ? 0 : port + (2 * i);
            text.Append(CultureInfo.InvariantCulture, $"m={words[0]} {number} {words.ElementAtOrDefault(2)} {words.ElementAtOrDefault(3)}\r\n");
            if (refused) continue;
            foreach (var line in lines.Where(l => l.StartsWith($"a=rtpmap:{words[3]} ", StringComparison.Ordinal))) text.Append(line).Append("\r\n");
            text.Append("a=").Append(follows ? Array.Find(Mirror, m => m.Offered == direction).Answered ?? "sendrecv" : "sendrecv").Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>The other side wants nothing from us, in every stream.</summary>
    public static bool Holds(string offer) => Streams(offer) is { Count: > 0 } streams && streams.All(s => s.Direction is "inactive" or "sendonly");

    /// <summary>Where sound is to go; null when nowhere.</summary>
    public static IPEndPoint? Audio(string description)
    {
        var audio = Streams(description).Find(s => s.Media.StartsWith("audio ", StringComparison.Ordinal));
        if (audio.Media is null || audio.Direction is "inactive" or "sendonly") return null;
        var connection = audio.Lines.LastOrDefault(l => l.StartsWith("c=", StringComparison.Ordinal))
            ?? description.Split("\r\n").FirstOrDefault(l => l.StartsWith("c=", StringComparison.Ordinal));
        if (connection?.Split(' ')[^1] is not { } host || !IPAddress.TryParse(host, out var address) || address.Equals(IPAddress.Any)) return null;
        return int.TryParse(audio.Media.Split(' ')[1], out var port) && port > 9 ? new(address, port) : null;
    }

    private static string Head(IPAddress address, uint version) =>
        $"v=0\r\no=codec 1 {version} IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n";

    private static List<(string Media, List<string> Lines, string Direction)> Streams(string description)
    {
        var streams = new List<(string Media, List<string> Lines, string Direction)>();
        var whole = "sendrecv";
        foreach (var line in description.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var isDirection = line.StartsWith("a=", StringComparison.Ordinal) && Mirror.Any(m => m.Offered == line[2..]);
            if (line.StartsWith("m=", StringComparison.Ordinal)) streams.Add((line[2..], [], whole));
            else if (isDirection && streams.Count == 0) whole = line[2..];
            else if (isDirection) streams[^1] = streams[^1] with { Direction = line[2..] };
            else if (streams.Count > 0) streams[^1].Lines.Add(line);
        }

        return streams;
    }
}
