using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.SerialPower;

/// <summary>
/// An eight-way power controller on RS-232 at 9600: frames of six bytes, <c>3A 01 05 channel operation 0D</c>, channel 00 for all. Whether a real
/// one repeats what it took is not published; this one does unless it is told not to.
/// </summary>
internal sealed class SimulatedSerialPower : SimulatedDevice<SerialPowerSession>, ICatalogued
{
    private readonly int _onOperation;
    private readonly int _offOperation;
    private readonly bool[] _outlets;
    private readonly Switch<bool> _echo;
    private readonly Switch<bool> _ignoresOn;
    private readonly Switch<bool> _ignoresOff;
    private readonly Switch<TimeSpan> _relayDelay;
    private readonly Switch<bool> _lastState;

    public SimulatedSerialPower(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(1))
    {
        _outlets = new bool[setting.Count("outlets", 8, 1, 64)];
        _onOperation = setting.Count("onOperation", 1, 0, 255);
        _offOperation = setting.Count("offOperation", 0, 0, 255);
        _echo = Switches.Boolean("echo", "Repeats each frame that it took.", start: true);
        _ignoresOn = Switches.Boolean("ignores-on", "A relay that was told to close stays open; the frame is repeated.");
        _ignoresOff = Switches.Boolean("ignores-off", "A relay that was told to open stays closed; the frame is repeated.");
        _relayDelay = Switches.Duration("relay-delay", "Time from the frame to the relay.", TimeSpan.Zero);
        _lastState = Switches.Boolean("last-state", "After a restart the outlets are as they were; else all are off.");
        Panel.Add("switch", "Presses the key of an outlet; the line tells nothing of it.", args =>
        {
            if (!args.Integer("outlet", 1, _outlets.Length, out var outlet) || !args.Boolean("on", out var on)) return args.Problem;
            _outlets[outlet - 1] = on;
            return null;
        }, new FrontPanelArgument("outlet", $"a whole number from 1 to {_outlets.Length}"), new FrontPanelArgument("on", "true or false"));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("serial-power", "power", "Eight-way power controller (RS-232)",
        [LinkKind.Serial, LinkKind.Tcp], static (setting, time) => new SimulatedSerialPower(setting, time));

    protected override Session NewSession(Connection connection) => new SerialPowerSession(this, connection);

    protected override void BackToFactory() => Array.Clear(_outlets);

    protected override void Restarted()
    {
        if (!_lastState.Now) Array.Clear(_outlets);
    }

    protected override void Describe(JsonObject state) => state["outlets"] = new JsonArray([.. _outlets.Select(on => (JsonNode)JsonValue.Create(on))]);

    /// <summary>One frame; what is none of ours gets no answer.</summary>
    internal void Obey(SerialPowerSession session, byte[] frame)
    {
        var (channel, operation) = (frame[3], frame[4]);
        if (frame[1] != 0x01 || frame[2] != 0x05 || channel > _outlets.Length || Refuse.On) return;
        if (operation != _onOperation && operation != _offOperation) return;
        if (_echo.Now) session.Say(frame);
        if (Frozen) return;
        var on = operation == _onOperation;
        if (_relayDelay.Now == TimeSpan.Zero) Switch(channel, on);
        else After(_relayDelay.Now, () => Switch(channel, on));
    }

    private void Switch(int channel, bool on)
    {
        if (on ? _ignoresOn.Now : _ignoresOff.Now) return;
        if (channel == 0) Array.Fill(_outlets, on);
        else _outlets[channel - 1] = on;
    }
}
