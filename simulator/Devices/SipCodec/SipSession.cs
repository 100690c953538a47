using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>One peer of the endpoint: a TCP connection, or an address and port over UDP.</summary>
internal sealed class SipSession(SimulatedSip endpoint, Connection connection) : Session(connection)
{
    private const int Longest = 64 * 1024;

    private readonly List<byte> _waiting = [];

    /// <summary>UDP: a message is a datagram and has to be repeated until it is answered.</summary>
    public bool IsDatagram => Kind == LinkKind.Sip;

    public string Transport => IsDatagram ? "UDP" : "TCP";

    public bool IsOpen { get; private set; } = true;

    public void Say(SipPacket packet) => Say(packet.ToBytes(endpoint.FalseLength(packet)));

    protected internal override void Closed() => IsOpen = false;

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        if (IsDatagram)
        {
            var end = bytes.IndexOf("\r\n\r\n"u8);
            Heard(end < 0 ? bytes : bytes[..(end + 4)], end < 0 ? [] : bytes[(end + 4)..]);
            return;
        }

        _waiting.AddRange(bytes);
        while (IsOpen && TakeMessage())
        {
        }

        if (_waiting.Count > Longest) Close("a message without an end");
    }

    private bool TakeMessage()
    {
        var bytes = _waiting.ToArray().AsSpan();
        if (bytes.StartsWith("\r\n\r\n"u8))
        {
            // RFC 5626 §3.5.1: a ping, answered by half of it.
            _waiting.RemoveRange(0, 4);
            Say("\r\n"u8);
            return true;
        }

        if (bytes.Length > 2 && bytes.StartsWith("\r\n"u8))
        {
            _waiting.RemoveRange(0, 2);
            return true;
        }

        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = bytes[..(end + 4)];
        var length = SipPacket.TryRead(head, out var packet) && int.TryParse(packet["Content-Length"], out var told) ? told : 0;
        if (length is < 0 or > Longest || bytes.Length < head.Length + length) return length is < 0 or > Longest && Drop();
        _waiting.RemoveRange(0, head.Length + length);
        Heard(head, bytes.Slice(head.Length, length));
        return true;
    }

    private bool Drop()
    {
        Close("a length that nobody believes");
        return false;
    }

    private void Heard(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        endpoint.HeardMessage(this, [.. head, .. body]);
        if (!SipPacket.TryRead(head, out var packet)) return;
        packet.Body = Encoding.UTF8.GetString(body);
        endpoint.Take(this, packet);
    }
}
