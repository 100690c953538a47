using AvGateway.LineWatch.Analysis;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Sip;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Evidence;

/// <summary>
/// Decides what of a frame may be kept as evidence: heads always, payload never, SIP by a list of what is allowed. What is not on the list is overwritten
/// with x in its place, so that lengths stay true and a decoder still reads the message. Runs before anything is stored.
/// </summary>
public static class PacketCutter
{
    private const byte Blank = (byte)'x';
    private const int ShortestIp = 20;
    private const int IcmpHead = 8;
    private const int IcmpQuoted = 28;

    // Header fields that tell about the line and never about a person or a secret; full and compact names.
    private static readonly (byte[] Full, byte[] Compact)[] Allowed =
    [
        ("via"u8.ToArray(), "v"u8.ToArray()), ("call-id"u8.ToArray(), "i"u8.ToArray()), ("cseq"u8.ToArray(), []), ("max-forwards"u8.ToArray(), []),
        ("content-length"u8.ToArray(), "l"u8.ToArray()), ("content-type"u8.ToArray(), "c"u8.ToArray()), ("user-agent"u8.ToArray(), []),
        ("server"u8.ToArray(), []), ("reason"u8.ToArray(), []), ("allow"u8.ToArray(), []), ("expires"u8.ToArray(), []), ("retry-after"u8.ToArray(), []),
        ("session-expires"u8.ToArray(), "x"u8.ToArray()), ("min-se"u8.ToArray(), []), ("supported"u8.ToArray(), "k"u8.ToArray()), ("event"u8.ToArray(), "o"u8.ToArray()),
    ];

    private static readonly byte[][] AllowedInSdp =
    [
        "v="u8.ToArray(), "c="u8.ToArray(), "t="u8.ToArray(), "m="u8.ToArray(), "b="u8.ToArray(), "a=rtpmap:"u8.ToArray(), "a=ptime:"u8.ToArray(),
        "a=maxptime:"u8.ToArray(), "a=sendrecv"u8.ToArray(), "a=sendonly"u8.ToArray(), "a=recvonly"u8.ToArray(), "a=inactive"u8.ToArray(), "a=rtcp:"u8.ToArray(), "a=rtcp-mux"u8.ToArray(),
    ];

    /// <summary>Copies what may be kept.</summary>
    /// <param name="sight">What the packet was found to be; a damaged one is not trusted to be what it says.</param>
    /// <param name="kept">At least as long as the frame.</param>
    /// <returns>Octets that were written.</returns>
    public static int Cut(in Packet packet, PacketSight sight, Span<byte> kept)
    {
        var length = Math.Min(packet.Frame.Length, sight.Network is ChecksumVerdict.Wrong ? packet.NetworkAt + ShortestIp : Length(packet, sight));
        packet.Frame[..length].CopyTo(kept);
        if (sight.Kind is PacketKind.Sip && length > packet.PayloadAt) Mask(kept[packet.PayloadAt..length]);
        return length;
    }

    private static int Length(in Packet packet, PacketSight sight) => sight.Kind switch
    {
        PacketKind.Sip => packet.PayloadAt + packet.Payload.Length,
        PacketKind.Rtp => packet.PayloadAt + Math.Min(packet.Payload.Length, RtpHeader.ShortestLength),

        // A report that is not whole, or not as it was sent, may be anything.
        PacketKind.Rtcp when sight.Transport is not ChecksumVerdict.Wrong && packet.Payload.Length == packet.PayloadLength && RtcpReader.TryRead(packet.Payload, packet.PayloadLength, out var report) => packet.PayloadAt + report.Length,
        PacketKind.Udp or PacketKind.Tcp or PacketKind.Rtcp => packet.PayloadAt,
        PacketKind.Icmp => packet.TransportAt + IcmpHead + IcmpQuoted,
        PacketKind.Arp => packet.NetworkAt + IcmpQuoted,
        _ => packet.Version == 4 ? packet.NetworkAt + ((packet.Frame[packet.NetworkAt] & 0x0f) * 4) : packet.Version == 6 ? packet.NetworkAt + 40 : packet.NetworkAt,
    };

    private static void Mask(Span<byte> message)
    {
        var rest = message;
        var (isBody, isSdp, isFirst, maskFolded) = (false, false, true, false);
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (isFirst) MaskStart(line);
            else if (isBody) MaskBody(line, isSdp);
            else if (line.Length == 0) isBody = true;
            else if (line[0] is (byte)' ' or (byte)'\t') Fill(maskFolded ? line : default);
            else MaskHeader(line, ref isSdp, out maskFolded);
            isFirst = false;
        }
    }

    // "INVITE sip:wang@10.1.1.1 SIP/2.0": whom it is for goes, where it goes to stays. What an answer says in words goes too: some put names there.
    private static void MaskStart(Span<byte> line)
    {
        if (line.StartsWith("SIP/2.0 "u8))
        {
            if (line.Length > 12) Fill(line[12..]);
            return;
        }

        var from = line.IndexOf((byte)' ') + 1;
        var to = line.LastIndexOf((byte)' ');
        if (from <= 0 || to <= from) Fill(line);
        else MaskUser(line[from..to]);
    }

    private static void MaskUser(Span<byte> uri)
    {
        var at = uri.LastIndexOf((byte)'@');
        var scheme = uri.IndexOf((byte)':');
        if (scheme < 0 || !uri[..scheme].StartsWith("sip"u8))
        {
            Fill(uri);
            return;
        }

        if (at > scheme) Fill(uri[(scheme + 1)..at]);
        var options = uri[(at < 0 ? scheme : at)..].IndexOfAny((byte)';', (byte)'?');
        if (options >= 0) Fill(uri[((at < 0 ? scheme : at) + options + 1)..]);
    }

    private static void MaskHeader(Span<byte> line, ref bool isSdp, out bool isMasked)
    {
        isMasked = true;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            Fill(line);
            return;
        }

        var name = SipSniff.Trim(line[..colon]);
        if (SipSniff.Is(name, "content-type"u8, "c"u8)) isSdp = SipSniff.Trim(line[(colon + 1)..]).StartsWith("application/sdp"u8);
        foreach (var (full, compact) in Allowed)
        {
            if (!SipSniff.Is(name, full, compact)) continue;
            isMasked = false;
            return;
        }

        // The tag is a number that was drawn for the call.
        var value = line[(colon + 1)..];
        var tag = SipSniff.Is(name, "from"u8, "f"u8) || SipSniff.Is(name, "to"u8, "t"u8) ? value.LastIndexOf(";tag="u8) : -1;
        Fill(tag < 0 ? value : value[..tag]);
    }

    private static void MaskBody(Span<byte> line, bool isSdp)
    {
        if (isSdp)
        {
            foreach (var allowed in AllowedInSdp)
                if (line.StartsWith(allowed)) return;
        }

        // "s=" and its like stay, so that the description still reads as one.
        Fill(isSdp && line.Length > 2 && line[1] == '=' ? line[2..] : line);
    }

    private static void Fill(Span<byte> text)
    {
        foreach (ref var octet in text)
            if (octet is not ((byte)' ' or (byte)'\t')) octet = Blank;
    }
}
