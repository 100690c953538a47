using System.Buffers.Binary;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Visca;

/// <summary>One controller: the packet that comes in, bare or behind a header, and the numbers that its headers have had.</summary>
internal sealed class ViscaSession(SimulatedVisca camera, Connection connection) : Session(connection)
{
    private const int LongestPacket = 16, HeaderLength = 8;

    private readonly List<byte> _bytes = [];
    private IDisposable? _idle;

    /// <summary>The highest number so far; null: any is taken.</summary>
    public uint? LastNumber { get; set; }

    public bool IsHeaded => camera.IsHeaded(Kind);

    protected internal override void Opened() => KeepOpen();

    protected internal override void Closed() => _idle?.Dispose();

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        KeepOpen();

        // A datagram is whole or nothing.
        if (Kind is LinkKind.Udp) _bytes.Clear();
        foreach (var b in bytes)
        {
            _bytes.Add(b);
            if (IsHeaded) TakeHeaded();
            else TakeBare(b);
        }
    }

    /// <param name="number">Of the header that asked; null without one.</param>
    public void Reply(uint? number, params byte[] packet)
    {
        if (camera.LosesReply()) return;
        if (number is { } sequence) Say([.. Header(0x0111, packet.Length, sequence), .. packet]);
        else Say(packet);
    }

    private void TakeBare(byte last)
    {
        if (last == 0xFF)
        {
            byte[] packet = [.. _bytes];
            _bytes.Clear();
            camera.Heard(this, packet);
            camera.Obey(this, packet, null);
        }
        else if (_bytes.Count >= LongestPacket)
        {
            _bytes.Clear();
        }
    }

    private void TakeHeaded()
    {
        if (_bytes.Count <= HeaderLength) return;
        var header = _bytes.Take(HeaderLength).ToArray();
        var type = BinaryPrimitives.ReadUInt16BigEndian(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2));
        var number = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        if (length is < 1 or > LongestPacket)
        {
            _bytes.Clear();
            return;
        }

        if (_bytes.Count < HeaderLength + length) return;
        byte[] frame = [.. _bytes];
        _bytes.Clear();
        camera.Heard(this, frame);
        var payload = frame[HeaderLength..];
        if (type == 0x0200) TakeControl(payload, number);
        else if (type is not (0x0100 or 0x0110)) Control(number, 0x0F, 0x02);
        else if (LastNumber is { } last && number <= last) Control(number, 0x0F, 0x01);
        else
        {
            LastNumber = number;
            camera.Obey(this, payload, number);
        }
    }

    private void TakeControl(byte[] payload, uint number)
    {
        if (payload is not [0x01]) return;
        LastNumber = null;
        Control(number, 0x01);
    }

    private void Control(uint number, params byte[] payload)
    {
        if (!camera.LosesReply()) Say([.. Header(0x0201, payload.Length, number), .. payload]);
    }

    private void KeepOpen()
    {
        _idle?.Dispose();
        _idle = Kind == LinkKind.Tcp && camera.IdleClose > TimeSpan.Zero ? camera.After(camera.IdleClose, () => Close("silent")) : null;
    }

    private static byte[] Header(ushort type, int length, uint number)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt16BigEndian(header, type);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)length);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), number);
        return header;
    }
}
