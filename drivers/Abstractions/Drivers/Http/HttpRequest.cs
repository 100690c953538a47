using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Drivers.Http;

/// <summary>
/// A request as one text, so that it goes through <c>Ask</c> like that of any other protocol: <c>METHOD PATH [CONTENT-TYPE]</c>, and behind
/// the first line feed the body.
/// </summary>
public readonly record struct HttpRequest(string Method, string Path, string ContentType = "", string Body = "")
{
    private static readonly string[] Methods = ["GET", "POST", "PUT"];

    public static string Get(string path) => $"GET {path}";

    public static string Post(string path, string contentType = "", string body = "") => new HttpRequest("POST", path, contentType, body).ToString();

    public static string Put(string path, string contentType = "", string body = "") => new HttpRequest("PUT", path, contentType, body).ToString();

    /// <summary>False for anything that is not one request; no DELETE is written, whatever a driver asks.</summary>
    public static bool TryParse(string text, out HttpRequest request, [NotNullWhen(false)] out string? why)
    {
        request = default;
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? text : text[..end];
        var body = end < 0 ? "" : text[(end + 1)..];
        why = null;
        if (line.AsSpan().ContainsAnyExceptInRange(' ', '~')) why = "a request line holds printable ASCII only";
        else if (line.Split(' ') is not [var method, ['/', ..] path, .. { Length: <= 1 } rest] || !Methods.Contains(method)) why = "a request begins with GET, POST or PUT and a path";
        else if (path.StartsWith("//", StringComparison.Ordinal)) why = "a path that begins with two slashes names another host";
        else if (body.Length > 0 && rest.Length == 0) why = "a body needs its content type";
        else request = new(method, path, rest.Length == 0 ? "" : rest[0], body);
        return why is null;
    }

    public override string ToString() => $"{Method} {Path}{(ContentType.Length == 0 ? "" : " " + ContentType)}{(Body.Length == 0 ? "" : "\n" + Body)}";
}
