using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>One direction of an encrypted connection.</summary>
internal abstract class SshCipher : IDisposable
{
    public const int BlockSize = 16;

    /// <summary>Bytes that must be there before the length of a packet is known.</summary>
    public abstract int HeadLength { get; }

    /// <summary>Bytes behind a packet that prove it.</summary>
    public abstract int TagLength { get; }

    /// <summary>Whether the length field counts for the padding to whole blocks.</summary>
    public abstract bool PadsLength { get; }

    /// <summary>What goes onto the wire for a whole packet: length, padding length, payload, padding.</summary>
    public abstract byte[] Seal(uint sequence, byte[] packet);

    /// <summary>Decrypts the head in place and returns the packet's length field.</summary>
    public abstract uint OpenHead(Span<byte> head);

    /// <summary>Decrypts the rest in place behind its opened head and checks the tag; throws when it is not right.</summary>
    public abstract void OpenRest(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag);

    public abstract void Dispose();
}

/// <summary><c>aes256-gcm@openssh.com</c> (RFC 5647): the length in clear, proven with the rest.</summary>
internal sealed class SshGcm(byte[] key, byte[] iv) : SshCipher
{
    public const string Name = "aes256-gcm@openssh.com";

    private const int LengthField = 4;
    private const int NonceLength = 12;
    private const int CounterAt = 4;

    private readonly AesGcm _aes = new(key, AesGcm.TagByteSizes.MaxSize);
    private readonly byte[] _nonce = iv[..NonceLength];

    public override int HeadLength => LengthField;

    public override int TagLength => AesGcm.TagByteSizes.MaxSize;

    public override bool PadsLength => false;

    public override byte[] Seal(uint sequence, byte[] packet)
    {
        var wire = new byte[packet.Length + TagLength];
        packet.AsSpan(0, LengthField).CopyTo(wire);
        _aes.Encrypt(_nonce, packet.AsSpan(LengthField), wire.AsSpan(LengthField, packet.Length - LengthField), wire.AsSpan(packet.Length), packet.AsSpan(0, LengthField));
        Next();
        return wire;
    }

    public override uint OpenHead(Span<byte> head) => BinaryPrimitives.ReadUInt32BigEndian(head);

    public override void OpenRest(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag)
    {
        var sealedBytes = packet[LengthField..].ToArray();
        _aes.Decrypt(_nonce, sealedBytes, tag, packet[LengthField..], packet[..LengthField]);
        Next();
    }

    public override void Dispose() => _aes.Dispose();

    private void Next()
    {
        var counter = _nonce.AsSpan(CounterAt);
        BinaryPrimitives.WriteUInt64BigEndian(counter, BinaryPrimitives.ReadUInt64BigEndian(counter) + 1);
    }
}

/// <summary><c>aes256-ctr</c> (RFC 4344) with <c>hmac-sha2-256</c> (RFC 6668) over the packet before it is encrypted.</summary>
internal sealed class SshCtr : SshCipher
{
    public const string Name = "aes256-ctr";
    public const string Mac = "hmac-sha2-256";

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _macKey;
    private readonly byte[] _counter;

    public SshCtr(byte[] key, byte[] iv, byte[] macKey)
    {
        _aes.Key = key;
        _counter = iv[..BlockSize];
        _macKey = macKey;
    }

    public override int HeadLength => BlockSize;

    public override int TagLength => HMACSHA256.HashSizeInBytes;

    public override bool PadsLength => true;

    public override byte[] Seal(uint sequence, byte[] packet)
    {
        var tag = Tag(sequence, packet);
        Apply(packet);
        return [.. packet, .. tag];
    }

    public override uint OpenHead(Span<byte> head)
    {
        Apply(head);
        return BinaryPrimitives.ReadUInt32BigEndian(head);
    }

    public override void OpenRest(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag)
    {
        Apply(packet[BlockSize..]);
        if (!CryptographicOperations.FixedTimeEquals(Tag(sequence, packet), tag)) throw new CryptographicException("a packet's proof is wrong");
    }

    public override void Dispose() => _aes.Dispose();

    private byte[] Tag(uint sequence, ReadOnlySpan<byte> packet)
    {
        var proven = new byte[4 + packet.Length];
        BinaryPrimitives.WriteUInt32BigEndian(proven, sequence);
        packet.CopyTo(proven.AsSpan(4));
        return HMACSHA256.HashData(_macKey, proven);
    }

    private void Apply(Span<byte> bytes)
    {
        Span<byte> mask = stackalloc byte[BlockSize];
        for (var at = 0; at < bytes.Length; at += BlockSize)
        {
            _aes.EncryptEcb(_counter, mask, PaddingMode.None);
            for (var i = 0; i < BlockSize && at + i < bytes.Length; i++) bytes[at + i] ^= mask[i];
            for (var i = BlockSize - 1; i >= 0 && ++_counter[i] == 0; i--)
            {
            }
        }
    }
}
