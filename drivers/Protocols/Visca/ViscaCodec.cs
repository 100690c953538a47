using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace AvGateway.Drivers.Protocols.Visca;

/// <summary>
/// VISCA packets, bare or behind the eight bytes of VISCA over IP. A request is what stands between the address and the FF in hex digits, <c>090400</c>;
/// with a header its number follows, <c>090400#7</c>. <c>*3001</c> goes to every camera of a chain, <c>reset</c> sets the numbers back.
/// </summary>
/// <param name="address">1 … 7; over IP always 1.</param>
/// <param name="isHeaded">Whether packets travel behind a header.</param>
public sealed class ViscaCodec(int address, bool isHeaded) : IWireCodec<ViscaReply>
{
    /// <summary>The request that sets the numbers of a headed link back.</summary>
    public const string Reset = "reset";

    public const char Broadcast = '*';
    public const char Numbered = '#';

    private const byte End = 0xFF, ToCamera = 0x80, ToAll = 0x88;
    private const int HeaderLength = 8, LongestPacket = 16;
    private const ushort CommandType = 0x0100, InquiryType = 0x0110, ReplyType = 0x0111, ControlType = 0x0200, ControlReplyType = 0x0201;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789ABCDEF");

    public int MaxReplyLength => 256;

    public static string Number(string request, uint number) => string.Create(CultureInfo.InvariantCulture, $"{request}{Numbered}{number}");

    public void Write(string request, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (isHeaded) WriteHeaded(request, output);
        else output.Write(Packet(request));
    }

    public bool TryRead(ref ReadOnlySequence<byte> input, out ViscaReply reply)
    {
        reply = default;
        var bytes = input.IsSingleSegment ? input.FirstSpan : input.ToArray();
        var taken = isHeaded ? ReadHeaded(bytes, out reply) : ReadBare(bytes, out reply);
        if (taken > 0) input = input.Slice(taken);
        return taken > 0;
    }

    private void WriteHeaded(string request, IBufferWriter<byte> output)
    {
        if (request == Reset)
        {
            WriteHeader(output, ControlType, 1, 1);
            output.Write<byte>([0x01]);
            return;
        }

        var mark = request.IndexOf(Numbered, StringComparison.Ordinal);
        if (mark < 0 || !uint.TryParse(request.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new ArgumentException("a request behind a header has a number", nameof(request));
        var packet = Packet(request[..mark]);
        WriteHeader(output, packet[1] == 0x09 ? InquiryType : CommandType, packet.Length, number);
        output.Write(packet);
    }

    private static void WriteHeader(IBufferWriter<byte> output, ushort type, int length, uint number)
    {
        var header = output.GetSpan(HeaderLength);
        BinaryPrimitives.WriteUInt16BigEndian(header, type);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], number);
        output.Advance(HeaderLength);
    }

    private byte[] Packet(string request)
    {
        var isToAll = request.StartsWith(Broadcast);
        var digits = isToAll ? request[1..] : request;
        if (digits.Length is < 2 or > (LongestPacket - 2) * 2 || digits.Length % 2 != 0 || digits.AsSpan().ContainsAnyExcept(HexDigits))
            throw new ArgumentException("a request is one to fourteen bytes in upper-case hex digits", nameof(request));
        var bytes = Convert.FromHexString(digits);
        if (bytes.AsSpan().Contains(End)) throw new ArgumentException("FF ends a packet and stands in none", nameof(request));
        return [isToAll ? ToAll : (byte)(ToCamera + address), .. bytes, End];
    }

    /// <summary>Number of bytes up to the end of the first packet, or 0. What stands before a header is passed over.</summary>
    private static int ReadHeaded(ReadOnlySpan<byte> bytes, out ViscaReply reply)
    {
        reply = default;
        for (var at = 0; at + HeaderLength < bytes.Length; at++)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (type is not (ReplyType or ControlReplyType) || length is < 1 or > LongestPacket) continue;
            var payload = bytes[(at + HeaderLength)..];
            if (payload.Length < length) return 0;
            payload = payload[..length];
            var number = BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..]);
            reply = type == ControlReplyType
                ? new(ViscaReplyKind.Control, 0, 0, Convert.ToHexString(payload), number)
                : Parse(payload) with { Sequence = number };
            return at + HeaderLength + length;
        }

        return 0;
    }

    private static int ReadBare(ReadOnlySpan<byte> bytes, out ViscaReply reply)
    {
        reply = default;
        var end = bytes.IndexOf(End);
        if (end < 0) return 0;
        reply = Parse(bytes[..(end + 1)]);
        return end + 1;
    }

    /// <summary>The packet that these bytes end with; noise in front of it, or half a packet, is not mistaken for its beginning.</summary>
    private static ViscaReply Parse(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; at++)
        {
            if (TryPacket(bytes[at..], out var reply)) return reply;
        }

        return new(ViscaReplyKind.Noise, 0, 0, Convert.ToHexString(bytes[..Math.Min(bytes.Length, LongestPacket)]));
    }

    private static bool TryPacket(ReadOnlySpan<byte> packet, out ViscaReply reply)
    {
        reply = default;
        if (packet.Length is < 3 or > LongestPacket || packet[^1] != End) return false;
        if (packet[0] == ToAll)
        {
            reply = new(ViscaReplyKind.Broadcast, 0, 0, Convert.ToHexString(packet[1..^1]));
            return packet[1] is 0x01 or 0x30;
        }

        if ((packet[0] & 0x8F) != 0x80) return false;
        var address = (packet[0] >> 4) - 8;
        var socket = packet[1] & 0x0F;
        ViscaReplyKind? kind = (packet[1] & 0xF0, packet.Length) switch
        {
            (0x30, 3) when socket == 8 => ViscaReplyKind.NetworkChanged,
            (0x40, 3) => ViscaReplyKind.Acknowledged,
            (0x50, 3) => ViscaReplyKind.Completed,
            (0x50, _) when socket == 0 => ViscaReplyKind.Answer,
            (0x60, 4) => ViscaReplyKind.Error,
            _ => null,
        };
        if (kind is null) return false;
        reply = new(kind.Value, address, socket, kind is ViscaReplyKind.NetworkChanged ? "" : Convert.ToHexString(packet[2..^1]));
        return true;
    }
}
