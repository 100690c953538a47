using System.Buffers.Binary;
using System.Text;

namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>Writes the data types of RFC 4251 §5.</summary>
internal sealed class SshWriter
{
    private readonly List<byte> _bytes = [];

    public SshWriter Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public SshWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public SshWriter UInt32(uint value)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, value);
        return Raw(four);
    }

    public SshWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public SshWriter Bytes(ReadOnlySpan<byte> bytes) => UInt32((uint)bytes.Length).Raw(bytes);

    public SshWriter Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>A number that is not negative, most significant byte first (mpint).</summary>
    public SshWriter Number(ReadOnlySpan<byte> bigEndian)
    {
        var digits = bigEndian.TrimStart((byte)0);
        return digits.Length > 0 && (digits[0] & 0x80) != 0 ? UInt32((uint)digits.Length + 1).Byte(0).Raw(digits) : Bytes(digits);
    }

    public byte[] Done() => [.. _bytes];
}

/// <summary>Reads the data types of RFC 4251 §5; throws <see cref="InvalidDataException"/> where the message ends too early.</summary>
internal ref struct SshReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public byte Byte() => Take(1)[0];

    public bool Flag() => Byte() != 0;

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ReadOnlySpan<byte> Bytes()
    {
        var length = UInt32();
        return length <= int.MaxValue ? Take((int)length) : throw new InvalidDataException("a length beyond the message");
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public string[] Names() => Text().Split(',', StringSplitOptions.RemoveEmptyEntries);

    public void Skip(int count) => Take(count);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new InvalidDataException("the message ends too early");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
