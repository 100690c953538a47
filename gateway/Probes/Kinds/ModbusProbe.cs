using System.Buffers;
using System.Buffers.Binary;
using AvGateway.Devices;
using AvGateway.Links;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Kinds;

/// <summary>One quantity of a Modbus sensor: temperature, humidity, water. A sensor with many is a device with the driver <c>modbus-sensor</c>.</summary>
internal sealed class ModbusProbe(ILinkFactory links)
{
    private const byte Failed = 0x80;
    private const byte DriversUnit = 1;
    private const int HeaderLength = 7;
    private static readonly (string Word, byte Function, bool IsBit)[] Tables = [("input", 4, false), ("holding", 3, false), ("discrete", 2, true), ("coil", 1, true)];
    private static readonly string[] Formats = ["int16", "uint16", "int32", "uint32", "float32"];
    private static readonly string[] Quantities = ["temperature", "humidity", "leak", "value"];
    private int _transaction;

    public static ProbeKind Kind(ProbeTools tools) => new("modbus", "A quantity of a Modbus sensor", "Modbus 传感器测量值", "modbus+tcp://HOST/UNIT or modbus+serial:/dev/ttyS1?baud=9600/UNIT", new ModbusProbe(tools.Links).RunAsync)
    {
        Schemes = ["modbus+tcp", "modbus+serial"],
        DefaultPort = 502,
        Check = address => tools.Links.Check(address),
        Options =
        [
            new("measures", ValueKind.Text, "value", "What it is: decides unit and usual limits", "测量对象") { OneOf = Quantities },
            new("table", ValueKind.Text, "input", "Where it stands", "寄存器区") { OneOf = [.. Tables.Select(t => t.Word)] },
            new("register", ValueKind.Integer, 0, "Its number in the table, from 0", "寄存器地址（从 0 起）") { Min = 0, Max = 65535 },
            new("format", ValueKind.Text, "int16", "How a register is read; two registers have the high one first", "数据格式") { OneOf = Formats },
            new("scale", ValueKind.Number, 1.0, "What the number is multiplied by", "换算系数"),
        ],
        Measures =
        [
            new("temperature", "°C", "Temperature", "温度", new MeasureLimits { WarnBelow = 18, WarnAbove = 27, AlarmAbove = 30, Lasts = TimeSpan.FromMinutes(5), Hysteresis = 0.5, Rise = new(10, TimeSpan.FromMinutes(10)), StuckFor = TimeSpan.FromHours(1) }),
            new("humidity", "%", "Relative humidity", "相对湿度", new MeasureLimits { WarnBelow = 20, WarnAbove = 80, AlarmAbove = 90, Lasts = TimeSpan.FromMinutes(5), Hysteresis = 2, StuckFor = TimeSpan.FromHours(6) }),
            new("leak", "", "1 where there is water", "漏水（1 为有水）", new MeasureLimits { AlarmAbove = 0.5, IsCritical = true }),
            new("value", "", "The value", "测量值"),
        ],
    };

    private async Task<ProbeSight> RunAsync(ProbeTurn turn, CancellationToken late)
    {
        var options = turn.Plan.Options;
        var table = Tables.First(t => t.Word == options["table"].Text);
        var format = options["format"].Text;
        var count = table.IsBit || format.EndsWith("16", StringComparison.Ordinal) ? 1 : 2;
        turn.Note($"opening {turn.Plan.Target}");
        await using var link = await links.OpenAsync(turn.Plan.Target!, null, late);
        var transaction = (ushort)Interlocked.Increment(ref _transaction);
        await link.Output.WriteAsync(Question(transaction, table.Function, (ushort)options["register"].Integer, (ushort)count), late);
        var pdu = await AnswerAsync(link, transaction, late);
        if (pdu.Length >= 2 && pdu[0] == (table.Function | Failed)) return ProbeSight.Wrong(new($"传感器拒绝，异常码 {pdu[1]}：请检查寄存器区与地址", $"the sensor refuses with exception {pdu[1]}: check table and register"));
        if (pdu.Length < 3 || pdu[0] != table.Function || pdu.Length < 2 + pdu[1] || pdu[1] < (table.IsBit ? 1 : 2 * count)) return ProbeSight.Wrong(new("传感器的应答与请求不符", "the sensor's answer does not fit the question"));
        turn.Note($"answer {Convert.ToHexString(pdu)}");
        var value = table.IsBit ? pdu[2] & 1 : Number(pdu.AsSpan(2), format);
        if (!double.IsFinite(value)) return ProbeSight.Wrong(new("传感器给出的不是数值", "the sensor shows no number"));
        var scaled = Math.Round(value * options["scale"].Number, 4);
        var measure = turn.Plan.Kind.Measure(options["measures"].Text)!;
        return ProbeSight.Seen(new(FormattableString.Invariant($"{measure.Zh}为 {scaled:0.###}"), FormattableString.Invariant($"{measure.Name} is {scaled:0.###}")), new Measured(options["measures"].Text, scaled));
    }

    private static byte[] Question(ushort transaction, byte function, ushort register, ushort count)
    {
        var frame = new byte[HeaderLength + 5];
        BinaryPrimitives.WriteUInt16BigEndian(frame, transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), 6);
        frame[6] = DriversUnit;
        frame[7] = function;
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(8), register);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(10), count);
        return frame;
    }

    private static async Task<byte[]> AnswerAsync(ILink link, ushort transaction, CancellationToken late)
    {
        while (true)
        {
            var read = await link.Input.ReadAsync(late);
            var buffer = read.Buffer;
            while (TryFrame(ref buffer, out var answered, out var pdu))
            {
                if (answered == transaction) return pdu;
            }

            link.Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) throw new IOException($"the link ended before the answer ({await link.Ended})");
        }
    }

    private static bool TryFrame(ref ReadOnlySequence<byte> input, out ushort transaction, out byte[] pdu)
    {
        (transaction, pdu) = (0, []);
        if (input.Length < HeaderLength) return false;
        Span<byte> header = stackalloc byte[HeaderLength];
        input.Slice(0, HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[4..]) - 1;
        if (length < 1 || input.Length < HeaderLength + length) return false;
        transaction = BinaryPrimitives.ReadUInt16BigEndian(header);
        pdu = input.Slice(HeaderLength, length).ToArray();
        input = input.Slice(HeaderLength + length);
        return true;
    }

    private static double Number(ReadOnlySpan<byte> bytes, string format) => format switch
    {
        "int16" => BinaryPrimitives.ReadInt16BigEndian(bytes),
        "uint16" => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        "int32" => BinaryPrimitives.ReadInt32BigEndian(bytes),
        "uint32" => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadSingleBigEndian(bytes),
    };
}
