using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>The commands, and the front panel.</summary>
internal sealed partial class SimulatedCodec
{
    private static readonly XapiParameter CallId = new("CallId", XapiSpace.Integer(0, 65_534));
    private static readonly XapiParameter CameraId = new("CameraId", XapiSpace.Integer(1, CodecStatus.Cameras));
    private static readonly XapiParameter PresetId = new("PresetId", XapiSpace.Integer(1, 35));
    private static readonly XapiParameter Source = new("PresentationSource", XapiSpace.Integer(1, CodecStatus.Sources));
    private static readonly XapiParameter Connector = new("ConnectorId", XapiSpace.Integer(1, CodecStatus.Sources));

    private static readonly XapiArguments Nothing = new(new Dictionary<string, string>());

    /// <summary>What is to happen once the reply is out: a restart.</summary>
    private Action? _afterReply;

    private IEnumerable<XapiCommand> NewCommands() => [.. CallCommands(), .. AudioCommands(), .. PictureCommands(), .. SystemCommands()];

    private IEnumerable<XapiCommand> CallCommands() =>
    [
        new("Dial", Dial, new("Number", XapiSpace.Text(255), Required: true),
            new("Protocol", XapiSpace.Words("TTPAR_CallProtocol", "Auto", "H320", "H323", "Sip", "Spark")),
            new("CallRate", XapiSpace.Integer(64, 6000)), new("CallType", XapiSpace.Words("TTPAR_CallType", "Audio", "Video")),
            new("BookingId", XapiSpace.Text(255)), new("DisplayName", XapiSpace.Text(255)), new("TrackingData", XapiSpace.Text(255))),
        new("Call Accept", arguments => WithCall(arguments, Rings, call => _calls.Accept(call)), CallId),
        new("Call Reject", arguments => WithCall(arguments, Rings, call => _calls.End(call, CallEnd.LocalReject)), CallId),
        new("Call Ignore", arguments => WithCall(arguments, Rings, call => _calls.Ignore(call)), CallId),
        new("Call Disconnect", Disconnect, CallId),
        new("Call DisconnectAll", _ => DisconnectAll()),
        new("Call Hold", arguments => WithCall(arguments, call => call.Status == "Connected", call => _calls.Hold(call, true)), CallId),
        new("Call Resume", arguments => WithCall(arguments, call => call.Status == "OnHold", call => _calls.Hold(call, false)), CallId),
        new("Call DTMFSend", arguments => WithCall(arguments, call => call.Status == "Connected", _ => { }), CallId,
            new("DTMFString", XapiSpace.Text(32), Required: true)),
    ];

    private IEnumerable<XapiCommand> AudioCommands()
    {
        var steps = new XapiParameter("Steps", XapiSpace.Integer(1, 10));
        return
        [
            new("Audio Volume Set", arguments => Volume(arguments.Number("Level") ?? 0),
                new XapiParameter("Level", XapiSpace.Integer(0, 100), Required: true)),
            new("Audio Volume Increase", arguments => Volume(Level + (arguments.Number("Steps") ?? 1)), steps),
            new("Audio Volume Decrease", arguments => Volume(Level - (arguments.Number("Steps") ?? 1)), steps),
            new("Audio Volume SetToDefault", _ => Volume(int.Parse(_configuration["Audio DefaultVolume"], CultureInfo.InvariantCulture))),
            new("Audio Volume Mute", _ => Set("Audio VolumeMute", "On")),
            new("Audio Volume Unmute", _ => Set("Audio VolumeMute", "Off")),
            new("Audio Volume ToggleMute", _ => Toggle("Audio VolumeMute")),
            new("Audio Microphones Mute", _ => Set("Audio Microphones Mute", "On")),
            new("Audio Microphones Unmute", _ => Set("Audio Microphones Mute", "Off")),
            new("Audio Microphones ToggleMute", _ => Toggle("Audio Microphones Mute")),
        ];
    }

    private IEnumerable<XapiCommand> PictureCommands() =>
    [
        new("Presentation Start", StartPresentation, Source, Connector,
            new("SendingMode", XapiSpace.Words("TTPAR_SendingMode", "LocalRemote", "LocalOnly")),
            new("Instance", XapiSpace.Integer(1, 6))),
        new("Presentation Stop", _ => StopPresentation(), Source, new("Instance", XapiSpace.Integer(1, 6))),
        new("Video Input SetMainVideoSource", MainSource, Connector, new("SourceId", XapiSpace.Integer(1, CodecStatus.Sources)),
            new("Layout", XapiSpace.Words("TTPAR_SourceLayout", "Equal", "PIP", "Prominent"))),
        new("Video Selfview Set", arguments => Set("Video Selfview Mode", arguments.Text("Mode", "On")), new("Mode", XapiSpace.OnOff),
            new("FullscreenMode", XapiSpace.OnOff), new("OnMonitorRole", XapiSpace.Text(16))),
        new("Video Layout LayoutFamily Set", arguments => Set("Video Layout LayoutFamily Local", arguments.Text("LayoutFamily")),
            new("LayoutFamily", XapiSpace.Words("TTPAR_LayoutFamily", "auto", "custom", "equal", "overlay", "prominent", "single"),
                Required: true),
            new("Target", XapiSpace.Words("TTPAR_LayoutTarget", "local", "remote"))),
        new("Camera Preset Activate", arguments => _cameras.Activate(arguments), PresetId with { Required = true }),
        new("Camera Preset Store", arguments => _cameras.Store(arguments), CameraId with { Required = true }, PresetId,
            new("Name", XapiSpace.Text(255))),
        new("Camera Preset Remove", arguments => _cameras.Remove(arguments), PresetId with { Required = true }),
        new("RoomPreset Activate", arguments => _cameras.ActivateRoom(arguments), PresetId with { Required = true }),
        new("RoomPreset Store", arguments => _cameras.StoreRoom(arguments), PresetId with { Required = true },
            new("Type", XapiSpace.Words("TTPAR_RoomPresetType", "All", "Camera", "Display"))),
        new("Camera PositionSet", arguments => _cameras.Set(arguments), CameraId with { Required = true },
            new("Pan", XapiSpace.Integer(-65_535, 65_535)),
            new("Tilt", XapiSpace.Integer(-65_535, 65_535)), new("Zoom", XapiSpace.Integer(0, 65_535))),
        new("Camera Ramp", arguments => _cameras.Ramp(arguments), CameraId with { Required = true },
            new("Pan", XapiSpace.Words("TTPAR_Pan", "Left", "Right", "Stop")), new("PanSpeed", XapiSpace.Integer(1, 24)),
            new("Tilt", XapiSpace.Words("TTPAR_Tilt", "Down", "Up", "Stop")), new("TiltSpeed", XapiSpace.Integer(1, 24)),
            new("Zoom", XapiSpace.Words("TTPAR_Zoom", "In", "Out", "Stop")), new("ZoomSpeed", XapiSpace.Integer(1, 15))),
    ];

    private IEnumerable<XapiCommand> SystemCommands() =>
    [
        new("Standby Activate", _ => Standby()),
        new("Standby Deactivate", _ => Awake("Off")),
        new("Standby Halfwake", _ => Awake("Halfwake")),
        new("Standby ResetTimer", _ => XapiResult.Ok, new XapiParameter("Delay", XapiSpace.Integer(1, 480), Required: true)),
        new("SystemUnit Boot", Boot, new("Action", XapiSpace.Words("TTPAR_BootAction", "Restart", "Shutdown")),
            new("Force", XapiSpace.Words("TTPAR_Bool", "False", "True"))),
        new("Peripherals Connect", arguments => _peripherals.Connect(arguments), new("ID", XapiSpace.Text(100), Required: true),
            new("Name", XapiSpace.Text(100)),
            new("Type", XapiSpace.Words("TTPAR_PeripheralType", "Byod", "ControlSystem", "Other", "TouchPanel"), Required: true),
            new("HardwareInfo", XapiSpace.Text(100)), new("NetworkAddress", XapiSpace.Text(24)),
            new("SerialNumber", XapiSpace.Text(100)), new("SoftwareInfo", XapiSpace.Text(100))),
        new("Peripherals HeartBeat", arguments => _peripherals.HeartBeat(arguments), new("ID", XapiSpace.Text(100), Required: true),
            new("Timeout", XapiSpace.Integer(1, 65_535))),
        new("Diagnostics Run", _ => XapiResult.Ok,
            new XapiParameter("ResultSet", XapiSpace.Words("TTPAR_DiagnosticsResults", "Alerts", "All", "None"))),
    ];

    private int Level => int.Parse(_status["Audio Volume"]!, CultureInfo.InvariantCulture);

    private static XapiResult Dialled(int id) => new("OK", ("CallId", id.ToString(CultureInfo.InvariantCulture)), ("ConferenceId", "1"));

    private XapiResult Dial(XapiArguments arguments)
    {
        if (_calls.IsFull) return new("Error", ("Cause", "17"), ("Description", "Maximum number of calls reached"));
        if (arguments.Text("Number").Trim().Length == 0) return new("Error", ("Cause", "2"), ("Description", "Empty number"));
        Awake("Off");
        var protocol = arguments.Text("Protocol", _configuration["Conference DefaultCall Protocol"]);
        var rate = arguments.Text("CallRate", _configuration["Conference DefaultCall Rate"]);
        return Dialled(_calls.Dial(arguments.Text("Number"), protocol == "Auto" ? "Sip" : protocol, rate).Id);
    }

    private XapiResult Disconnect(XapiArguments arguments)
    {
        if (arguments.Number("CallId") is null) return DisconnectAll();
        return WithCall(arguments, _ => true, call => _calls.End(call, CallEnd.Local));
    }

    private XapiResult DisconnectAll()
    {
        if (_calls.All.Count == 0) return XapiResult.Error("No active calls");
        foreach (var call in _calls.All.ToArray()) _calls.End(call, CallEnd.Local);
        return XapiResult.Ok;
    }

    private XapiResult WithCall(XapiArguments arguments, Predicate<CodecCall> fits, Action<CodecCall> act)
    {
        var id = arguments.Number("CallId");
        var call = id is not null and not 0 ? _calls.Find(id) : _calls.All.LastOrDefault(each => fits(each));
        if (call is null) return XapiResult.Error("Call not found");
        if (!fits(call)) return XapiResult.Error($"Call is {call.Status}");
        act(call);
        return XapiResult.Ok;
    }

    private static bool Rings(CodecCall call) => call is { Incoming: true, Status: "Ringing" };

    private XapiResult Set(string path, string value)
    {
        _status.Set(path, value);
        return XapiResult.Ok;
    }

    private XapiResult Toggle(string path) => Set(path, _status[path] == "On" ? "Off" : "On");

    private XapiResult Volume(int level) => Set("Audio Volume", Math.Clamp(level, 0, 100).ToString(CultureInfo.InvariantCulture));

    private XapiResult StartPresentation(XapiArguments arguments)
    {
        var source = arguments.Text("PresentationSource", arguments.Text("ConnectorId", "3"));
        var remote = arguments.Text("SendingMode", "LocalRemote") == "LocalRemote" && _calls.All.Any(call => call.Status == "Connected");
        var instance = arguments.Number("Instance") ?? 1;
        _presentation = instance;
        _status.Set("Conference Presentation Mode", remote ? "Sending" : "Off");
        _status.Set($"Conference Presentation LocalInstance {instance} SendingMode", arguments.Text("SendingMode", "LocalRemote"));
        _status.Set($"Conference Presentation LocalInstance {instance} Source", source);
        if (!remote) Tell("PresentationPreviewStarted", ("LocalSource", source, false));
        return new("OK", ("Instance", instance.ToString(CultureInfo.InvariantCulture)));
    }

    private XapiResult StopPresentation()
    {
        if (_presentation == 0) return XapiResult.Ok;
        _status.Set("Conference Presentation Mode", "Off");
        _status.Remove($"Conference Presentation LocalInstance {_presentation}");
        Tell("PresentationPreviewStopped", ("Cause", "userRequested", false));
        _presentation = 0;
        return XapiResult.Ok;
    }

    private XapiResult MainSource(XapiArguments arguments)
    {
        if (arguments["ConnectorId"] is null == arguments["SourceId"] is null)
            return XapiResult.Error("Must supply either SourceId or ConnectorId (but not both.)");
        return Set("Video Input MainVideoSource", arguments["ConnectorId"] ?? arguments.Text("SourceId"));
    }

    private XapiResult Standby()
    {
        if (_calls.All.Count > 0) return XapiResult.Error("Cannot enter standby during a call");
        if (_status["Standby State"] is not ("Standby" or "EnteringStandby")) Sleep("Standby");
        return XapiResult.Ok;
    }

    private XapiResult Awake(string state)
    {
        Sleep(state);
        return XapiResult.Ok;
    }

    private XapiResult Boot(XapiArguments arguments)
    {
        var shutdown = arguments.Text("Action", "Restart") == "Shutdown";
        _afterReply = () => RestartWith(shutdown ? "User Requested" : "Restart", comesBack: !shutdown);
        return XapiResult.Ok;
    }

    private void AfterReply()
    {
        var act = _afterReply;
        _afterReply = null;
        act?.Invoke();
    }

    private void AddFrontPanel()
    {
        var on = new FrontPanelArgument("on", "true or false");
        Panel.Add("dial", "Dials at the touch panel.", DialByHand, new FrontPanelArgument("uri", "a text"));
        Panel.Add("incoming-call", "Somebody calls; wakes the codec.", IncomingCall,
            new("uri", "a text"), new("name", "a text", Optional: true));
        Panel.Add("answer", "Takes the call that rings.", _ => ByHand(WithCall(Nothing, Rings, call => _calls.Accept(call))));
        Panel.Add("reject", "Rejects the call that rings.",
            _ => ByHand(WithCall(Nothing, Rings, call => _calls.End(call, CallEnd.LocalReject))));
        Panel.Add("hang-up", "Ends all calls.", _ => ByHand(DisconnectAll()));
        Panel.Add("far-end-hang-up", "The other side ends all calls.", _ => FarEndHangsUp());
        Panel.Add("volume", "Turns the volume.", TurnVolume, new FrontPanelArgument("level", "a whole number from 0 to 100"));
        Panel.Add("mute-microphones", "Presses the microphone key.",
            OnOrOff(wish => Set("Audio Microphones Mute", wish ? "On" : "Off")), on);
        Panel.Add("standby", "Puts the codec to sleep or wakes it.", OnOrOff(wish => wish ? Standby() : Awake("Off")), on);
        Panel.Add("share", "Starts or stops a presentation.", OnOrOff(wish => wish ? StartPresentation(Nothing) : StopPresentation()), on);
        Panel.Add("upgrade", "New software: restarts by itself.", () => RestartWith("Upgrade", comesBack: true));
    }

    private Func<FrontPanelArgs, ControlProblem?> OnOrOff(Func<bool, XapiResult> act) =>
        args => args.Boolean("on", out var wish) ? ByHand(act(wish)) : args.Problem;

    private ControlProblem? DialByHand(FrontPanelArgs args) => args.Text("uri", out var uri)
        ? ByHand(Dial(new(new Dictionary<string, string> { ["Number"] = uri })))
        : args.Problem;

    private ControlProblem? TurnVolume(FrontPanelArgs args) =>
        args.Integer("level", 0, 100, out var level) ? ByHand(Volume(level)) : args.Problem;

    private ControlProblem? FarEndHangsUp()
    {
        if (_calls.All.Count == 0) return ByHand(XapiResult.Error("No active calls"));
        foreach (var call in _calls.All.ToArray()) _calls.End(call, CallEnd.Remote);
        return ByHand(XapiResult.Ok);
    }

    private ControlProblem? IncomingCall(FrontPanelArgs args)
    {
        if (!args.Text("uri", out var uri)) return args.Problem;
        var name = uri;
        if (args.Has("name") && !args.Text("name", out name)) return args.Problem;
        if (_calls.IsFull) return ByHand(XapiResult.Error("Maximum number of calls reached"));
        Sleep("Off");
        _calls.Ring(uri, name, _configuration["Conference AutoAnswer Mode"] == "On");
        return ByHand(XapiResult.Ok);
    }

    private ControlProblem? ByHand(XapiResult result)
    {
        Flush();
        return result.Status == "OK"
            ? null
            : new(ControlFault.Impossible, $"The codec says: {result.Leaves[^1].Text}.", "/verb",
                "Look at the state and remove the cause first.");
    }
}
