using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AvGateway.Host.Site;

namespace AvGateway.Host.Tls;

/// <summary>
/// The certificate that the encrypted listeners show: the court's own files, read again when they change, or one from the gateway's authority,
/// renewed in time. New connections get the new one, open ones go on.
/// </summary>
internal sealed partial class ServerIdentity : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarnWithin = TimeSpan.FromDays(30);
    private static readonly TimeSpan WarnEvery = TimeSpan.FromDays(1);

    private readonly Func<SslStreamCertificateContext?> _renew;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private volatile SslStreamCertificateContext _current;
    private ITimer? _look;
    private int _looking;
    private string? _problem;
    private DateTimeOffset _warned = DateTimeOffset.MinValue;

    private ServerIdentity(SslStreamCertificateContext first, Func<SslStreamCertificateContext?> renew, TimeProvider time, ILogger log) =>
        (_current, _renew, _time, _log) = (first, renew, time, log);

    public SslStreamCertificateContext Current => _current;

    /// <summary>Raised when there is a new certificate; the old one serves the connections that it opened.</summary>
    public event Action? Renewed;

    /// <exception cref="TlsException">The files cannot be used.</exception>
    public static ServerIdentity OfFiles(TlsSettings settings, TimeProvider time, ILogger log)
    {
        var certificate = settings.Certificate!;
        var seen = File.GetLastWriteTimeUtc(certificate);
        return Start(Read(settings), time, log, () =>
        {
            var written = File.GetLastWriteTimeUtc(certificate);
            if (written == seen) return null;
            var fresh = Read(settings);
            seen = written;
            return fresh;
        });
    }

    /// <param name="names">What clients call this server: names and addresses.</param>
    public static ServerIdentity OfAuthority(PrivateAuthority authority, IReadOnlyList<string> names, TimeProvider time, ILogger log)
    {
        var pair = new KeptPair(authority, names, time);
        return Start(pair.Take(), time, log, () => pair.IsDue ? pair.Issue() : null);
    }

    public void Dispose() => _look?.Dispose();

    private static ServerIdentity Start(SslStreamCertificateContext first, TimeProvider time, ILogger log, Func<SslStreamCertificateContext?> renew)
    {
        var identity = new ServerIdentity(first, renew, time, log);
        identity.Warn();
        identity._look = time.CreateTimer(static i => ((ServerIdentity)i!).Look(), identity, LookEvery, LookEvery);
        return identity;
    }

    private static SslStreamCertificateContext Read(TlsSettings settings)
    {
        var file = settings.Certificate!;
        try
        {
            if (settings.Key is null) throw new TlsException(Texts.Say($"{file} 没有给出私钥：请用 --tls-key", $"no key is named for {file}: give --tls-key"));
            var key = SecretReference.Resolve(settings.Key, settings.Folder, out var why) ?? throw new TlsException(Texts.Say($"私钥不可用：{why}", $"the private key cannot be used: {why}"));
            var pem = File.ReadAllText(file);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            var leaf = X509Certificate2.CreateFromPem(pem, key.Reveal());
            return SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new TlsException(
                Texts.Say(
                    $"证书 {file} 与其私钥不可用：{broken.Message} 需要一个 PEM 证书文件和与之匹配、未加密的 PEM 私钥",
                    $"the certificate {file} and its key cannot be used: {broken.Message} Needed are a PEM file with the certificate first, and the PEM key that fits it, not encrypted"),
                broken);
        }
    }

    private void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1) return;
        try
        {
            if (_renew() is { } fresh)
            {
                _current = fresh;
                var until = fresh.TargetCertificate.NotAfter.ToUniversalTime();
                CertificateRenewed(_log, until);
                Renewed?.Invoke();
            }

            _problem = null;
            Warn();
        }
        catch (Exception broken) when (broken is TlsException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            // The certificate before serves on; once per problem, not once a minute.
            if (_problem != broken.Message) NotRenewed(_log, broken.Message);
            _problem = broken.Message;
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void Warn()
    {
        var now = _time.GetUtcNow();
        var ends = _current.TargetCertificate.NotAfter.ToUniversalTime();
        if (ends - now > WarnWithin || now - _warned < WarnEvery) return;
        _warned = now;
        EndsSoon(_log, ends);
    }

    [LoggerMessage(EventId = 520, Level = LogLevel.Information, Message = "A new server certificate is in use, good until {Until:u}")]
    private static partial void CertificateRenewed(ILogger log, DateTime until);

    [LoggerMessage(EventId = 521, Level = LogLevel.Error, Message = "The server certificate could not be renewed, the one before stays in use: {Why}")]
    private static partial void NotRenewed(ILogger log, string why);

    [LoggerMessage(EventId = 522, Level = LogLevel.Warning, Message = "The server certificate ends at {Until:u}: put a new one in its place")]
    private static partial void EndsSoon(ILogger log, DateTime until);
}
