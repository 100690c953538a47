using System.Buffers;
using System.Security.Cryptography;

namespace AvGateway.Links;

/// <summary>The fingerprint of a far end's key as OpenSSH writes it: <c>SHA256:</c> and 43 characters of base64 without padding.</summary>
public static class HostKeys
{
    /// <summary>The option of a link that pins the far end's key; the site file's member of the same name ends there.</summary>
    public const string Option = "hostKey";

    private const string Prefix = "SHA256:";
    private const int Length = 43;

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    /// <summary>The fingerprint of a key's public bytes.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> key) => Prefix + Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=');

    /// <summary>Null for a fingerprint, else what is wrong with it.</summary>
    public static string? Check(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return $"a host key is written as its fingerprint {Prefix}…, as \"ssh-keygen -lf\" prints it";
        var rest = text.AsSpan(Prefix.Length);
        var isBase64 = rest.Length == Length && !rest.ContainsAnyExcept(Base64);
        return isBase64 ? null : $"behind {Prefix} stand {Length} characters of base64 without \"=\"; here are {rest.Length}";
    }

    /// <summary>Whether two fingerprints are of the same key.</summary>
    public static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
