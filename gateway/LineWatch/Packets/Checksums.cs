using System.Buffers.Binary;

namespace AvGateway.LineWatch.Packets;

public enum ChecksumVerdict
{
    /// <summary>None is there, or not all octets that it covers were captured.</summary>
    NotChecked,
    Right,
    Wrong,

    /// <summary>The card completes it after the capture saw the packet: the sender is this machine.</summary>
    LeftToTheCard,
}

/// <summary>Internet checksums (RFC 1071) of IPv4, UDP and TCP. They must be looked at while the payload is there: afterwards it is cut off.</summary>
public static class Checksums
{
    public static ChecksumVerdict OfNetwork(in Packet packet)
    {
        if (packet.Version != 4) return ChecksumVerdict.NotChecked;
        var ip = packet.Frame[packet.NetworkAt..];
        var head = (ip[0] & 0x0f) * 4;
        if (ip[10] == 0 && ip[11] == 0) return ChecksumVerdict.LeftToTheCard;
        return Fold(Sum(ip[..head])) == 0xffff ? ChecksumVerdict.Right : ChecksumVerdict.Wrong;
    }

    public static ChecksumVerdict OfTransport(in Packet packet)
    {
        if (packet.PayloadAt < 0 || packet.IsFragment) return ChecksumVerdict.NotChecked;
        var end = packet.TransportAt + packet.TransportLength;
        if (end > packet.Frame.Length) return ChecksumVerdict.NotChecked;
        var segment = packet.Frame[packet.TransportAt..end];
        var given = BinaryPrimitives.ReadUInt16BigEndian(segment[(packet.Protocol == Packet.Udp ? 6 : 16)..]);
        if (given == 0 && packet.Protocol == Packet.Udp) return ChecksumVerdict.NotChecked;
        var pseudo = Pseudo(packet);
        if (Fold(pseudo + Sum(segment)) == 0xffff) return ChecksumVerdict.Right;

        // Linux leaves the sum of the pseudo header in the field for the card to go on from.
        return given == Fold(pseudo) ? ChecksumVerdict.LeftToTheCard : ChecksumVerdict.Wrong;
    }

    private static ulong Pseudo(in Packet packet)
    {
        Span<byte> addresses = stackalloc byte[32];
        BinaryPrimitives.WriteUInt128BigEndian(addresses, packet.Source.Value);
        BinaryPrimitives.WriteUInt128BigEndian(addresses[16..], packet.Destination.Value);
        var sum = packet.Version == 4 ? Sum(addresses.Slice(12, 4)) + Sum(addresses.Slice(28, 4)) : Sum(addresses);
        return sum + packet.Protocol + (uint)packet.TransportLength;
    }

    private static ulong Sum(ReadOnlySpan<byte> octets)
    {
        ulong sum = 0;
        while (octets.Length >= 4)
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(octets);
            octets = octets[4..];
        }

        if (octets.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets);
            octets = octets[2..];
        }

        return octets.Length == 1 ? sum + (uint)(octets[0] << 8) : sum;
    }

    private static ushort Fold(ulong sum)
    {
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
