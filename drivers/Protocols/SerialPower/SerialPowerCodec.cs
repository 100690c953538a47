using System.Buffers;
using System.Globalization;

namespace AvGateway.Drivers.Protocols.SerialPower;

/// <summary>Frames of six bytes, <c>3A 01 05 channel operation 0D</c>. A request is written as channel and operation, <c>0301</c>.</summary>
public sealed class SerialPowerCodec : IWireCodec<SerialPowerReply>
{
    private const byte Start = 0x3A, End = 0x0D;
    private const byte Address = 0x01, Command = 0x05;
    private const int Length = 6;

    public int MaxReplyLength => 64;

    public static string Request(int channel, int operation) => string.Create(CultureInfo.InvariantCulture, $"{channel:X2}{operation:X2}");

    /// <remarks>Channel 00 stands for all: no wish of ours means that, so it is never written.</remarks>
    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Length != 4 || !request.All(char.IsAsciiHexDigit)) throw new ArgumentException("a request is two hex digits of channel and two of operation", nameof(request));
        var fields = Convert.FromHexString(request);
        if (fields[0] == 0) throw new ArgumentException("channel 0 would switch every outlet at once", nameof(request));
        output.Write([Start, Address, Command, fields[0], fields[1], End]);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out SerialPowerReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        for (var at = 0; at + Length <= bytes.Length; at++)
        {
            var frame = bytes.Slice(at, Length);
            if (frame[0] != Start || frame[1] != Address || frame[2] != Command || frame[^1] != End) continue;
            reply = new(frame[3], frame[4]);
            input = input.Slice(at + Length);
            return true;
        }

        return false;
    }
}
