using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Links.WebSockets;

/// <summary>
/// A WebSocket (RFC 6455) at <c>/ws</c>, opened by HTTP with basic authentication or the sub-protocol <c>auth-BASE64URL</c>. A record that
/// the device says in pieces leaves as one message in as many fragments.
/// </summary>
internal sealed class WebSocketWire(Socket socket, SimulatedDevice device) : EnvelopeWire(socket, device)
{
    private const byte RecordStart = 0x1E;
    private const byte RecordEnd = (byte)'\n';
    private const int LongestHead = 16 * 1024;
    private const int LongestMessage = 256 * 1024;
    private const string Path = "/ws";
    private const string SubProtocolMark = "auth-";
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocket? _opened;
    private bool _begun;

    public override LinkKind Kind => LinkKind.WebSocket;

    private WebSocket Web => _opened ?? throw new InvalidOperationException("hands have not been shaken");

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _opened?.Dispose();
    }

    protected override async Task<bool> ShakeHandsAsync(SimulatedDevice device, CancellationToken cancellation)
    {
        var (target, headers) = await ReadHeadAsync(cancellation);
        var offered = headers.GetValueOrDefault("SEC-WEBSOCKET-PROTOCOL", "").Split(',', StringSplitOptions.TrimEntries)
            .FirstOrDefault(each => each.StartsWith(SubProtocolMark, StringComparison.Ordinal));
        var (user, password) = Credentials(headers.GetValueOrDefault("AUTHORIZATION", ""), offered);
        if (target.Split('?')[0] != Path) return await RefuseAsync("404 Not Found", cancellation);
        if (!device.TryLogIn(user, password, Peer)) return await RefuseAsync("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"codec\"", cancellation);
        if (!headers.TryGetValue("SEC-WEBSOCKET-KEY", out var key)) return await RefuseAsync("400 Bad Request", cancellation);
        var accept = Convert.ToBase64String(Hash(key + Magic));
        var chosen = offered is null ? "" : $"Sec-WebSocket-Protocol: {offered}\r\n";
        await WriteAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{chosen}\r\n", cancellation);
        _opened = WebSocket.CreateFromStream(Stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = offered });
        return true;
    }

    protected override async Task ReceiveAsync(Connection connection, CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        var message = new List<byte>();
        while (true)
        {
            var got = await Web.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (got.MessageType is WebSocketMessageType.Close) return;
            if (message.Count + got.Count > LongestMessage) throw new InvalidDataException("the message is too long");
            message.AddRange(buffer.AsSpan(0, got.Count));
            if (!got.EndOfMessage) continue;
            connection.Hear([RecordStart, .. message, RecordEnd]);
            message.Clear();
        }
    }

    protected override async Task SendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        while (!piece.IsEmpty)
        {
            if (!_begun)
            {
                // Noise between records cannot be sent inside this envelope.
                var start = piece.Span.IndexOf(RecordStart);
                if (start < 0) return;
                (_begun, piece) = (true, piece[(start + 1)..]);
                continue;
            }

            var end = piece.Span.IndexOf(RecordEnd);
            var part = end < 0 ? piece : piece[..end];
            await Web.SendAsync(part, WebSocketMessageType.Text, endOfMessage: end >= 0, cancellation);
            _begun = end < 0;
            piece = end < 0 ? default : piece[(end + 1)..];
        }
    }

    protected override Task SayGoodbyeAsync(CancellationToken cancellation) =>
        Web.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, cancellation);

    private static byte[] Hash(string text)
    {
#pragma warning disable CA5350 // RFC 6455 asks for SHA-1; it protects nothing here.
        return SHA1.HashData(Encoding.ASCII.GetBytes(text));
#pragma warning restore CA5350
    }

    private static (string User, string? Password) Credentials(string authorization, string? subProtocol)
    {
        const string Basic = "Basic ";
        var encoded = authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? authorization[Basic.Length..].Trim()
            : subProtocol is not null ? Padded(subProtocol[SubProtocolMark.Length..].Replace('-', '+').Replace('_', '/')) : "";
        var bytes = new byte[encoded.Length];
        if (encoded.Length == 0 || !Convert.TryFromBase64String(encoded, bytes, out var length)) return ("", null);
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }

    private static string Padded(string text) => text.PadRight((text.Length + 3) / 4 * 4, '=');

    private async Task<(string Target, Dictionary<string, string> Headers)> ReadHeadAsync(CancellationToken cancellation)
    {
        // Byte by byte: what follows the head belongs to the WebSocket.
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (head.Count == LongestHead) throw new InvalidDataException("the request is too long");
            if (await Stream.ReadAsync(one, cancellation) == 0) throw new IOException("the peer went during its request");
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines[0].Split(' ') is not ["GET", var target, "HTTP/1.1"]) throw new InvalidDataException("no request");
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines[1..])
        {
            if (line.Split(':', 2) is [var name, var value]) headers[name.Trim().ToUpperInvariant()] = value.Trim();
        }

        return (target, headers);
    }

    private async Task<bool> RefuseAsync(string status, CancellationToken cancellation)
    {
        await WriteAsync($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", cancellation);
        return false;
    }

    private async Task WriteAsync(string text, CancellationToken cancellation) => await Stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);
}
