using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>The answer to a registrar's challenge (RFC 7616 with qop=auth, MD5 or SHA-256).</summary>
[SuppressMessage("Security", "CA5351", Justification = "What the registrar's challenge asks for.")]
internal static class SipDigest
{
    public static string Answer(string challenge, string user, string password, string method, string uri)
    {
        var (realm, nonce) = (Quoted(challenge, "realm"), Quoted(challenge, "nonce"));
        var isSha = challenge.Contains("SHA-256", StringComparison.OrdinalIgnoreCase);
        string Hash(string text) => Convert.ToHexStringLower(isSha ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : MD5.HashData(Encoding.UTF8.GetBytes(text)));
        var secret = Hash($"{user}:{realm}:{password}");
        var response = Hash($"{secret}:{nonce}:00000001:sim:auth:{Hash($"{method}:{uri}")}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", algorithm={(isSha ? "SHA-256" : "MD5")}, "
            + $"qop=auth, nc=00000001, cnonce=\"sim\", response=\"{response}\"";
    }

    private static string Quoted(string challenge, string name)
    {
        var at = challenge.IndexOf(name + "=\"", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return "";
        var start = at + name.Length + 2;
        var end = challenge.IndexOf('"', start);
        return end < 0 ? "" : challenge[start..end];
    }
}
