using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using AvGateway.Host.Tls;

namespace AvGateway.Host.Commands;

/// <summary>A running gateway was not reached: it is away, is not the one that its certificate should show, or was too slow.</summary>
internal sealed class OutOfReachException(Exception why) : Exception(why.Message, why);

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
    /// <exception cref="OutOfReachException">The file cannot be used.</exception>
    public static RunningGateway? At(string address, string? authority, TimeSpan patience)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length == 0) return null;
        try
        {
            return new(url, authority, patience);
        }
        catch (TlsException unusable)
        {
            throw new OutOfReachException(unusable);
        }
    }

    /// <summary>What it says when it does not do what it was asked for.</summary>
    public static async Task<string> RefusalAsync(HttpResponseMessage answer, CancellationToken stop) =>
        $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}".TrimEnd();

    /// <summary>Asks, and takes in the whole answer.</summary>
    /// <param name="path">From the root of the gateway's address on.</param>
    /// <exception cref="OutOfReachException">It is away, or was too slow.</exception>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path));
        request.Headers.Authorization = _proof;
        try
        {
            return await _http.SendAsync(request, stop);
        }
        catch (HttpRequestException away)
        {
            throw new OutOfReachException(away);
        }
        catch (OperationCanceledException late) when (!stop.IsCancellationRequested)
        {
            throw new OutOfReachException(late);
        }
    }

    public void Dispose() => _http.Dispose();

    // A colon that belongs to a name or a password stands in the address as %3A.
    private static string ProofOf(Uri address) => address.UserInfo.Split(':', 2) is [var user, var password]
        ? $"{Uri.UnescapeDataString(user)}:{Uri.UnescapeDataString(password)}"
        : $"{Uri.UnescapeDataString(address.UserInfo)}:{Environment.GetEnvironmentVariable(PasswordVariable)}";
}
