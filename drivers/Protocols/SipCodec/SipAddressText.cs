using System.Buffers;

namespace AvGateway.Drivers.Protocols.SipCodec;

/// <summary>Turns what a person writes into a SIP address: a number, user@host, or the address itself.</summary>
internal static class SipAddressText
{
    // What RFC 3261 §25.1 lets stand unescaped; everything else could be more than an address.
    private static readonly SearchValues<char> UserPart = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()&=+$,;?/%");
    private static readonly SearchValues<char> HostPart = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:;=[]");

    /// <param name="domain">Host of a bare number.</param>
    public static bool TryComplete(string text, string domain, out string uri)
    {
        uri = "";
        var body = text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? text[4..] : text;
        var at = body.LastIndexOf('@');
        var user = at < 0 ? body : body[..at];
        var host = at < 0 ? domain : body[(at + 1)..];
        if (user.Length == 0 || host.Length == 0) return false;
        if (user.AsSpan().ContainsAnyExcept(UserPart) || host.AsSpan().ContainsAnyExcept(HostPart)) return false;
        uri = $"sip:{user}@{host}";
        return true;
    }

    /// <summary>Without the scheme: what people read.</summary>
    public static string Shown(string uri) => uri.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? uri[4..] : uri;
}
