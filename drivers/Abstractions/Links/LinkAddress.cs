using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AvGateway.Links;

/// <summary>A link as CONTRACT §5 writes it, for example <c>tcp://10.1.1.20:9990</c> or <c>serial:/dev/ttyS0?baud=9600</c>.</summary>
public sealed record LinkAddress(string Scheme, string? User, string Host, int? Port, string Path, IReadOnlyDictionary<string, string> Options)
{
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
        var (body, options) = SplitOptions(rest);
        if (options is null)
        {
            why = $"an option of \"{text}\" is not one NAME=VALUE, or stands there twice";
            return false;
        }

        if (!body.StartsWith("//", StringComparison.Ordinal))
        {
            if (body.Length == 0) { why = $"\"{text}\" names nothing after \"{scheme}:\""; return false; }
            link = new(scheme, null, "", null, body, options);
            why = null;
            return true;
        }

        body = body[2..];
        var slash = body.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? body : body[..slash];
        var path = slash < 0 ? "" : body[slash..];
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
        why = null;
        return true;
    }

    public string? Option(string name) => Options.TryGetValue(name, out var value) ? value : null;

    public override string ToString()
    {
        var authority = Host.Length == 0 ? "" : $"//{(User is null ? "" : User + "@")}{Host}{(Port is { } port ? $":{port}" : "")}";
        var options = Options.Count == 0 ? "" : "?" + string.Join('&', Options.Select(o => $"{o.Key}={o.Value}"));
        return $"{Scheme}:{authority}{Path}{options}";
    }

    private static (string Body, Dictionary<string, string>? Options) SplitOptions(string rest)
    {
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        if (mark < 0) return (rest, options);
        foreach (var part in rest[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
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
