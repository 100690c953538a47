using System.Buffers.Binary;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>Frames of a Modbus line: unit, PDU, and the sum with its low byte first.</summary>
internal static class RtuFrame
{
    public const int Longest = 256;

    private const int Shortest = 4;
    private const int ExceptionBit = 0x80;

    public static byte[] Encode(byte unit, ReadOnlySpan<byte> pdu)
    {
        var frame = new byte[pdu.Length + 3];
        frame[0] = unit;
        pdu.CopyTo(frame.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(pdu.Length + 1), Sum(frame.AsSpan(0, pdu.Length + 1)));
        return frame;
    }

    public static bool IsWhole(ReadOnlySpan<byte> frame) =>
        frame.Length >= Shortest && BinaryPrimitives.ReadUInt16LittleEndian(frame[^2..]) == Sum(frame[..^2]);

    /// <summary>How long an answer is by what it begins with; null when that cannot be told yet or at all: then silence ends it.</summary>
    public static int? AnswerLength(ReadOnlySpan<byte> begun)
    {
        if (begun.Length < 2) return null;
        if ((begun[1] & ExceptionBit) != 0) return 5;
        return begun[1] switch
        {
            >= 1 and <= 4 => begun.Length < 3 ? null : 5 + begun[2],
            5 or 6 or 15 or 16 => 8,
            _ => null,
        };
    }

    /// <summary>CRC-16 with the polynomial A001, begun with FFFF.</summary>
    public static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0xFFFF;
        foreach (var b in bytes)
        {
            sum ^= b;
            for (var bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xA001 : sum >> 1;
        }

        return (ushort)sum;
    }
}
