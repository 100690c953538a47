using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvGateway.Operations.Commands;

/// <summary>Makes ids that sort by time: 48 bits of milliseconds and 80 bits of chance, in Crockford's base 32.</summary>
public static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 26;

    public static string Make(TimeProvider time) => string.Create(Length, time.GetUtcNow().ToUnixTimeMilliseconds(), static (text, milliseconds) =>
    {
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bits, milliseconds << 16);
        RandomNumberGenerator.Fill(bits[6..]);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bits);
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });
}
