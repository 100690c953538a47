using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AvGateway.Drivers.Http;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>The HTTP link against a server on a real socket: log-in, certificates, connections that go, bounds.</summary>
public sealed class HttpLinkTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly HttpCodec _codec = new();

    [Theory]
    [InlineData("http://h", "the port is missing")]
    [InlineData("http://h:80/api", "take \"/api\" out")]
    [InlineData("http://h:80?auth=ntlm", "\"auth\" is digest or basic")]
    [InlineData("http://h:80?certificate=SHA256:00", "knows no option")]
    [InlineData("https://h:443?certificate=00", "64 hexadecimal digits")]
    [InlineData("https://h:443?color=red", "knows no option")]
    public void What_is_wrong_with_a_link_is_told_before_it_is_opened(string link, string finding) =>
        Assert.Contains(finding, Assert.Single(LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance).Check(Address(link))), StringComparison.Ordinal);

    [Fact]
    public async Task Requests_and_answers_pass_on_one_connection()
    {
        await using var server = new HttpServer(request => Ok(request.Split(' ')[1]));
        await using var link = await OpenAsync($"http://127.0.0.1:{server.Port}");

        for (var i = 0; i < 5; i++) Assert.Equal($"/a{i}", (await AskAsync(link, HttpRequest.Get($"/a{i}"))).Body);
        Assert.Equal("/b", (await AskAsync(link, HttpRequest.Put("/b", "application/xml", "<a>案</a>"))).Body);

        Assert.Equal(1, server.Connections);
        Assert.EndsWith("<a>案</a>", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(server.Heard[^1])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_closes_after_each_answer_is_connected_again()
    {
        await using var server = new HttpServer(_ => "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        await using var link = await OpenAsync($"http://127.0.0.1:{server.Port}");

        for (var i = 0; i < 3; i++) Assert.Equal("ok", (await AskAsync(link, HttpRequest.Get("/"))).Body);

        Assert.Equal(3, server.Connections);
        Assert.False(link.Ended.IsCompleted);
    }

    [Fact]
    public async Task Chunks_come_as_one_body()
    {
        await using var server = new HttpServer(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        await using var link = await OpenAsync($"http://127.0.0.1:{server.Port}");

        Assert.Equal("abcde", (await AskAsync(link, HttpRequest.Get("/"))).Body);
    }

    [Fact]
    public async Task A_redirection_is_an_answer_and_not_followed()
    {
        await using var server = new HttpServer(_ => "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        await using var link = await OpenAsync($"http://127.0.0.1:{server.Port}");

        Assert.Equal(302, (await AskAsync(link, HttpRequest.Get("/"))).Status);
    }

    [Fact]
    public async Task A_digest_is_answered_and_the_password_never_goes_out()
    {
        await using var server = new HttpServer(request => IsDigestOf(request, "admin", "court", "n1") ? Ok("in")
            : "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm=MD5\r\nContent-Length: 0\r\n\r\n");
        await using var link = await OpenAsync($"http://admin@127.0.0.1:{server.Port}", "court");

        Assert.Equal("in", (await AskAsync(link, HttpRequest.Get("/a"))).Body);
        Assert.Equal("in", (await AskAsync(link, HttpRequest.Put("/b", "text/plain", "x"))).Body);
        Assert.DoesNotContain(server.Heard, request => request.Contains("court", StringComparison.Ordinal) || request.Contains("Basic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_that_a_digest_refuses_is_tried_once_and_told()
    {
        await using var server = new HttpServer(_ =>
            "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", algorithm=MD5\r\nContent-Length: 0\r\n\r\n");
        await using var link = await OpenAsync($"http://admin@127.0.0.1:{server.Port}", "wrong");

        var answer = await AskAsync(link, HttpRequest.Get("/a"));

        Assert.Equal((401, "Digest"), (answer.Status, answer.Challenge));
        Assert.Equal(1, server.Heard.Count(request => request.Contains("Authorization: Digest", StringComparison.Ordinal)));
    }

    [Theory, InlineData("", false), InlineData("?auth=digest", false), InlineData("?auth=basic", true)]
    public async Task Over_an_open_line_a_password_goes_out_as_it_stands_only_when_the_site_says_so(string option, bool expected)
    {
        await using var server = new HttpServer(request => request.Contains("Authorization: Basic YWRtaW46Y291cnQ=", StringComparison.Ordinal) ? Ok("in")
            : "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"\r\nContent-Length: 0\r\n\r\n");
        await using var link = await OpenAsync($"http://admin@127.0.0.1:{server.Port}{option}", "court");

        var answer = await AskAsync(link, HttpRequest.Get("/a"));

        Assert.Equal(expected ? 200 : 401, answer.Status);
        Assert.Equal(expected, server.Heard.Any(request => request.Contains("Authorization", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_certificate_that_nobody_knows_is_refused_and_named_and_taken_when_it_is_pinned()
    {
        using var certificate = SelfSigned();
        var print = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        await using var server = new HttpServer(_ => Ok("in"), certificate);
        using var log = new BenchLog();
        var links = LinkFactories.BuiltIn(TimeProvider.System, log);

        await using var refused = await links.OpenAsync(Address($"https://127.0.0.1:{server.Port}"), null, Cancellation);
        _codec.Write(HttpRequest.Get("/a"), refused.Output);
        await refused.Output.FlushAsync(Cancellation);
        Assert.Equal(LinkEnd.Failed, await refused.Ended.WaitAsync(Deadline, Cancellation));
        Assert.Contains(log.Lines, line => line.ToString()!.Contains(print, StringComparison.Ordinal));

        await using var other = await links.OpenAsync(Address($"https://127.0.0.1:{server.Port}?certificate=SHA256:{new string('A', 64)}"), null, Cancellation);
        _codec.Write(HttpRequest.Get("/a"), other.Output);
        await other.Output.FlushAsync(Cancellation);
        Assert.Equal(LinkEnd.Failed, await other.Ended.WaitAsync(Deadline, Cancellation));

        await using var pinned = await links.OpenAsync(Address($"https://127.0.0.1:{server.Port}?certificate=SHA256:{print}"), null, Cancellation);
        Assert.Equal("in", (await AskAsync(pinned, HttpRequest.Get("/a"))).Body);
        Assert.Empty(server.Heard.Skip(1));
    }

    [Fact]
    public async Task An_answer_beyond_the_bound_ends_the_link()
    {
        await using var server = new HttpServer(_ => Ok(new string('a', HttpLimits.Reply + 1)));
        await using var link = await OpenAsync($"http://127.0.0.1:{server.Port}");
        _codec.Write(HttpRequest.Get("/"), link.Output);
        await link.Output.FlushAsync(Cancellation);

        Assert.Equal(LinkEnd.Failed, await link.Ended.WaitAsync(Deadline, Cancellation));
    }

    [Fact]
    public async Task A_server_that_goes_without_an_answer_ends_the_link()
    {
        await using var server = new HttpServer(_ => "");
        await using var link = await OpenAsync($"http://127.0.0.1:{server.Port}");
        _codec.Write(HttpRequest.Post("/"), link.Output);
        await link.Output.FlushAsync(Cancellation);

        Assert.Contains(await link.Ended.WaitAsync(Deadline, Cancellation), (LinkEnd[])[LinkEnd.ClosedByPeer, LinkEnd.Reset]);
        var read = await link.Input.ReadAsync(Cancellation);
        Assert.True(read.IsCompleted);
    }

    [Fact]
    public async Task A_port_that_refuses_is_told_when_it_is_opened()
    {
        var server = new HttpServer(_ => "");
        var port = server.Port;
        await server.DisposeAsync();

        var refused = await Assert.ThrowsAsync<LinkException>(() => OpenAsync($"http://127.0.0.1:{port}"));
        Assert.Contains("refuses this port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_is_given_up_lets_go_of_its_request_and_its_connection()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new HttpServer(_ =>
        {
            asked.SetResult();
            return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
        });
        var link = await OpenAsync($"http://127.0.0.1:{server.Port}");
        _codec.Write(HttpRequest.Get("/"), link.Output);
        await link.Output.FlushAsync(Cancellation);
        await asked.Task.WaitAsync(Deadline, Cancellation);

        link.Abort(LinkEnd.Silent);
        await link.DisposeAsync().AsTask().WaitAsync(Deadline, Cancellation);

        Assert.Equal(LinkEnd.Silent, await link.Ended);
        await Assert.ThrowsAsync<IOException>(async () => await link.Output.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Cancellation));
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static async Task<ILink> OpenAsync(string link, string? password = null) =>
        await LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance).OpenAsync(Address(link), password is null ? null : new(password), Cancellation);

    private async Task<HttpReply> AskAsync(ILink link, string request)
    {
        _codec.Write(request, link.Output);
        await link.Output.FlushAsync(Cancellation);
        while (true)
        {
            var read = await link.Input.ReadAsync(Cancellation).AsTask().WaitAsync(Deadline, Cancellation);
            var left = read.Buffer;
            var isWhole = _codec.TryRead(ref left, out var reply);
            link.Input.AdvanceTo(left.Start, left.End);
            if (isWhole) return reply;
            Assert.False(read.IsCompleted, "the link ended");
        }
    }

    /// <summary>RFC 7616 by hand, from the request alone.</summary>
    private static bool IsDigestOf(string request, string user, string password, string nonce)
    {
        var line = request.Split("\r\n").FirstOrDefault(l => l.StartsWith("Authorization: Digest ", StringComparison.Ordinal));
        if (line is null || request.Split(' ') is not [var method, var path, ..]) return false;
        var fields = line["Authorization: Digest ".Length..].Split(',').Select(f => f.Trim().Split('=', 2)).ToDictionary(f => f[0], f => f[1].Trim('"'));
        var first = Md5($"{user}:{fields["realm"]}:{password}");
        var expected = Md5($"{first}:{nonce}:{fields["nc"]}:{fields["cnonce"]}:auth:{Md5($"{method}:{path}")}");
        return fields["username"] == user && fields["nonce"] == nonce && fields["uri"] == path && fields["response"] == expected;
    }

#pragma warning disable CA5351 // What the devices speak.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
