using System.Net;
using System.Net.Sockets;

namespace AvGateway.Bench.Wire;

/// <summary>Hears one publication.</summary>
internal delegate void Heard(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload);

/// <summary>An MQTT client with nothing in it that could slow a peer down.</summary>
internal sealed class LoadClient : Connection
{
    private readonly Heard _heard;
    private readonly byte[] _frame = new byte[1024];
    private ushort _next;

    private LoadClient(Loop loop, Socket socket, Heard heard) : base(loop, socket) => _heard = heard;

    /// <summary>The broker said yes to CONNECT.</summary>
    public bool IsAccepted { get; private set; }

    public bool IsRefused { get; private set; }

    public int Subscribed { get; private set; }

    /// <summary>Requests that the broker has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Null when nobody listens there.</summary>
    public static LoadClient? TryConnect(Loop loop, int port, string id, (string Name, string Password)? user, Heard heard)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try { socket.Connect(IPAddress.Loopback, port); }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }

        var client = new LoadClient(loop, socket, heard);
        client.Send(client._frame.AsSpan(0, MqttFrames.WriteConnect(client._frame, id, user?.Name, user?.Password)));
        return client;
    }

    public void Subscribe(string filter, int qos) => Send(_frame.AsSpan(0, MqttFrames.WriteSubscribe(_frame, NextId(), filter, qos)));

    public void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, bool retain = false) =>
        Send(_frame.AsSpan(0, MqttFrames.WritePublish(_frame, topic, payload, qos, qos > 0 ? NextId() : (ushort)0, retain)));

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (MqttFrames.TryRead(bytes[used..], out var first, out var body, out var length))
        {
            used += length;
            Take(first, body);
        }

        return used;
    }

    private void Take(byte first, ReadOnlySpan<byte> body)
    {
        switch (first >> 4)
        {
            case MqttFrames.ConnectAck:
                IsAccepted = body[1] == 0;
                IsRefused = !IsAccepted;
                break;
            case MqttFrames.SubscribeAck:
                if (body[2] < 0x80) Subscribed++;
                else IsRefused = true;
                break;
            case MqttFrames.PublishAck:
                Acknowledged++;
                break;
            case MqttFrames.Publish:
                MqttFrames.ReadPublish(first, body, out var topic, out var payload, out var qos, out var id);
                if (qos > 0) Send(_frame.AsSpan(0, MqttFrames.WriteAck(_frame, MqttFrames.PublishAck, id)));
                _heard(topic, payload);
                break;
        }
    }

    private ushort NextId() => ++_next == 0 ? ++_next : _next;
}
