using System.Security.Cryptography.X509Certificates;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>Clients that have to show a certificate, and whom it makes them.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ClientCertificateTests
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    [Fact]
    public async Task Nobody_comes_in_without_a_certificate_or_with_somebody_elses()
    {
        await using var gateway = await GatewayProcess.StartAsync(null, "demo", "--https", "127.0.0.1:0", "--client-certificates", "required");
        var ca = gateway.Ready.GetProperty("ca").GetString()!;
        var folder = Path.Combine(gateway.Data, "clients");
        foreach (var user in (string[])["engineer", "panel-court-1"])
            Assert.Equal(0, (await GatewayProcess.RunAsync("user", "certificate", user, "--data", gateway.Data, "--out", folder)).ExitCode);
        using var stranger = new TestAuthority("A stranger");
        var foreign = stranger.Issue("engineer", ClientUse);

        var good = await SecureClient.SubscribeAsync(gateway, "engineer", "--cafile", ca, "--cert", Pem("engineer"), "--key", Key("engineer"));
        var without = await SecureClient.SubscribeAsync(gateway, "engineer", "--cafile", ca);
        var anothers = await SecureClient.SubscribeAsync(gateway, "engineer", "--cafile", ca, "--cert", Pem("panel-court-1"), "--key", Key("panel-court-1"));
        var unknown = await SecureClient.SubscribeAsync(gateway, "engineer", "--cafile", ca, "--cert", foreign.Certificate, "--key", foreign.Key);
        var servers = await SecureClient.SubscribeAsync(gateway, "engineer", "--cafile", ca, "--cert", Path.Combine(gateway.Data, "tls", "server.pem"), "--key", Path.Combine(gateway.Data, "tls", "server.key"));

        Assert.True(good.Code == 0, good.All);
        foreach (var refused in (Ended[])[without, anothers, unknown, servers])
        {
            Assert.NotEqual(0, refused.Code);
            Assert.DoesNotContain("\"state\"", refused.Out, StringComparison.Ordinal);
        }

        // Told like a wrong password: the handshake was good, the user was not the one of the certificate.
        Assert.Contains("bad user name or password", anothers.All, StringComparison.OrdinalIgnoreCase);

        using var engineer = X509Certificate2.CreateFromPemFile(Pem("engineer"), Key("engineer"));
        var https = new Uri(gateway.Ready.GetProperty("https").GetString()!);
        Assert.Equal(0, await SecureClient.SignInAsync(gateway, https, "engineer", origin: null, ca, engineer));
        Assert.Equal(4, await SecureClient.SignInAsync(gateway, https, "panel-court-1", origin: null, ca, engineer));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key("engineer")));

        string Pem(string user) => Path.Combine(folder, user + ".pem");
        string Key(string user) => Path.Combine(folder, user + ".key");
    }
}
