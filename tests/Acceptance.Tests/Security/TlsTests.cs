using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>A demo court with encrypted listeners and the gateway's own authority.</summary>
public sealed class EncryptedCourt : IAsyncLifetime
{
    private GatewayProcess? _gateway;

    public GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("not started");
    public string Ca => Gateway.Ready.GetProperty("ca").GetString()!;
    public Uri Https => new(Gateway.Ready.GetProperty("https").GetString()!);

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(null, "demo", "--https", "127.0.0.1:0");

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
    }
}

/// <summary>What is encrypted, and who is believed, as clients of others see it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TlsTests(EncryptedCourt court) : IClassFixture<EncryptedCourt>
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    [Fact]
    public async Task A_client_that_trusts_the_gateways_authority_is_served()
    {
        var ended = await SecureClient.SubscribeAsync(court.Gateway, "engineer", "--cafile", court.Ca);

        Assert.True(ended.Code == 0, ended.All);
        Assert.Contains("\"state\":\"ready\"", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_trusts_another_authority_does_not_give_its_password_away()
    {
        using var other = new TestAuthority("Somebody else");
        var ended = await SecureClient.SubscribeAsync(court.Gateway, "engineer", "--cafile", other.RootFile);

        Assert.NotEqual(0, ended.Code);
        Assert.Contains("TLS error", ended.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_1", false)]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    public async Task Tls_before_1_2_is_not_spoken(string version, bool isSpoken)
    {
        var ended = await Tool.RunAsync("openssl", "s_client", "-connect", court.Gateway.Ready.GetProperty("mqtts").GetString()!, version, "-cipher", "DEFAULT@SECLEVEL=0", "-CAfile", court.Ca, "-verify_return_error");

        Assert.True(ended.Code == 0 == isSpoken, ended.All);
        Assert.Equal(isSpoken, ended.All.Contains("Verification: OK", StringComparison.Ordinal) && ended.All.Contains("Server certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_web_and_its_websocket_are_encrypted_too()
    {
        using var web = SecureClient.Web(court.Ca);
        using var answer = await web.GetAsync(new Uri(court.Https, "/health/ready"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await SecureClient.SignInAsync(court.Gateway, court.Https, "engineer", origin: null, court.Ca));
    }

    [Fact]
    public async Task The_gateways_own_client_does_the_main_job_over_tls()
    {
        var url = $"mqtts://engineer:{court.Gateway.PasswordOf("engineer")}@{court.Gateway.Ready.GetProperty("mqtts").GetString()}";
        var (code, answers, error) = await GatewayProcess.RunAsync("ctl", "--url", url, "--ca", court.Ca, "do", "court-1/matrix", "route", "input=2", "output=7");
        Assert.True(code == 0, error);
        Assert.Contains("AVG-VERIFIED", answers, StringComparison.Ordinal);

        using var other = new TestAuthority("Somebody else");
        var (refused, _, why) = await GatewayProcess.RunAsync("ctl", "--url", url, "--ca", other.RootFile, "do", "court-1/matrix", "route", "input=3", "output=7");
        Assert.Equal(1, refused);
        Assert.Contains("no gateway at", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_alone()
    {
        var folder = Path.GetDirectoryName(court.Ca)!;
        Assert.Equal(Path.Combine(court.Gateway.Data, "tls"), folder);
        foreach (var key in (string[])["ca.key", "server.key"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, key)));
    }

    [Theory]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("OWN", true)]
    [InlineData(null, true)]
    public async Task A_page_of_another_server_may_not_open_a_websocket(string? origin, bool isServed)
    {
        var web = court.Gateway.Http;
        var opening = SecureClient.SignInAsync(court.Gateway, web, "engineer", origin == "OWN" ? web.GetLeftPart(UriPartial.Authority) : origin);

        if (isServed) Assert.Equal(0, await opening);
        else Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(() => opening)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_listens_beyond_this_machine_until_told_otherwise()
    {
        var listening = await Tool.RunAsync("ss", "-Htlnp");
        var own = listening.Out.Split('\n').Where(l => l.Contains($"pid={court.Gateway.ProcessId.ToString(CultureInfo.InvariantCulture)},", StringComparison.Ordinal)).ToList();

        Assert.True(own.Count >= 4, listening.Out);
        Assert.All(own, line => Assert.StartsWith("127.0.0.1:", line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_of_the_courts_own_is_shown_as_given_and_a_wrong_key_is_told_at_the_start()
    {
        using var authority = new TestAuthority("The court's authority");
        var (certificate, key) = authority.Issue("gateway", ServerUse);
        await using (var gateway = await GatewayProcess.StartAsync(null, "demo", "--tls-certificate", certificate, "--tls-key", $"file:{key}"))
        {
            Assert.False(gateway.Ready.TryGetProperty("ca", out _));
            var ended = await SecureClient.SubscribeAsync(gateway, "engineer", "--cafile", authority.RootFile);
            Assert.True(ended.Code == 0, ended.All);
        }

        var (_, otherKey) = authority.Issue("other", ServerUse);
        var (code, _, error) = await GatewayProcess.RunAsync("demo", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", $"file:{otherKey}");
        Assert.Equal(1, code);
        Assert.Contains("the certificate", error, StringComparison.Ordinal);
        Assert.Contains("cannot be used", error, StringComparison.Ordinal);
    }
}
