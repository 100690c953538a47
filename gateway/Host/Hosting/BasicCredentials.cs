using System.Net.Http.Headers;
using System.Text;
using AvGateway.Operations.Access;

namespace AvGateway.Host.Hosting;

/// <summary>HTTP Basic (RFC 7617) for tools that read figures from another machine.</summary>
internal static class BasicCredentials
{
    private const int LongestHeader = 2048;

    public static User? Of(HttpRequest request, IUserDirectory users, string address) =>
        Read(request) is var (name, password) && users.Authenticate(name, password, address) is SignIn.Accepted ? users.Find(name) : null;

    /// <summary>The same for what many may ask at once: waits its turn where checking is costly.</summary>
    public static async Task<User?> OfAsync(HttpRequest request, IUserDirectory users, string address, CancellationToken cancellation) =>
        Read(request) is var (name, password) && await users.AuthenticateAsync(name, password, address, cancellation) is SignIn.Accepted ? users.Find(name) : null;

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
