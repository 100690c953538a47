using System.Buffers;
using System.Net;
using System.Net.Sockets;
using AvGateway.Operations.Access;
using MQTTnet.AspNetCore;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Tests.Embedded;

/// <summary>A socket that speaks MQTT packet by packet and does nothing by itself: it acknowledges, pings or reads only when told.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly MqttPacketFormatterAdapter _formatter;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RawClient(MqttProtocolVersion version) => _formatter = new(version, new MqttBufferWriter(512, 4096));

    public static async Task<RawClient> OpenAsync(int port, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        var client = new RawClient(version);
        await client._socket.ConnectAsync(IPAddress.Loopback, port, BrokerRig.Stop);
        return client;
    }

    /// <summary>Opens a connection and signs in; the answer may be a refusal.</summary>
    public static async Task<(RawClient Client, MqttConnAckPacket Answer)> SignInAsync(
        int port, User user, MqttProtocolVersion version = MqttProtocolVersion.V500, Action<MqttConnectPacket>? change = null)
    {
        var client = await OpenAsync(port, version);
        var connect = new MqttConnectPacket
        {
            ClientId = $"raw-{Guid.NewGuid():N}",
            Username = user.Name,
            Password = System.Text.Encoding.UTF8.GetBytes(FakeUsers.PasswordOf(user.Name)),
            CleanSession = true,
            KeepAlivePeriod = 30,
        };
        change?.Invoke(connect);
        await client.SendAsync(connect);
        return (client, (MqttConnAckPacket)(await client.ReadAsync())!);
    }

    public async Task SendAsync(MqttPacket packet)
    {
        var encoded = _formatter.Encode(packet).ToArray();
        _formatter.Cleanup();
        await SendBytesAsync(encoded);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var sent = 0; sent < bytes.Length;) sent += await _socket.SendAsync(bytes[sent..], BrokerRig.Stop);
    }

    /// <summary>The next packet; null when the broker closed the connection.</summary>
    public async Task<MqttPacket?> ReadAsync()
    {
        while (true)
        {
            if (_formatter.TryDecode(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), out var packet, out _, out _, out var length))
            {
                _start += length;
                return packet;
            }

            if (!await FillAsync()) return null;
        }
    }

    /// <summary>Subscribes and reads on to the answer; publications that came before it are lost.</summary>
    public async Task<MqttSubAckPacket> SubscribeAsync(string filter, int qos = 1)
    {
        await SendAsync(new MqttSubscribePacket
        {
            PacketIdentifier = 1,
            TopicFilters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos }],
        });
        while (true)
            if (await ReadAsync() is MqttSubAckPacket answer) return answer;
    }

    /// <summary>The next publication, acknowledged; null when the connection ended.</summary>
    public async Task<MqttPublishPacket?> NextPublishAsync()
    {
        while (await ReadAsync() is { } packet)
        {
            if (packet is not MqttPublishPacket publish) continue;
            if (publish.PacketIdentifier != 0) await SendAsync(new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier });
            return publish;
        }

        return null;
    }

    /// <summary>Ends when the broker said that it closes, or closed without a word; then this side closes, as clients must.</summary>
    public async Task<MqttDisconnectReasonCode?> ClosedAsync()
    {
        MqttDisconnectReasonCode? reason = null;
        while (reason is null && await ReadAsync() is { } packet)
            if (packet is MqttDisconnectPacket end) reason = end.ReasonCode;
        Dispose();
        return reason;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), BrokerRig.Stop).AsTask().WaitAsync(BrokerRig.Patience, BrokerRig.Stop);
            _end += read;
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
