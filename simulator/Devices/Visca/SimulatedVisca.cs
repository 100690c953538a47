using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Visca;

/// <summary>
/// A PTZ camera that speaks VISCA: by RS-232, bare over TCP, or by UDP 52381 behind the header of VISCA over IP. Commands take one of two sockets and are
/// acknowledged, then completed; the head takes its time; in standby, and while the head looks for its end stops, hardly anything is executable.
/// </summary>
internal sealed partial class SimulatedVisca : SimulatedDevice<ViscaSession>, ICatalogued
{
    private const byte SyntaxError = 0x02, BufferFull = 0x03, NoSocket = 0x05, Cancelled = 0x04, NotExecutable = 0x41, WrongLength = 0x01;

    private readonly ViscaSwitches _switches;
    private readonly CameraHead _head;
    private readonly Dictionary<int, HeadPosition> _presets = [];
    private readonly Motion?[] _sockets = new Motion?[3];
    private readonly int _address;
    private readonly int _cameras;
    private readonly int _presetCount;
    private readonly string _framing;
    private readonly byte[] _version;
    private bool _isOn;
    private bool _isInitialising;
    private int _moves;

    public SimulatedVisca(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(3))
    {
        _address = setting.Count("address", 1, 1, 7);
        _cameras = setting.Count("cameras", _address, _address, 7);
        _presetCount = setting.Count("presets", 16, 1, 255);
        _framing = setting.Word("framing", "auto");
        var version = setting.Word("version", "00010513010002");
        if (version.Length != 14 || !version.All(char.IsAsciiHexDigit)) throw new CannotSimulateException("version: seven bytes in hex digits.");
        _version = Convert.FromHexString(version);
        _head = new(Time);
        _switches = new(Switches, this);
        Begin();
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("visca", "camera", "PTZ camera (VISCA)",
        [LinkKind.Tcp, LinkKind.Udp, LinkKind.Serial], static (setting, time) => new SimulatedVisca(setting, time));

    internal TimeSpan IdleClose => _switches.IdleClose.Now;

    private byte From => (byte)(0x80 + ((_switches.OtherAddress.Now ?? _address) << 4));

    protected override Session NewSession(Connection connection) => new ViscaSession(this, connection);

    protected override void BackToFactory() => Begin();

    protected override void Restarted()
    {
        Array.Clear(_sockets);
        _head.Put(new(0, 0, 0));
        _isOn = true;
        Initialise();
    }

    protected override void Describe(JsonObject state)
    {
        var now = _head.Now;
        state["power"] = _isOn ? "on" : "standby";
        state["initialising"] = _isInitialising;
        state["moving"] = _head.IsMoving;
        state["pan"] = now.Pan;
        state["tilt"] = now.Tilt;
        state["zoom"] = now.Zoom;
        state["moves"] = _moves;
        state["presets"] = new JsonArray([.. _presets.Keys.Order().Select(preset => (JsonNode)JsonValue.Create(preset))]);
    }

    internal bool IsHeaded(LinkKind kind) => _framing switch { "ip" => true, "bare" => false, _ => kind is LinkKind.Udp };

    internal bool LosesReply()
    {
        if (_switches.LostReplies.Now == 0) return false;
        _switches.LostReplies.Become(_switches.LostReplies.Now - 1);
        return true;
    }

    internal void ChangeNetwork()
    {
        foreach (var session in Sessions) session.Say([From, 0x38, 0xFF]);
    }

    internal void JumpNumbers()
    {
        foreach (var session in Sessions) session.LastNumber = (session.LastNumber ?? 0) + 1000;
    }

    /// <summary>One packet from 8x to FF.</summary>
    internal void Obey(ViscaSession session, byte[] packet, uint? number)
    {
        if (packet.Length < 3) return;
        switch (packet[0])
        {
            case 0x88 when packet is [_, 0x30, var first, _]:
                // Each camera of the chain takes the next number; what comes back is one more than the last.
                session.Reply(number, 0x88, 0x30, (byte)(first + _cameras), 0xFF);
                return;
            case 0x88 when packet is [_, 0x01, 0x00, 0x01, _]:
                Array.Clear(_sockets);
                session.Reply(number, packet);
                return;
            default:
                if (packet[0] == 0x80 + (_switches.OtherAddress.Now ?? _address)) Answer(session, packet, number);
                return;
        }
    }

    private void Answer(ViscaSession session, byte[] packet, uint? number)
    {
        switch (packet)
        {
            case [_, 0x09, 0x00, 0x02, _]: Tell(session, number, [0x50, .. _version]); break;
            case [_, 0x09, 0x04, 0x00, _]: Tell(session, number, 0x50, (byte)(_switches.PowerFault.Now ? 4 : _isOn ? 2 : 3)); break;
            case [_, 0x09, 0x06, 0x12, _] when IsAwake: Tell(session, number, [0x50, .. Nibbles(_head.Now.Pan), .. Nibbles(_head.Now.Tilt)]); break;
            case [_, 0x09, 0x04, 0x47, _] when IsAwake: Tell(session, number, [0x50, .. Nibbles(_head.Now.Zoom)]); break;
            case [_, 0x09, 0x06, 0x12, _] or [_, 0x09, 0x04, 0x47, _]: Tell(session, number, 0x60, NotExecutable); break;
            case [_, 0x01, 0x00, 0x01, _]:
                Array.Clear(_sockets);
                Tell(session, number, 0x50);
                break;
            case [_, var cancel, _] when (cancel & 0xF0) == 0x20: Cancel(session, number, cancel & 0x0F); break;
            case [_, 0x01, ..]: Command(session, packet, number); break;
            default: Tell(session, number, 0x60, SyntaxError); break;
        }
    }

    private bool IsAwake => _isOn && !_isInitialising;

    private void Tell(ViscaSession session, uint? number, params byte[] words)
    {
        byte[] packet = [From, .. words, 0xFF];
        if (Counts(_switches.HalfPackets)) packet = [.. packet[..(packet.Length / 2)], 0xFF];
        if (Counts(_switches.LostBytes)) packet = [packet[0], .. packet[2..]];
        session.Reply(number, packet);
    }

    private static bool Counts(Devices.Switches.Switch<int> left)
    {
        if (left.Now == 0) return false;
        left.Become(left.Now - 1);
        return true;
    }

    private static byte[] Nibbles(int value) => [(byte)((value >> 12) & 0xF), (byte)((value >> 8) & 0xF), (byte)((value >> 4) & 0xF), (byte)(value & 0xF)];

    private void Begin()
    {
        Array.Clear(_sockets);
        _isOn = Setting.Word("power", "on") != "standby";
        _isInitialising = false;
        _moves = 0;
        _head.Put(new(0, 0, 0));
        _presets.Clear();
        foreach (var preset in (int[])[0, 1, 2, 3]) _presets[preset] = new((preset - 1) * 0x200 + 0x80, 0x40 * preset, 0x800 * preset);
    }

    private void AddFrontPanel()
    {
        Panel.Add("remote-on", "Presses ON at the remote control.", () => Switch(on: true));
        Panel.Add("remote-standby", "Presses STANDBY at the remote control.", () => Switch(on: false));
        Panel.Add("remote-preset", "Presses the key of a preset at the remote control.", args =>
        {
            if (!args.Integer("preset", 0, _presetCount - 1, out var preset)) return args.Problem;
            if (IsAwake) _head.GoTo(_presets.GetValueOrDefault(preset));
            return null;
        }, new FrontPanelArgument("preset", $"a whole number from 0 to {_presetCount - 1}"));
        Panel.Add("store", "Stores a position as a preset, as the camera's web page can.", args =>
        {
            if (!args.Integer("preset", 0, _presetCount - 1, out var preset) || !args.Integer("pan", -0x990, 0x990, out var pan)) return args.Problem;
            _presets[preset] = new(pan, 0, 0);
            return null;
        }, new FrontPanelArgument("preset", $"a whole number from 0 to {_presetCount - 1}"), new FrontPanelArgument("pan", "steps"));
        Panel.Add("push", "Pushes the head aside by hand.", () =>
        {
            var now = _head.Now;
            _head.Put(now with { Pan = now.Pan + 0x100 });
        });
    }

    /// <summary>A movement in a socket.</summary>
    private sealed record Motion(ViscaSession Session, uint? Number, IDisposable Due);
}
