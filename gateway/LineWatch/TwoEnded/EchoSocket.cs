using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>Sends echo requests to routers and hears their replies, by an unprivileged socket where the system allows one, else by a raw one.</summary>
internal sealed class EchoSocket : IDisposable
{
    private const int HeaderLength = 8;
    private const int LoadLength = 56;
    private const byte EchoRequest = 8, EchoReply = 0;

    private readonly Socket _socket;
    private readonly bool _isRaw;
    private readonly byte[] _cookie = RandomNumberGenerator.GetBytes(8);
    private readonly ushort _identifier = (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue);

    private EchoSocket(Socket socket, bool isRaw) => (_socket, _isRaw) = (socket, isRaw);

    /// <summary>Null, with the reason, where this process may send none.</summary>
    public static EchoSocket? TryOpen(out string? why)
    {
        why = null;
        foreach (var type in (ReadOnlySpan<SocketType>)[SocketType.Dgram, SocketType.Raw])
        {
            try
            {
                return new(new Socket(AddressFamily.InterNetwork, type, ProtocolType.Icmp), type is SocketType.Raw);
            }
            catch (SocketException refused)
            {
                why = refused.Message;
            }
        }

        return null;
    }

    public void Send(IPAddress router, int leg, uint sequence)
    {
        Span<byte> packet = stackalloc byte[HeaderLength + LoadLength];
        packet.Clear();
        packet[0] = EchoRequest;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], _identifier);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], (ushort)sequence);
        _cookie.CopyTo(packet[HeaderLength..]);
        BinaryPrimitives.WriteInt32BigEndian(packet[16..], leg);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], sequence);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Checksum(packet));
        _socket.SendTo(packet, new IPEndPoint(router, 0));
    }

    /// <summary>The next reply that is one of ours.</summary>
    public async ValueTask<(IPAddress From, int Leg, uint Sequence)> ReceiveAsync(byte[] buffer, CancellationToken cancellation)
    {
        while (true)
        {
            var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancellation);
            if (TryRead(buffer.AsSpan(0, received.ReceivedBytes), out var leg, out var sequence)) return (((IPEndPoint)received.RemoteEndPoint).Address, leg, sequence);
        }
    }

    public void Dispose() => _socket.Dispose();

    // A raw socket hears every echo reply of the host, with its IP header.
    private bool TryRead(ReadOnlySpan<byte> packet, out int leg, out uint sequence)
    {
        (leg, sequence) = (0, 0);
        if (_isRaw)
        {
            if (packet.Length < 20 || packet.Length < (packet[0] & 0x0F) * 4) return false;
            packet = packet[((packet[0] & 0x0F) * 4)..];
        }

        if (packet.Length != HeaderLength + LoadLength || packet[0] != EchoReply || !packet.Slice(HeaderLength, _cookie.Length).SequenceEqual(_cookie)) return false;
        leg = BinaryPrimitives.ReadInt32BigEndian(packet[16..]);
        sequence = BinaryPrimitives.ReadUInt32BigEndian(packet[20..]);
        return true;
    }

    private static ushort Checksum(ReadOnlySpan<byte> packet)
    {
        var sum = 0u;
        for (var i = 0; i < packet.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(packet[i..]);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
