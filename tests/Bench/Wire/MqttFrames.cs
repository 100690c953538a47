using System.Buffers.Binary;
using System.Text;

namespace AvGateway.Bench.Wire;

/// <summary>The part of MQTT 3.1.1 that load and floor need.</summary>
internal static class MqttFrames
{
    public const byte Connect = 1, ConnectAck = 2, Publish = 3, PublishAck = 4, Subscribe = 8, SubscribeAck = 9, PingRequest = 12, PingResponse = 13;

    /// <summary>Finds a whole packet at the front.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out byte first, out ReadOnlySpan<byte> body, out int used)
    {
        first = 0;
        body = default;
        used = 0;
        if (bytes.Length < 2) return false;
        int length = 0, at = 1;
        for (var shift = 0; ; shift += 7)
        {
            if (at >= bytes.Length || at > 4) return false;
            var digit = bytes[at++];
            length |= (digit & 0x7F) << shift;
            if (digit < 0x80) break;
        }

        if (bytes.Length - at < length) return false;
        first = bytes[0];
        body = bytes.Slice(at, length);
        used = at + length;
        return true;
    }

    public static void ReadPublish(byte first, ReadOnlySpan<byte> body, out ReadOnlySpan<byte> topic, out ReadOnlySpan<byte> payload, out int qos, out ushort id)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(body);
        topic = body.Slice(2, length);
        var rest = body[(2 + length)..];
        qos = (first >> 1) & 3;
        id = 0;
        if (qos > 0)
        {
            id = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[2..];
        }

        payload = rest;
    }

    public static int WriteConnect(Span<byte> to, string clientId, string? user, string? password)
    {
        Span<byte> body = stackalloc byte[256];
        var at = Text(body, "MQTT");
        body[at++] = 4;
        body[at++] = (byte)(2 | (user is null ? 0 : 0x80) | (password is null ? 0 : 0x40));
        BinaryPrimitives.WriteUInt16BigEndian(body[at..], 300);
        at += 2;
        at += Text(body[at..], clientId);
        if (user is not null) at += Text(body[at..], user);
        if (password is not null) at += Text(body[at..], password);
        return Frame(to, Connect << 4, body[..at]);
    }

    public static int WriteSubscribe(Span<byte> to, ushort id, string filter, int qos)
    {
        Span<byte> body = stackalloc byte[300];
        BinaryPrimitives.WriteUInt16BigEndian(body, id);
        var at = 2 + Text(body[2..], filter);
        body[at++] = (byte)qos;
        return Frame(to, (Subscribe << 4) | 2, body[..at]);
    }

    public static int WritePublish(Span<byte> to, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, int qos, ushort id, bool retain)
    {
        var length = 2 + topic.Length + (qos > 0 ? 2 : 0) + payload.Length;
        to[0] = (byte)((Publish << 4) | (qos << 1) | (retain ? 1 : 0));
        var at = 1 + Length(to[1..], length);
        BinaryPrimitives.WriteUInt16BigEndian(to[at..], (ushort)topic.Length);
        topic.CopyTo(to[(at + 2)..]);
        at += 2 + topic.Length;
        if (qos > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(to[at..], id);
            at += 2;
        }

        payload.CopyTo(to[at..]);
        return at + payload.Length;
    }

    public static int WriteAck(Span<byte> to, byte kind, ushort id)
    {
        (to[0], to[1]) = ((byte)(kind << 4), 2);
        BinaryPrimitives.WriteUInt16BigEndian(to[2..], id);
        return 4;
    }

    private static int Frame(Span<byte> to, int first, ReadOnlySpan<byte> body)
    {
        to[0] = (byte)first;
        var at = 1 + Length(to[1..], body.Length);
        body.CopyTo(to[at..]);
        return at + body.Length;
    }

    private static int Length(Span<byte> to, int length)
    {
        var at = 0;
        do
        {
            var digit = length & 0x7F;
            length >>= 7;
            to[at++] = (byte)(length > 0 ? digit | 0x80 : digit);
        }
        while (length > 0);
        return at;
    }

    private static int Text(Span<byte> to, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, to[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)length);
        return 2 + length;
    }
}
