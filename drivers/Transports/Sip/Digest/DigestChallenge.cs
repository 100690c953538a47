using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Hash of a digest; the larger value is the stronger one.</summary>
public enum DigestHash
{
    Md5,
    Sha256,
}

/// <summary>One WWW-Authenticate or Proxy-Authenticate field of scheme Digest that we can answer (RFC 7616, RFC 8760).</summary>
public sealed record DigestChallenge(string Realm, string Nonce, DigestHash Hash)
{
    public bool IsSession { get; init; }

    /// <summary>The server offers qop=auth; without it the answer has the form of RFC 2069.</summary>
    public bool HasQop { get; init; }

    public string? Opaque { get; init; }

    /// <summary>The nonce was too old and the password right.</summary>
    public bool IsStale { get; init; }

    /// <summary>False for another scheme, an unknown algorithm, or qop without auth.</summary>
    public static bool TryParse(string field, [NotNullWhen(true)] out DigestChallenge? challenge)
    {
        challenge = null;
        if (!TryParameters(field, out var values)) return false;
        if (!values.TryGetValue("realm", out var realm) || !values.TryGetValue("nonce", out var nonce) || nonce.Length == 0) return false;
        if (!TryAlgorithm(values.GetValueOrDefault("algorithm", "MD5"), out var hash, out var isSession)) return false;
        var hasQop = values.TryGetValue("qop", out var qop);
        if (hasQop && !qop!.Split(',').Any(q => q.Trim().Equals("auth", StringComparison.OrdinalIgnoreCase))) return false;
        challenge = new(realm, nonce, hash)
        {
            IsSession = isSession,
            HasQop = hasQop,
            Opaque = values.GetValueOrDefault("opaque"),
            IsStale = values.GetValueOrDefault("stale", "").Equals("true", StringComparison.OrdinalIgnoreCase),
        };
        return true;
    }

    /// <summary>The strongest challenge of a 401 or 407 that the account may answer; null when there is none.</summary>
    internal static DigestChallenge? Strongest(SipResponse response, bool md5Allowed)
    {
        DigestChallenge? best = null;
        foreach (var field in response.Headers.Lines(response.Status == 407 ? SipHeaders.ProxyAuthenticate : SipHeaders.WwwAuthenticate))
        {
            if (!TryParse(field, out var challenge) || (challenge.Hash == DigestHash.Md5 && !md5Allowed)) continue;
            if (best is null || challenge.Hash > best.Hash) best = challenge;
        }

        return best;
    }

    private static bool TryAlgorithm(string name, out DigestHash hash, out bool isSession)
    {
        isSession = name.EndsWith("-sess", StringComparison.OrdinalIgnoreCase);
        var plain = isSession ? name[..^5] : name;
        hash = plain.Equals("SHA-256", StringComparison.OrdinalIgnoreCase) ? DigestHash.Sha256 : DigestHash.Md5;
        return hash == DigestHash.Sha256 || plain.Equals("MD5", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryParameters(string field, out Dictionary<string, string> values)
    {
        values = new(StringComparer.OrdinalIgnoreCase);
        var scanner = new SipScanner(field);
        scanner.SkipWhite();
        if (!scanner.TakeAll(SipGrammar.Token).Equals("Digest", StringComparison.OrdinalIgnoreCase)) return false;
        scanner.SkipWhite();
        while (!scanner.AtEnd)
        {
            var name = scanner.TakeAll(SipGrammar.Token);
            if (name.IsEmpty || !scanner.TakeSeparator('=') || values.Count >= SipLimits.Parameters) return false;
            string value;
            if (scanner.TryTakeQuoted(out var quoted)) value = SipGrammar.Unquote(quoted);
            else if (scanner.TakeAll(SipGrammar.ParameterValue) is { IsEmpty: false } plain) value = plain.ToString();
            else return false;
            if (!values.TryAdd(name.ToString(), value)) return false;
            scanner.SkipWhite();
            while (scanner.Take(',')) scanner.SkipWhite();
        }

        return true;
    }
}
