using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What a TLS peer has to prove. With nothing set nobody is trusted: there is no blind accept.</summary>
public sealed class SipTlsOptions
{
    /// <summary>Our own certificate with its key; needed to accept connections, and offered to a server that asks for one.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>SHA-256 fingerprints of certificates that are trusted by themselves, in hex, colons allowed.</summary>
    public IReadOnlyCollection<string> Pinned { get; init; } = [];

    /// <summary>The fingerprint that the certificate of one host must have, by the name or address that it is called by.</summary>
    public Func<string, string?>? PinOf { get; init; }

    /// <summary>Authorities whose certificates are trusted when the name fits too.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    internal bool Trusts(X509Certificate? certificate, string? serverName)
    {
        if (certificate is not X509Certificate2 offered) return false;
        var fingerprint = Convert.ToHexString(SHA256.HashData(offered.RawData));
        if (Pinned.Any(pin => IsPin(pin, fingerprint))) return true;

        // A host with a pin of its own is believed by nothing else.
        if (serverName is not null && PinOf?.Invoke(serverName) is { } own) return IsPin(own, fingerprint);

        return Authorities.Count > 0 && serverName is not null && offered.MatchesHostname(serverName) && ChainsToAuthority(offered);
    }

    internal SslClientAuthenticationOptions Client(string? serverName) => new()
    {
        TargetHost = serverName ?? "",
        ClientCertificates = Certificate is null ? null : [Certificate],
        RemoteCertificateValidationCallback = (_, certificate, _, _) => Trusts(certificate, serverName),
    };

    internal SslServerAuthenticationOptions Server() => new()
    {
        ServerCertificate = Certificate,
        ClientCertificateRequired = false,
    };

    private static bool IsPin(string pin, string fingerprint) =>
        pin.Replace(":", "", StringComparison.Ordinal).Trim().Equals(fingerprint, StringComparison.OrdinalIgnoreCase);

    private bool ChainsToAuthority(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);

        // A court's network has no way to a revocation list; pins are the answer to a lost key.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
