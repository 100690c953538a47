using System.Buffers.Binary;

namespace AvGateway.LineWatch.Packets;

/// <summary>One frame, read as far as it was captured. Lives on the stack of whoever looks at it.</summary>
public readonly ref struct Packet
{
    public const byte Icmp = 1;
    public const byte Tcp = 6;
    public const byte Udp = 17;
    public const byte IcmpV6 = 58;

    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeArp = 0x0806;
    private const ushort EtherTypeIPv6 = 0x86DD;
    private const int MostExtensionHeaders = 8;

    /// <summary>When it was captured, in UTC ticks of 100 ns.</summary>
    public long At { get; private init; }

    public ReadOnlySpan<byte> Frame { get; private init; }

    /// <summary>Octets that were on the wire, whatever was kept of them.</summary>
    public int WireLength { get; private init; }

    /// <summary>Where the network layer begins in <see cref="Frame"/>.</summary>
    public int NetworkAt { get; private init; }

    /// <summary>Where UDP, TCP or ICMP begins; −1: none of them is there, or only a later fragment of it.</summary>
    public int TransportAt { get; private init; }

    /// <summary>4 or 6; 0: no IP.</summary>
    public int Version { get; private init; }
    public bool IsArp { get; private init; }
    public bool IsLaterFragment { get; private init; }
    public bool IsFragment { get; private init; }
    public byte Protocol { get; private init; }
    public byte Dscp { get; private init; }
    public HostAddress Source { get; private init; }
    public HostAddress Destination { get; private init; }
    public ushort SourcePort { get; private init; }
    public ushort DestinationPort { get; private init; }

    /// <summary>Octets of the transport's header and payload on the wire, as the IP header says.</summary>
    public int TransportLength { get; private init; }

    /// <summary>Where the payload begins in <see cref="Frame"/>; −1: no UDP or TCP.</summary>
    public int PayloadAt { get; private init; }

    public bool IsUdp => Protocol == Udp && PayloadAt >= 0;
    public bool IsTcp => Protocol == Tcp && PayloadAt >= 0;

    /// <summary>As much of the payload as was captured, without what pads a short frame.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            if (PayloadAt < 0) return default;
            var end = Math.Min(Frame.Length, TransportAt + TransportLength);
            return end > PayloadAt ? Frame[PayloadAt..end] : default;
        }
    }

    /// <summary>Octets of payload on the wire.</summary>
    public int PayloadLength => PayloadAt < 0 ? 0 : Math.Max(0, TransportLength - (PayloadAt - TransportAt));

    public HostPort From => new(Source, SourcePort);
    public HostPort To => new(Destination, DestinationPort);

    /// <summary>Reads what it can; what it does not understand is a frame without a network layer.</summary>
    public static Packet Read(long at, LinkLayer link, ReadOnlySpan<byte> frame, int wireLength)
    {
        var (start, type) = Link(link, frame);
        var bare = new Packet { At = at, Frame = frame, WireLength = wireLength, NetworkAt = start, TransportAt = -1, PayloadAt = -1, IsArp = type == EtherTypeArp };
        if (start > frame.Length) return bare with { NetworkAt = frame.Length, IsArp = false };
        return type switch
        {
            EtherTypeIPv4 => ReadIPv4(bare, frame[start..]),
            EtherTypeIPv6 => ReadIPv6(bare, frame[start..]),
            _ => bare,
        };
    }

    private static (int Start, ushort Type) Link(LinkLayer link, ReadOnlySpan<byte> frame)
    {
        switch (link)
        {
            case LinkLayer.Ethernet:
                return Tagged(frame, 12);
            case LinkLayer.LinuxCooked:
                return Tagged(frame, 14);
            case LinkLayer.LinuxCookedV2:
                return frame.Length < 20 ? (frame.Length, (ushort)0) : (20, BinaryPrimitives.ReadUInt16BigEndian(frame));
            case LinkLayer.Null or LinkLayer.Loop:
                return frame.Length < 5 ? (frame.Length, (ushort)0) : (4, ByVersion(frame[4]));
            case LinkLayer.Raw or LinkLayer.RawOfOldLibraries:
                return frame.Length < 1 ? (0, (ushort)0) : (0, ByVersion(frame[0]));
            default:
                return (frame.Length, 0);
        }
    }

    private static ushort ByVersion(byte first) => (first >> 4) switch { 4 => EtherTypeIPv4, 6 => EtherTypeIPv6, _ => 0 };

    // 802.1Q and 802.1ad tags stand between the addresses and the type, one inside the other.
    private static (int Start, ushort Type) Tagged(ReadOnlySpan<byte> frame, int typeAt)
    {
        while (frame.Length >= typeAt + 2)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(frame[typeAt..]);
            if (type is not (0x8100 or 0x88A8 or 0x9100)) return (typeAt + 2, type);
            typeAt += 4;
        }

        return (frame.Length, 0);
    }

    private static Packet ReadIPv4(Packet bare, ReadOnlySpan<byte> ip)
    {
        if (ip.Length < 20 || ip[0] >> 4 != 4) return bare;
        var head = (ip[0] & 0x0f) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);

        // A card that cuts large sends itself shows frames without a length (TSO).
        if (total == 0) total = (ushort)Math.Min(ushort.MaxValue, Math.Max(head, bare.WireLength - bare.NetworkAt));
        if (head < 20 || ip.Length < head || total < head) return bare;
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(ip[6..]);
        var later = (fragment & 0x1fff) != 0;
        var read = bare with
        {
            Version = 4,
            Protocol = ip[9],
            Dscp = (byte)(ip[1] >> 2),
            Source = HostAddress.Of(ip.Slice(12, 4)),
            Destination = HostAddress.Of(ip.Slice(16, 4)),
            IsLaterFragment = later,
            IsFragment = later || (fragment & 0x2000) != 0,
            TransportLength = total - head,
        };
        return later ? read : ReadTransport(read, bare.NetworkAt + head);
    }

    private static Packet ReadIPv6(Packet bare, ReadOnlySpan<byte> ip)
    {
        if (ip.Length < 40 || ip[0] >> 4 != 6) return bare;
        var (next, at, length) = (ip[6], 40, (int)BinaryPrimitives.ReadUInt16BigEndian(ip[4..]));
        var (isFragment, later) = (false, false);
        for (var i = 0; i < MostExtensionHeaders && next is 0 or 43 or 44 or 60; i++)
        {
            if (ip.Length < at + 8) return bare with { Version = 6 };
            if (next == 44)
            {
                isFragment = true;
                later = (BinaryPrimitives.ReadUInt16BigEndian(ip[(at + 2)..]) & 0xfff8) != 0;
            }

            var size = next == 44 ? 8 : (ip[at + 1] + 1) * 8;
            next = ip[at];
            at += size;
            length -= size;
            if (later) break;
        }

        var read = bare with
        {
            Version = 6,
            Protocol = next,
            Dscp = (byte)((BinaryPrimitives.ReadUInt16BigEndian(ip) >> 6) & 0x3f),
            Source = HostAddress.Of(ip.Slice(8, 16)),
            Destination = HostAddress.Of(ip.Slice(24, 16)),
            IsFragment = isFragment,
            IsLaterFragment = later,
            TransportLength = Math.Max(0, length),
        };
        return later ? read : ReadTransport(read, bare.NetworkAt + at);
    }

    private static Packet ReadTransport(Packet read, int at)
    {
        var rest = at <= read.Frame.Length ? read.Frame[at..] : default;
        switch (read.Protocol)
        {
            case Udp when rest.Length >= 8 && read.TransportLength >= 8:
                return read with
                {
                    TransportAt = at,
                    PayloadAt = at + 8,
                    SourcePort = BinaryPrimitives.ReadUInt16BigEndian(rest),
                    DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
                };
            case Tcp when rest.Length >= 20 && read.TransportLength >= 20:
                var head = (rest[12] >> 4) * 4;
                return head < 20 || head > read.TransportLength ? read with { TransportAt = at } : read with
                {
                    TransportAt = at,
                    PayloadAt = at + head,
                    SourcePort = BinaryPrimitives.ReadUInt16BigEndian(rest),
                    DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
                };
            case Icmp or IcmpV6 when rest.Length > 0:
                return read with { TransportAt = at };
            default:
                return read;
        }
    }
}
