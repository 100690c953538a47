namespace AvGateway.Host.Hosting;

/// <summary>
/// Where a page in a browser comes from (RFC 6454). Browsers let any page open a WebSocket to any server and say only in <c>Origin</c> whose
/// page it was, so the server has to look.
/// </summary>
internal static class WebOrigin
{
    /// <summary>Reads <c>scheme://host[:port]</c> into the form in which browsers send it.</summary>
    public static bool TryParse(string? text, out string origin)
    {
        origin = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0) return false;
        if (uri.PathAndQuery != "/" || text.EndsWith('/') || uri.Fragment.Length > 0) return false;
        origin = uri.GetLeftPart(UriPartial.Authority).ToLowerInvariant();
        return true;
    }

    /// <summary>True for programs, which name no origin, for this server's own pages, and for those that are listed.</summary>
    public static bool IsAllowed(HttpRequest request, IReadOnlyList<string> listed)
    {
        var header = request.Headers.Origin;
        if (header.Count == 0) return true;
        if (header.Count > 1 || !TryParse(header[0], out var origin)) return false;
        return TryParse($"{request.Scheme}://{request.Host.Value}", out var own) && (origin == own || listed.Contains(origin, StringComparer.Ordinal));
    }
}
