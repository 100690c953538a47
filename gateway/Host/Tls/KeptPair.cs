using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Host.Tls;

/// <summary>The server certificate that the gateway's own authority signed, kept beside it so that a restart shows the same one.</summary>
internal sealed class KeptPair(PrivateAuthority authority, IReadOnlyList<string> names, TimeProvider time)
{
    // Clients of today refuse server certificates that are good for more than 398 days.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(60);

    private DateTimeOffset _ends;

    private string CertificateFile => Path.Combine(authority.Folder, "server.pem");
    private string KeyFile => Path.Combine(authority.Folder, "server.key");

    public bool IsDue => _ends - time.GetUtcNow() < RenewBefore;

    /// <summary>The kept one where it is good and has all the names; else a new one.</summary>
    public SslStreamCertificateContext Take()
    {
        if (Kept() is { } kept)
        {
            _ends = kept.NotAfter.ToUniversalTime();
            if (!IsDue) return SslStreamCertificateContext.Create(kept, [], offline: true);
            kept.Dispose();
        }

        return Issue();
    }

    public SslStreamCertificateContext Issue()
    {
        var issued = authority.IssueServer(names, Lifetime);

        // The key first: after a crash in between the two do not fit, and a new pair is made.
        PrivateFile.Write(KeyFile, issued.Key);
        PrivateFile.Write(CertificateFile, issued.Certificate);
        var fresh = X509Certificate2.CreateFromPem(issued.Certificate, issued.Key);
        _ends = fresh.NotAfter.ToUniversalTime();
        return SslStreamCertificateContext.Create(fresh, [], offline: true);
    }

    private X509Certificate2? Kept()
    {
        if (!File.Exists(CertificateFile) || !File.Exists(KeyFile) || PrivateFile.IsOpenToOthers(KeyFile)) return null;
        try
        {
            var kept = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            if (kept.IssuerName.RawData.AsSpan().SequenceEqual(authority.Root.SubjectName.RawData) && names.All(n => kept.MatchesHostname(n, allowCommonName: false))) return kept;
            kept.Dispose();
            return null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            // Half written, or not ours: it holds nothing that a new one would not.
            return null;
        }
    }
}
