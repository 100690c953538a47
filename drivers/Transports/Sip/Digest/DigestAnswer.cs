using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Computes digests.</summary>
internal static class DigestAnswer
{
    /// <summary>The value of Authorization or Proxy-Authorization.</summary>
    public static string Field(DigestChallenge challenge, string user, string password, string method, string uri, uint count,
        string clientNonce)
    {
        var response = Response(challenge, user, password, method, uri, count, clientNonce);
        var field = new StringBuilder("Digest username=").Append(SipGrammar.Quote(SipGrammar.Octets(user)))
            .Append(", realm=").Append(SipGrammar.Quote(challenge.Realm))
            .Append(", nonce=").Append(SipGrammar.Quote(challenge.Nonce))
            .Append(", uri=").Append(SipGrammar.Quote(uri))
            .Append(", response=\"").Append(response).Append('"')
            .Append(", algorithm=").Append(Name(challenge));
        if (challenge.Opaque is { } opaque) field.Append(", opaque=").Append(SipGrammar.Quote(opaque));
        if (challenge.HasQop) field.Append(", qop=auth, nc=").Append(Count(count)).Append(", cnonce=\"").Append(clientNonce).Append('"');
        else if (challenge.IsSession) field.Append(", cnonce=\"").Append(clientNonce).Append('"');
        return field.ToString();
    }

    public static string Response(DigestChallenge challenge, string user, string password, string method, string uri, uint count,
        string clientNonce)
    {
        var secret = Hash(challenge.Hash, $"{SipGrammar.Octets(user)}:{challenge.Realm}:{SipGrammar.Octets(password)}");
        if (challenge.IsSession) secret = Hash(challenge.Hash, $"{secret}:{challenge.Nonce}:{clientNonce}");
        var request = Hash(challenge.Hash, $"{method}:{uri}");
        return challenge.HasQop
            ? Hash(challenge.Hash, $"{secret}:{challenge.Nonce}:{Count(count)}:{clientNonce}:auth:{request}")
            : Hash(challenge.Hash, $"{secret}:{challenge.Nonce}:{request}");
    }

    private static string Count(uint count) => count.ToString("x8", CultureInfo.InvariantCulture);

    private static string Name(DigestChallenge challenge) =>
        (challenge.Hash == DigestHash.Sha256 ? "SHA-256" : "MD5") + (challenge.IsSession ? "-sess" : "");

    [SuppressMessage("Security", "CA5351", Justification = "What RFC 3261 endpoints offer; a stronger offer is preferred, and an account can forbid it.")]
    private static string Hash(DigestHash hash, string octets)
    {
        var bytes = Encoding.Latin1.GetBytes(octets);
        return Convert.ToHexStringLower(hash == DigestHash.Sha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }
}
