using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AvGateway.Links;

/// <summary>
/// A link as CONTRACT §5 writes it, for example <c>tcp://10.1.1.20:9990</c>, <c>serial:/dev/ttyS0?baud=9600</c> or
/// <c>sip:codec@10.1.1.30;transport=tcp</c>.
/// </summary>
public sealed record LinkAddress(string Scheme, string? User, string Host, int? Port, string Path, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>Written as a SIP URI: no slashes, and parameters behind semicolons (RFC 3261 §19.1).</summary>
    private const string Sip = "sip";

    /// <summary>Reads a link. A password in it is refused: secrets stand in the site file by reference only.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LinkAddress? link, [NotNullWhen(false)] out string? why)
    {
        link = null;
        why = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            why = $"\"{text}\" has no scheme; write for example tcp://10.1.1.20:9990";
            return false;
        }

        var scheme = text[..colon];
        var rest = text[(colon + 1)..];
        var isSip = scheme == Sip;
        var (body, options) = isSip ? SplitOptions(rest, ';', ';') : SplitOptions(rest, '?', '&');
        if (options is null)
        {
            why = $"an option of \"{text}\" is not one NAME=VALUE, or stands there twice";
            return false;
        }

        if (isSip) return TryAuthority(Sip, body, "", options, out link, out why);
        if (!body.StartsWith("//", StringComparison.Ordinal))
        {
            if (body.Length == 0) { why = $"\"{text}\" names nothing after \"{scheme}:\""; return false; }
            link = new(scheme, null, "", null, body, options);
            why = null;
            return true;
        }

        body = body[2..];
        var slash = body.IndexOf('/', StringComparison.Ordinal);
        return TryAuthority(scheme, slash < 0 ? body : body[..slash], slash < 0 ? "" : body[slash..], options, out link, out why);
    }

    public string? Option(string name) => Options.TryGetValue(name, out var value) ? value : null;

    public override string ToString()
    {
        var authority = $"{(User is null ? "" : User + "@")}{Host}{(Port is { } port ? $":{port}" : "")}";
        if (Scheme == Sip) return $"{Scheme}:{authority}{string.Concat(Options.Select(o => $";{o.Key}={o.Value}"))}";
        if (Host.Length > 0) authority = "//" + authority;
        var options = Options.Count == 0 ? "" : "?" + string.Join('&', Options.Select(o => $"{o.Key}={o.Value}"));
        return $"{Scheme}:{authority}{Path}{options}";
    }

    private static bool TryAuthority(
        string scheme, string authority, string path, Dictionary<string, string> options,
        [NotNullWhen(true)] out LinkAddress? link, [NotNullWhen(false)] out string? why)
    {
        link = null;
        why = null;
        string? user = null;
        if (authority.LastIndexOf('@') is >= 0 and var at)
        {
            user = authority[..at];
            authority = authority[(at + 1)..];
            if (user.Contains(':', StringComparison.Ordinal))
            {
                why = "a link may not hold a password; name it with \"secret\": \"file:…\"";
                return false;
            }
        }

        if (!TrySplitPort(authority, out var host, out var port))
        {
            why = $"\"{authority}\" is not HOST or HOST:PORT with a port of 1..65535";
            return false;
        }

        link = new(scheme, user, host, port, path, options);
        return true;
    }

    private static (string Body, Dictionary<string, string>? Options) SplitOptions(string rest, char first, char next)
    {
        var mark = rest.IndexOf(first, StringComparison.Ordinal);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (mark < 0) return (rest, options);
        foreach (var part in rest[(mark + 1)..].Split(next, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [{ Length: > 0 } name, var value] || !options.TryAdd(name, value)) return (rest, null);
        }

        return (rest[..mark], options);
    }

    private static bool TrySplitPort(string authority, out string host, out int? port)
    {
        host = authority;
        port = null;
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && !authority.EndsWith(']'))
        {
            host = authority[..colon];
            if (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > 65535) return false;
            port = number;
        }

        host = host.Trim('[', ']');
        return host.Length > 0;
    }
}
