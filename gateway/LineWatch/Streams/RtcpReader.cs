using System.Buffers.Binary;

namespace AvGateway.LineWatch.Streams;

/// <summary>One block of a report: how a receiver hears a source.</summary>
/// <param name="Loss">Per cent since the report before.</param>
internal readonly record struct RtcpBlock(uint Source, double Loss, uint Jitter, uint LastReport, uint Delay);

/// <summary>Sender and receiver reports (RFC 3550 §6.4). What else stands in a compound packet (names!) is not read.</summary>
internal ref struct RtcpReader
{
    public const byte SenderReport = 200;
    public const byte ReceiverReport = 201;
    private const byte LastKind = 207;
    private const int BlockLength = 24;

    private ReadOnlySpan<byte> _blocks;

    private RtcpReader(ReadOnlySpan<byte> blocks) => _blocks = blocks;

    public uint Sender { get; private set; }

    /// <summary>The middle of the sender's NTP time; null in a receiver report.</summary>
    public uint? MiddleOfTime { get; private set; }

    /// <summary>Octets of the first packet: what may be kept of a compound one.</summary>
    public int Length { get; private set; }

    /// <param name="onWire">Octets of the datagram before the capture cut it.</param>
    public static bool TryRead(ReadOnlySpan<byte> datagram, int onWire, out RtcpReader reader)
    {
        reader = default;
        if (datagram.Length < 8 || datagram[0] >> 6 != 2 || datagram[1] is < SenderReport or > LastKind) return false;
        if (datagram.Length == onWire && !IsCompound(datagram)) return false;
        var length = (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) + 1) * 4;

        // A compound packet begins with a report (RFC 3550 §6.1); reduced ones (RFC 5506) say nothing that is wanted here.
        var (kind, blocks) = (datagram[1], datagram[0] & 0x1f);
        var head = kind == SenderReport ? 28 : 8;
        if (kind is not (SenderReport or ReceiverReport)) (blocks, head) = (0, 8);
        if (length < head || length > datagram.Length || head + (blocks * BlockLength) > length) return false;
        reader = new(datagram.Slice(head, blocks * BlockLength))
        {
            Sender = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            MiddleOfTime = kind == SenderReport ? BinaryPrimitives.ReadUInt32BigEndian(datagram[10..]) : null,
            Length = kind is SenderReport or ReceiverReport ? head + (blocks * BlockLength) : 8,
        };
        return true;
    }

    // RFC 3550 A.2: the lengths of all packets together are the datagram's.
    private static bool IsCompound(ReadOnlySpan<byte> datagram)
    {
        while (datagram.Length >= 4)
        {
            var length = (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) + 1) * 4;
            if (datagram[0] >> 6 != 2 || length > datagram.Length) return false;
            datagram = datagram[length..];
        }

        return datagram.IsEmpty;
    }

    public bool Next(out RtcpBlock block)
    {
        block = default;
        if (_blocks.Length < BlockLength) return false;
        var read = _blocks[..BlockLength];
        block = new(
            BinaryPrimitives.ReadUInt32BigEndian(read), read[4] * 100.0 / 256, BinaryPrimitives.ReadUInt32BigEndian(read[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(read[16..]), BinaryPrimitives.ReadUInt32BigEndian(read[20..]));
        _blocks = _blocks[BlockLength..];
        return true;
    }
}
