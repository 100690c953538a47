using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>
/// The user-based security model of an SNMPv3 engine with one user: RFC 3414 with HMAC-SHA-96, RFC 7860 with HMAC-SHA-256-192, RFC 3826 with
/// AES-128. Every refusal is a report with its counter, as the RFC has it.
/// </summary>
internal sealed class SnmpSecurity
{
    private const string Unsupported = "1.3.6.1.6.3.15.1.1.1.0", NotInTime = "1.3.6.1.6.3.15.1.1.2.0", UnknownUser = "1.3.6.1.6.3.15.1.1.3.0";
    private const string UnknownEngine = "1.3.6.1.6.3.15.1.1.4.0", WrongDigest = "1.3.6.1.6.3.15.1.1.5.0", Undecipherable = "1.3.6.1.6.3.15.1.1.6.0";
    private const int AuthFlag = 1, PrivFlag = 2, ReportableFlag = 4;
    private const int TimeWindow = 150, LargestMessage = 65_507, Expansion = 1_048_576;

    private readonly Func<long> _secondsUp;
    private readonly Dictionary<string, long> _counters = [];
    private readonly HashAlgorithmName _hash;
    private readonly int _digestLength;
    private readonly byte[] _user;
    private readonly byte[] _authKey;
    private readonly byte[] _privKey;
    private readonly bool _hasPrivacy;
    private readonly byte[] _engine;
    private long _boots = 7;
    private long _ahead;
    private long _salt;

    public SnmpSecurity(DeviceSetting setting, Func<long> secondsUp)
    {
        _secondsUp = secondsUp;
        (_hash, _digestLength) = setting.Word("auth", "sha") == "sha256" ? (HashAlgorithmName.SHA256, 24) : (HashAlgorithmName.SHA1, 12);
        _user = Encoding.UTF8.GetBytes(setting.User ?? "gateway");
        _hasPrivacy = setting.Word("priv", "aes") == "aes";
        _engine = [0x80, 0x00, 0x1F, 0x88, 0x04, .. Encoding.ASCII.GetBytes(Identity.Hex(setting.Id, 12))];
        if (setting.Password is not { Length: > 0 } password)
        {
            (_authKey, _privKey) = ([], []);
            return;
        }

        _authKey = Localise(password);
        _privKey = Localise(setting.Word("privPassword", password))[..16];
    }

    private long Seconds => _secondsUp() + _ahead;

    public void Jump(long seconds) => _ahead += seconds;

    public void Restarted()
    {
        _boots++;
        _ahead = 0;
    }

    public void Reset() => (_boots, _ahead) = (7, 0);

    /// <summary>The answer to one message of version 3, or null for silence.</summary>
    public Tlv? Serve(Tlv[] rest, byte[] raw, bool rejects, Func<SnmpPdu, SnmpPdu?> answer)
    {
        if (rest is not [{ Tag: Tlv.Sequence } header, { Tag: Tlv.OctetString } security, var data]) return null;
        if (header.Parts() is not [var id, _, { Content: [var flags] }, { Number: 3 }] || !Tlv.TryRead(security.Content, out var sealing, out _)) return null;
        if (sealing.Parts() is not [var engine, var boots, var time, var user, var digest, var salt]) return null;

        var request = new Request(id, flags, digest.Content, salt.Content, boots.Number, time.Number, user.Content);
        if (!engine.Content.AsSpan().SequenceEqual(_engine)) return Report(request, UnknownEngine, 0);
        if (_authKey.Length == 0 || !user.Content.AsSpan().SequenceEqual(_user)) return Report(request, UnknownUser, 0);
        if ((flags & AuthFlag) == 0 || (flags & PrivFlag) != 0 != _hasPrivacy) return Report(request, Unsupported, 0);
        if (rejects || !IsGenuine(raw, digest.Content)) return Report(request, WrongDigest, 0);
        if (request.Boots != _boots || Math.Abs(request.Time - Seconds) > TimeWindow) return Report(request, NotInTime, AuthFlag);
        if (Open(request, data) is not { } scoped || scoped.Parts() is not [_, var context, var body] || SnmpPdu.Read(body) is not { } pdu)
            return Report(request, Undecipherable, 0);
        return answer(pdu) is { } done ? Seal(request, done, context, (byte)(flags & (AuthFlag | PrivFlag))) : null;
    }

    private byte[] Localise(string password)
    {
        var pattern = Encoding.UTF8.GetBytes(password);
        var expanded = new byte[Expansion];
        for (var i = 0; i < expanded.Length; i++) expanded[i] = pattern[i % pattern.Length];
        var digest = CryptographicOperations.HashData(_hash, expanded);
        return CryptographicOperations.HashData(_hash, [.. digest, .. _engine, .. digest]);
    }

    private bool IsGenuine(byte[] raw, byte[] digest)
    {
        if (digest.Length != _digestLength) return false;
        var at = raw.AsSpan().IndexOf(digest);
        byte[] blank = [.. raw];
        blank.AsSpan(at, digest.Length).Clear();
        return Digest(blank).AsSpan().SequenceEqual(digest);
    }

    private byte[] Digest(byte[] message) => CryptographicOperations.HmacData(_hash, _authKey, message)[.._digestLength];

    private Tlv? Open(Request request, Tlv data)
    {
        if (!_hasPrivacy) return data;
        if (data.Tag != Tlv.OctetString || request.Salt.Length != 8) return null;
        var plain = Cipher(request.Boots, request.Time, request.Salt, data.Content, encrypt: false);
        return Tlv.TryRead(plain, out var scoped, out _) && scoped.Tag == Tlv.Sequence ? scoped : null;
    }

    // The mode is a stream cipher; the library wants whole blocks, so the rest is filled up and cut off again.
    private byte[] Cipher(long boots, long time, byte[] salt, byte[] content, bool encrypt)
    {
        var vector = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(vector, (uint)boots);
        BinaryPrimitives.WriteUInt32BigEndian(vector.AsSpan(4), (uint)time);
        salt.CopyTo(vector, 8);
        var padded = new byte[(content.Length + 15) / 16 * 16];
        content.CopyTo(padded, 0);
        using var aes = Aes.Create();
        aes.Key = _privKey;
        var done = encrypt ? aes.EncryptCfb(padded, vector, PaddingMode.None, 128) : aes.DecryptCfb(padded, vector, PaddingMode.None, 128);
        return done[..content.Length];
    }

    private Tlv? Report(Request request, string counter, byte flags)
    {
        var count = _counters[counter] = _counters.GetValueOrDefault(counter) + 1;
        if ((request.Flags & ReportableFlag) == 0) return null;
        var report = new SnmpPdu(SnmpPdu.Report, 0, 0, 0, [(Oid.Parse(counter), Tlv.Unsigned(Tlv.Counter32, (ulong)count))]);
        return Seal(request, report, Tlv.Of(""), flags);
    }

    private Tlv Seal(Request request, SnmpPdu pdu, Tlv context, byte flags)
    {
        var scoped = Tlv.Group(Tlv.Sequence, Tlv.Of(_engine), context, pdu.Encode());
        byte[] salt = [];
        if ((flags & PrivFlag) != 0)
        {
            salt = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(salt, ++_salt);
            scoped = Tlv.Of(Cipher(_boots, Seconds, salt, scoped.Encode(), encrypt: true));
        }

        var unsigned = Message(new byte[(flags & AuthFlag) != 0 ? _digestLength : 0]);
        return (flags & AuthFlag) == 0 ? unsigned : Message(Digest(unsigned.Encode()));

        Tlv Message(byte[] digest) => Tlv.Group(Tlv.Sequence, Tlv.Of(3),
            Tlv.Group(Tlv.Sequence, request.Id, Tlv.Of(LargestMessage), Tlv.Of(new[] { flags }), Tlv.Of(3)),
            Tlv.Of(Tlv.Group(Tlv.Sequence, Tlv.Of(_engine), Tlv.Of(_boots), Tlv.Of(Seconds), Tlv.Of(request.User), Tlv.Of(digest), Tlv.Of(salt)).Encode()),
            scoped);
    }

    private sealed record Request(Tlv Id, byte Flags, byte[] Digest, byte[] Salt, long Boots, long Time, byte[] User);
}
