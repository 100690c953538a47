using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>A UPS with the standard MIB (RFC 1628): a battery that empties while the mains is away and fills again afterwards.</summary>
internal sealed class SimulatedUps : SnmpAgent, ICatalogued
{
    private const string Ups = "1.3.6.1.2.1.33.1.";
    private const int Normal = 3, OnBattery = 5, BatteryNormal = 2, BatteryLow = 3, BatteryDepleted = 4, TestRunning = 5, TestPassed = 1;
    private const double ChargesInMinutes = 240;

    private readonly Switch<bool> _mains;
    private readonly Switch<bool> _selfTest;
    private readonly Switch<int> _load;
    private readonly Switch<int> _minutes;
    private readonly Switch<int> _temperature;
    private readonly int _lines;
    private DateTimeOffset _since;
    private double _charge = 100;
    private bool _wasThere = true;

    public SimulatedUps(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time)
    {
        _since = Now;
        _lines = setting.Count("lines", 1, 1, 3);
        SystemId = Oid.Parse(setting.Word("sysObjectID", "1.3.6.1.4.1.318.1.3.27"));
        SystemName = setting.Word("name", "ups");
        _mains = Switches.Boolean("mains", "The mains is there; false: the battery feeds the load, and empties.", true, Turn);
        _selfTest = Switches.Boolean("self-test", "A self-test is running: on battery with the mains there, and said so in the test group.");
        _load = Switches.Integer("load-percent", "Load of each line in per cent of what it can feed.", 35, 0, 150);
        _minutes = Switches.Integer("full-minutes", "How long a full battery lasts, in minutes.", 30, 1, 600);
        _temperature = Switches.Integer("battery-temperature", "Degrees Celsius in the battery.", 25, -20, 80);
        Build();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("snmp-ups", "sensor", "UPS with the standard UPS-MIB", [LinkKind.Udp],
        static (setting, time) => new SimulatedUps(setting, time))
    { UdpScheme = "snmp" };

    protected override string SystemDescription => "UPS network card";

    private double Minutes => (Now - _since).TotalMinutes;

    private double Charge => Math.Clamp(_charge + (Minutes * (_mains.Now ? 100 / ChargesInMinutes : -100.0 / _minutes.Now)), 0, 100);

    private int Left => (int)(Charge / 100 * _minutes.Now);

    protected override void BackToFactory()
    {
        base.BackToFactory();
        (_since, _charge, _wasThere) = (Now, 100, true);
    }

    protected override void Describe(JsonObject state)
    {
        state["mains"] = _mains.Now;
        state["charge"] = (int)Charge;
        state["minutes"] = Left;
    }

    protected override void Fill(ObjectTree objects)
    {
        objects.Add(Ups + "1.1.0", () => Tlv.Of(Setting.Word("manufacturer", "Example Power")));
        objects.Add(Ups + "1.2.0", () => Tlv.Of(Setting.Word("model", "OnLine 3000")));
        objects.Add(Ups + "1.3.0", () => Tlv.Of(Setting.Word("firmware", "2.1.4")));
        objects.Add(Ups + "2.1.0", () => Tlv.Of(Charge <= 0 ? BatteryDepleted : Charge < 20 ? BatteryLow : BatteryNormal));
        objects.Add(Ups + "2.2.0", () => Tlv.Of(_mains.Now ? 0 : (long)(Now - _since).TotalSeconds));
        objects.Add(Ups + "2.3.0", () => Tlv.Of(Left));
        objects.Add(Ups + "2.4.0", () => Tlv.Of((int)Charge));
        objects.Add(Ups + "2.7.0", () => Tlv.Of(_temperature.Now));
        objects.Add(Ups + "3.3.1.3.1", () => Tlv.Of(_mains.Now ? 230 : 0));
        objects.Add(Ups + "4.1.0", () => Tlv.Of(_mains.Now && !_selfTest.Now ? Normal : OnBattery));
        for (var line = 1; line <= _lines; line++) objects.Add($"{Ups}4.4.1.5.{line}", () => Tlv.Of(_load.Now));
        objects.Add(Ups + "6.1.0", () => Tlv.Unsigned(Tlv.Gauge32, (ulong)((_mains.Now ? 0 : 1) + (Charge < 20 ? 1 : 0))));
        objects.Add(Ups + "7.3.0", () => Tlv.Of(_selfTest.Now ? TestRunning : TestPassed));
    }

    // What the battery held until now, under the state that ends now.
    private void Turn()
    {
        if (_wasThere == _mains.Now) return;
        _charge = Math.Clamp(_charge + (Minutes * (_wasThere ? 100 / ChargesInMinutes : -100.0 / _minutes.Now)), 0, 100);
        (_since, _wasThere) = (Now, _mains.Now);
    }
}
