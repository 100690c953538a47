using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Modbus;

/// <summary>
/// One unit of Modbus: functions 01 to 06, by TCP or on a line. From the application protocol and the guide for serial lines. A frame for another
/// unit, or with a wrong sum, is not answered.
/// </summary>
internal abstract class ModbusUnit : SimulatedDevice<ModbusSession>
{
    private const byte IllegalFunction = 1, IllegalAddress = 2, IllegalValue = 3, DeviceFailure = 4, ExceptionBit = 0x80;

    private readonly Switch<bool> _wrongUnit;
    private readonly Switch<int> _wrongSum;
    private int _said;

    protected ModbusUnit(SimulatorDescriptor descriptor, DeviceSetting setting, TimeProvider time)
        : base(descriptor, setting, time, TimeSpan.FromSeconds(1))
    {
        Number = (byte)setting.Count("unit", 1, 1, 247);
        _wrongUnit = Switches.Boolean("wrong-unit", "Answers under the number of another unit, as two units with one number do.");
        _wrongSum = Switches.Integer("wrong-crc", "On a line every so many answers have a wrong sum; 1: all of them, 0: none.", 0, 0, 1000);
    }

    public byte Number { get; }

    public override string LinkSuffix => $"/{Number}";

    public byte SaysNumber => (byte)(_wrongUnit.Now ? Number + 1 : Number);

    protected RegisterMap Map { get; } = new();

    public bool SpoilsSum() => _wrongSum.Now > 0 && ++_said % _wrongSum.Now == 0;

    /// <summary>The PDU of the answer to the PDU of a request.</summary>
    public byte[]? Answer(byte[] request)
    {
        if (request.Length != 5) return [(byte)(request[0] | ExceptionBit), request[0] is >= 1 and <= 6 ? IllegalValue : IllegalFunction];
        var (function, first, last) = (request[0], (request[1] << 8) | request[2], (request[3] << 8) | request[4]);
        return function switch
        {
            1 => Bits(function, Map.Coils, first, last),
            2 => Bits(function, Map.Inputs, first, last),
            3 => Registers(function, Map.Holding, first, last),
            4 => Registers(function, Map.Input, first, last),
            5 when Map.WriteCoil is not null => Write(request, first, last),
            _ => [(byte)(function | ExceptionBit), IllegalFunction],
        };
    }

    protected override Session NewSession(Connection connection) => new ModbusSession(this, connection);

    private static byte[] Refused(byte function, byte code) => [(byte)(function | ExceptionBit), code];

    private static byte[] Bits(byte function, SortedDictionary<int, Func<bool>> table, int first, int count)
    {
        if (count is < 1 or > 2000) return Refused(function, IllegalValue);
        if (table.Count == 0 || first < table.Keys.First() || first + count - 1 > table.Keys.Last()) return Refused(function, IllegalAddress);
        var bytes = new byte[(count + 7) / 8];
        for (var i = 0; i < count; i++)
        {
            if (table.TryGetValue(first + i, out var read) && read()) bytes[i / 8] |= (byte)(1 << (i % 8));
        }

        return [function, (byte)bytes.Length, .. bytes];
    }

    private static byte[] Registers(byte function, SortedDictionary<int, Func<ushort>> table, int first, int count)
    {
        if (count is < 1 or > 125) return Refused(function, IllegalValue);
        var bytes = new List<byte>();
        for (var i = first; i < first + count; i++)
        {
            if (!table.TryGetValue(i, out var read)) return Refused(function, IllegalAddress);
            var value = read();
            bytes.AddRange([(byte)(value >> 8), (byte)value]);
        }

        return [function, (byte)bytes.Count, .. bytes];
    }

    private byte[] Write(byte[] request, int address, int value)
    {
        if (value is not (0xFF00 or 0)) return Refused(5, IllegalValue);
        if (!Map.Coils.ContainsKey(address)) return Refused(5, IllegalAddress);
        if (Refuse.On) return Refused(5, byte.TryParse(Refuse.Code, out var code) ? code : DeviceFailure);
        if (!Frozen) Map.WriteCoil!(address, value != 0);
        return request;
    }
}
