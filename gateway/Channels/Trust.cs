using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Channels;

/// <summary>Whose certificates are believed.</summary>
internal static class Trust
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    /// <summary>These authorities and no others. Lists of revoked certificates cannot be fetched from inside a court.</summary>
    public static X509ChainPolicy Only(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ServerUse));
        return policy;
    }

    /// <summary>The judgement of a server's certificate whose name was compared already.</summary>
    public static bool Admits(X509Certificate? shown, X509Chain? sent, SslPolicyErrors errors, X509Certificate2Collection? authorities)
    {
        if (shown is null) return false;
        if (authorities is null) return errors is SslPolicyErrors.None;
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using var certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        using var chain = new X509Chain { ChainPolicy = Only(authorities) };
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate);
    }
}
