using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AvGateway.Host.Tls;

/// <summary>A certificate and its private key, both as PEM.</summary>
internal sealed record IssuedPair(string Certificate, string Key);

/// <summary>
/// The gateway's own certificate authority, for courts without one: made at the first start and kept in the data directory. It signs for this
/// gateway and its clients alone. Keys are ECDSA on P-256 (BSI TR-02102, NIST SP 800-57: good beyond 2030).
/// </summary>
internal sealed class PrivateAuthority : IDisposable
{
    /// <summary>What a server proves with its certificate, and what a client does (RFC 5280, 4.2.1.12).</summary>
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private const string FolderName = "tls";
    private const int SerialBytes = 16;

    // Longer than the equipment lives: replacing it means a visit to every panel.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(20 * 365);

    // Clocks of panels differ from ours, and a certificate must hold on all of them at once.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    private readonly X509Certificate2 _root;
    private readonly TimeProvider _time;

    private PrivateAuthority(X509Certificate2 root, string folder, TimeProvider time) => (_root, Folder, _time) = (root, folder, time);

    public string Folder { get; }

    /// <summary>The certificate that clients are given; no secret.</summary>
    public string RootFile => Path.Combine(Folder, "ca.pem");

    public X509Certificate2 Root => _root;

    /// <summary>Opens the authority of a data directory, or makes it where there is none.</summary>
    /// <exception cref="TlsException">It is there and cannot be used; it is never replaced in silence, since every client relies on it.</exception>
    public static PrivateAuthority Open(string dataDirectory, TimeProvider time)
    {
        var folder = Path.Combine(dataDirectory, FolderName);
        var (certificate, key) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key"));
        if (!File.Exists(certificate) && !File.Exists(key)) Make(folder, certificate, key, time);
        try
        {
            if (PrivateFile.IsOpenToOthers(key)) throw new TlsException(Texts.Say(
                $"{key} 可被他人读取：请执行 chmod 600 '{key}'；若已泄露，请删除 {folder} 并重新分发 ca.pem",
                $"{key} can be read by others: chmod 600 '{key}', and if somebody did, remove {folder} and hand out the new ca.pem"));
            var root = X509Certificate2.CreateFromPemFile(certificate, key);
            if (root.NotAfter.ToUniversalTime() > time.GetUtcNow()) return new(root, folder, time);
            root.Dispose();
            throw Unusable(folder, Texts.Say("已过期", "it has ended"));
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, broken.Message, broken);
        }
    }

    public IssuedPair IssueServer(IEnumerable<string> names, TimeSpan lifetime)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        return Issue("AvGateway server", ServerUse, lifetime, alternatives.Build());
    }

    /// <param name="user">The user name: it stands as the only common name of the subject.</param>
    public IssuedPair IssueClient(string user, TimeSpan lifetime) => Issue(user, ClientUse, lifetime, alternatives: null);

    public void Dispose() => _root.Dispose();

    private IssuedPair Issue(string name, string use, TimeSpan lifetime, X509Extension? alternatives)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Named(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (alternatives is not null) request.CertificateExtensions.Add(alternatives);

        var now = _time.GetUtcNow();
        DateTimeOffset rootFrom = _root.NotBefore.ToUniversalTime(), rootTo = _root.NotAfter.ToUniversalTime();
        var from = now - ClockTolerance;
        var to = now + lifetime;
        using var issued = request.Create(_root, from < rootFrom ? rootFrom : from, to > rootTo ? rootTo : to, Serial());
        return new(issued.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static void Make(string folder, string certificate, string keyFile, TimeProvider time)
    {
        PrivateFile.CreateFolder(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // Two gateways' authorities must not look alike to a client that trusts both.
        var request = new CertificateRequest(Named($"AvGateway authority {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = time.GetUtcNow();
        using var root = request.CreateSelfSigned(now - ClockTolerance, now + Lifetime);
        PrivateFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        PrivateFile.Write(certificate, root.ExportCertificatePem() + "\n", PrivateFile.OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static X500DistinguishedName Named(string name)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        return subject.Build();
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] &= 0x7F;
        serial[0] |= 0x40;
        return serial;
    }

    private static TlsException Unusable(string folder, string why, Exception? inner = null) => new(
        Texts.Say(
            $"{folder} 中的证书机构不可用：{why}；请从备份恢复该目录，或删除它以重新生成（之后须向所有客户端重新分发 ca.pem）",
            $"the certificate authority in {folder} cannot be used: {why.TrimEnd('.')}. Put the folder back from a copy, or remove it to have a new one made (every client then needs the new ca.pem)"),
        inner);
}
