using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>DESCRIBE: whether a camera or recorder offers a stream, and with the tracks that are needed (RFC 2326). Nothing is played.</summary>
internal sealed partial class RtspProbe(Reach reach)
{
    /// <summary>Kinds of track, which are the options by which a site asks for them.</summary>
    private static readonly string[] Wanted = ["video", "audio"];

    private const int MostRead = 64 * 1024;

    public static ProbeKind Kind(ProbeTools tools) => new("rtsp", "A camera or recorder offers a stream", "RTSP 流可用", "rtsp://USER@HOST/PATH", new RtspProbe(new(tools.Names)).RunAsync)
    {
        Schemes = ["rtsp"],
        DefaultPort = 554,
        TakesSecret = true,
        Options =
        [
            new("video", ValueKind.Flag, true, "A video track must be offered", "须含视频轨"),
            new("audio", ValueKind.Flag, false, "An audio track must be offered", "须含音频轨"),
        ],
        Measures = [CommonMeasures.OfLatency(2000), new("tracks", "", "Tracks that are offered", "媒体轨数")],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var target = turn.Plan.Target!;
        var uri = (target with { User = null }).ToString();
        using var socket = await reach.ConnectAsync(target.Host, target.Port!.Value, turn, late);
        var (status, head, body) = await AskAsync(socket, uri, 1, null, turn, late);
        if (status == 401 && turn.Plan.Secret is { } secret && Authorization(head, target, uri, secret) is { } proof)
            (status, head, body) = await AskAsync(socket, uri, 2, proof, turn, late);
        var took = CommonMeasures.Took(turn.Elapsed);
        if (status is 401 or 403) return ProbeSight.Blind(new($"对端应答 {status}", $"the far end answers {status}"), new("在目标中填写用户，并以“secret”给出口令", "give the probe a user in its target and the password as \"secret\""));
        if (status != 200) return ProbeSight.Wrong(new($"DESCRIBE 应答 {status}", $"DESCRIBE is answered {status}"), took);
        var tracks = Track().Matches(body).Select(m => m.Groups[1].Value).ToList();
        turn.Note($"tracks: {string.Join(", ", tracks)}");
        var missing = Wanted.Where(t => turn.Plan.Options[t].Flag && !tracks.Contains(t)).ToList();
        return missing.Count == 0
            ? ProbeSight.Seen(new($"提供{string.Join("、", tracks.Select(InChinese))}", $"offers {string.Join(" and ", tracks)}"), took, new("tracks", tracks.Count))
            : ProbeSight.Wrong(new($"码流缺少{string.Join("、", missing.Select(InChinese))}", $"the stream has no {string.Join(" and no ", missing)}"), took, new("tracks", tracks.Count));
    }

    private static string InChinese(string track) => track switch
    {
        "video" => "视频轨",
        "audio" => "音频轨",
        _ => $" {track} 轨",
    };

    private static async Task<(int Status, string Head, string Body)> AskAsync(Socket socket, string uri, int number, string? proof, ProbeTurn turn, CancellationToken late)
    {
        var request = $"DESCRIBE {uri} RTSP/1.0\r\nCSeq: {number}\r\nAccept: application/sdp\r\nUser-Agent: AvGateway\r\n{(proof is null ? "" : $"Authorization: {proof}\r\n")}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), SocketFlags.None, late);
        var bytes = new byte[MostRead];
        var length = 0;
        while (true)
        {
            if (length == bytes.Length) throw new IOException("the answer is longer than 64 KiB");
            var count = await socket.ReceiveAsync(bytes.AsMemory(length), SocketFlags.None, late);
            if (count == 0) throw new IOException("the far end closed the connection without a whole answer");
            length += count;
            var text = Encoding.UTF8.GetString(bytes, 0, length);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is not (> 0 and var end)) continue;
            var head = text[..end];
            var wanted = ContentLength().Match(head) is { Success: true } match && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
            if (length < Encoding.UTF8.GetByteCount(head) + 4 + wanted) continue;
            turn.Note(head.Split("\r\n")[0]);
            var status = StatusLine().Match(head) is { Success: true } line ? int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) : throw new IOException("the far end does not speak RTSP");
            return (status, head, text[(end + 4)..]);
        }
    }

    private static string? Authorization(string head, LinkAddress target, string uri, Secret secret)
    {
        var user = target.User ?? "";
        if (head.Contains("WWW-Authenticate: Digest", StringComparison.OrdinalIgnoreCase) && Realm().Match(head) is { Success: true } realm && Nonce().Match(head) is { Success: true } nonce)
        {
            // Cameras speak the digest of RFC 2069, without qop.
            var answer = Md5($"{Md5($"{user}:{realm.Groups[1].Value}:{secret.Reveal()}")}:{nonce.Groups[1].Value}:{Md5($"DESCRIBE:{uri}")}");
            return $"Digest username=\"{user}\", realm=\"{realm.Groups[1].Value}\", nonce=\"{nonce.Groups[1].Value}\", uri=\"{uri}\", response=\"{answer}\"";
        }

        return head.Contains("WWW-Authenticate: Basic", StringComparison.OrdinalIgnoreCase) ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret.Reveal()}"))}" : null;
    }

#pragma warning disable CA5351 // The protocol's own digest.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex(@"^RTSP/1\.\d (\d{3})")] private static partial Regex StatusLine();
    [GeneratedRegex(@"^Content-Length:\s*(\d+)", RegexOptions.Multiline | RegexOptions.IgnoreCase)] private static partial Regex ContentLength();
    [GeneratedRegex(@"^m=(\w+) ", RegexOptions.Multiline)] private static partial Regex Track();
    [GeneratedRegex("realm=\"([^\"]*)\"", RegexOptions.IgnoreCase)] private static partial Regex Realm();
    [GeneratedRegex("nonce=\"([^\"]*)\"", RegexOptions.IgnoreCase)] private static partial Regex Nonce();
}
