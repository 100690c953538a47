using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AvGateway.Drivers.Transports.Sip.Tests;

/// <summary>The sockets themselves: ICMP, refused connections, streams, TLS trust.</summary>
public sealed class SocketTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);

    [Fact]
    public async Task A_closed_udp_port_is_known_at_once_and_the_others_are_not_hurt()
    {
        await using var bench = await PeerBench.OpenAsync();
        await using var peer = await PeerBench.OpenAsync();
        var closed = ForeignProgram.FreePort();

        var dead = bench.Stack.OptionsAsync(PeerBench.Ask(closed, 20), TestContext.Current.CancellationToken);
        var alive = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => bench.Stack.OptionsAsync(PeerBench.Ask(peer.Udp),
            TestContext.Current.CancellationToken)));

        Assert.All(alive, a => Assert.Equal(200, a.Status));
        var answer = await dead;
        Assert.Equal(SipFailure.Unreachable, answer.Failure);
        Assert.InRange(answer.Elapsed.TotalSeconds, 0, 4);
    }

    [Fact]
    public async Task A_refused_connection_is_unreachable()
    {
        await using var bench = await PeerBench.OpenAsync();

        var answer = await bench.Stack.OptionsAsync(PeerBench.Ask(ForeignProgram.FreePort(), 20, ";transport=tcp"),
            TestContext.Current.CancellationToken);

        Assert.Equal(SipFailure.Unreachable, answer.Failure);
    }

    [Fact]
    public async Task Requests_to_one_peer_share_a_connection_and_pings_are_answered()
    {
        await using var bench = await PeerBench.OpenAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, bench.Stack.PortOf(SipProtocol.Tcp)!.Value, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var request = Encoding.ASCII.GetBytes(Options((IPEndPoint)client.Client.LocalEndPoint!));

        await stream.WriteAsync("\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        foreach (var octet in request) await stream.WriteAsync(new[] { octet }, TestContext.Current.CancellationToken);
        var text = await ReadAsync(stream, "\r\n\r\n");

        Assert.StartsWith("\r\nSIP/2.0 200 OK\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_with_a_wrong_length_is_answered_400_and_closed()
    {
        await using var bench = await PeerBench.OpenAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, bench.Stack.PortOf(SipProtocol.Tcp)!.Value, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var request = Options((IPEndPoint)client.Client.LocalEndPoint!).Replace("Content-Length: 0", "Content-Length: 0\r\nl: 9");

        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        var text = await ReadAsync(stream, null);

        Assert.StartsWith("SIP/2.0 400 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_the_peer_closed_is_opened_anew()
    {
        await using var bench = await PeerBench.OpenAsync();
        var options = new SipStackOptions { Tcp = Any };
        var first = await PeerBench.OpenAsync(options);
        var port = first.Stack.PortOf(SipProtocol.Tcp)!.Value;
        Assert.Equal(200, (await bench.Stack.OptionsAsync(PeerBench.Ask(port, 10, ";transport=tcp"),
            TestContext.Current.CancellationToken)).Status);
        await first.DisposeAsync();

        await using var second = await PeerBench.OpenAsync(new() { Tcp = new(IPAddress.Loopback, port) });
        SipAnswer answer = new(0, "", SipFailure.None);
        for (var tries = 0; tries < 5 && !answer.IsSuccess; tries++)
        {
            answer = await bench.Stack.OptionsAsync(PeerBench.Ask(port, 10, ";transport=tcp"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Tls_peers_are_trusted_by_pin_or_by_authority_and_name_and_never_blindly()
    {
        using var key = RSA.Create(2048);
        using var certificate = SelfSigned(key, "codec.court.example");
        using var other = SelfSigned(key, "other.court.example");
        await using var server = await PeerBench.OpenAsync(new() { Tls = Any, TlsTrust = new() { Certificate = certificate } });
        var port = server.Stack.PortOf(SipProtocol.Tls)!.Value;
        var pin = Convert.ToHexString(SHA256.HashData(certificate.RawData));

        Assert.Equal((200, SipFailure.None), await AskAsync(port, new() { Pinned = [pin] }));
        Assert.Equal((200, SipFailure.None), await AskAsync(port,
            new() { Pinned = [string.Join(':', pin.Chunk(2).Select(c => new string(c)))] }));
        Assert.Equal((0, SipFailure.CertificateRefused), await AskAsync(port, new()));
        Assert.Equal((0, SipFailure.CertificateRefused), await AskAsync(port,
            new() { Pinned = [Convert.ToHexString(SHA256.HashData(other.RawData))] }));

        // The authority is right and the name (here an address) is not.
        Assert.Equal((0, SipFailure.CertificateRefused), await AskAsync(port, new() { Authorities = [certificate] }));
        Assert.True(new SipTlsOptions { Authorities = [certificate] }.Trusts(certificate, "codec.court.example"));
        Assert.False(new SipTlsOptions { Authorities = [other] }.Trusts(certificate, "codec.court.example"));
    }

    [Fact]
    public async Task A_second_stack_on_the_same_port_is_refused_and_leaves_nothing_open()
    {
        await using var bench = await PeerBench.OpenAsync();
        var options = new SipStackOptions { Tcp = Any, Udp = new(IPAddress.Loopback, bench.Udp) };

        await Assert.ThrowsAsync<SocketException>(() => SipStack.OpenAsync(options, TimeProvider.System, new FaultLog()));
    }

    private static async Task<(int Status, SipFailure Failure)> AskAsync(int port, SipTlsOptions trust)
    {
        await using var client = await PeerBench.OpenAsync(new() { Tls = Any, TlsTrust = trust });
        var answer = await client.Stack.OptionsAsync(PeerBench.Ask(port, 10, ";transport=tls"), TestContext.Current.CancellationToken);
        return (answer.Status, answer.Failure);
    }

    private static X509Certificate2 SelfSigned(RSA key, string name)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var bare = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null);
    }

    private static string Options(IPEndPoint from) => Encoding.ASCII.GetString(Torture.Wire($"""
        OPTIONS sip:gw@127.0.0.1 SIP/2.0
        Via: SIP/2.0/TCP {from};branch=z9hG4bKraw
        From: <sip:a@b>;tag=1
        To: <sip:gw@127.0.0.1>
        Call-ID: raw
        CSeq: 1 OPTIONS
        Content-Length: 0


        """));

    private static async Task<string> ReadAsync(NetworkStream stream, string? until)
    {
        using var within = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, within.Token) is > 0 and var length)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, length));
            if (until is not null && text.ToString().EndsWith(until, StringComparison.Ordinal) && text.Length > 4) break;
        }

        return text.ToString();
    }
}
