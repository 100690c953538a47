using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>
/// A video codec on xAPI: over a character line (RS-232, SSH, or TCP as Telnet carries it) with terminal and JSON output, and over a
/// WebSocket with JSON-RPC. Modes and registrations belong to a session, one device stands behind all sessions. This part is the machine;
/// the shell, JSON-RPC and the commands are in the others.
/// </summary>
internal sealed partial class SimulatedCodec : SimulatedDevice<XapiSession>, ICatalogued
{
    private readonly CodecSwitches _switches;
    private readonly Dictionary<string, XapiCommand> _commands;
    private readonly List<(string Name, (string Name, string Text, bool Quoted)[] Leaves)> _events = [];
    private XapiTree _status;
    private CodecConfiguration _configuration;
    private CodecCalls _calls;
    private CodecPeripherals _peripherals;
    private CodecCameras _cameras;
    private IDisposable? _overheating;
    private IDisposable? _fallingAsleep;
    private long _startedAt;
    private int _presentation;

    public SimulatedCodec(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(3))
    {
        _switches = new(Switches, this);
        _status = CodecStatus.New(setting);
        _configuration = new(setting);
        _calls = new(this, _status, _switches);
        _peripherals = new(this, _status);
        _cameras = new(_status);
        _startedAt = time.GetTimestamp();
        _commands = NewCommands().ToDictionary(command => command.Path, StringComparer.OrdinalIgnoreCase);
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("cisco-xapi", "codec", "Cisco video codec (xAPI)", [LinkKind.Tcp, LinkKind.Serial, LinkKind.Ssh, LinkKind.WebSocket],
        static (setting, time) => new SimulatedCodec(setting, time))
        {
            LineSettings = "baud=115200&data=8&parity=none&stop=1&flow=none",
        };

    protected internal override bool LetsIn(string user, string? password) => !_switches.RejectsLogin.Now && base.LetsIn(user, password);

    protected override Session NewSession(Connection connection) => new XapiSession(this, connection);

    protected override void BackToFactory()
    {
        _configuration = new(Setting);
        LoginSwitched();
        _cameras = new(_status);
        Restart("");
    }

    protected override void Restarted() => Restart(_status["SystemUnit LastShutdownReason"] ?? "");

    protected override void Describe(JsonObject state)
    {
        Refresh();
        state["name"] = _configuration["SystemUnit Name"];
        state["serialNumber"] = _status["SystemUnit Hardware Module SerialNumber"];
        state["system"] = _status["SystemUnit State System"];
        state["standby"] = _status["Standby State"];
        state["volume"] = int.Parse(_status["Audio Volume"]!, CultureInfo.InvariantCulture);
        state["volumeMute"] = _status["Audio VolumeMute"];
        state["microphonesMute"] = _status["Audio Microphones Mute"];
        state["presentation"] = _status["Conference Presentation Mode"];
        state["mainVideoSource"] = _status["Video Input MainVideoSource"];
        state["registration"] = _status["SIP Registration 1 Status"];
        state["temperature"] = _switches.Temperature.Now;
        state["peripherals"] = new JsonArray([.. _peripherals.Describe().Select(each => (JsonNode)each)]);
        state["calls"] = new JsonArray([.. _calls.All.Select(call => (JsonNode)new JsonObject
        {
            ["id"] = call.Id,
            ["status"] = call.Status,
            ["direction"] = call.Incoming ? "incoming" : "outgoing",
            ["remote"] = call.Uri,
        })]);
        state["feedback"] = new JsonArray([.. Sessions.Select(session => (JsonNode)(session.Feedback.Count + session.Subscriptions.Count))]);
    }

    /// <summary>Runs a step that time brings, and tells what it changed.</summary>
    internal IDisposable Later(TimeSpan delay, Action step) => After(delay, () =>
    {
        step();
        Flush();
    });

    /// <summary>Notes an event, to be told with the changes that belong to it and after them.</summary>
    internal void Tell(string name, params (string Name, string Text, bool Quoted)[] leaves) => _events.Add((name, leaves));

    internal void ShowSystemState()
    {
        var active = _status["SystemUnit State NumberOfActiveCalls"] is not ("0" or null);
        _status.Set("SystemUnit State System", active ? "InCall" : _status["Standby State"] == "Standby" ? "Sleeping" : "Initialized");
    }

    internal void LoginSwitched()
    {
        if (_switches.LoginRequired.Now) _configuration.Tree.Set("SerialPort LoginRequired", "On");
    }

    internal void FeedbackSwitched()
    {
        foreach (var session in Sessions.Where(_ => _switches.ForgetsFeedback.Now))
        {
            session.Feedback.Clear();
            session.Subscriptions.Clear();
        }
    }

    internal void TemperatureSwitched()
    {
        ShowTemperature();
        Flush();
    }

    internal void FanSwitched()
    {
        _status.Set("SystemUnit Hardware Monitoring Fan 1 Status", _switches.Fan.Now ?? "2372 rpm");
        Flush();
    }

    internal void RegistrationSwitched()
    {
        ShowRegistration();
        Flush();
    }

    private void Restart(string reason)
    {
        _status = CodecStatus.New(Setting);
        _calls = new(this, _status, _switches);
        _peripherals = new(this, _status);
        _cameras = _cameras.After(_status);
        _events.Clear();
        _overheating = _fallingAsleep = null;
        _presentation = 0;
        _startedAt = Time.GetTimestamp();
        _status.Set("Audio Volume", _configuration["Audio DefaultVolume"]);
        _status.Set("SystemUnit LastShutdownReason", reason);
        _status.Set(
            "SystemUnit LastShutdownTime", reason.Length > 0 ? Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "");
        _status.Set("SystemUnit Hardware Monitoring Fan 1 Status", _switches.Fan.Now ?? "2372 rpm");
        ShowRegistration();
        ShowTemperature();
        _status.Told();
    }

    private void ShowRegistration()
    {
        var state = _switches.SipRegistration.Now;
        _status.Set("SIP Registration 1 Reason", state == "Failed" ? "503 Service Unavailable" : "");
        _status.Set("SIP Registration 1 Status", state);
        _status.Set("SIP Proxy 1 Status", state == "Failed" ? "UnableTCP" : "Active");
        Diagnose(1, state == "Failed", "Error", "SIPProfileRegistration", "The SIP registration has failed.");
    }

    private void ShowTemperature()
    {
        var hot = _switches.Temperature.Now >= CodecStatus.TemperatureThreshold;
        _status.Set("SystemUnit Hardware Temperature", _switches.Temperature.Now.ToString("0.0", CultureInfo.InvariantCulture));
        _status.Set("SystemUnit Hardware Monitoring Temperature Status", hot ? "High" : "Normal");
        Diagnose(2, hot, "Critical", "TemperatureCheck", "The system temperature is too high.");
        if (hot)
        {
            _overheating ??= After(_switches.OverheatTime.Now, () =>
            {
                _status.Set("SystemUnit LastShutdownReason", "Temperature");
                PowerOff();
            });
            return;
        }

        _overheating?.Dispose();
        _overheating = null;
    }

    private void Diagnose(int number, bool present, string level, string type, string description)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"Diagnostics Message {number}");
        if (!present)
        {
            if (_status[$"{path} Level"] is not null) _status.Remove(path);
            return;
        }

        _status.Set($"{path} Description", description, true);
        _status.Set($"{path} Level", level);
        _status.Set($"{path} References", "", true);
        _status.Set($"{path} Type", type);
    }

    private void Refresh()
    {
        _status.SetSilently(
            "SystemUnit Uptime", ((long)Time.GetElapsedTime(_startedAt).TotalSeconds).ToString(CultureInfo.InvariantCulture));
        _status.SetSilently("Time SystemTime", Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        _calls.Refresh();
    }

    private void Sleep(string state)
    {
        _fallingAsleep?.Dispose();
        if (state != "Standby") _status.Set("Standby State", state);
        else
        {
            _status.Set("Standby State", "EnteringStandby");
            _fallingAsleep = Later(_switches.StandbyTime.Now, () =>
            {
                _status.Set("Standby State", "Standby");
                ShowSystemState();
            });
        }

        ShowSystemState();
    }

    private void RestartWith(string reason, bool comesBack)
    {
        _status.Set("SystemUnit LastShutdownReason", reason);
        Tell("BootEvent", ("Action", comesBack ? "Restart" : "Shutdown", false));
        Flush();
        if (comesBack) Reboot();
        else PowerOff();
    }
}
