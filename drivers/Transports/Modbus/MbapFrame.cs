using System.Buffers;
using System.Buffers.Binary;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>
/// A frame of Modbus/TCP: transaction, protocol 0, length, unit, and the PDU. It is also what a driver and its link give each other whatever the
/// wire is; between them the unit is always <see cref="DriversUnit"/>.
/// </summary>
internal readonly record struct MbapFrame(ushort Transaction, byte Unit, ReadOnlyMemory<byte> Pdu)
{
    public const byte DriversUnit = 1;
    public const int HeaderLength = 7;
    public const int LongestPdu = 253;

    /// <summary>Takes a frame off the front. False when it is not all there; a frame that cannot be one sets <paramref name="isSpoilt"/>.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> input, out MbapFrame frame, out bool isSpoilt)
    {
        frame = default;
        isSpoilt = false;
        if (input.Length < HeaderLength) return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        input.Slice(0, HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[4..]) - 1;
        isSpoilt = BinaryPrimitives.ReadUInt16BigEndian(header[2..]) != 0 || length is < 1 or > LongestPdu;
        if (isSpoilt || input.Length < HeaderLength + length) return false;
        frame = new(BinaryPrimitives.ReadUInt16BigEndian(header), header[6], input.Slice(HeaderLength, length).ToArray());
        input = input.Slice(HeaderLength + length);
        return true;
    }

    public byte[] Encode()
    {
        var bytes = new byte[HeaderLength + Pdu.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, Transaction);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)(Pdu.Length + 1));
        bytes[6] = Unit;
        Pdu.Span.CopyTo(bytes.AsSpan(HeaderLength));
        return bytes;
    }

    /// <summary>What a driver wrote; anything else is a bug of the driver.</summary>
    public static MbapFrame OfDriver(ReadOnlyMemory<byte> bytes)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        return TryRead(ref input, out var frame, out _) && input.IsEmpty && frame.Unit == DriversUnit
            ? frame
            : throw new InvalidOperationException("a driver wrote something that is no single frame of Modbus for unit 1");
    }
}
