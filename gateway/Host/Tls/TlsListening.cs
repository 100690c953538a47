using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AvGateway.Host.Tls;

/// <summary>Encrypted listeners: TLS 1.2 at least, a handshake with a deadline, the certificate of the moment.</summary>
internal static class TlsListening
{
    /// <summary>The name of MQTT in the handshake (IANA, ALPN protocol ids). A client that names none is served as well.</summary>
    public static readonly SslApplicationProtocol Mqtt = new("mqtt");

    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(10);

    /// <param name="clients">Null: clients are not asked for certificates.</param>
    /// <param name="speaks">What the listener speaks; null: the web's protocols.</param>
    public static void UseTls(this ListenOptions listener, ServerIdentity identity, ClientTrust? clients, SslApplicationProtocol? speaks = null) =>
        listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeWithin,
            OnConnection = _ => ValueTask.FromResult(Options(identity, clients, speaks)),
        });

    private static SslServerAuthenticationOptions Options(ServerIdentity identity, ClientTrust? clients, SslApplicationProtocol? speaks)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Current,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = speaks is { } protocol ? [protocol] : null,
            ClientCertificateRequired = clients is not null,
        };
        if (clients is not null) options.RemoteCertificateValidationCallback = (_, shown, chain, _) => clients.Admits(shown, chain);
        return options;
    }
}
