using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AvGateway.Bench.Farm;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Floor;

/// <summary>
/// The least that a bridge can do, with its own broker: one thread, one filter for everybody, no user, no journal, no guard, no answer. Nothing with promises can be
/// faster; how far it is from here is what the promises cost.
/// </summary>
internal sealed class FloorBridge : IDisposable
{
    private const int RetryMilliseconds = 500;
    private const int PollMilliseconds = 5000;

    private readonly Loop _loop = new();
    private readonly FloorDevice[] _devices;
    private readonly List<FloorClient> _subscribers = [];
    private readonly Dictionary<string, byte[]> _retained = new(StringComparer.Ordinal);
    private readonly List<(long At, FloorDevice Device)> _due = [];
    private long _nextPoll;

    public FloorBridge(int port, int devices)
    {
        _ = new Listener(_loop, new(IPAddress.Loopback, port), socket => _ = new FloorClient(this, _loop, socket));
        _devices = [.. Enumerable.Range(0, devices).Select(i => new FloorDevice(this, _loop, i))];
        _nextPoll = Later(PollMilliseconds);
        _loop.EachRound = EachRound;
    }

    public void Run()
    {
        foreach (var device in _devices) device.Connect();
        _loop.Forever();
    }

    public void Dispose() => _loop.Dispose();

    public void Retry(FloorDevice device) => _due.Add((Later(RetryMilliseconds), device));

    public void Command(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (!topic.StartsWith("av/"u8) || !Utf8Parser.TryParse(topic[3..], out int device, out var used)) return;
        var output = topic[(3 + used + "/out/".Length)..^"/set".Length];
        if (device < _devices.Length) _devices[device].Route(output, payload);
    }

    public void Show(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var kept = _retained.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> name = stackalloc char[topic.Length];
        for (var i = 0; i < topic.Length; i++) name[i] = (char)topic[i];
        if (kept.TryGetValue(name, out var known) && known.Length == payload.Length) payload.CopyTo(known);
        else kept[name] = payload.ToArray();
        Span<byte> frame = stackalloc byte[topic.Length + payload.Length + 8];
        frame = frame[..MqttFrames.WritePublish(frame, topic, payload, 0, 0, retain: false)];
        foreach (var subscriber in _subscribers)
        {
            if (topic.StartsWith(subscriber.Prefix)) subscriber.Send(frame);
        }
    }

    public void Subscribe(FloorClient client)
    {
        _subscribers.Add(client);
        foreach (var (topic, payload) in _retained)
        {
            var name = System.Text.Encoding.ASCII.GetBytes(topic);
            if (!name.AsSpan().StartsWith(client.Prefix)) continue;
            var frame = new byte[name.Length + payload.Length + 8];
            client.Send(frame.AsSpan(0, MqttFrames.WritePublish(frame, name, payload, 0, 0, retain: true)));
        }
    }

    public void Leave(FloorClient client) => _subscribers.Remove(client);

    private static long Later(int milliseconds) => Loop.Now + milliseconds * Stopwatch.Frequency / 1000;

    private int EachRound()
    {
        var now = Loop.Now;
        if (now >= _nextPoll)
        {
            _nextPoll = Later(PollMilliseconds);
            foreach (var device in _devices) device.Poll();
        }

        var next = _nextPoll;
        for (var i = _due.Count - 1; i >= 0; i--)
        {
            if (_due[i].At > now)
            {
                next = Math.Min(next, _due[i].At);
                continue;
            }

            var device = _due[i].Device;
            _due.RemoveAt(i);
            device.Connect();
        }

        return (int)Math.Max(0, (next - now) * 1000 / Stopwatch.Frequency + 1);
    }
}

/// <summary>A client of the floor's broker.</summary>
internal sealed class FloorClient(FloorBridge bridge, Loop loop, Socket socket) : Connection(loop, socket)
{
    private readonly byte[] _answer = new byte[8];

    /// <summary>The filter without its <c>#</c>.</summary>
    public byte[] Prefix { get; private set; } = [];

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (MqttFrames.TryRead(bytes[used..], out var first, out var body, out var length))
        {
            used += length;
            switch (first >> 4)
            {
                case MqttFrames.Connect:
                    Send([MqttFrames.ConnectAck << 4, 2, 0, 0]);
                    break;
                case MqttFrames.Subscribe:
                    Send([MqttFrames.SubscribeAck << 4, 3, body[0], body[1], 0]);
                    Prefix = body[4..^2].ToArray();
                    bridge.Subscribe(this);
                    break;
                case MqttFrames.Publish:
                    MqttFrames.ReadPublish(first, body, out var topic, out var payload, out var qos, out var id);
                    if (qos > 0) Send(_answer.AsSpan(0, MqttFrames.WriteAck(_answer, MqttFrames.PublishAck, id)));
                    bridge.Command(topic, payload);
                    break;
            }
        }

        return used;
    }

    protected override void Closed() => bridge.Leave(this);
}

/// <summary>One device of the floor's.</summary>
internal sealed class FloorDevice(FloorBridge bridge, Loop loop, int index)
{
    private readonly Dictionary<int, int> _shown = [];
    private Link? _link;
    private bool _online;

    public void Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(DeviceFarm.AddressOf(index), DeviceFarm.Port);
            _link = new(this, loop, socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            bridge.Retry(this);
        }
    }

    public void Poll() => _link?.Send("PING:\n\n"u8);

    public void Route(ReadOnlySpan<byte> output, ReadOnlySpan<byte> input)
    {
        _link?.Send("VIDEO OUTPUT ROUTING:\n"u8);
        _link?.Send(output);
        _link?.Send(" "u8);
        _link?.Send(input);
        _link?.Send("\n\n"u8);
    }

    private void Take(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith("END PRELUDE:"u8)) Say(online: true);
        if (!block.StartsWith("VIDEO OUTPUT ROUTING:\n"u8)) return;
        Span<byte> topic = stackalloc byte[48];
        Span<byte> payload = stackalloc byte[8];
        foreach (var range in block.Split((byte)'\n'))
        {
            if (!Utf8Parser.TryParse(block[range], out int output, out var used) || !Utf8Parser.TryParse(block[range][(used + 1)..], out int input, out _)) continue;
            if (_shown.TryGetValue(output, out var known) && known == input) continue;
            _shown[output] = input;
            var at = Topic(topic, "/out/"u8);
            Utf8Formatter.TryFormat(output, topic[at..], out var digits);
            Utf8Formatter.TryFormat(input, payload, out var length);
            bridge.Show(topic[..(at + digits)], payload[..length]);
        }
    }

    private void Say(bool online)
    {
        if (_online == online) return;
        _online = online;
        Span<byte> topic = stackalloc byte[32];
        bridge.Show(topic[..Topic(topic, "/online"u8)], online ? "1"u8 : "0"u8);
    }

    private int Topic(Span<byte> to, ReadOnlySpan<byte> end)
    {
        "av/"u8.CopyTo(to);
        Utf8Formatter.TryFormat(index, to[3..], out var digits);
        end.CopyTo(to[(3 + digits)..]);
        return 3 + digits + end.Length;
    }

    private void Lost()
    {
        _link = null;
        Say(online: false);
        bridge.Retry(this);
    }

    private sealed class Link(FloorDevice device, Loop loop, Socket socket) : Connection(loop, socket)
    {
        protected override int Consume(ReadOnlySpan<byte> bytes)
        {
            var used = 0;
            while (bytes[used..].IndexOf("\n\n"u8) is >= 0 and var end)
            {
                device.Take(bytes.Slice(used, end));
                used += end + 2;
            }

            return used;
        }

        protected override void Closed() => device.Lost();
    }
}
