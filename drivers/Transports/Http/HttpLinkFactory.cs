using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AvGateway.Drivers.Http;
using AvGateway.Drivers.Transports.Tcp;
using AvGateway.Links;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Transports.Http;

/// <summary>Opens <c>http://HOST:PORT</c> and <c>https://HOST:PORT</c>: one connection, log-in by digest, certificates by trust or by pin.</summary>
public sealed partial class HttpLinkFactory(TimeProvider clock, HostResolver resolver, ILogger<HttpLinkFactory> log) : ILinkFactory
{
    private const int HeadKilobytes = 16;

    private readonly TcpConnector _connector = new(clock, resolver);

    public IReadOnlyCollection<string> Schemes { get; } = ["http", "https"];

    public IEnumerable<string> Check(LinkAddress address) => HttpSettings.Check(address);

    /// <summary>A link is open when its first connection stands; the server may close it between two requests, and then another is made.</summary>
    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        var settings = HttpSettings.Of(address);
        var (host, port, shown) = (settings.Root.IdnHost, settings.Root.Port, address.ToString());
        var first = await _connector.ConnectAsync(host, port, shown, cancellation);
        var handler = new SocketsHttpHandler
        {
            // Nothing of this leads elsewhere: no redirection takes the log-in along, no proxy of the machine stands between.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = HeadKilobytes,
            MaxResponseDrainSize = HttpLimits.Reply,
            Credentials = settings.Credentials(secret),
            PreAuthenticate = settings.AllowsBasic,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(settings, certificate, errors) },
            ConnectCallback = async (_, stop) =>
            {
                var taken = Interlocked.Exchange(ref first, null);
                return new NetworkStream(taken ?? await _connector.ConnectAsync(host, port, shown, stop), ownsSocket: true);
            },
        };
        return new HttpLink(new HttpClient(handler, disposeHandler: true), settings.Root, () => Interlocked.Exchange(ref first, null)?.Dispose(),
            why => RequestFailed(log, shown, why));
    }

    private bool IsTrusted(HttpSettings settings, X509Certificate? certificate, SslPolicyErrors errors)
    {
        var found = certificate is null ? "" : certificate.GetCertHashString(HashAlgorithmName.SHA256);
        if (settings.Pin is { } pin ? pin == found : errors == SslPolicyErrors.None) return true;
        CertificateRefused(log, settings.Root, found, errors);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Device} shows a certificate that is not trusted ({Errors}); if it is the device's own, write ?certificate=SHA256:{Hash} behind the link")]
    private static partial void CertificateRefused(ILogger log, Uri device, string hash, SslPolicyErrors errors);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Link}: {Why}")]
    private static partial void RequestFailed(ILogger log, string link, string why);
}
