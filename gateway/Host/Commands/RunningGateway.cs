using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using AvGateway.Host.Tls;

namespace AvGateway.Host.Commands;

/// <summary>A gateway that runs, as a command line reaches it: over HTTP, with a name and a password.</summary>
internal sealed class RunningGateway : IDisposable
{
    private const string PasswordVariable = "AVGW_PASSWORD";

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly AuthenticationHeaderValue _proof;

    private RunningGateway(Uri address, string? authority, TimeSpan patience)
    {
        var handler = new SocketsHttpHandler();
        if (authority is not null) handler.SslOptions = new() { CertificateChainPolicy = Pem.Trusting(authority) };
        _http = new(handler) { Timeout = patience };
        _address = address;
        _proof = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(ProofOf(address))));
    }

    /// <summary>Where it is, and who asks.</summary>
    /// <param name="zh">Whose name belongs into the address.</param>
    public static Option<string> UrlOption(string zh, string en) => new("--url")
    {
        Description = Texts.Say(
            $"正在运行的网关 http(s)://{zh}@主机:端口；口令写在地址中，或在环境变量 {PasswordVariable}",
            $"a running gateway, http(s)://{en}@HOST:PORT; the password in it, or in the environment's {PasswordVariable}"),
    };

    public static Option<string> CaOption() => new("--ca")
    {
        Description = Texts.Say("https:// 的签发机构 PEM 文件（网关的 ca.pem）", "for https://: PEM file with the authority (the gateway's ca.pem)"),
    };

    /// <summary>Null: the address is none, or names nobody.</summary>
    /// <param name="authority">PEM file with who signed the gateway's certificate; null: whom this machine trusts.</param>
    /// <exception cref="TlsException">The file cannot be used.</exception>
    public static RunningGateway? At(string address, string? authority, TimeSpan patience) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length > 0 ? new(url, authority, patience) : null;

    /// <summary>Something on the way to it that people can do something about, and no bug.</summary>
    public static bool IsOutOfReach(Exception failed, CancellationToken stop) =>
        failed is HttpRequestException or TlsException || (failed is OperationCanceledException && !stop.IsCancellationRequested);

    /// <summary>What it says when it does not do what it was asked for.</summary>
    public static async Task<string> RefusalAsync(HttpResponseMessage answer, CancellationToken stop) =>
        $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}".TrimEnd();

    /// <param name="path">From the root of the gateway's address on.</param>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path));
        request.Headers.Authorization = _proof;
        return await _http.SendAsync(request, stop);
    }

    public void Dispose() => _http.Dispose();

    // A colon that belongs to a name or a password stands in the address as %3A.
    private static string ProofOf(Uri address) => address.UserInfo.Split(':', 2) is [var user, var password]
        ? $"{Uri.UnescapeDataString(user)}:{Uri.UnescapeDataString(password)}"
        : $"{Uri.UnescapeDataString(address.UserInfo)}:{Environment.GetEnvironmentVariable(PasswordVariable)}";
}
