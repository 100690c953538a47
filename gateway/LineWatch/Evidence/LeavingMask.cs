using System.Buffers.Binary;
using AvGateway.LineWatch.Packets;
using AvGateway.LineWatch.Sip;
using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Evidence;

/// <summary>
/// Takes out of the heads of a window what names a machine: addresses become numbers, the same one for the same address throughout. A checksum is changed by the
/// difference, so that a right one stays right and a wrong one wrong. What is not understood is cut off.
/// </summary>
public sealed class LeavingMask
{
    private const int IcmpHead = 8;
    private const int IcmpQuoted = 28;
    private const int ArpLength = 28;
    private const int ShortestIp = 20;
    private const int IPv6Head = 40;

    // Addresses for measuring (RFC 2544) and for documents (RFC 3849): nobody has them.
    private const uint FirstIPv4 = 0xC612_0000;
    private const int MostIPv4 = 0x1_FFFF;
    private const uint IPv6Prefix = 0x2001_0DB8;

    private readonly Dictionary<HostAddress, int> _hosts = [];
    private readonly Dictionary<ulong, int> _cards = [];
    private readonly LeavingSip _sip = new();

    /// <returns>Octets of the frame that may leave.</returns>
    public int Mask(LinkLayer link, Span<byte> frame, int wireLength)
    {
        var packet = Packet.Read(0, link, frame, wireLength);
        MaskLink(link, frame);
        if (packet.IsArp) return packet.NetworkAt + MaskArp(frame[packet.NetworkAt..]);
        return packet.Version switch
        {
            4 => MaskIPv4(packet, frame),
            6 when frame.Length >= packet.NetworkAt + IPv6Head => MaskIPv6(packet, frame),
            _ => packet.NetworkAt,
        };
    }

    private int MaskIPv4(in Packet packet, Span<byte> frame)
    {
        var ip = frame[packet.NetworkAt..];
        var head = (ip[0] & 0x0f) * 4;

        // Options hold routes.
        var options = Sum(ip[ShortestIp..head]);
        ip[ShortestIp..head].Fill(1);
        Mend(ip[10..12], options, Sum(ip[ShortestIp..head]));
        var (before, after) = MaskPair(ip[12..16], ip[16..20]);
        Mend(ip[10..12], before, after);
        if (packet.Protocol == Packet.Icmp && packet.TransportAt >= 0) return packet.TransportAt + MaskIcmp(frame[packet.TransportAt..]);
        return packet.TransportAt < 0 ? packet.NetworkAt + head : MaskTransport(packet, frame, before, after);
    }

    private int MaskIPv6(in Packet packet, Span<byte> frame)
    {
        var ip = frame[packet.NetworkAt..];
        var (before, after) = MaskPair(ip[8..24], ip[24..40]);
        var end = packet.NetworkAt + IPv6Head;
        if (packet.TransportAt != end) return end;
        if (packet.Protocol != Packet.IcmpV6) return MaskTransport(packet, frame, before, after);

        // What follows the first words of these is addresses more often than not.
        var icmp = frame[packet.TransportAt..];
        if (icmp.Length >= 4) Mend(icmp[2..4], before, after);
        return packet.TransportAt + Math.Min(icmp.Length, IcmpHead);
    }

    private int MaskTransport(in Packet packet, Span<byte> frame, ushort before, ushort after)
    {
        var at = packet.TransportAt + (packet.Protocol == Packet.Udp ? 6 : 16);
        if (frame.Length >= at + 2 && (packet.Protocol != Packet.Udp || BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) != 0))
        {
            Mend(frame.Slice(at, 2), before, after);

            // Zero would say that there is none.
            if (packet.Protocol == Packet.Udp && BinaryPrimitives.ReadUInt16BigEndian(frame[at..]) == 0) BinaryPrimitives.WriteUInt16BigEndian(frame[at..], ushort.MaxValue);
        }

        if (packet.PayloadAt < 0 || packet.PayloadAt > frame.Length) return Math.Min(frame.Length, packet.TransportAt + IcmpHead);
        var payload = frame.Slice(packet.PayloadAt, packet.Payload.Length);
        if (SipSniff.TryStart(payload, out _, out _))
        {
            _sip.Mask(payload);
            return packet.PayloadAt + payload.Length;
        }

        return packet.PayloadAt + (packet.IsUdp ? LengthOfMedia(payload, packet.PayloadLength) : 0);
    }

    private static int LengthOfMedia(ReadOnlySpan<byte> payload, int onWire)
    {
        if (payload.Length < 8 || payload[0] >> 6 != 2) return 0;
        if (payload[1] is RtcpReader.SenderReport or RtcpReader.ReceiverReport) return RtcpReader.TryRead(payload, onWire, out var report) ? report.Length : 0;
        return payload.Length < RtpHeader.ShortestLength ? 0 : RtpHeader.ShortestLength;
    }

    // An error quotes the head of what it is about; the sum over that head stays as it was, and so does the checksum over the sum.
    private int MaskIcmp(Span<byte> icmp)
    {
        const byte unreachable = 3, redirect = 5, exceeded = 11, wrong = 12;
        if (icmp[0] is redirect) return Math.Min(icmp.Length, IcmpHead / 2);
        if (icmp[0] is not (unreachable or exceeded or wrong) || icmp.Length < IcmpHead + ShortestIp || icmp[IcmpHead] != 0x45) return Math.Min(icmp.Length, IcmpHead);
        var quoted = icmp[IcmpHead..];
        var (before, after) = MaskPair(quoted[12..16], quoted[16..20]);
        Mend(quoted[10..12], before, after);
        return Math.Min(icmp.Length, IcmpHead + IcmpQuoted);
    }

    private int MaskArp(Span<byte> arp)
    {
        // Ethernet and IPv4; of anything else only that it was there.
        if (arp.Length < ArpLength || arp[4] != 6 || arp[5] != 4) return 0;
        MaskCard(arp[8..14]);
        MaskHost(arp[14..18]);
        MaskCard(arp[18..24]);
        MaskHost(arp[24..28]);
        return ArpLength;
    }

    private void MaskLink(LinkLayer link, Span<byte> frame)
    {
        if (link is LinkLayer.Ethernet && frame.Length >= 12)
        {
            MaskCard(frame[..6]);
            MaskCard(frame[6..12]);
        }

        if (link is LinkLayer.LinuxCooked && frame.Length >= 16) MaskCooked(frame[6..14], BinaryPrimitives.ReadUInt16BigEndian(frame[4..]));
        if (link is LinkLayer.LinuxCookedV2 && frame.Length >= 20) MaskCooked(frame[12..20], frame[11]);
    }

    private void MaskCooked(Span<byte> address, int length)
    {
        if (length == 6) MaskCard(address[..6]);
        else address.Clear();
        address[6..].Clear();
    }

    private (ushort Before, ushort After) MaskPair(Span<byte> source, Span<byte> destination)
    {
        var before = Add(Sum(source), Sum(destination));
        MaskHost(source);
        MaskHost(destination);
        return (before, Add(Sum(source), Sum(destination)));
    }

    private void MaskHost(Span<byte> octets)
    {
        if (IsNobodys(octets)) return;
        var number = Number(_hosts, HostAddress.Of(octets));
        if (octets.Length == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, FirstIPv4 + (uint)Math.Min(number, MostIPv4));
            return;
        }

        octets.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(octets, IPv6Prefix);
        BinaryPrimitives.WriteInt32BigEndian(octets[12..], number);
    }

    // This machine, no machine, and every machine are the same everywhere.
    private static bool IsNobodys(ReadOnlySpan<byte> octets) => octets.Length == 4
        ? octets[0] == 127 || octets.IndexOfAnyExcept((byte)0) < 0 || octets.IndexOfAnyExcept((byte)255) < 0
        : octets[..15].IndexOfAnyExcept((byte)0) < 0 && octets[15] <= 1;

    private void MaskCard(Span<byte> octets)
    {
        if (octets.IndexOfAnyExcept((byte)0) < 0 || octets.IndexOfAnyExcept((byte)255) < 0) return;
        Span<byte> wide = stackalloc byte[8];
        octets.CopyTo(wide[2..]);
        var number = Number(_cards, BinaryPrimitives.ReadUInt64BigEndian(wide));
        octets[0] = (byte)(2 | (octets[0] & 1));
        octets[1] = 0;
        BinaryPrimitives.WriteInt32BigEndian(octets[2..], number);
    }

    private static int Number<T>(Dictionary<T, int> known, T value) where T : notnull
    {
        if (!known.TryGetValue(value, out var number)) known.Add(value, number = known.Count + 1);
        return number;
    }

    // RFC 1624: the checksum as it becomes when a part of what it is over becomes another.
    private static void Mend(Span<byte> checksum, ushort before, ushort after)
    {
        var sum = Add(Add((ushort)~BinaryPrimitives.ReadUInt16BigEndian(checksum), (ushort)~before), after);
        BinaryPrimitives.WriteUInt16BigEndian(checksum, (ushort)~sum);
    }

    private static ushort Sum(ReadOnlySpan<byte> octets)
    {
        ushort sum = 0;
        for (var i = 0; i < octets.Length; i += 2) sum = Add(sum, BinaryPrimitives.ReadUInt16BigEndian(octets[i..]));
        return sum;
    }

    private static ushort Add(ushort one, ushort other)
    {
        var sum = (uint)one + other;
        return (ushort)((sum & 0xffff) + (sum >> 16));
    }
}
