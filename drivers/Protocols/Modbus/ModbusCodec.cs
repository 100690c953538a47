using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>
/// Frames of Modbus/TCP to unit 1; the link puts in the unit that is meant, and on a serial line makes the line's own frames of them. What a
/// request reads like: <c>7 coils 0 8</c>, <c>7 inputs 0 8</c>, <c>7 holding 0 2</c>, <c>7 input 1 2</c> (first and count), <c>8 coil 3 on</c>.
/// </summary>
public sealed class ModbusCodec : IWireCodec<ModbusReply>
{
    private const int HeaderLength = 7, Unit = 1, LongestPdu = 253, ExceptionBit = 0x80;
    private const int ReadCoils = 1, ReadInputs = 2, ReadHolding = 3, ReadInput = 4, WriteCoil = 5;
    private const int MostBits = 2000, MostRegisters = 125;
    private const ushort CoilOn = 0xFF00;

    public int MaxReplyLength => 1024;

    public bool TryRead(ref ReadOnlySequence<byte> input, out ModbusReply reply)
    {
        reply = null!;
        Span<byte> front = stackalloc byte[HeaderLength + 1];
        while (input.Length > HeaderLength)
        {
            input.Slice(0, front.Length).CopyTo(front);
            var length = BinaryPrimitives.ReadUInt16BigEndian(front[4..]) - 1;
            if (BinaryPrimitives.ReadUInt16BigEndian(front[2..]) == 0 && length is >= 2 and <= LongestPdu && front[6] == Unit)
            {
                if (input.Length < HeaderLength + length) return false;
                var pdu = input.Slice(HeaderLength, length).ToArray();
                if (Parse(BinaryPrimitives.ReadUInt16BigEndian(front), pdu) is { } read)
                {
                    input = input.Slice(HeaderLength + length);
                    reply = read;
                    return true;
                }
            }

            // No frame begins here: the next byte may be where one does.
            input = input.Slice(1);
        }

        return false;
    }

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentException.ThrowIfNullOrEmpty(request);
        if (request.Split(' ') is not [var id, var what, var at, var last] || !TryNumber(id, ushort.MaxValue, out var transaction)
            || !TryNumber(at, ushort.MaxValue, out var address)) throw Wrong(request);
        var (function, value) = what switch
        {
            "coils" when TryNumber(last, MostBits, out var count) && count > 0 => (ReadCoils, count),
            "inputs" when TryNumber(last, MostBits, out var count) && count > 0 => (ReadInputs, count),
            "holding" when TryNumber(last, MostRegisters, out var count) && count > 0 => (ReadHolding, count),
            "input" when TryNumber(last, MostRegisters, out var count) && count > 0 => (ReadInput, count),
            "coil" when last is "on" or "off" => (WriteCoil, last == "on" ? CoilOn : 0),
            _ => throw Wrong(request),
        };
        var frame = output.GetSpan(HeaderLength + 5);
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame[4..], 6);
        frame[6] = Unit;
        frame[7] = (byte)function;
        BinaryPrimitives.WriteUInt16BigEndian(frame[8..], (ushort)address);
        BinaryPrimitives.WriteUInt16BigEndian(frame[10..], (ushort)value);
        output.Advance(HeaderLength + 5);
    }

    private static ArgumentException Wrong(string request) => new($"\"{request}\" is no request of Modbus", nameof(request));

    private static bool TryNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    private static ModbusReply? Parse(int transaction, byte[] pdu)
    {
        int function = pdu[0];
        if ((function & ExceptionBit) != 0) return pdu.Length == 2 && IsKnown(function & ~ExceptionBit) ? new(transaction, function & ~ExceptionBit, pdu[1], []) : null;
        return function switch
        {
            >= ReadCoils and <= ReadInput when pdu.Length == pdu[1] + 2 => new(transaction, function, 0, pdu[2..]),
            WriteCoil when pdu.Length == 5 => new(transaction, function, 0, pdu[1..]),
            _ => null,
        };
    }

    private static bool IsKnown(int function) => function is >= ReadCoils and <= WriteCoil;
}
