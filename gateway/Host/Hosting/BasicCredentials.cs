using System.Net.Http.Headers;
using System.Text;
using AvGateway.Operations.Access;

namespace AvGateway.Host.Hosting;

/// <summary>HTTP Basic (RFC 7617) for tools that read figures from another machine.</summary>
internal static class BasicCredentials
{
    /// <summary>Of a request without them, for whoever asks.</summary>
    public const string Needed = "name and password are needed";

    private const int LongestHeader = 2048;

    /// <summary>Who asks; null: nobody whom this gateway knows. Waits its turn, since checking a password is costly and many may ask at once.</summary>
    public static async Task<User?> OfAsync(HttpContext context, IUserDirectory users) =>
        Read(context.Request) is var (name, password)
        && await users.AuthenticateAsync(name, password, context.Connection.RemoteIpAddress?.ToString() ?? "", context.RequestAborted) is SignIn.Accepted ? users.Find(name) : null;

    /// <summary>Says 401, and to a tool or a browser how to say who it is.</summary>
    public static void Challenge(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = "Basic realm=\"AvGateway\", charset=\"UTF-8\"";
    }

    private static (string Name, string Password)? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length is 0 or > LongestHeader || !AuthenticationHeaderValue.TryParse(header, out var value)) return null;
        if (!string.Equals(value.Scheme, "Basic", StringComparison.OrdinalIgnoreCase) || value.Parameter is null) return null;
        var bytes = new byte[value.Parameter.Length];
        if (!Convert.TryFromBase64String(value.Parameter, bytes, out var length)) return null;
        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var name, var password] ? (name, password) : null;
    }
}
