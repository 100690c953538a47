using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace Acme.Simulator;

/// <summary>The display as its manual tells it. What a bad line does to the bytes, and who may connect, is the library's matter.</summary>
public sealed class SimulatedDisplay : SimulatedDevice<DisplaySession>
{
    private static readonly string[] Inputs = ["HDMI1", "HDMI2", "VGA"];

    private readonly Switch<TimeSpan> _followDelay;
    private bool _isOn = true;
    private string _input = Inputs[0];

    public SimulatedDisplay(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(1))
    {
        _followDelay = Switches.Duration("follow-delay", "Time from OK to the effect.", TimeSpan.FromMilliseconds(100));
        Panel.Add("input", "Presses the key of an input.", args =>
        {
            if (!args.Word("name", out var name, Inputs)) return args.Problem;
            _input = name;
            return null;
        }, new FrontPanelArgument("name", $"one of {string.Join(", ", Inputs)}"));
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("acme-display", "display", "Acme display", [LinkKind.Tcp], static (setting, time) => new SimulatedDisplay(setting, time));

    internal void Obey(DisplaySession session, string line)
    {
        Heard(session, Encoding.ASCII.GetBytes(line));
        session.Say($"{Answer(line)}\r");
    }

    protected override Session NewSession(Connection connection) => new DisplaySession(this, connection);

    protected override void Describe(JsonObject state)
    {
        state["on"] = _isOn;
        state["input"] = _input;
    }

    protected override void BackToFactory() => (_isOn, _input) = (true, Inputs[0]);

    protected override void Restarted() => _isOn = true;

    private string Answer(string line)
    {
        switch (line.Split(' '))
        {
            case ["POWER?"]: return _isOn ? "POWER ON" : "POWER OFF";
            case ["INPUT?"]: return $"INPUT {_input}";
            case ["POWER", "ON" or "OFF"]: return Do(() => _isOn = line == "POWER ON");
            case ["INPUT", var input] when Array.IndexOf(Inputs, input) >= 0: return _isOn ? Do(() => _input = input) : "ERR POWER";
            default: return "ERR SYNTAX";
        }
    }

    /// <summary>Says yes and acts a little later, as real displays do, unless a switch makes it unkind.</summary>
    private string Do(Action change)
    {
        if (Refuse.On) return "ERR BUSY";
        if (Frozen) return "OK";
        if (_followDelay.Now == TimeSpan.Zero) change();
        else After(_followDelay.Now, change);
        return "OK";
    }
}
