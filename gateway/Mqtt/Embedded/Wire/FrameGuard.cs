using System.Buffers;

namespace AvGateway.Mqtt.Embedded;

/// <summary>What the first bytes of the input are.</summary>
internal enum Frame { Incomplete, Whole, NotConnect, TooLarge, Malformed }

/// <summary>
/// Looks at the fixed header before anything else does, so that no length that a stranger announces is ever allocated or
/// waited for: the library behind it believes four bytes of length, which is 256 MiB.
/// </summary>
internal static class FrameGuard
{
    private const byte ConnectHeader = 0x10;
    private const int MostLengthBytes = 4;

    /// <summary>Judges the packet at the start of the input. <paramref name="length"/> is its whole size once that is known, else 0.</summary>
    public static Frame Inspect(in ReadOnlySequence<byte> input, bool connected, int maxConnect, int maxPacket, out int headerLength, out int length)
    {
        headerLength = length = 0;
        if (input.IsEmpty) return Frame.Incomplete;

        Span<byte> header = stackalloc byte[1 + MostLengthBytes];
        var seen = (int)Math.Min(header.Length, input.Length);
        input.Slice(0, seen).CopyTo(header);
        if (!connected && header[0] != ConnectHeader) return Frame.NotConnect;

        var body = 0;
        for (var i = 1; i <= MostLengthBytes; i++)
        {
            if (i == seen) return Frame.Incomplete;
            body |= (header[i] & 0x7F) << (7 * (i - 1));
            if (body > maxPacket) return Frame.TooLarge;
            if ((header[i] & 0x80) != 0) continue;

            // MQTT 5, 1.5.5: the shortest form must be used. A longer one is no client of any library, but a probe.
            if (i > 1 && header[i] == 0) return Frame.Malformed;
            headerLength = 1 + i;
            length = headerLength + body;
            if (length > (connected ? maxPacket : maxConnect)) return Frame.TooLarge;
            return input.Length >= length ? Frame.Whole : Frame.Incomplete;
        }

        return Frame.Malformed;
    }
}
