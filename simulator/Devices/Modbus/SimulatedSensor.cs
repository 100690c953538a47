using System.Buffers.Binary;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Modbus;

/// <summary>A climate sensor with a water probe, in the register layouts of several makers.</summary>
internal sealed class SimulatedSensor : ModbusUnit, ICatalogued
{
    private static readonly string[] Layouts = ["wall", "wall-humidity-first", "xy-md02", "sign-offset", "float"];

    private readonly string _layout;
    private readonly Switch<double> _temperature;
    private readonly Switch<double> _rises;
    private readonly Switch<double> _humidity;
    private readonly Switch<bool> _leak;
    private readonly Switch<bool> _stuck;
    private readonly Switch<string> _unplugged;
    private DateTimeOffset _since;
    private (double Temperature, double Humidity) _kept;

    public SimulatedSensor(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time)
    {
        _layout = setting.Word("layout", Layouts[0]);
        if (!Layouts.Contains(_layout)) throw new CannotSimulateException($"There is no layout '{_layout}'; there is {string.Join(", ", Layouts)}.");
        _since = Now;
        _temperature = Switches.Number("temperature", "Degrees Celsius at the probe.", 24.7, -60, 200, () => _since = Now);
        _rises = Switches.Number("rises", "Degrees by which the temperature rises in each minute from now on.", 0, -50, 50, Rises);
        _humidity = Switches.Number("humidity", "Relative humidity in per cent.", 45, 0, 100);
        _leak = Switches.Boolean("leak", "Water at the probe: discrete input 0.");
        _stuck = Switches.Boolean("stuck", "The registers stay at what they hold now, whatever is measured.", changed: Keep);
        _unplugged = Switches.Choice("unplugged", "The probe is off: full scale, minus 999, or as it is with the probe on.", "no", ["no", "full-scale", "minus-999"]);
        Fill();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("modbus-sensor", "sensor", "Temperature, humidity and water sensor, Modbus TCP or RTU",
        [LinkKind.Tcp, LinkKind.Serial], static (setting, time) => new SimulatedSensor(setting, time))
    { LinkPrefix = "modbus+" };

    private double Temperature => _stuck.Now ? _kept.Temperature : _temperature.Now + (_rises.Now * (Now - _since).TotalMinutes);

    private double Humidity => _stuck.Now ? _kept.Humidity : _humidity.Now;

    protected override void BackToFactory() => _since = Now;

    protected override void Restarted()
    {
    }

    protected override void Describe(JsonObject state)
    {
        state["unit"] = Number;
        state["layout"] = _layout;
        state["leak"] = _leak.Now;
    }

    private void Keep()
    {
        if (_stuck.Now) _kept = (_temperature.Now + (_rises.Now * (Now - _since).TotalMinutes), _humidity.Now);
    }

    private void Rises() => _since = Now;

    private void Fill()
    {
        switch (_layout)
        {
            case "wall":
                Map.Holding[0] = () => Tenths(Temperature);
                Map.Holding[1] = () => Tenths(Humidity);
                break;
            case "wall-humidity-first":
                Map.Holding[0] = () => Tenths(Humidity);
                Map.Holding[1] = () => Tenths(Temperature);
                break;
            case "xy-md02":
                Map.Input[1] = () => Tenths(Temperature);
                Map.Input[2] = () => Tenths(Humidity);
                Map.Holding[0x101] = () => Number;
                break;
            case "sign-offset":
                Map.Holding[0] = () => Temperature < 0 && _unplugged.Now == "no" ? (ushort)(10_000 + Math.Round(-Temperature * 10)) : Tenths(Temperature);
                Map.Holding[1] = () => Tenths(Humidity);
                break;
            default:
                for (var i = 0; i < 2; i++)
                {
                    var half = i;
                    Map.Input[i] = () => Half(Temperature, half);
                    Map.Input[2 + i] = () => Half(Humidity, half);
                }

                break;
        }

        Map.Inputs[0] = () => _leak.Now;
    }

    // The high word first, and the high byte first in it.
    private ushort Half(double value, int half)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, (float)(_unplugged.Now == "no" ? value : -999));
        return BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(half * 2));
    }

    private ushort Tenths(double value) => _unplugged.Now switch
    {
        "full-scale" => 0xFFFF,
        "minus-999" => unchecked((ushort)-9990),
        _ => unchecked((ushort)(short)Math.Round(value * 10)),
    };
}
