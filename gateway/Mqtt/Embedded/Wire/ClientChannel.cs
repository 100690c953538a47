using System.Net;
using System.Security.Cryptography.X509Certificates;
using AvGateway.Mqtt.Permissions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Embedded;

/// <summary>What a channel tells its broker.</summary>
internal interface IChannelOwner
{
    /// <summary>A subscription of a signed-in client; answered by the owner.</summary>
    void Subscribe(ClientSession session, MqttSubscribePacket packet);

    void Unsubscribe(ClientSession session, MqttUnsubscribePacket packet);

    /// <summary>Something that was not taken from this connection, for count and log.</summary>
    void Refuse(ClientChannel channel, string reason);
}

/// <summary>
/// One client connection between Kestrel's pipes and the library's server: frames are judged before they are read, CONNECT
/// is brought to what this broker offers, subscriptions and acknowledgements are kept for our own delivery, everything else
/// is the library's.
/// </summary>
internal sealed partial class ClientChannel : IMqttChannelAdapter
{
    private const int MostControls = 1_000;

    private readonly ConnectionContext _connection;
    private readonly BrokerOptions _options;
    private readonly IChannelOwner _owner;
    private readonly TimeProvider _time;
    private readonly BrokerMeter _meter;
    private readonly Outbox _outbox;
    private readonly PacketWriter _writer;
    private readonly long _opened;
    private long _heard;
    private bool _connectSeen;
    private bool _peerEnded;
    private volatile bool _peerWillEnd;
    private long _closingSince;
    private int _closing;

    public ClientChannel(
        ConnectionContext connection, BrokerOptions options, IChannelOwner owner, TimeProvider time, BrokerMeter meter, ILogger log)
    {
        _connection = connection;
        _options = options;
        _owner = owner;
        _time = time;
        _meter = meter;
        _opened = _heard = time.GetTimestamp();

        // Asked now: a WebSocket's connection forgets them when it ends, and the log may want them after that.
        var tls = connection.Features.Get<ITlsConnectionFeature>() ?? connection.GetHttpContext()?.Features.Get<ITlsConnectionFeature>();
        IsSecureConnection = tls is not null;
        ClientCertificate = tls?.ClientCertificate;
        LocalEndPoint = connection.LocalEndPoint;
        RemoteEndPoint = connection.RemoteEndPoint
            ?? (connection.Features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } ip } http ? new IPEndPoint(ip, http.RemotePort) : null);
        PacketFormatterAdapter = new(new MqttBufferWriter(512, 8 * 1024));
        _outbox = new(options.MaxWaiting, options.MaxWaitingBytes, MostControls);
        _writer = new(_outbox, connection.Transport.Output, PacketFormatterAdapter, time, meter, Abort, log);
    }

    public long BytesReceived { get; private set; }
    public long BytesSent => _writer.BytesSent;
    public MqttPacketFormatterAdapter PacketFormatterAdapter { get; }

    /// <summary>What the client showed in the TLS handshake, which judged it; null: nothing.</summary>
    public X509Certificate2? ClientCertificate { get; }
    public bool IsSecureConnection { get; }
    public EndPoint? LocalEndPoint { get; }
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>The peer without its port, as far as it is known.</summary>
    public string Address => (RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "unknown";

    /// <summary>As the client gave it, or as it was given one. Empty: it gave none and may not be given one.</summary>
    public string ClientId { get; private set; } = "";

    /// <summary>Set when the client was let in.</summary>
    public ClientSession? Session { get; set; }

    public bool IsClosing => Volatile.Read(ref _closing) != 0;

    public bool IsVersion5 => PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500;

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void ResetStatistics() => BytesReceived = 0;

    public void Dispose() => Abort();

    public void SetRights(TopicRights rights) => _writer.SetRights(rights);

    /// <summary>False when the client is too slow: its queue is full.</summary>
    public bool TryPublish(Outgoing message, Grant grant, bool retain)
    {
        if (!_outbox.TryAdd(message, grant, retain)) return false;
        _writer.Wake();
        return true;
    }

    public void Replay(Outgoing[] states, Grant grant)
    {
        _outbox.AddReplay(states, grant);
        _writer.Wake();
    }

    /// <summary>Called by the library for its answers. Nothing is awaited: the one writer of this connection sends them.</summary>
    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket answer) Complete(answer);
        if (packet is MqttDisconnectPacket or MqttConnAckPacket { ReasonCode: not MqttConnectReasonCode.Success }) _peerWillEnd = true;
        Send(packet);
        return Task.CompletedTask;
    }

    public void Send(MqttPacket packet)
    {
        if (!_outbox.TryAddControl(packet)) Close(MqttDisconnectReasonCode.QuotaExceeded, "answers-not-read");
        _writer.Wake();
    }

    /// <summary>The next packet for the library; null when the connection is over.</summary>
    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        var input = _connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(cancellationToken);
                if (IsClosing || result.IsCanceled)
                {
                    input.AdvanceTo(result.Buffer.Start);
                    return null;
                }

                var packet = Read(input, result.Buffer);
                if (packet is not null && packet != Taken && !TakesItself(packet)) return packet;
                if (packet is null && result.IsCompleted)
                {
                    _peerEnded = true;
                    return null;
                }

                if (IsClosing) return null;
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            // The peer is gone without a word: the same end as a closed socket.
            _peerEnded = true;
            return null;
        }
    }

    /// <summary>Called by the library at the end: what was answered goes out, then the socket closes.</summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _closing, 1);
        Interlocked.CompareExchange(ref _closingSince, _time.GetTimestamp(), 0);
        _outbox.Close(null);
        try
        {
            await _outbox.WhenIdle().WaitAsync(_options.CloseWithin, _time, cancellationToken);
            if (!_peerEnded) await LingerAsync(cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or IOException or ConnectionAbortedException)
        {
            Abort();
        }
    }

    /// <summary>
    /// A socket that is closed with unread input is reset, and the reset throws away what the peer did not read yet: the
    /// reason, and the publications before it. So the peer is given a moment to close first, what it sends is not looked at.
    /// </summary>
    private async Task LingerAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_peerWillEnd ? _options.CloseWithin : _options.CloseWithin / 8, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var input = _connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(either.Token);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }

    /// <summary>Ends the connection from our side; an MQTT 5 client is told why. May be called from anywhere and more than once.</summary>
    public void Close(MqttDisconnectReasonCode reason, string word)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0) return;
        Interlocked.CompareExchange(ref _closingSince, _time.GetTimestamp(), 0);
        _meter.Closed(word);
        var told = Session is not null && IsVersion5;
        if (told) _peerWillEnd = true;
        _outbox.Close(told ? new MqttDisconnectPacket { ReasonCode = reason } : null);
        _writer.Wake();
        _connection.Transport.Input.CancelPendingRead();
    }

    /// <summary>Ends once the client has everything, and said so where it does, or is gone.</summary>
    public Task WhenEmpty() => _outbox.WhenEmpty();

    public void Abort()
    {
        _outbox.Abandon();
        try
        {
            _connection.Abort();
        }
        catch (ObjectDisposedException)
        {
            // It was gone already: a WebSocket's connection does not bear being ended twice.
        }
    }
}
