using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Modbus;

/// <summary>Reads temperature, humidity and water from a Modbus unit. There is no function in it that writes (N14).</summary>
public sealed class ModbusSensorDriver : ModbusDriver
{
    private const string MapOption = "map", TemperatureOption = "temperature-at", HumidityOption = "humidity-at", LeakOption = "leak-at";
    private const string StuckOption = "stuck-after";
    private const int LongestSpan = 32;

    private static readonly Dictionary<string, (string Temperature, string Humidity)> Maps = new(StringComparer.Ordinal)
    {
        ["xy-md02"] = ("input 1 s16 0.1", "input 2 u16 0.1"),
        ["wall"] = ("holding 0 s16 0.1", "holding 1 u16 0.1"),
        ["wall-humidity-first"] = ("holding 1 s16 0.1", "holding 0 u16 0.1"),
        ["sign-offset"] = ("holding 0 sign-offset 0.1", "holding 1 u16 0.1"),
        ["own"] = ("", ""),
    };

    private static readonly FaultSpec WrongMap =
        new("sensor.wrong-map", "The unit has not the registers that the site names: see its options", "设备没有站点配置的寄存器：请检查选项");

    public static readonly DriverManifest<ModbusReply> Manifest = new("modbus-sensor", DeviceClass.Sensor, "Climate and water sensors on Modbus, by their register map")
    {
        Links = [new("modbus+tcp", 502), new("modbus+serial", null, "baud=9600&data=8&parity=none&stop=1&flow=none")],
        Verbs = [],
        Properties = [CommonWords.Temperature, SensorWords.Humidity, SensorWords.Leak],
        Options =
        [
            new(MapOption, ValueKind.Text, "wall", "Register map of a known family, or own", "已知系列的寄存器表，或 own") { OneOf = [.. Maps.Keys] },
            new(TemperatureOption, ValueKind.Text, "", "Where the temperature stands, such as input 1 s16 0.1; empty: as the map says", "温度所在位置，例如 input 1 s16 0.1；空则按寄存器表"),
            new(HumidityOption, ValueKind.Text, "", "Where the humidity stands; none: nowhere", "湿度所在位置；none 表示没有"),
            new(LeakOption, ValueKind.Text, "", "Where water is told, such as inputs 0; empty: nowhere", "漏水信号所在位置，例如 inputs 0；空则没有"),
            new(StuckOption, ValueKind.Integer, 24, "Hours without any change after which a value counts as stuck", "数值多少小时不变视为卡死") { Min = 1, Max = 720 },
        ],
        Faults = [SensorWords.Water, SensorWords.Stuck, SensorWords.Implausible, WrongMap],
        Modes = [nameof(Mode.Reading), nameof(Mode.Ready), nameof(Mode.Foreign)],

        // Small sensors measure while they answer; the slowest known wants 200 ms between questions.
        Reply = new(Timeout: TimeSpan.FromSeconds(2), Gap: TimeSpan.FromMilliseconds(200), Resync.Quiet, Attempts: 3, MissedBeforeLost: 3),
        Grade = Grade.Room,
        Create = setup => new ModbusSensorDriver(setup),
        Frames = FrameRelease.Whole,
        Diagram = () => MermaidGraph.Format(Describe()),
    };

    private readonly DriverSetup _setup;
    private readonly List<Watch> _watches = [];
    private readonly string? _badOption;

    public ModbusSensorDriver(DriverSetup setup)
    {
        _setup = setup;
        var (temperature, humidity) = Maps[setup.Options[MapOption].Text];
        _badOption = Add(TemperatureOption, temperature, CommonWords.TemperatureReading, -40, 85)
            ?? Add(HumidityOption, humidity, SensorWords.HumidityReading, 0, 100)
            ?? Add(LeakOption, "", SensorWords.LeakFlag, 0, ushort.MaxValue);
        if (_badOption is null && _watches.Count == 0) _badOption = MapOption;
    }

    /// <summary>There is no verb; what the runtime lets through all the same is not done.</summary>
    public override void OnCommand(CommandRequest command) => Device.Complete(command, CommandResult.Rejected("a sensor is read and not commanded"));

    internal static StateMachineInfo Describe() => new ModbusSensorDriver(Manifest.OnPaper()).Machine;

    private protected override void ReadAll()
    {
        if (_badOption is not null)
        {
            Device.Raise(WrongMap.Code, $"the option {_badOption} says nothing that can be read");
            Device.Reconnect(StatusReasons.ProtocolError, $"the option {_badOption} says nothing that can be read", TimeSpan.FromMinutes(5));
            return;
        }

        Read([.. Spans()], 0);
    }

    private string? Add(string option, string usual, string property, double least, double most)
    {
        var text = _setup.Options[option].Text is { Length: > 0 } own ? own : usual;
        if (text is "" or "none") return null;
        if (Quantity.Read(text) is not { } quantity) return option;
        _watches.Add(new(property, quantity, least, most));
        return null;
    }

    /// <summary>What stands close together in one table is read by one question, so that it is of one moment.</summary>
    private IEnumerable<Watch[]> Spans()
    {
        foreach (var table in _watches.GroupBy(watch => watch.Where.Table))
        {
            var span = new List<Watch>();
            foreach (var watch in table.OrderBy(watch => watch.Where.Address))
            {
                if (span.Count > 0 && watch.Where.Address + watch.Where.Width - span[0].Where.Address > LongestSpan)
                {
                    yield return [.. span];
                    span.Clear();
                }

                span.Add(watch);
            }

            yield return [.. span];
        }
    }

    private void Read(Watch[][] spans, int next)
    {
        var span = spans[next];
        var first = span[0].Where.Address;
        var count = span.Max(watch => watch.Where.Address + watch.Where.Width) - first;
        Ask(string.Create(CultureInfo.InvariantCulture, $"{span[0].Where.Table} {first} {count}"), span[0].Where.Function, reply =>
        {
            if (reply.IsBusy) return;
            if (reply.Exception != 0 || reply.Data.Length != (span[0].Where.IsBit ? (count + 7) / 8 : count * 2))
            {
                Device.Raise(WrongMap.Code, reply.Exception != 0 ? reply.ExceptionWords : $"{reply.Data.Length} bytes for {count}");
                IsForeign();
                return;
            }

            foreach (var watch in span) Take(watch, watch.Where.Of(reply, first));
            if (next + 1 < spans.Length)
            {
                Read(spans, next + 1);
                return;
            }

            Device.Clear(WrongMap.Code);
            Judge();
            AllIsRead();
        });
    }

    private void Take(Watch watch, double value)
    {
        watch.IsPlausible = double.IsFinite(value) && value >= watch.Least && value <= watch.Most;
        if (watch.ChangedAt is null || !watch.Last.Equals(value)) (watch.Last, watch.ChangedAt) = (value, Device.Now);
        if (watch.Property == SensorWords.LeakFlag)
        {
            Device.Report(watch.Property, value != 0);
            if (value != 0) Device.Raise(SensorWords.Water.Code);
            else Device.Clear(SensorWords.Water.Code);
        }
        else if (watch.IsPlausible)
        {
            Device.Report(watch.Property, Math.Round(value, 2));
        }
        else
        {
            // Not shown as what it says, and not left as what it was.
            Device.Forget(watch.Property);
        }
    }

    private void Judge()
    {
        var strange = _watches.Where(watch => !watch.IsPlausible).Select(watch => string.Create(CultureInfo.InvariantCulture, $"{watch.Property} {watch.Last}")).ToArray();
        if (strange.Length > 0) Device.Raise(SensorWords.Implausible.Code, string.Join(", ", strange));
        else Device.Clear(SensorWords.Implausible.Code);

        // Water is told by its absence for years; only what always moves a little can be stuck.
        var limit = TimeSpan.FromHours(_setup.Options[StuckOption].Integer);
        var stuck = _watches.Where(watch => watch.Property != SensorWords.LeakFlag && Device.Now - watch.ChangedAt >= limit).Select(watch => watch.Property).ToArray();
        if (stuck.Length > 0) Device.Raise(SensorWords.Stuck.Code, string.Join(", ", stuck));
        else Device.Clear(SensorWords.Stuck.Code);
    }

    /// <summary>One quantity and what was last seen of it. Survives a lost link: a stuck value is stuck before and after.</summary>
    private sealed class Watch(string property, Quantity where, double least, double most)
    {
        public string Property { get; } = property;
        public Quantity Where { get; } = where;
        public double Least { get; } = least;
        public double Most { get; } = most;
        public double Last { get; set; }
        public DateTimeOffset? ChangedAt { get; set; }
        public bool IsPlausible { get; set; }
    }
}
