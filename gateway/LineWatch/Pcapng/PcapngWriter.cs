using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Pcapng;

/// <summary>Writes pcapng with comments: to the file, and to single frames. SharpPcap has no writer for it.</summary>
public sealed class PcapngWriter(IBufferWriter<byte> output)
{
    private const int CommentOption = 1;
    private const int NameOption = 2;
    private const int ProgramOption = 4;
    private const int ResolutionOption = 9;

    // Ticks are 100 ns.
    private const byte TicksResolution = 7;
    private const int LongestComment = 8 * 1024;

    private static readonly byte[] Zeros = new byte[4];

    public void Begin(string program, string comment, LinkLayer link, string interfaceName, int kept)
    {
        Span<byte> section = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(section, 0x1A2B3C4D);
        BinaryPrimitives.WriteUInt16LittleEndian(section[4..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(section[8..], -1);
        Block(0x0A0D0D0A, section, default, Text(ProgramOption, program), Text(CommentOption, comment));
        Span<byte> description = stackalloc byte[8];
        BinaryPrimitives.WriteUInt16LittleEndian(description, (ushort)link);
        BinaryPrimitives.WriteInt32LittleEndian(description[4..], kept);
        Block(1, description, default, Text(NameOption, interfaceName), Option(ResolutionOption, [TicksResolution]));
    }

    /// <param name="at">UTC ticks.</param>
    public void Frame(long at, ReadOnlySpan<byte> octets, int wireLength, string? comment = null)
    {
        Span<byte> head = stackalloc byte[20];
        var since = (ulong)(at - DateTime.UnixEpoch.Ticks);
        BinaryPrimitives.WriteUInt32LittleEndian(head, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(since >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)since);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], octets.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], wireLength);
        if (comment is null) Block(6, head, octets);
        else Block(6, head, octets, Text(CommentOption, comment));
    }

    private void Block(uint type, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, params ReadOnlySpan<byte[]> options)
    {
        var padding = -body.Length & 3;
        var length = 12 + head.Length + body.Length + padding;
        foreach (var option in options) length += option.Length;
        if (options.Length > 0) length += 4;
        Word(type);
        Word((uint)length);
        output.Write(head);
        output.Write(body);
        output.Write(Zeros.AsSpan(0, padding));
        foreach (var option in options) output.Write(option);
        if (options.Length > 0) output.Write(Zeros);
        Word((uint)length);
    }

    private void Word(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static byte[] Text(int code, string text) => Option(code, Encoding.UTF8.GetBytes(text.Length > LongestComment ? text[..LongestComment] : text));

    private static byte[] Option(int code, ReadOnlySpan<byte> value)
    {
        var option = new byte[4 + ((value.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt16LittleEndian(option, (ushort)code);
        BinaryPrimitives.WriteUInt16LittleEndian(option.AsSpan(2), (ushort)value.Length);
        value.CopyTo(option.AsSpan(4));
        return option;
    }
}
