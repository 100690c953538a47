using System.Buffers.Binary;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The fixed header of an RTP packet (RFC 3550 §5.1).</summary>
public readonly record struct RtpHeader(int PayloadType, bool Marker, ushort Sequence, uint Timestamp, uint Source)
{
    public const int Length = 12;

    /// <summary>Reads header, contributors, extension and padding; false when the lengths do not fit the packet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out RtpHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (packet.Length < Length || packet[0] >> 6 != 2) return false;
        var at = Length + ((packet[0] & 0x0F) * 4);
        if ((packet[0] & 0x10) != 0)
        {
            if (packet.Length < at + 4) return false;
            at += 4 + (BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]) * 4);
        }

        var end = packet.Length - ((packet[0] & 0x20) != 0 ? packet[^1] : 0);
        if (at > end || ((packet[0] & 0x20) != 0 && packet[^1] == 0)) return false;
        header = new(
            packet[1] & 0x7F,
            (packet[1] & 0x80) != 0,
            BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[8..]));
        payload = packet[at..end];
        return true;
    }

    public void Write(Span<byte> packet)
    {
        packet[0] = 0x80;
        packet[1] = (byte)(PayloadType | (Marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Source);
    }
}
