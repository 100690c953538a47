using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace AvGateway.Mqtt.Embedded;

internal sealed partial class ClientChannel
{
    /// <summary>MQTT 3.1.2.10: silence of one and a half keep-alives means that the client is gone.</summary>
    private const double SilenceOfKeepAlives = 1.5;

    /// <summary>A topic this many times too long is nobody's mistake: no text is made of it, and it costs its sender the connection.</summary>
    private const int HopelessTopic = 4;

    private const byte TypeBits = 0xF0, PublishType = 0x30;

    // PUBACK with the flags that the protocol fixes.
    private const byte PlainAcknowledgement = 0x40;

    /// <summary>Stands for a packet that was whole and is dealt with already.</summary>
    private static readonly MqttPubAckPacket Taken = new();

    private static long _connections;

    private TimeSpan _silence;
    private ushort _serverKeepAlive;
    private string? _assignedId;

    /// <summary>Called about every quarter of a second. Uses the monotonic clock: a step of the wall clock drops nobody.</summary>
    public void CheckTime(DateTimeOffset now)
    {
        if (IsClosing)
        {
            // A peer that does not read must not hold its socket by what is still to be sent to it.
            if (_time.GetElapsedTime(Volatile.Read(ref _closingSince)) >= _options.CloseWithin * 2) Abort();
        }
        else if (Session is null)
        {
            // Also counts while CONNECT is being judged: checking passwords is bounded by the same patience.
            if (!_connectSeen && _time.GetElapsedTime(_opened) >= _options.ConnectWithin) Drop("no-connect");
        }
        else if (_time.GetElapsedTime(Volatile.Read(ref _heard)) >= _silence)
        {
            Close(MqttDisconnectReasonCode.KeepAliveTimeout, "silent");
        }
        else if (Session.User.Until <= now)
        {
            Close(MqttDisconnectReasonCode.NotAuthorized, "account-ended");
        }
    }

    /// <summary>Reads the packet at the start of the buffer and moves on; null when it is not whole, or must not be read.</summary>
    private MqttPacket? Read(PipeReader input, in ReadOnlySequence<byte> buffer)
    {
        var frame = FrameGuard.Inspect(buffer, _connectSeen, _options.MaxConnectPacket, _options.MaxPacket, out var headerLength, out var length);
        if (frame is not Frame.Whole)
        {
            input.AdvanceTo(buffer.Start, buffer.End);
            if (frame is Frame.NotConnect) Drop("not-connect-first");
            else if (frame is Frame.Malformed) Refuse(MqttDisconnectReasonCode.MalformedPacket, "malformed");
            else if (frame is Frame.TooLarge) Refuse(MqttDisconnectReasonCode.PacketTooLarge, "packet-too-large");
            return null;
        }

        BytesReceived += length;
        Volatile.Write(ref _heard, _time.GetTimestamp());
        var first = buffer.FirstSpan[0];
        if (IsPlainAcknowledgement(first, length - headerLength))
        {
            Span<byte> id = stackalloc byte[sizeof(ushort)];
            buffer.Slice(headerLength, sizeof(ushort)).CopyTo(id);
            input.AdvanceTo(buffer.GetPosition(length));
            Acknowledged(BinaryPrimitives.ReadUInt16BigEndian(id));
            return Taken;
        }

        if ((first & TypeBits) == PublishType && TopicLength(buffer.Slice(headerLength, length - headerLength)) > _options.MaxTopicBytes * HopelessTopic)
        {
            input.AdvanceTo(buffer.GetPosition(length));
            Refuse(MqttDisconnectReasonCode.TopicNameInvalid, "publish-topic");
            return null;
        }

        // The library's packets keep pointing into the body, and a payload outlives this call: it gets bytes of its own.
        var body = buffer.Slice(headerLength, length - headerLength).ToArray();
        input.AdvanceTo(buffer.GetPosition(length));
        return Decode(first, body, length);
    }

    /// <summary>Every publication with QoS 1 brings one back, without a reason in all but odd cases: no packet is made of it.</summary>
    private bool IsPlainAcknowledgement(byte first, int bodyLength) => first == PlainAcknowledgement && bodyLength == sizeof(ushort) && Session is not null;

    private static int TopicLength(in ReadOnlySequence<byte> publication)
    {
        var reader = new SequenceReader<byte>(publication);
        return reader.TryReadBigEndian(out short length) ? (ushort)length : 0;
    }

    private void Acknowledged(ushort packetId)
    {
        _outbox.Release(packetId);
        _writer.Wake();
    }

    private MqttPacket? Decode(byte first, byte[] body, int length)
    {
        try
        {
            var received = new MQTTnet.Adapter.ReceivedMqttPacket(first, body, length);
            if (!_connectSeen) PacketFormatterAdapter.DetectProtocolVersion(received);
            var packet = PacketFormatterAdapter.Decode(received);
            if (packet is MqttConnectPacket connect && !_connectSeen) Normalise(connect);
            _connectSeen = true;
            return packet;
        }
        catch (Exception e) when (e is MqttProtocolViolationException or MqttCommunicationException or ArgumentException or FormatException
            or IndexOutOfRangeException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            // What the library's decoder throws at bytes that are no MQTT; whatever else it may throw ends the connection as well.
            Refuse(MqttDisconnectReasonCode.MalformedPacket, "malformed");
            return null;
        }
    }

    /// <summary>
    /// Makes of a CONNECT what this broker offers: no session outlives its connection, no will speaks for a client that is
    /// gone, and silence is measured here (the library does it by the wall clock).
    /// </summary>
    private void Normalise(MqttConnectPacket connect)
    {
        if (connect.WillFlag) _owner.Refuse(this, "will");
        connect.WillFlag = false;

        var mayAssign = IsVersion5 || connect.CleanSession;
        if (string.IsNullOrEmpty(connect.ClientId) && mayAssign) connect.ClientId = _assignedId = $"auto-{Guid.NewGuid():N}";
        ClientId = connect.ClientId ?? "";

        // The library ends whatever holds an id when any older connection of that id ends, so a panel that reconnects quickly
        // would be thrown out by its own past. It never sees the same id twice; who holds an id is our table's business.
        connect.ClientId = Interlocked.Increment(ref _connections).ToString(CultureInfo.InvariantCulture);
        connect.CleanSession = true;
        connect.SessionExpiryInterval = 0;

        var most = IsVersion5 ? _options.KeepAlive : _options.KeepAliveUntold;
        var wished = TimeSpan.FromSeconds(connect.KeepAlivePeriod);
        var kept = wished == TimeSpan.Zero || wished > most ? most : wished;
        if (IsVersion5 && kept != wished) _serverKeepAlive = (ushort)Math.Ceiling(kept.TotalSeconds);
        _silence = kept * SilenceOfKeepAlives;
        connect.KeepAlivePeriod = 0;

        _writer.MaxPacket = connect.MaximumPacketSize;
        _outbox.SetWindow(connect.ReceiveMaximum == 0 ? _options.InFlight : Math.Min(_options.InFlight, connect.ReceiveMaximum));
    }

    /// <summary>Tells an MQTT 5 client what it gets, where the library would promise more.</summary>
    private void Complete(MqttConnAckPacket answer)
    {
        answer.IsSessionPresent = false;
        answer.ServerKeepAlive = _serverKeepAlive;
        answer.MaximumPacketSize = (uint)_options.MaxPacket;
        answer.TopicAliasMaximum = (ushort)_options.MaxTopicAliases;
        if (answer.ReasonCode == MqttConnectReasonCode.Success && IsVersion5) answer.AssignedClientIdentifier = _assignedId;
    }

    /// <summary>True for what never reaches the library: what concerns our own delivery.</summary>
    private bool TakesItself(MqttPacket packet)
    {
        if (Session is not { } session) return false;
        switch (packet)
        {
            case MqttPubAckPacket acknowledged:
                Acknowledged(acknowledged.PacketIdentifier);
                return true;
            case MqttSubscribePacket subscribe:
                _owner.Subscribe(session, subscribe);
                return true;
            case MqttUnsubscribePacket unsubscribe:
                _owner.Unsubscribe(session, unsubscribe);
                return true;
            case MqttPubRecPacket or MqttPubCompPacket:
                // Nothing is ever sent with QoS 2.
                Refuse(MqttDisconnectReasonCode.ProtocolError, "protocol-error");
                return true;
            case MqttPublishPacket { TopicAlias: var alias } when alias > _options.MaxTopicAliases:
                Refuse(MqttDisconnectReasonCode.TopicAliasInvalid, "topic-alias");
                return true;
            default:
                return false;
        }
    }

    private void Refuse(MqttDisconnectReasonCode reason, string word)
    {
        _owner.Refuse(this, word);
        Close(reason, word);
    }

    /// <summary>For those who never said who they are: no answer, no patience.</summary>
    private void Drop(string word)
    {
        _owner.Refuse(this, word);
        Close(MqttDisconnectReasonCode.ProtocolError, word);
        Abort();
    }
}
