using System.Security.Cryptography;

namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>
/// The key exchange of a server, once at the beginning: ecdh-sha2-nistp256 (RFC 5656), the host key of <see cref="SshHostKey"/>, and one of
/// two ciphers. A client that wants new keys later is sent away.
/// </summary>
internal sealed class SshKeyExchange(SshPackets packets, SshHostKey hostKey)
{
    private const string Version = "SSH-2.0-AvSim_1";
    private const string Method = "ecdh-sha2-nistp256";
    private const string None = "none";
    private const int CookieLength = 16;

    private static readonly string[] Ciphers = [SshGcm.Name, SshCtr.Name];

    /// <summary>Runs to the point from which on everything is encrypted.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var client = await packets.ExchangeVersionsAsync(Version, cancellation);
        var own = Offer();
        await packets.WriteAsync(own, cancellation);
        var theirs = await packets.ReadAsync(cancellation);
        var choice = Choose(theirs);
        if (choice.GuessedWrong) await packets.ReadAsync(cancellation);
        var first = await packets.ReadAsync(cancellation);
        using var keys = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (reply, secret, hash) = Answer(client, theirs, own, first, keys);
        await packets.WriteAsync(reply, cancellation);
        await packets.WriteAsync([SshMessage.NewKeys], cancellation);
        packets.Encrypt(Cipher(choice.ToClient, secret, hash, 'B', 'D', 'F'));
        if ((await packets.ReadAsync(cancellation))[0] != SshMessage.NewKeys) throw new InvalidDataException("the client takes no new keys");
        packets.Decrypt(Cipher(choice.ToServer, secret, hash, 'A', 'C', 'E'));
    }

    private static byte[] Offer()
    {
        var offer = new SshWriter().Byte(SshMessage.KeyExchange).Raw(RandomNumberGenerator.GetBytes(CookieLength)).Text(Method).Text(SshHostKey.Algorithm);
        for (var direction = 0; direction < 2; direction++) offer.Text(string.Join(',', Ciphers));
        for (var direction = 0; direction < 2; direction++) offer.Text(SshCtr.Mac);
        for (var direction = 0; direction < 2; direction++) offer.Text(None);
        for (var direction = 0; direction < 2; direction++) offer.Text("");
        return offer.Flag(false).UInt32(0).Done();
    }

    private static (string ToServer, string ToClient, bool GuessedWrong) Choose(byte[] offer)
    {
        var reader = new SshReader(offer);
        if (reader.Byte() != SshMessage.KeyExchange) throw new InvalidDataException("the client begins with something else than its offer");
        reader.Skip(CookieLength);
        var methods = reader.Names();
        var hostKeys = reader.Names();
        var (toServer, toClient) = (First(reader.Names(), Ciphers), First(reader.Names(), Ciphers));
        var (macToServer, macToClient) = (reader.Names(), reader.Names());
        First(methods, Method);
        First(hostKeys, SshHostKey.Algorithm);
        if (toServer == SshCtr.Name) First(macToServer, SshCtr.Mac);
        if (toClient == SshCtr.Name) First(macToClient, SshCtr.Mac);
        for (var lists = 0; lists < 4; lists++) reader.Names();
        var follows = reader.Flag();
        return (toServer, toClient, follows && (methods[0] != Method || hostKeys[0] != SshHostKey.Algorithm));
    }

    private static string First(string[] theirs, params string[] ours) => theirs.FirstOrDefault(ours.Contains)
        ?? throw new InvalidDataException($"client and server have none of {string.Join(", ", ours)} in common");

    private (byte[] Reply, byte[] Secret, byte[] Hash) Answer(string client, byte[] theirs, byte[] own, byte[] first, ECDiffieHellman keys)
    {
        var reader = new SshReader(first);
        if (reader.Byte() != SshMessage.EcdhInit) throw new InvalidDataException("the client does not begin the key exchange");
        var theirPoint = reader.Bytes().ToArray();
        var ownPoint = SshHostKey.Point(keys.ExportParameters(false).Q);
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = SshHostKey.Point(theirPoint) });
        var secret = new SshWriter().Number(keys.DeriveRawSecretAgreement(other.PublicKey)).Done();
        var hash = SHA256.HashData(new SshWriter().Text(client).Text(Version).Bytes(theirs).Bytes(own).Bytes(hostKey.Blob)
            .Bytes(theirPoint).Bytes(ownPoint).Raw(secret).Done());
        return (new SshWriter().Byte(SshMessage.EcdhReply).Bytes(hostKey.Blob).Bytes(ownPoint).Bytes(hostKey.Sign(hash)).Done(), secret, hash);
    }

    private static SshCipher Cipher(string name, byte[] secret, byte[] hash, char iv, char key, char mac) => name == SshGcm.Name
        ? new SshGcm(Derive(secret, hash, key), Derive(secret, hash, iv))
        : new SshCtr(Derive(secret, hash, key), Derive(secret, hash, iv), Derive(secret, hash, mac));

    // The hash of the first exchange is the session's id; one hash is as long as the longest key here.
    private static byte[] Derive(byte[] secret, byte[] hash, char purpose) =>
        SHA256.HashData(new SshWriter().Raw(secret).Raw(hash).Byte((byte)purpose).Raw(hash).Done());
}
