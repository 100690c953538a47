using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>
/// The cryptography of the user-based security model: keys from passphrases (RFC 3414 A.2), digests of HMAC-SHA-96 (RFC 3414) and
/// HMAC-SHA-256-192 (RFC 7860), and AES-128 in cipher feedback mode (RFC 3826).
/// </summary>
internal static class UsmKeys
{
    public const int SaltLength = 8;

    private const int Expansion = 1024 * 1024;

    public static byte[] OfPassphrase(HashAlgorithmName hash, string passphrase)
    {
        var pattern = Encoding.UTF8.GetBytes(passphrase);
        using var digest = IncrementalHash.CreateHash(hash);
        var block = new byte[pattern.Length * ((4096 + pattern.Length - 1) / pattern.Length)];
        for (var at = 0; at < block.Length; at += pattern.Length) pattern.CopyTo(block, at);
        for (var left = Expansion; left > 0; left -= block.Length) digest.AppendData(block, 0, Math.Min(left, block.Length));
        return digest.GetHashAndReset();
    }

    public static byte[] Localised(HashAlgorithmName hash, byte[] key, byte[] engine) => CryptographicOperations.HashData(hash, [.. key, .. engine, .. key]);

    public static int DigestLength(HashAlgorithmName hash) => hash == HashAlgorithmName.SHA256 ? 24 : 12;

    public static byte[] Digest(HashAlgorithmName hash, byte[] key, byte[] message) =>
        CryptographicOperations.HmacData(hash, key, message)[..DigestLength(hash)];

    public static byte[] Encrypt(byte[] key, int boots, int time, ReadOnlySpan<byte> salt, byte[] plain) => Cipher(key, boots, time, salt, plain, encrypts: true);

    public static byte[] Decrypt(byte[] key, int boots, int time, ReadOnlySpan<byte> salt, byte[] sealedBytes) =>
        Cipher(key, boots, time, salt, sealedBytes, encrypts: false);

    private static byte[] Cipher(byte[] key, int boots, int time, ReadOnlySpan<byte> salt, byte[] bytes, bool encrypts)
    {
        Span<byte> vector = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(vector, boots);
        BinaryPrimitives.WriteInt32BigEndian(vector[4..], time);
        salt.CopyTo(vector[8..]);

        // A stream cipher by nature; the library takes whole blocks only, and what was filled up is cut off again.
        var blocks = new byte[(bytes.Length + 15) / 16 * 16];
        bytes.CopyTo(blocks, 0);
        using var aes = Aes.Create();
        aes.Key = key[..16];
        var done = encrypts
            ? aes.EncryptCfb(blocks, vector, PaddingMode.None, feedbackSizeInBits: 128)
            : aes.DecryptCfb(blocks, vector, PaddingMode.None, feedbackSizeInBits: 128);
        return done[..bytes.Length];
    }
}
