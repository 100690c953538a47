using System.Buffers.Binary;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Modbus;

/// <summary>
/// A client of a unit: frames of Modbus/TCP on a connection, frames with a sum on a line. On a line a frame ends with silence; a torn one is
/// forgotten after it.
/// </summary>
internal sealed class ModbusSession(ModbusUnit unit, Connection connection) : Session(connection)
{
    private const int Header = 7, LongestPdu = 253, LongestFrame = 256;

    // Long enough for a pseudo-terminal that passes bytes on one by one.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(50);

    private readonly List<byte> _heard = [];
    private IDisposable? _silence;

    private bool IsLine => Kind is LinkKind.Serial;

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        _heard.AddRange(bytes);
        while (IsLine ? TakeLineFrame() : TakeTcpFrame())
        {
        }

        _silence?.Dispose();
        if (IsLine && _heard.Count > 0) _silence = unit.After(Silence, _heard.Clear);
    }

    protected internal override void Closed() => _silence?.Dispose();

    private bool TakeTcpFrame()
    {
        if (_heard.Count < Header) return false;
        var bytes = _heard.ToArray();
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4)) - 1;
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2)) != 0 || length is < 1 or > LongestPdu)
        {
            _heard.Clear();
            Close("no frame of Modbus");
            return false;
        }

        if (bytes.Length < Header + length) return false;
        unit.Heard(this, bytes.AsSpan(0, Header + length));
        _heard.RemoveRange(0, Header + length);
        if (bytes[6] == unit.Number && unit.Answer(bytes[Header..(Header + length)]) is { } answer)
        {
            byte[] frame = [bytes[0], bytes[1], 0, 0, (byte)((answer.Length + 1) >> 8), (byte)(answer.Length + 1), unit.SaysNumber, .. answer];
            Say(frame);
        }

        return true;
    }

    private bool TakeLineFrame()
    {
        // Requests of the functions that a unit knows have eight bytes.
        const int request = 8;
        if (_heard.Count < request) return false;
        var bytes = _heard.ToArray();
        if (Sum(bytes.AsSpan(0, request - 2)) != BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(request - 2)))
        {
            if (_heard.Count > LongestFrame) _heard.Clear();
            return false;
        }

        unit.Heard(this, bytes.AsSpan(0, request));
        _heard.RemoveRange(0, request);
        if (bytes[0] != unit.Number || unit.Answer(bytes[1..(request - 2)]) is not { } answer) return true;
        byte[] body = [unit.SaysNumber, .. answer];
        var sum = Sum(body) ^ (unit.SpoilsSum() ? 0x5A5A : 0);
        Say([.. body, (byte)sum, (byte)(sum >> 8)]);
        return true;
    }

    // The way of the application note: a shift register, polynomial A001.
    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        var register = 0xFFFF;
        foreach (var each in bytes)
        {
            register ^= each;
            for (var shift = 0; shift < 8; shift++)
            {
                var carry = register & 1;
                register >>= 1;
                if (carry == 1) register ^= 0xA001;
            }
        }

        return register;
    }
}
