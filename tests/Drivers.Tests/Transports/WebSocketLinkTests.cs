using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AvGateway.Devices;
using AvGateway.Drivers.Transports.WebSockets;
using AvGateway.Links;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static AvGateway.Drivers.Tests.Transports.LinkReading;

namespace AvGateway.Drivers.Tests.Transports;

/// <summary>The link on a real WebSocket server.</summary>
public sealed class WebSocketLinkTests
{
    private readonly WebSocketLinkFactory _factory = new(TimeProvider.System);

    [Fact]
    public async Task A_message_is_a_record_both_ways_and_fragments_are_joined()
    {
        await using var server = await Server.StartAsync(async (socket, stopping) =>
        {
            var asked = await ReadAsync(socket, stopping);
            await socket.SendAsync("{\"you\":"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, stopping);
            await socket.SendAsync("\n"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, stopping);
            await socket.SendAsync(Encoding.UTF8.GetBytes($"\"{asked}\"}}"), WebSocketMessageType.Text, endOfMessage: true, stopping);
            await socket.SendAsync("{}"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, stopping);
            await ReadAsync(socket, stopping);
        });
        await using var link = await _factory.OpenAsync(Address(server.Link), null, Cancellation);

        await link.Output.WriteAsync("\u001eask\n"u8.ToArray(), Cancellation);

        const string Expected = "\u001e{\"you\": \"ask\"}\n\u001e{}\n";
        Assert.Equal(Expected, Text(await link.Input.ReadExactlyAsync(Expected.Length)));
    }

    [Fact]
    public async Task Records_flushed_together_are_messages_of_their_own()
    {
        var got = new List<string>();
        await using var server = await Server.StartAsync(async (socket, stopping) =>
        {
            for (var i = 0; i < 2; i++) got.Add(await ReadAsync(socket, stopping));
            await socket.SendAsync("ok"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, stopping);
            await ReadAsync(socket, stopping);
        });
        await using var link = await _factory.OpenAsync(Address(server.Link), null, Cancellation);

        await link.Output.WriteAsync("\u001eone\n\u001etwo\n"u8.ToArray(), Cancellation);
        await link.Input.ReadExactlyAsync(4);

        Assert.Equal(["one", "two"], got);
    }

    [Fact]
    public async Task A_long_message_passes_unchanged()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i} "));
        await using var server = await Server.StartAsync(async (socket, stopping) =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, stopping);
            await ReadAsync(socket, stopping);
        });
        await using var link = await _factory.OpenAsync(Address(server.Link), null, Cancellation);
        var got = new List<byte>();

        while (got.Count < text.Length + 2) got.AddRange(await link.Input.ReadOnceAsync());

        Assert.Equal($"\u001e{text}\n", Text([.. got]));
    }

    [Fact]
    public async Task A_close_and_an_abort_of_the_server_end_the_link_with_their_reasons()
    {
        await using var polite = await Server.StartAsync((socket, stopping) => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping));
        await using var rude = await Server.StartAsync(async (socket, stopping) =>
        {
            await ReadAsync(socket, stopping);
            socket.Abort();
        });
        await using var closed = await _factory.OpenAsync(Address(polite.Link), null, Cancellation);
        await using var reset = await _factory.OpenAsync(Address(rude.Link), null, Cancellation);
        await reset.Output.WriteAsync("\u001ex\n"u8.ToArray(), Cancellation);

        Assert.Equal(LinkEnd.ClosedByPeer, await closed.EndAsync());
        Assert.Contains(await reset.EndAsync(), (LinkEnd[])[LinkEnd.Reset, LinkEnd.Failed]);
        await Assert.ThrowsAsync<IOException>(async () => await closed.Output.WriteAsync("\u001ex\n"u8.ToArray(), Cancellation));
    }

    [Fact]
    public async Task Abort_completes_a_pending_read_and_the_first_reason_wins()
    {
        await using var server = await Server.StartAsync((socket, stopping) => ReadAsync(socket, stopping));
        var link = await _factory.OpenAsync(Address(server.Link), null, Cancellation);
        var pending = link.Input.ReadAsync(Cancellation).AsTask();

        link.Abort(LinkEnd.Silent);
        link.Abort(LinkEnd.Failed);
        await link.DisposeAsync().AsTask().WaitAsync(Soon, Cancellation);

        Assert.True((await pending.WaitAsync(Soon, Cancellation)).IsCompleted);
        Assert.Equal(LinkEnd.Silent, await link.EndAsync());
    }

    [Theory]
    [InlineData("court", "/ws", null)]
    [InlineData("wrong", "/ws", StatusReasons.AccessDenied)]
    [InlineData("court", "/elsewhere", StatusReasons.ConnectFailed)]
    public async Task User_and_secret_go_as_basic_authentication(string given, string path, string? refusal)
    {
        await using var server = await Server.StartAsync((socket, stopping) => ReadAsync(socket, stopping), user: "gateway", password: "court");
        var address = Address(server.Link.Replace("ws://", "ws://gateway@", StringComparison.Ordinal) + path);
        if (refusal is null)
        {
            await using var link = await _factory.OpenAsync(address, new(given), Cancellation);
            Assert.False(link.Ended.IsCompleted);
            return;
        }

        var refused = await Assert.ThrowsAsync<LinkException>(async () => await _factory.OpenAsync(address, new(given), Cancellation));
        Assert.Equal(refusal, refused.Reason);
        Assert.DoesNotContain(given, refused.Message.Replace(address.ToString(), "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_must_be_pinned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = new CertificateRequest("CN=codec", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
        using var certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        await using var server = await Server.StartAsync((socket, stopping) => ReadAsync(socket, stopping), certificate: certificate);
        var fingerprint = HostKeys.Fingerprint(certificate.PublicKey.ExportSubjectPublicKeyInfo());

        var unknown = await Assert.ThrowsAsync<LinkException>(async () => await _factory.OpenAsync(Address(server.Link), null, Cancellation));
        var other = await Assert.ThrowsAsync<LinkException>(
            async () => await _factory.OpenAsync(Address($"{server.Link}?hostKey={HostKeys.Fingerprint("x"u8)}"), null, Cancellation));
        await using var link = await _factory.OpenAsync(Address($"{server.Link}?hostKey={fingerprint}"), null, Cancellation);

        Assert.Equal((StatusReasons.HostKey, StatusReasons.HostKey), (unknown.Reason, other.Reason));
        Assert.Contains($"\"hostKey\": \"{fingerprint}\"", unknown.Message, StringComparison.Ordinal);
        Assert.False(link.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_closed_port_is_told_in_words()
    {
        var server = await Server.StartAsync((socket, stopping) => ReadAsync(socket, stopping));
        await server.DisposeAsync();

        var refused = await Assert.ThrowsAsync<LinkException>(async () => await _factory.OpenAsync(Address(server.Link), null, Cancellation));

        Assert.Equal(StatusReasons.ConnectFailed, refused.Reason);
        Assert.Contains("refuses this port", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://10.1.1.1", "")]
    [InlineData("wss://admin@10.1.1.1:443/ws?hostKey=SHA256:QV7dcRhgl5WN+2ZePGbeQQmk4FK8cOWNCNjEyfUyRqg", "")]
    [InlineData("ws:x", "write ws://HOST")]
    [InlineData("ws://10.1.1.1?hostKey=SHA256:QV7dcRhgl5WN+2ZePGbeQQmk4FK8cOWNCNjEyfUyRqg", "use wss")]
    [InlineData("wss://10.1.1.1?hostKey=aa", "SHA256:")]
    [InlineData("wss://10.1.1.1?baud=9600", "no option")]
    public void Addresses_are_checked(string address, string finding)
    {
        var findings = _factory.Check(Address(address)).ToList();

        if (finding.Length == 0) Assert.Empty(findings);
        else Assert.Contains(finding, Assert.Single(findings), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(WebSocket socket, CancellationToken stopping)
    {
        var buffer = new byte[4096];
        try
        {
            var got = await socket.ReceiveAsync(buffer, stopping);
            return Encoding.UTF8.GetString(buffer, 0, got.Count);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            return "";
        }
    }

    private sealed class Server(WebApplication app) : IAsyncDisposable
    {
        public string Link { get; } = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()
            .Replace("http", "ws", StringComparison.Ordinal);

        public static async Task<Server> StartAsync(
            Func<WebSocket, CancellationToken, Task> talk, string? user = null, string? password = null, X509Certificate2? certificate = null)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null) listen.UseHttps(certificate);
            }));
            var app = builder.Build();
            app.UseWebSockets();
            app.Map("/ws", async (HttpContext context) =>
            {
                var expected = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
                if (user is not null && context.Request.Headers.Authorization != expected)
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return;
                }

                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await talk(socket, app.Lifetime.ApplicationStopping);
            });
            await app.StartAsync(Cancellation);
            return new(app);
        }

        public async ValueTask DisposeAsync()
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }
}
