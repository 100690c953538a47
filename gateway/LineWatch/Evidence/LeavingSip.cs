using System.Text;
using AvGateway.LineWatch.Sip;

namespace AvGateway.LineWatch.Evidence;

/// <summary>
/// What of a kept SIP message may leave: what it is, its order, and what was agreed about media. Who and where it was goes, also where the court itself may
/// keep it: addresses, names of programs, words of answers.
/// </summary>
internal sealed class LeavingSip
{
    private const byte Blank = (byte)'x';

    private static readonly (byte[] Full, byte[] Compact)[] Leaving =
    [
        ("cseq"u8.ToArray(), []), ("max-forwards"u8.ToArray(), []), ("content-length"u8.ToArray(), "l"u8.ToArray()), ("content-type"u8.ToArray(), "c"u8.ToArray()), ("allow"u8.ToArray(), []),
        ("expires"u8.ToArray(), []), ("retry-after"u8.ToArray(), []), ("session-expires"u8.ToArray(), "x"u8.ToArray()), ("min-se"u8.ToArray(), []), ("supported"u8.ToArray(), "k"u8.ToArray()), ("event"u8.ToArray(), "o"u8.ToArray()),
    ];

    private static readonly byte[][] LeavingInSdp =
    [
        "v="u8.ToArray(), "t="u8.ToArray(), "m="u8.ToArray(), "b="u8.ToArray(), "a=rtpmap:"u8.ToArray(), "a=ptime:"u8.ToArray(), "a=maxptime:"u8.ToArray(),
        "a=sendrecv"u8.ToArray(), "a=sendonly"u8.ToArray(), "a=recvonly"u8.ToArray(), "a=inactive"u8.ToArray(), "a=rtcp-mux"u8.ToArray(),
    ];

    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);

    public void Mask(Span<byte> message)
    {
        var rest = message;
        var (isBody, isSdp, isFirst) = (false, false, true);
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (isFirst) MaskStart(line);
            else if (isBody) MaskBody(line, isSdp);
            else if (line.Length == 0) isBody = true;
            else MaskHeader(line, ref isSdp);
            isFirst = false;
        }
    }

    private static void MaskStart(Span<byte> line)
    {
        const int status = 12;
        if (line.StartsWith("SIP/2.0 "u8))
        {
            if (line.Length > status) Fill(line[status..]);
            return;
        }

        var (from, to) = (line.IndexOf((byte)' ') + 1, line.LastIndexOf((byte)' '));
        if (from <= 0 || to <= from) Fill(line);
        else Fill(AfterScheme(line[from..to]));
    }

    // Without a scheme it would be no request to a reader.
    private static Span<byte> AfterScheme(Span<byte> uri) => uri.StartsWith("sip:"u8) ? uri[4..] : uri.StartsWith("sips:"u8) ? uri[5..] : uri;

    private void MaskHeader(Span<byte> line, ref bool isSdp)
    {
        // A line that goes on from the one before has no name.
        var colon = line[0] is (byte)' ' or (byte)'\t' ? -1 : line.IndexOf((byte)':');
        if (colon <= 0)
        {
            Fill(line);
            return;
        }

        var name = SipSniff.Trim(line[..colon]);
        var value = line[(colon + 1)..];
        if (SipSniff.Is(name, "content-type"u8, "c"u8)) isSdp = SipSniff.Trim(value).StartsWith("application/sdp"u8);
        if (SipSniff.Is(name, "call-id"u8, "i"u8)) Rename(value);
        else if (SipSniff.Is(name, "via"u8, "v"u8)) Fill(AfterTransport(value));
        else if (SipSniff.Is(name, "reason"u8, default)) KeepIfPlain(value, value.IndexOf("text"u8), hasPoints: true);
        else if (IsLeaving(name)) KeepIfPlain(value);
        else Fill(value);
    }

    private static bool IsLeaving(ReadOnlySpan<byte> name)
    {
        foreach (var (full, compact) in Leaving)
            if (SipSniff.Is(name, full, compact)) return true;
        return false;
    }

    // "SIP/2.0/UDP 10.1.1.10:5060;branch=…"
    private static Span<byte> AfterTransport(Span<byte> value)
    {
        var from = value.IndexOf("SIP/2.0/"u8);
        var to = from < 0 ? -1 : value[from..].IndexOf((byte)' ');
        return to < 0 ? value : value[(from + to)..];
    }

    private static void MaskBody(Span<byte> line, bool isSdp)
    {
        if (isSdp)
        {
            foreach (var leaving in LeavingInSdp)
            {
                if (!line.StartsWith(leaving)) continue;
                KeepIfPlain(line[leaving.Length..]);
                return;
            }
        }

        // "c=IN IP4 …" still says of which kind the address was.
        var kept = !isSdp || line.Length <= 2 || line[1] != '=' ? 0 : line.StartsWith("c=IN IP"u8) && line.Length > 9 ? 9 : 2;
        Fill(line[kept..]);
    }

    private void Rename(Span<byte> value)
    {
        var id = SipSniff.Trim(value);
        if (id.IsEmpty) return;
        var text = Encoding.Latin1.GetString(id);
        if (!_calls.TryGetValue(text, out var number)) _calls.Add(text, number = _calls.Count + 1);
        var at = value.IndexOf(id);
        Fill(value);
        var name = Encoding.ASCII.GetBytes($"call-{number}-");
        name.AsSpan(0, Math.Min(name.Length, id.Length)).CopyTo(value[at..]);
    }

    // Words and numbers of the protocol are of these characters; whatever has others may be anything, an address first of all.
    private static void KeepIfPlain(Span<byte> value, int cutAt = -1, bool hasPoints = false)
    {
        if (cutAt >= 0) Fill(value[cutAt..]);
        var kept = cutAt >= 0 ? value[..cutAt] : value;
        foreach (var octet in kept)
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)' ' or (byte)'\t' or (byte)',' or (byte)';' or (byte)'=' or (byte)'/' or (byte)'-' or (byte)'+' || (hasPoints && octet is (byte)'.')) continue;
            Fill(kept);
            return;
        }
    }

    private static void Fill(Span<byte> text)
    {
        foreach (ref var octet in text)
            if (octet is not ((byte)' ' or (byte)'\t')) octet = Blank;
    }
}
