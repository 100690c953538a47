using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace AvGateway.Store.Sql;

/// <summary>
/// CRC-32C over the members of a row. The database checks its structure but not its contents: without a sum a flipped bit in an answer or
/// in a digest would pass every check that SQLite has.
/// </summary>
internal struct RowSum
{
    private uint _crc;

    public readonly long Value => _crc;

    public RowSum Add(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        byte[]? rented = null;
        Span<byte> bytes = size <= 1024 ? stackalloc byte[size] : (rented = ArrayPool<byte>.Shared.Rent(size)).AsSpan(0, size);
        Encoding.UTF8.GetBytes(text, bytes);
        var sum = Add(bytes);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return sum;
    }

    public RowSum Add(long number)
    {
        _crc = BitOperations.Crc32C(_crc, (ulong)number);
        return this;
    }

    public RowSum Add(ReadOnlySpan<byte> bytes)
    {
        // The length goes in first: "ab","c" and "a","bc" are different rows.
        _crc = BitOperations.Crc32C(_crc, (ulong)bytes.Length + 1);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            _crc = BitOperations.Crc32C(_crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) _crc = BitOperations.Crc32C(_crc, b);
        return this;
    }
}
