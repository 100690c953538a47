using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.WebSockets;

/// <summary>
/// Opens <c>ws://USER@HOST:PORT/PATH</c> and <c>wss://…</c>; without a path <c>/ws</c>. User and secret go as HTTP basic authentication.
/// A certificate that no authority of this machine vouches for must be pinned.
/// </summary>
/// <remarks>
/// On the byte stream a message is a record of RFC 7464: RS, the message, LF, both ways (see <see cref="WebSocketLink"/>).
/// </remarks>
public sealed class WebSocketLinkFactory(TimeProvider clock) : ILinkFactory
{
    /// <summary>Below the 10 s that the runtime gives an opening, so that our words about the cause are the ones told.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private const string Secure = "wss";
    private const string DefaultPath = "/ws";

    // The far end is asked after this time of silence, and given up when it does not answer.
    private static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(10);

    public IReadOnlyCollection<string> Schemes { get; } = ["ws", Secure];

    public IEnumerable<string> Check(LinkAddress address)
    {
        if (address.Host.Length == 0) yield return $"write {address.Scheme}://HOST:PORT{DefaultPath}";
        foreach (var (name, value) in address.Options)
        {
            if (name != HostKeys.Option) yield return $"{address.Scheme} knows no option \"{name}\"";
            else if (address.Scheme != Secure) yield return "ws shows no key that could be pinned; use wss";
            else if (HostKeys.Check(value) is { } wrong) yield return wrong;
        }
    }

    public async ValueTask<ILink> OpenAsync(LinkAddress address, Secret? secret, CancellationToken cancellation)
    {
        if (Check(address).FirstOrDefault() is { } finding) throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {finding}");
        var (socket, shown) = (new ClientWebSocket(), new ShownKey(address.Option(HostKeys.Option)));
        try
        {
            socket.Options.Proxy = null;
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.KeepAliveInterval = AskAfter;
            socket.Options.KeepAliveTimeout = AnswersWithin;
            socket.Options.RemoteCertificateValidationCallback = shown.Check;
            if (address.User is { } user)
                socket.Options.SetRequestHeader("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret?.Reveal()}")));
            using var late = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
            await socket.ConnectAsync(Target(address), either.Token);
            var link = new WebSocketLink(socket, clock);
            socket = null;
            return link;
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LinkException(StatusReasons.ConnectFailed, $"{address}: {SocketWords.Explain(SocketError.TimedOut)}", e);
        }
        catch (WebSocketException e)
        {
            throw Refused(address, socket!.HttpStatusCode, shown, e);
        }
        finally
        {
            socket?.Dispose();
        }
    }

    private static Uri Target(LinkAddress address)
    {
        var host = address.Host.Contains(':', StringComparison.Ordinal) ? $"[{address.Host}]" : address.Host;
        var port = address.Port is { } given ? $":{given}" : "";
        return new($"{address.Scheme}://{host}{port}{(address.Path is "" or "/" ? DefaultPath : address.Path)}");
    }

    private static LinkException Refused(LinkAddress address, HttpStatusCode status, ShownKey shown, WebSocketException e)
    {
        if (shown.Refusal is { } aboutKey) return new(StatusReasons.HostKey, $"{address}: {aboutKey}", e);
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return new(StatusReasons.AccessDenied, $"{address}: the host refuses user or password ({(int)status})", e);
        if (status is not 0)
            return new(StatusReasons.ConnectFailed, $"{address}: the host answers {(int)status} and opens no WebSocket; is the service switched on, and is this its path?", e);
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket) return new(StatusReasons.ConnectFailed, $"{address}: {SocketWords.Explain(socket.SocketErrorCode)}", e);
        }

        return new(StatusReasons.ConnectFailed, $"{address}: {(e.InnerException ?? e).Message}", e);
    }

    /// <summary>The certificate that the host shows, and why it is not trusted.</summary>
    private sealed class ShownKey(string? pinned)
    {
        public string? Refusal { get; private set; }

        public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is null) return false;
            using var whole = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            var shown = HostKeys.Fingerprint(whole.PublicKey.ExportSubjectPublicKeyInfo());
            if (pinned is not null)
            {
                if (HostKeys.Same(pinned, shown)) return true;
                Refusal = $"the host shows the key {shown} and not the pinned {pinned}; somebody has replaced or reset the device, or stands between";
                return false;
            }

            if (errors is SslPolicyErrors.None) return true;
            Refusal = $"nobody vouches for the host's certificate ({errors}); compare its public key's fingerprint, then write \"{HostKeys.Option}\": \"{shown}\"";
            return false;
        }
    }
}
