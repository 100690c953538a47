using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Tests;

/// <summary>Ports, pages, streams and SIP, each against a responder that was written from its document.</summary>
public sealed class WebTests
{
    [Fact]
    public async Task A_port_that_is_open_is_seen_and_one_that_is_closed_is_silent()
    {
        int port;
        await using (var open = new Responder(static _ => Task.CompletedTask))
        {
            port = open.Port;
            (await Look.AtAsync("tcp", $"tcp://127.0.0.1:{port}")).Is(ProbeOutcome.Seen);
        }

        var closed = await Look.AtAsync("tcp", $"tcp://127.0.0.1:{port}");
        closed.Is(ProbeOutcome.Silent);
        Assert.Equal(ProbeQuality.Alarm, closed.Quality);
        Assert.Contains(closed.Log, l => l.Contains($"127.0.0.1 port {port}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_port_says_first_is_compared()
    {
        await using var ssh = new Responder(static async s => await s.WriteAsync("SSH-2.0-Test\r\n"u8.ToArray()));
        (await Look.AtAsync("tcp", $"tcp://127.0.0.1:{ssh.Port}", options: ("expect", "SSH-2.0"))).Is(ProbeOutcome.Seen);
        (await Look.AtAsync("tcp", $"tcp://127.0.0.1:{ssh.Port}", options: ("expect", "220 "))).Is(ProbeOutcome.Wrong);
    }

    [Fact]
    public async Task A_port_that_never_says_it_is_silent_at_the_deadline()
    {
        var over = new TaskCompletionSource();
        await using var mute = new Responder(_ => over.Task);
        var result = await Look.AtAsync("tcp", $"tcp://127.0.0.1:{mute.Port}", within: TimeSpan.FromMilliseconds(300), options: ("expect", "220 "));
        over.SetResult();

        result.Is(ProbeOutcome.Silent);
        Assert.Contains("within 0.3 s", result.Sight.Says.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("200 OK", "all well", ProbeOutcome.Seen)]
    [InlineData("200 OK", "all is lost", ProbeOutcome.Wrong)]
    [InlineData("500 Oh", "all well", ProbeOutcome.Wrong)]
    [InlineData("401 No", "all well", ProbeOutcome.Blind)]
    public async Task A_page_is_judged_by_status_and_content(string status, string page, ProbeOutcome outcome)
    {
        await using var web = new Responder(s => ServeAsync(s, $"HTTP/1.1 {status}\r\nContent-Length: {page.Length}\r\nConnection: close\r\n\r\n{page}"));
        (await Look.AtAsync("http", $"http://127.0.0.1:{web.Port}/health", options: ("contains", "well"))).Is(outcome);
    }

    [Fact]
    public async Task A_secret_goes_to_the_server_and_nowhere_else()
    {
        string head = "";
        await using var web = new Responder(async s => head = await ServeAsync(s, "HTTP/1.1 204 Fine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        var result = await Look.AtAsync("http", $"http://watch@127.0.0.1:{web.Port}/", secret: "geheim");

        result.Is(ProbeOutcome.Seen);
        Assert.Contains($"Basic {Convert.ToBase64String("watch:geheim"u8)}", head, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Log, l => l.Contains("geheim", StringComparison.Ordinal) || l.Contains(Convert.ToBase64String("watch:geheim"u8), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_of_twenty_days_is_a_warning_and_one_of_a_stranger_is_wrong()
    {
        using var certificate = SelfSigned(TimeSpan.FromDays(20));
        await using var web = new Responder(async s =>
        {
            await using var tls = new SslStream(s);
            await tls.AuthenticateAsServerAsync(certificate);
            await ServeAsync(tls, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        });

        var stranger = await Look.AtAsync("http", $"https://127.0.0.1:{web.Port}/");
        stranger.Is(ProbeOutcome.Wrong);
        Assert.Contains("certificate", stranger.Sight.Says.En, StringComparison.Ordinal);

        var seen = await Look.AtAsync("http", $"https://127.0.0.1:{web.Port}/", options: ("verify", false));
        seen.Is(ProbeOutcome.Seen);
        Assert.Equal(ProbeQuality.Warn, seen.Quality);
        Assert.InRange(seen.Value("certificate-days"), 19, 20);
    }

    [Theory]
    [InlineData("m=video 0 RTP/AVP 96\r\nm=audio 0 RTP/AVP 97\r\n", ProbeOutcome.Seen)]
    [InlineData("m=audio 0 RTP/AVP 97\r\n", ProbeOutcome.Wrong)]
    public async Task A_stream_is_described_after_a_digest_and_needs_its_tracks(string tracks, ProbeOutcome outcome)
    {
        await using var camera = new Responder(async s =>
        {
            await ServeAsync(s, "RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"abc\"\r\n\r\n");
            var head = await ReadHeadAsync(s);

            // RFC 2069 with the words of this exchange, worked out here.
            var port = head.Split(':')[2].Split('/')[0];
            var expected = Md5($"{Md5("watch:cam:geheim")}:abc:{Md5($"DESCRIBE:rtsp://127.0.0.1:{port}/live")}");
            var body = $"v=0\r\ns=live\r\n{tracks}";
            await s.WriteAsync(Encoding.ASCII.GetBytes(head.Contains($"response=\"{expected}\"", StringComparison.Ordinal)
                ? $"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: {body.Length}\r\n\r\n{body}"
                : "RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n"));
        });

        (await Look.AtAsync("rtsp", $"rtsp://watch@127.0.0.1:{camera.Port}/live", secret: "geheim")).Is(outcome);
        (await Look.AtAsync("rtsp", $"rtsp://watch@127.0.0.1:{camera.Port}/live", secret: "wrong")).Is(ProbeOutcome.Blind);
    }

    [Theory]
    [InlineData("200 OK", ProbeOutcome.Seen)]
    [InlineData("404 Not Found", ProbeOutcome.Wrong)]
    public async Task A_sip_endpoint_is_asked_for_its_options(string status, ProbeOutcome outcome)
    {
        using var endpoint = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var serving = Task.Run(async () =>
        {
            var request = await endpoint.ReceiveAsync(TestContext.Current.CancellationToken);
            var lines = Encoding.UTF8.GetString(request.Buffer).Split("\r\n");
            Assert.StartsWith("OPTIONS sip:codec@127.0.0.1", lines[0], StringComparison.Ordinal);
            string Field(string name) => lines.First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
            var answer = $"SIP/2.0 {status}\r\n{Field("Via")}\r\n{Field("From")}\r\n{Field("To")};tag=1\r\n{Field("Call-ID")}\r\n{Field("CSeq")}\r\nContent-Length: 0\r\n\r\n";
            await endpoint.SendAsync(Encoding.UTF8.GetBytes(answer), request.RemoteEndPoint, TestContext.Current.CancellationToken);
        }, TestContext.Current.CancellationToken);

        (await Look.AtAsync("sip-options", $"sip:codec@127.0.0.1:{((IPEndPoint)endpoint.Client.LocalEndPoint!).Port}")).Is(outcome);
        await serving;
    }

    private static async Task<string> ServeAsync(Stream stream, string answer)
    {
        var head = await ReadHeadAsync(stream);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        return head;
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var bytes = new byte[8192];
        var length = 0;
        while (!Encoding.ASCII.GetString(bytes, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(bytes.AsMemory(length));
            if (count == 0) throw new IOException("closed");
            length += count;
        }

        return Encoding.ASCII.GetString(bytes, 0, length);
    }

#pragma warning disable CA5351 // RFC 2069 knows no other.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private static X509Certificate2 SelfSigned(TimeSpan good)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now + good);
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
