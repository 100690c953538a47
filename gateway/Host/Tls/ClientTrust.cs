using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Host.Tls;

/// <summary>Judges the certificates that clients show: from a known authority, meant for clients, and in force by our clock.</summary>
internal sealed class ClientTrust(X509Certificate2Collection authorities, bool isRequired, TimeProvider time)
{
    /// <exception cref="TlsException">The file with the authorities cannot be used.</exception>
    public static ClientTrust? Of(TlsSettings settings, PrivateAuthority? own, TimeProvider time)
    {
        if (settings.Clients is ClientCertificates.None) return null;
        var authorities = new X509Certificate2Collection();
        if (settings.ClientAuthority is { } file) authorities.AddRange(Pem.Authorities(file));
        else if (own is not null) authorities.Add(own.Root);
        else throw new TlsException(Texts.Say("未指定客户端证书的签发机构：请用 --client-ca", "who signs the clients' certificates is not named: give --client-ca"));
        return new(authorities, settings.Clients is ClientCertificates.Required, time);
    }

    /// <summary>Whether the handshake may go on.</summary>
    public bool Admits(X509Certificate? shown, X509Chain? sent)
    {
        if (shown is null) return !isRequired;
        using var certificate = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        using var chain = new X509Chain { ChainPolicy = Policy() };

        // What the client sent along may bridge the gap to the root; it is never a root itself.
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate);
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(PrivateAuthority.ClientUse));
        return policy;
    }
}

/// <summary>PEM files as people give them.</summary>
internal static class Pem
{
    /// <summary>Believes servers that one of the file's authorities signed, and no others.</summary>
    public static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Authorities(file));
        return policy;
    }

    /// <summary>All certificates of a file; at least one.</summary>
    /// <exception cref="TlsException">There is none, or the file cannot be read.</exception>
    public static X509Certificate2Collection Authorities(string file)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPemFile(file);
        }
        catch (Exception broken) when (broken is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new TlsException(Texts.Say($"证书文件 {file} 不可用：{broken.Message}", $"the certificates in {file} cannot be used: {broken.Message}"), broken);
        }

        return found.Count > 0 ? found : throw new TlsException(Texts.Say($"{file} 中没有 PEM 证书", $"{file} holds no PEM certificate"));
    }
}
