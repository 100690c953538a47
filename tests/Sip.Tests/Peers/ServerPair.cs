using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>A key and a certificate of its own for a peer that speaks TLS.</summary>
internal sealed record ServerPair(string Key, string Certificate, string Fingerprint)
{
    public static ServerPair Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=court.example", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return new(key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem(), Convert.ToHexString(SHA256.HashData(certificate.RawData)));
    }

    public void Write(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "key.pem"), Key);
        File.WriteAllText(Path.Combine(directory, "certificate.pem"), Certificate);
    }
}
