using System.Buffers.Binary;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What a report says about one source, as its receiver sees it (RFC 3550 §6.4.1).</summary>
/// <param name="LossFraction">Since the last report, 0 to 1.</param>
/// <param name="Jitter">In units of the media clock.</param>
public readonly record struct RtcpBlock(uint Source, double LossFraction, int Lost, uint HighestSequence, uint Jitter, uint LastReport,
    uint DelaySinceLast);

/// <summary>A compound RTCP packet, as far as the measurement needs it.</summary>
/// <param name="SenderNtp">Middle 32 bits of the sender's NTP time; null in a receiver report.</param>
public readonly record struct RtcpReport(uint Sender, uint? SenderNtp, RtcpBlock? About, bool IsBye);

/// <summary>Reads and writes sender reports, receiver reports and goodbyes.</summary>
public static class Rtcp
{
    private const byte SenderReport = 200, ReceiverReport = 201, SourceDescription = 202, Goodbye = 203;

    /// <param name="own">The block about this source is kept, if there is one.</param>
    public static bool TryRead(ReadOnlySpan<byte> packet, uint own, out RtcpReport report)
    {
        report = default;
        var found = false;
        while (packet.Length >= 8)
        {
            if (packet[0] >> 6 != 2) return false;
            var length = (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) + 1) * 4;
            if (length < 8 || length > packet.Length) return false;
            var part = packet[..length];
            if (part[1] is SenderReport or ReceiverReport)
            {
                if (!TryReport(part, own, ref report)) return false;
                found = true;
            }
            else if (part[1] == Goodbye)
            {
                report = report with { IsBye = true };
                found = true;
            }

            packet = packet[length..];
        }

        return found && packet.IsEmpty;
    }

    /// <summary>SR with one block (or none), and the CNAME that must follow it (§6.5).</summary>
    public static byte[] Write(uint own, ulong ntp, uint timestamp, uint packets, uint octets, RtcpBlock? about, bool bye)
    {
        var blocks = about is null ? 0 : 1;
        var name = Encoding.ASCII.GetBytes("avgateway");
        var item = (4 + 2 + name.Length + 1 + 3) & ~3;
        var output = new byte[28 + (blocks * 24) + 4 + item + (bye ? 8 : 0)];
        var at = Header(output, SenderReport, blocks, 28 + (blocks * 24), own);
        BinaryPrimitives.WriteUInt64BigEndian(output.AsSpan(at), ntp);
        BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(at + 8), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(at + 12), packets);
        BinaryPrimitives.WriteUInt32BigEndian(output.AsSpan(at + 16), octets);
        at += 20;
        if (about is { } block) at += Block(output.AsSpan(at), block);
        var description = output.AsSpan(at);
        Header(description, SourceDescription, 1, 4 + item, own);
        description[8] = 1;
        description[9] = (byte)name.Length;
        name.CopyTo(description[10..]);
        at += 4 + item;
        if (bye) Header(output.AsSpan(at), Goodbye, 1, 8, own);
        return output;
    }

    private static int Header(Span<byte> output, byte type, int count, int length, uint own)
    {
        output[0] = (byte)(0x80 | count);
        output[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], (ushort)((length / 4) - 1));
        BinaryPrimitives.WriteUInt32BigEndian(output[4..], own);
        return 8;
    }

    private static int Block(Span<byte> output, RtcpBlock block)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output, block.Source);
        var lost = Math.Clamp(block.Lost, -0x800000, 0x7FFFFF) & 0xFFFFFF;
        BinaryPrimitives.WriteUInt32BigEndian(output[4..], ((uint)(block.LossFraction * 256) << 24) | (uint)lost);
        BinaryPrimitives.WriteUInt32BigEndian(output[8..], block.HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(output[12..], block.Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(output[16..], block.LastReport);
        BinaryPrimitives.WriteUInt32BigEndian(output[20..], block.DelaySinceLast);
        return 24;
    }

    private static bool TryReport(ReadOnlySpan<byte> part, uint own, ref RtcpReport report)
    {
        var isSender = part[1] == SenderReport;
        var at = isSender ? 28 : 8;
        var count = part[0] & 0x1F;
        if (part.Length < at + (count * 24)) return false;
        report = report with { Sender = BinaryPrimitives.ReadUInt32BigEndian(part[4..]) };
        if (isSender) report = report with { SenderNtp = BinaryPrimitives.ReadUInt32BigEndian(part[10..]) };
        for (; count > 0; count--, at += 24)
        {
            var block = part.Slice(at, 24);
            if (BinaryPrimitives.ReadUInt32BigEndian(block) != own) continue;
            var loss = BinaryPrimitives.ReadUInt32BigEndian(block[4..]);
            report = report with
            {
                About = new(
                    own,
                    (loss >> 24) / 256.0,
                    (int)(loss << 8) >> 8,
                    BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
                    BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
                    BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
                    BinaryPrimitives.ReadUInt32BigEndian(block[20..])),
            };
        }

        return true;
    }
}
