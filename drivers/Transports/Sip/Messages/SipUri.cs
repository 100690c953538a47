using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>A SIP or SIPS URI (RFC 3261 §19.1), or any other absolute URI as scheme and opaque text.</summary>
public sealed record SipUri
{
    public required string Scheme { get; init; }

    /// <summary>User part with its escapes; null when the URI names a host alone.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Host name, IPv4 address, or IPv6 reference in brackets; empty for other schemes.</summary>
    public string Host { get; init; } = "";

    public int? Port { get; init; }

    public SipParameters Parameters { get; init; } = SipParameters.None;

    /// <summary>What follows '?', as written; empty when there is nothing.</summary>
    public string Headers { get; init; } = "";

    /// <summary>Everything behind the scheme of a URI that is neither sip: nor sips:.</summary>
    public string Opaque { get; init; } = "";

    public bool IsSip => Scheme is "sip" or "sips";

    public bool IsSecure => Scheme == "sips";

    public bool IsLooseRouter => Parameters.Has("lr");

    public static SipUri Of(string? user, string host, int? port = null) => new() { Scheme = "sip", User = user, Host = host, Port = port };

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        var colon = text.IndexOf(':');
        if (colon <= 0 || text.Length > SipLimits.Uri) return false;
        var scheme = text[..colon];
        if (!char.IsAsciiLetter(scheme[0]) || !SipGrammar.Is(scheme, SipGrammar.Scheme)) return false;
        var rest = text[(colon + 1)..];
        if (scheme.Equals("sip", StringComparison.OrdinalIgnoreCase)) return TryParseSip("sip", rest, out uri);
        if (scheme.Equals("sips", StringComparison.OrdinalIgnoreCase)) return TryParseSip("sips", rest, out uri);
        if (!SipGrammar.Is(rest, SipGrammar.Opaque) || !SipGrammar.EscapesAreWhole(rest)) return false;
        uri = new() { Scheme = scheme.ToString().ToLowerInvariant(), Opaque = rest.ToString() };
        return true;
    }

    /// <summary>Reads a URI that is known to be right (a constant, or one already checked).</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static SipUri Parse(string text) => TryParse(text, out var uri) ? uri : throw new FormatException($"\"{text}\" is not a URI");

    /// <summary>
    /// Same resource by RFC 3261 §19.1.4: escapes resolved, host without case, the four decisive parameters on both or on none.
    /// </summary>
    public bool IsSameAs(SipUri other)
    {
        if (Scheme != other.Scheme) return false;
        if (!IsSip) return Opaque == other.Opaque;
        if (Unescaped(User) != Unescaped(other.User) || Unescaped(Password) != Unescaped(other.Password)) return false;
        if (!Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase) || Port != other.Port) return false;
        foreach (var name in (ReadOnlySpan<string>)["user", "ttl", "method", "maddr", "transport"])
        {
            if (Parameters.Has(name) != other.Parameters.Has(name)) return false;
        }

        foreach (var (name, value) in Parameters)
        {
            if (other.Parameters.Has(name)
                && !string.Equals(Unescaped(value), Unescaped(other.Parameters[name]), StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return string.Equals(Headers, other.Headers, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString()
    {
        if (!IsSip) return $"{Scheme}:{Opaque}";
        var user = User is null ? "" : Password is null ? User + "@" : $"{User}:{Password}@";
        var port = Port is { } number ? ":" + number.ToString(CultureInfo.InvariantCulture) : "";
        return $"{Scheme}:{user}{Host}{port}{Parameters}{(Headers.Length == 0 ? "" : "?" + Headers)}";
    }

    private static bool TryParseSip(string scheme, ReadOnlySpan<char> rest, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        string? user = null, password = null;
        if (rest.IndexOf('@') is >= 0 and var at)
        {
            var info = rest[..at];
            rest = rest[(at + 1)..];
            var split = info.IndexOf(':');
            var name = split < 0 ? info : info[..split];
            if (!SipGrammar.Is(name, SipGrammar.User) || !SipGrammar.EscapesAreWhole(name)) return false;
            user = name.ToString();
            if (split >= 0)
            {
                var secret = info[(split + 1)..];
                if (secret.ContainsAnyExcept(SipGrammar.Password) || !SipGrammar.EscapesAreWhole(secret)) return false;
                password = secret.ToString();
            }
        }

        var scanner = new SipScanner(rest);
        if (!scanner.TryTakeHostPort(false, out var host, out var port) || !SipParameters.TryReadUri(ref scanner, out var parameters))
            return false;
        var headers = ReadOnlySpan<char>.Empty;
        if (scanner.Take('?'))
        {
            headers = scanner.TakeAll(SipGrammar.UriHeaders);
            if (headers.IsEmpty || !SipGrammar.EscapesAreWhole(headers)) return false;
        }

        if (!scanner.AtEnd) return false;
        uri = new()
        {
            Scheme = scheme,
            User = user,
            Password = password,
            Host = host,
            Port = port,
            Parameters = parameters,
            Headers = headers.ToString(),
        };
        return true;
    }

    private static string? Unescaped(string? text) => text is null ? null : SipGrammar.Unescape(text);
}
