using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.NecDisplay;

/// <summary>
/// A large-screen display on NEC's external control, by TCP 7142 or RS-232C at 9600: packets with a check code, acknowledged before anything has
/// happened, and deaf to what comes sooner than 600 ms after the packet before.
/// </summary>
internal sealed class SimulatedNecDisplay : SimulatedDevice<NecSession>, ICatalogued
{
    private const int On = 1, Standby = 2, Off = 4;
    private const string InputCode = "0060";
    private const string Null = "BE";
    private const string Good = "00", Unsupported = "01";

    private readonly NecSwitches _switches;
    private readonly int _monitor;
    private readonly string _model;
    private readonly string _serial;
    private readonly IReadOnlyList<int> _inputs;
    private int _power;
    private int _input;
    private bool _busy;
    private IDisposable? _change;
    private long _lastPacket;
    private bool _hasHeard;
    private int _lost;

    public SimulatedNecDisplay(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(3))
    {
        _monitor = setting.Count("monitor", 1, 1, 100);
        _model = setting.Word("model", "V554");
        _serial = setting.Word("serialNumber", "NE" + Identity.Hex(setting.Id, 8));
        var codes = setting.Word("inputs", "0001 000F 0011 0012").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (codes.Length == 0 || codes.Any(code => code.Length != 4 || !code.All(char.IsAsciiHexDigit)))
            throw new CannotSimulateException("inputs: codes of four hex digits, such as \"000F 0011\".");
        _inputs = [.. codes.Select(code => int.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
        _switches = new(Switches, this);
        Begin();
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("nec-display", "display", "NEC large-screen display (external control)",
        [LinkKind.Tcp, LinkKind.Serial], static (setting, time) => new SimulatedNecDisplay(setting, time));

    internal TimeSpan IdleClose => _switches.IdleClose.Now;

    protected override Session NewSession(Connection connection) => new NecSession(this, connection);

    protected override void BackToFactory() => Begin();

    protected override void Restarted()
    {
        _busy = _hasHeard = false;
        _power = _switches.DirectOn.Now ? On : Off;
    }

    protected override void Describe(JsonObject state)
    {
        state["power"] = _power switch { On => "on", Standby => "standby", _ => "off" };
        state["input"] = Hex(_input);
        state["busy"] = _busy;
        state["lostPackets"] = _lost;
        state["serialNumber"] = _serial;
    }

    internal void Sleep()
    {
        if (_power == On) _power = Standby;
    }

    internal void Obey(NecSession session, NecPacket packet, bool isIntact)
    {
        var isHasty = _hasHeard && Time.GetElapsedTime(_lastPacket) < _switches.PacketGap.Now;
        _lastPacket = Time.GetTimestamp();
        _hasHeard = true;
        if (isHasty)
        {
            _lost++;
            return;
        }

        if (packet.Destination != NecPacket.All && packet.Destination != 0x40 + _monitor) return;
        if (!isIntact || _busy) Say(session, 'B', Null);
        else Answer(session, packet);
    }

    private void Answer(NecSession session, NecPacket packet)
    {
        switch (packet.Type, packet.Message)
        {
            case ('A', "01D6"): Say(session, 'B', "0200D6000004" + Hex(_switches.PowerLie.Now ?? _power)); break;
            case ('A', "B1"): Say(session, 'B', "A1" + (_switches.Diagnosis.Now?.Replace(" ", "", StringComparison.Ordinal) ?? "00")); break;
            case ('A', "C216"): Say(session, 'B', "C316" + Spelled(_serial)); break;
            case ('A', "C217"): Say(session, 'B', "C317" + Spelled(_model)); break;
            case ('A', ['C', '2', '0', '3', 'D', '6', .. var mode]) when mode is "0001" or "0004": SetPower(session, mode); break;
            case ('C', InputCode): Say(session, 'D', _power == On ? Good + InputCode + "00" + "0087" + Hex(_input) : Unsupported + InputCode + "0000000000"); break;
            case ('E', ['0', '0', '6', '0', .. var code]) when code.Length == 4: SetInput(session, code); break;
            case ('C', { Length: 4 } code): Say(session, 'D', Unsupported + code + "0000000000"); break;
            default: Say(session, 'B', Null); break;
        }
    }

    private void SetPower(NecSession session, string mode)
    {
        if (Refuse.On)
        {
            Say(session, 'B', $"{Refuse.Code ?? Unsupported}C203D6{mode}");
            return;
        }

        Say(session, 'B', $"{Good}C203D6{mode}");
        var on = mode == "0001";
        if (!Frozen && !(on ? _switches.IgnoresOn.Now : _switches.IgnoresOff.Now)) Switch(on);
        if (_switches.DropsWhileSwitching.Now) session.Leave("switching");
    }

    private void SetInput(NecSession session, string code)
    {
        var known = int.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var input) && _inputs.Contains(input);
        if (Refuse.On || !known || _power != On)
        {
            Say(session, 'F', (Refuse.On ? Refuse.Code ?? Unsupported : Unsupported) + InputCode + "00" + "0087" + code);
            return;
        }

        Say(session, 'F', Good + InputCode + "00" + "0087" + code);
        if (!Frozen) Later(_switches.InputTime.Now, () => _input = input);
        if (_switches.DropsWhileSwitching.Now) session.Leave("switching");
    }

    private void Switch(bool on)
    {
        var wished = on ? On : Off;
        if (_power == wished) return;
        Later(_switches.PowerTime.Now, () =>
        {
            _power = wished;
            if (!on && _switches.ComesBack.Now > TimeSpan.Zero) _change = After(_switches.ComesBack.Now, () => Switch(on: true));
        });
    }

    private void Later(TimeSpan delay, Action act)
    {
        _change?.Dispose();
        if (delay == TimeSpan.Zero)
        {
            act();
            return;
        }

        _busy = true;
        _change = After(delay, () =>
        {
            _busy = false;
            act();
        });
    }

    private void Say(NecSession session, char type, string message)
    {
        if (_switches.OtherMonitor.Now) session.Say(NecPacket.Reply(_monitor % 100 + 1, type, message));
        var reply = NecPacket.Reply(_monitor, type, message);
        if (_switches.BadChecks.Now > 0)
        {
            _switches.BadChecks.Become(_switches.BadChecks.Now - 1);
            reply[^2] ^= 0x01;
        }

        session.Say(reply);
    }

    private void Begin()
    {
        _power = Setting.Word("power", "on") == "off" ? Off : On;
        _input = _inputs[0];
        _busy = _hasHeard = false;
        _lost = 0;
    }

    private void AddFrontPanel()
    {
        Panel.Add("remote-on", "Presses POWER ON at the remote control.", () => Switch(on: true));
        Panel.Add("remote-standby", "Presses STANDBY at the remote control.", () => Switch(on: false));
        Panel.Add("input", "Chooses an input by the code of the manual.", args =>
        {
            if (!args.Word("code", out var code, [.. _inputs.Select(Hex)])) return args.Problem;
            _input = int.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return null;
        }, new FrontPanelArgument("code", "one of the codes of the inputs, such as \"0011\""));
    }

    private static string Hex(int value) => value.ToString("X4", CultureInfo.InvariantCulture);

    private static string Spelled(string text) => string.Concat(text.Select(c => ((int)c).ToString("X2", CultureInfo.InvariantCulture)));
}
