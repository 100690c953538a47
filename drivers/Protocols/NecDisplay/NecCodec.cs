using System.Buffers;
using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Protocols.NecDisplay;

/// <summary>
/// Packets of NEC's external control: SOH, header, STX message ETX, check code, CR. A request is written here as its type and its message,
/// <c>A01D6</c>.
/// </summary>
/// <param name="monitor">The number that the display was given, 1 … 100.</param>
public sealed class NecCodec(int monitor) : IWireCodec<NecReply>
{
    private const byte Soh = 0x01, Stx = 0x02, Etx = 0x03, Cr = 0x0D;
    private const byte Reserved = (byte)'0', Controller = (byte)'0';
    private const int HeaderLength = 7;
    private const int TailLength = 2;
    private const int MostMessage = 0xFF;
    private const int MonitorBase = 0x40;

    private static readonly SearchValues<char> MessageCharacters = SearchValues.Create("0123456789ABCDEF");

    public int MaxReplyLength => 1024;

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Length is < 3 or > MostMessage - 2 || request[0] is not ('A' or 'C' or 'E') || request.AsSpan(1).ContainsAnyExcept(MessageCharacters))
            throw new ArgumentException("a request is A, C or E and upper-case hex digits", nameof(request));
        var length = (request.Length - 1 + 2).ToString("X2", CultureInfo.InvariantCulture);
        byte[] packet =
        [
            Soh, Reserved, (byte)(MonitorBase + monitor), Controller, (byte)request[0], (byte)length[0], (byte)length[1],
            Stx, .. Encoding.ASCII.GetBytes(request[1..]), Etx,
        ];
        output.Write(packet);
        output.Write([Check(packet.AsSpan(1)), Cr]);
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out NecReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] != Soh) continue;
            switch (Read(bytes[at..], out reply))
            {
                case 0: return false;
                case > 0 and var length:
                    input = input.Slice(at + length);
                    return true;
            }
        }

        return false;
    }

    /// <summary>Length of the packet at the front; 0 while it may become one; -1 where it cannot.</summary>
    private static int Read(ReadOnlySpan<byte> bytes, out NecReply reply)
    {
        reply = default;
        for (var i = 1; i < Math.Min(bytes.Length, HeaderLength); i++)
        {
            if (!Fits(i, bytes[i])) return -1;
        }

        if (bytes.Length < HeaderLength) return 0;
        var length = Convert.FromHexString(Encoding.ASCII.GetString(bytes[5..HeaderLength]))[0];
        if (length < 3) return -1;
        if (bytes.Length > HeaderLength && bytes[HeaderLength] != Stx) return -1;
        var end = HeaderLength + length;
        if (bytes.Length < end + TailLength) return 0;
        var message = bytes[(HeaderLength + 1)..(end - 1)];
        if (bytes[end - 1] != Etx || bytes[end + 1] != Cr || bytes[end] != Check(bytes[1..end]) || message.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return -1;
        reply = new((char)bytes[4], (char)bytes[3], Encoding.ASCII.GetString(message));
        return end + TailLength;
    }

    private static bool Fits(int place, byte value) => place switch
    {
        1 => value == Reserved,
        2 => value == Controller,
        3 => value > MonitorBase,
        4 => value is (byte)'B' or (byte)'D' or (byte)'F',
        _ => char.IsAsciiHexDigit((char)value),
    };

    private static byte Check(ReadOnlySpan<byte> bytes)
    {
        byte check = 0;
        foreach (var b in bytes) check ^= b;
        return check;
    }
}
