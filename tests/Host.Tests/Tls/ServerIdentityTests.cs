using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AvGateway.Host.Tls;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Host.Tests.Tls;

/// <summary>The life of the server's certificate, on a clock that can pass a year.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ServerIdentityTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("avgw-tls-").FullName;
    private readonly VirtualClock _clock = new();

    private string Folder => Path.Combine(_data, "tls");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_certificate_of_our_own_is_renewed_long_before_it_ends_and_kept()
    {
        using var authority = PrivateAuthority.Open(_data, _clock);
        using var identity = Own(authority, "localhost");
        var first = identity.Current.TargetCertificate;
        Assert.InRange(first.NotAfter.ToUniversalTime() - _clock.GetUtcNow(), TimeSpan.FromDays(390), TimeSpan.FromDays(398));

        await _clock.PassAsync(TimeSpan.FromDays(300), Nothing);
        Assert.Equal(first.Thumbprint, identity.Current.TargetCertificate.Thumbprint);
        await _clock.PassAsync(TimeSpan.FromDays(50), Nothing);
        var second = identity.Current.TargetCertificate;
        Assert.NotEqual(first.Thumbprint, second.Thumbprint);
        Assert.True(second.NotAfter > first.NotAfter);

        using var restarted = Own(authority, "localhost");
        Assert.Equal(second.Thumbprint, restarted.Current.TargetCertificate.Thumbprint);
    }

    [Fact]
    public void A_name_that_is_new_gets_a_new_certificate_and_the_authority_stays()
    {
        string root;
        using (var authority = PrivateAuthority.Open(_data, _clock))
        {
            using var identity = Own(authority, "localhost");
            Assert.False(identity.Current.TargetCertificate.MatchesHostname("av.court.example"));
            root = authority.Root.Thumbprint;
        }

        using var again = PrivateAuthority.Open(_data, _clock);
        using var renamed = Own(again, "localhost", "av.court.example", "10.1.1.5");
        Assert.Equal(root, again.Root.Thumbprint);
        Assert.True(renamed.Current.TargetCertificate.MatchesHostname("av.court.example"));
        Assert.True(renamed.Current.TargetCertificate.MatchesHostname("10.1.1.5"));
    }

    [Fact]
    public void A_pair_that_a_crash_left_half_written_is_made_anew()
    {
        using var authority = PrivateAuthority.Open(_data, _clock);
        string first;
        using (var identity = Own(authority, "localhost")) first = identity.Current.TargetCertificate.Thumbprint;
        File.WriteAllText(Path.Combine(Folder, "server.key"), authority.IssueServer(["localhost"], TimeSpan.FromDays(1)).Key);

        using var mended = Own(authority, "localhost");
        Assert.NotEqual(first, mended.Current.TargetCertificate.Thumbprint);
    }

    [Fact]
    public void An_authority_that_cannot_be_used_is_never_replaced_in_silence()
    {
        using (PrivateAuthority.Open(_data, _clock)) { }
        var before = File.ReadAllText(Path.Combine(Folder, "ca.pem"));
        File.WriteAllText(Path.Combine(Folder, "ca.key"), "nothing");

        var refused = Assert.Throws<TlsException>(() => PrivateAuthority.Open(_data, _clock));

        Assert.Contains("Put the folder back", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Folder, "ca.pem")));
    }

    [Fact]
    public void A_key_that_others_can_read_is_told_of()
    {
        using (PrivateAuthority.Open(_data, _clock)) { }
        File.SetUnixFileMode(Path.Combine(Folder, "ca.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Contains("chmod 600", Assert.Throws<TlsException>(() => PrivateAuthority.Open(_data, _clock)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_files_are_read_again_when_they_change_and_a_broken_one_leaves_the_old_in_use()
    {
        using var authority = PrivateAuthority.Open(_data, _clock);
        var certificate = Path.Combine(_data, "given.pem");
        var key = Path.Combine(_data, "given.key");
        Give(authority.IssueServer(["localhost"], TimeSpan.FromDays(90)), 1);
        using var identity = ServerIdentity.OfFiles(new() { Certificate = certificate, Key = $"file:{key}" }, _clock, NullLogger.Instance);
        var first = identity.Current.TargetCertificate.Thumbprint;

        File.WriteAllText(certificate, "half of a file");
        File.SetLastWriteTimeUtc(certificate, DateTime.UnixEpoch.AddDays(2));
        await _clock.PassAsync(TimeSpan.FromMinutes(2), Nothing);
        Assert.Equal(first, identity.Current.TargetCertificate.Thumbprint);

        Give(authority.IssueServer(["localhost"], TimeSpan.FromDays(90)), 3);
        await _clock.PassAsync(TimeSpan.FromMinutes(2), Nothing);
        Assert.NotEqual(first, identity.Current.TargetCertificate.Thumbprint);

        void Give(IssuedPair pair, int day)
        {
            File.WriteAllText(key, pair.Key);
            File.WriteAllText(certificate, pair.Certificate);
            File.SetLastWriteTimeUtc(certificate, DateTime.UnixEpoch.AddDays(day));
        }
    }

    [Fact]
    public void A_certificate_ends_with_its_authority_at_the_latest()
    {
        using var authority = PrivateAuthority.Open(_data, _clock);
        var pair = authority.IssueClient("engineer", TimeSpan.FromDays(40 * 365));
        using var certificate = X509Certificate2.CreateFromPem(pair.Certificate);
        Assert.Equal(authority.Root.NotAfter, certificate.NotAfter);
    }

    [Fact]
    public void A_client_is_believed_by_its_authority_its_purpose_and_its_time()
    {
        using var authority = PrivateAuthority.Open(_data, _clock);
        var trust = ClientTrust.Of(new() { Clients = ClientCertificates.Required }, authority, _clock)!;
        using var good = Load(authority.IssueClient("engineer", TimeSpan.FromDays(1)));
        using var server = Load(authority.IssueServer(["localhost"], TimeSpan.FromDays(1)));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var self = new CertificateRequest("CN=engineer", key, HashAlgorithmName.SHA256).CreateSelfSigned(_clock.GetUtcNow(), _clock.GetUtcNow().AddDays(1));

        Assert.True(trust.Admits(good, null));
        Assert.False(trust.Admits(server, null));
        Assert.False(trust.Admits(self, null));
        Assert.False(trust.Admits(null, null));
        Assert.True(ClientTrust.Of(new() { Clients = ClientCertificates.Accepted }, authority, _clock)!.Admits(null, null));
        Assert.Null(ClientTrust.Of(new(), authority, _clock));
    }

    [Fact]
    public async Task A_client_certificate_that_has_ended_is_not_believed()
    {
        using var authority = PrivateAuthority.Open(_data, _clock);
        var trust = ClientTrust.Of(new() { Clients = ClientCertificates.Required }, authority, _clock)!;
        using var certificate = Load(authority.IssueClient("engineer", TimeSpan.FromDays(1)));
        await _clock.PassAsync(TimeSpan.FromDays(2), Nothing);
        Assert.False(trust.Admits(certificate, null));
    }

    private static X509Certificate2 Load(IssuedPair pair) => X509Certificate2.CreateFromPem(pair.Certificate);

    private static Task Nothing() => Task.CompletedTask;

    private ServerIdentity Own(PrivateAuthority authority, params string[] names) => ServerIdentity.OfAuthority(authority, names, _clock, NullLogger.Instance);
}
