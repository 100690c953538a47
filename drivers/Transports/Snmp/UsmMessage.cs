using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Drivers.Transports.Snmp;

[Flags]
internal enum UsmFlags { None = 0, Auth = 1, Priv = 2, Reportable = 4 }

/// <summary>What goes into one message of version 3.</summary>
internal sealed record UsmDeparture(int MessageId, UsmFlags Flags, byte[] Engine, int Boots, int Time, string User, SnmpPdu Pdu);

/// <summary>What came out of one.</summary>
/// <param name="IsGenuine">The digest is right, and the message was for our user.</param>
/// <param name="Pdu">Null when it was sealed and could not be opened.</param>
internal sealed record UsmArrival(int MessageId, byte[] Engine, int Boots, int Time, bool IsGenuine, bool WasSealed, SnmpPdu? Pdu);

/// <summary>The message format of SNMPv3 with the user-based security model (RFC 3412, 3414). Reading throws for what is no such message.</summary>
internal static class UsmMessage
{
    private const int Model = 3, Largest = 65_507;

    public static byte[] Write(UsmDeparture leaving, HashAlgorithmName hash, byte[] authKey, byte[] privKey, ulong salt)
    {
        var scoped = new AsnWriter(AsnEncodingRules.BER);
        scoped.PushSequence();
        scoped.WriteOctetString(leaving.Engine);
        scoped.WriteOctetString([]);
        leaving.Pdu.WriteTo(scoped);
        scoped.PopSequence();
        var body = scoped.Encode();
        byte[] salting = [];
        if (leaving.Flags.HasFlag(UsmFlags.Priv))
        {
            salting = new byte[UsmKeys.SaltLength];
            BinaryPrimitives.WriteUInt64BigEndian(salting, salt);
            var sealedBody = new AsnWriter(AsnEncodingRules.BER);
            sealedBody.WriteOctetString(UsmKeys.Encrypt(privKey, leaving.Boots, leaving.Time, salting, body));
            body = sealedBody.Encode();
        }

        if (!leaving.Flags.HasFlag(UsmFlags.Auth)) return Whole(leaving, [], salting, body);

        // The digest is reckoned over the message with zeroes in its place, and has the same length: a second writing puts it there.
        var unsigned = Whole(leaving, new byte[UsmKeys.DigestLength(hash)], salting, body);
        return Whole(leaving, UsmKeys.Digest(hash, authKey, unsigned), salting, body);
    }

    /// <param name="authKey">Null while the engine is not known: nothing is genuine then.</param>
    public static UsmArrival Read(byte[] message, HashAlgorithmName hash, byte[]? authKey, byte[] privKey, byte[] user)
    {
        var outer = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        if (SnmpPdu.Number(outer) != SnmpMessage.Version3) throw new AsnContentException("not version 3");
        var header = outer.ReadSequence();
        var id = SnmpPdu.Number(header);
        header.ReadEncodedValue();
        var flags = header.ReadOctetString() is [var bits] ? (UsmFlags)bits : throw new AsnContentException("flags of one byte");
        if (SnmpPdu.Number(header) != Model) throw new AsnContentException("another security model");

        if (!outer.TryReadPrimitiveOctetString(out var security)) throw new AsnContentException("security parameters in pieces");
        var sealing = new AsnReader(security, AsnEncodingRules.BER).ReadSequence();
        var engine = sealing.ReadOctetString();
        var (boots, time) = (SnmpPdu.Number(sealing), SnmpPdu.Number(sealing));
        var theirUser = sealing.ReadOctetString();
        if (!sealing.TryReadPrimitiveOctetString(out var digest)) throw new AsnContentException("digest in pieces");
        var salt = sealing.ReadOctetString();

        var isGenuine = flags.HasFlag(UsmFlags.Auth) && authKey is not null && theirUser.AsSpan().SequenceEqual(user) && IsDigest(message, digest, hash, authKey);
        var wasSealed = flags.HasFlag(UsmFlags.Priv);
        SnmpPdu? pdu = null;
        if (!wasSealed) pdu = Scoped(outer.ReadEncodedValue());
        else if (isGenuine && salt.Length == UsmKeys.SaltLength) pdu = Scoped(UsmKeys.Decrypt(privKey, boots, time, salt, outer.ReadOctetString()));
        return new(id, engine, boots, time, isGenuine, wasSealed, pdu);
    }

    private static SnmpPdu Scoped(ReadOnlyMemory<byte> encoded)
    {
        // What was filled up for the cipher stands behind it.
        var scoped = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        scoped.ReadOctetString();
        scoped.ReadOctetString();
        return SnmpPdu.Read(scoped.ReadEncodedValue());
    }

    private static bool IsDigest(byte[] message, ReadOnlyMemory<byte> digest, HashAlgorithmName hash, byte[] key)
    {
        if (digest.Length != UsmKeys.DigestLength(hash) || !MemoryMarshal.TryGetArray(digest, out var place) || place.Array != message) return false;
        var blank = message.ToArray();
        blank.AsSpan(place.Offset, place.Count).Clear();
        return CryptographicOperations.FixedTimeEquals(UsmKeys.Digest(hash, key, blank), digest.Span);
    }

    private static byte[] Whole(UsmDeparture leaving, byte[] digest, byte[] salt, byte[] body)
    {
        var security = new AsnWriter(AsnEncodingRules.BER);
        security.PushSequence();
        security.WriteOctetString(leaving.Engine);
        security.WriteInteger(leaving.Boots);
        security.WriteInteger(leaving.Time);
        security.WriteOctetString(Encoding.UTF8.GetBytes(leaving.User));
        security.WriteOctetString(digest);
        security.WriteOctetString(salt);
        security.PopSequence();

        var writer = new AsnWriter(AsnEncodingRules.BER);
        writer.PushSequence();
        writer.WriteInteger(SnmpMessage.Version3);
        writer.PushSequence();
        writer.WriteInteger(leaving.MessageId);
        writer.WriteInteger(Largest);
        writer.WriteOctetString([(byte)leaving.Flags]);
        writer.WriteInteger(Model);
        writer.PopSequence();
        writer.WriteOctetString(security.Encode());
        writer.WriteEncodedValue(body);
        writer.PopSequence();
        return writer.Encode();
    }
}
