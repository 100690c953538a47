using System.Security.Cryptography.X509Certificates;
using MQTTnet;

namespace AvGateway.Mqtt.Client;

/// <summary>What a client believes and shows over TLS.</summary>
/// <param name="Trusted">Authorities to trust instead of the machine's; null: the machine's.</param>
/// <param name="Own">The certificate of the user, with its key; null: none.</param>
public sealed record ClientTls(X509Certificate2Collection? Trusted = null, X509Certificate2? Own = null)
{
    internal void Apply(MqttClientTlsOptionsBuilder tls)
    {
        // A private authority publishes no list of revoked certificates, and asking for one would only fail.
        if (Trusted is { } trusted) tls.WithTrustChain(trusted).WithRevocationMode(X509RevocationMode.NoCheck);
        if (Own is { } own) tls.WithClientCertificates([own]);
    }
}
