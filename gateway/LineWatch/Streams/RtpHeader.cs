using System.Buffers.Binary;

namespace AvGateway.LineWatch.Streams;

/// <summary>The head of an RTP packet (RFC 3550 §5.1), as far as a line's quality can be read from it.</summary>
/// <param name="Length">Octets of the head with its sources and extension; what follows is payload.</param>
public readonly record struct RtpHeader(byte PayloadType, bool IsMarked, ushort Sequence, uint Timestamp, uint Source, int Length)
{
    public const int ShortestLength = 12;

    // 72–76 are taken by RTCP where both share a port (RFC 5761 §4).
    private const int FirstOfRtcp = 72;
    private const int LastOfRtcp = 76;

    /// <summary>False: this is no RTP, or too little of it was kept.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out RtpHeader header)
    {
        header = default;
        if (datagram.Length < ShortestLength || datagram[0] >> 6 != 2) return false;
        var type = (byte)(datagram[1] & 0x7f);
        if (type is >= FirstOfRtcp and <= LastOfRtcp) return false;
        var length = ShortestLength + ((datagram[0] & 0x0f) * 4);
        if ((datagram[0] & 0x10) != 0 && datagram.Length >= length + 4)
        {
            length += 4 + (BinaryPrimitives.ReadUInt16BigEndian(datagram[(length + 2)..]) * 4);
        }

        header = new(
            type, (datagram[1] & 0x80) != 0, BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]), BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]), length);
        return true;
    }
}
