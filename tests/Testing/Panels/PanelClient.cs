using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace AvGateway.Testing.Panels;

/// <summary>
/// Speaks what a panel in a browser speaks: MQTT 5 over WebSocket, the branch of its room, a ping every second. No browser, so that a hundred of
/// them fit on a small machine.
/// </summary>
public sealed class PanelClient : IAsyncDisposable
{
    private const byte Publish = 3, SubscribeAck = 9;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket;
    private readonly Action<string, ReadOnlyMemory<byte>> _heard;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;
    private int _granted;
    private int _filters;

    private PanelClient(ClientWebSocket socket, Action<string, ReadOnlyMemory<byte>> heard) => (_socket, _heard) = (socket, heard);

    /// <summary>Signs in and subscribes; returns once the broker has granted every filter.</summary>
    /// <param name="heard">Topic and payload of each publication, on the connection's own thread.</param>
    public static async Task<PanelClient> ConnectAsync(Uri http, string user, string password, string[] filters, Action<string, ReadOnlyMemory<byte>> heard, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new UriBuilder(new Uri(http, "/mqtt")) { Scheme = "ws" }.Uri, cancellation);
        var client = new PanelClient(socket, heard) { _filters = filters.Length };
        await client.SendAsync(0x10, [.. Text("MQTT"), 5, 0xC2, 0, 1, 0, .. Text($"{user}.{Guid.NewGuid():N}"), .. Text(user), .. Text(password)], cancellation);
        client._running = Task.WhenAll(client.ReadAsync(), client.PingAsync(time));
        for (var i = 0; i < filters.Length; i++) await client.SendAsync(0x82, [0, (byte)(i + 1), 0, .. Text(filters[i]), 1], cancellation);
        var first = await Task.WhenAny(client._subscribed.Task, client._running).WaitAsync(cancellation);
        await first;
        return client;
    }

    /// <summary>Asks as a button does; what becomes of it comes below <c>$rsp</c>.</summary>
    public Task AskAsync(string topic, string payload, CancellationToken cancellation) => SendAsync(0x32, [.. Text(topic), 0x7F, 0xFF, 0, .. Encoding.UTF8.GetBytes(payload)], cancellation);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        try { await _running; }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException or IOException)
        {
            // It ends because it was told to.
        }

        _socket.Dispose();
        _writing.Dispose();
        _end.Dispose();
    }

    private async Task PingAsync(TimeProvider time)
    {
        using var every = new PeriodicTimer(PingEvery, time);
        while (await every.WaitForNextTickAsync(_end.Token)) await SendAsync(0xC0, [], _end.Token);
    }

    private async Task ReadAsync()
    {
        var bytes = new byte[64 * 1024];
        var count = 0;
        while (true)
        {
            if (count == bytes.Length) Array.Resize(ref bytes, bytes.Length * 2);
            var read = await _socket.ReceiveAsync(bytes.AsMemory(count), _end.Token);
            if (read.MessageType is WebSocketMessageType.Close) throw new IOException("the gateway closed the connection of a panel");
            count += read.Count;
            var used = 0;
            while (TryRead(bytes.AsSpan(used, count - used), out var start, out var length))
            {
                await TakeAsync(bytes[used], bytes.AsMemory(used + start, length));
                used += start + length;
            }

            bytes.AsSpan(used, count - used).CopyTo(bytes);
            count -= used;
        }
    }

    private async Task TakeAsync(byte first, ReadOnlyMemory<byte> body)
    {
        switch (first >> 4)
        {
            case 2 when body.Span[1] != 0:
                throw new IOException($"the sign-in of a panel was refused: 0x{body.Span[1]:X2}");
            case SubscribeAck:
                if (++_granted == _filters) _subscribed.TrySetResult();
                break;
            case Publish:
                var length = BinaryPrimitives.ReadUInt16BigEndian(body.Span);
                var topic = Encoding.UTF8.GetString(body.Span.Slice(2, length));
                var rest = body[(2 + length)..];
                if ((first & 6) != 0)
                {
                    await SendAsync(0x40, [rest.Span[0], rest.Span[1]], _end.Token);
                    rest = rest[2..];
                }

                var properties = ReadLength(rest.Span, out var size);
                _heard(topic, rest[(size + properties)..]);
                break;
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out int start, out int length)
    {
        (start, length) = (0, 0);
        if (bytes.Length < 2) return false;
        var last = 1;
        while (last < bytes.Length && last < 5 && bytes[last] >= 0x80) last++;
        if (last >= bytes.Length) return false;
        length = ReadLength(bytes[1..], out var size);
        start = 1 + size;
        return bytes.Length >= start + length;
    }

    private static int ReadLength(ReadOnlySpan<byte> bytes, out int size)
    {
        var length = 0;
        size = 0;
        do length |= (bytes[size] & 0x7F) << (7 * size);
        while (bytes[size++] >= 0x80 && size < 4);
        return length;
    }

    private async Task SendAsync(byte first, byte[] body, CancellationToken cancellation)
    {
        var frame = new List<byte>(body.Length + 5) { first };
        var length = body.Length;
        do
        {
            frame.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        await _writing.WaitAsync(cancellation);
        try { await _socket.SendAsync((byte[])[.. frame, .. body], WebSocketMessageType.Binary, endOfMessage: true, cancellation); }
        finally { _writing.Release(); }
    }

    private static byte[] Text(string text) => [(byte)(Encoding.UTF8.GetByteCount(text) >> 8), (byte)Encoding.UTF8.GetByteCount(text), .. Encoding.UTF8.GetBytes(text)];
}
