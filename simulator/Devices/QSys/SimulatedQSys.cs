using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.QSys;

/// <summary>
/// A Q-SYS core with QRC on TCP 1710: named controls of eight channels (Mic1Mute, Mic1Gain …), status on every connection and change, change groups that are told by the
/// id of their request, log-on with a PIN, and a pair of which one core is active.
/// </summary>
internal sealed class SimulatedQSys : SimulatedDevice<QSysSession>, ICatalogued
{
    private const int Channels = 8;
    private const double Lowest = -100, Highest = 20;

    private readonly QSysSwitches _switches;
    private readonly SortedDictionary<string, double> _controls = new(StringComparer.Ordinal);
    private int _design;

    public SimulatedQSys(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(30))
    {
        _switches = new(Switches, this);
        BackToFactory();
        Panel.Add("mute", "Presses a mute in the user's own interface.", args =>
        {
            if (!args.Integer("channel", 1, Channels, out var channel) || !args.Boolean("muted", out var muted)) return args.Problem;
            _controls[$"Mic{channel.ToString(CultureInfo.InvariantCulture)}Mute"] = muted ? 1 : 0;
            return null;
        }, new FrontPanelArgument("channel", "1 to 8"), new FrontPanelArgument("muted", "true or false"));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("qsys", "audio", "Q-SYS core (QRC)",
        [LinkKind.Tcp], static (setting, time) => new SimulatedQSys(setting, time));

    protected override Session NewSession(Connection connection) => new QSysSession(this, connection);

    protected override void BackToFactory()
    {
        _design = 1;
        for (var i = 1; i <= Channels; i++)
        {
            _controls[string.Create(CultureInfo.InvariantCulture, $"Mic{i}Mute")] = 0;
            _controls[string.Create(CultureInfo.InvariantCulture, $"Mic{i}Gain")] = 0;
        }
    }

    // Controls come back as they were.
    protected override void Restarted()
    {
    }

    protected override void Describe(JsonObject state)
    {
        state["state"] = _switches.State.Now;
        state["controls"] = new JsonObject(_controls.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)JsonValue.Create(c.Value))));
    }

    internal void LoadDesign()
    {
        var next = _design + 1;
        BackToFactory();
        _design = next;
        TellStatusToAll();
    }

    internal bool LosesEnd()
    {
        if (_switches.LostEnds.Now == 0) return false;
        _switches.LostEnds.Become(_switches.LostEnds.Now - 1);
        return true;
    }

    internal void TellStatusToAll()
    {
        foreach (var session in Sessions) TellStatus(session);
    }

    internal void TellStatus(QSysSession session) =>
        session.Tell(new() { ["jsonrpc"] = "2.0", ["method"] = "EngineStatus", ["params"] = Status() });

    internal static void Fail(QSysSession session, JsonNode? id, int code, string words) =>
        session.Tell(new() { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["error"] = new JsonObject { ["code"] = code, ["message"] = words } });

    internal void Obey(QSysSession session, JsonObject request)
    {
        var id = request["id"];
        var method = Devices.Switches.SwitchBoard.AsText(request["method"]) ?? "";
        var parameters = request["params"];
        switch (method)
        {
            case "NoOp": Answer(session, id, true); break;
            case "StatusGet": Answer(session, id, Status(detailed: true)); break;
            case "Logon": LogOn(session, id, parameters as JsonObject); break;
            case var _ when Setting.Password is not null && !session.IsLoggedOn: Fail(session, id, 10, "Logon required"); break;
            case var _ when _switches.State.Now != "Active": Fail(session, id, -32604, "Core is on Standby"); break;
            case "Control.Get": Get(session, id, parameters as JsonArray); break;
            case "Control.Set": Set(session, id, parameters as JsonObject); break;
            case "ChangeGroup.AddControl": Add(session, id, parameters as JsonObject); break;
            case "ChangeGroup.AutoPoll": AutoPoll(session, id, parameters as JsonObject); break;
            default: Fail(session, id, -32601, "Unknown method"); break;
        }
    }

    private JsonObject Status(bool detailed = false)
    {
        var status = new JsonObject
        {
            ["Platform"] = Setting.Word("model", "Core 110f"),
            ["State"] = _switches.State.Now,
            ["DesignName"] = "Court",
            ["DesignCode"] = string.Create(CultureInfo.InvariantCulture, $"design{_design}"),
            ["IsRedundant"] = false,
            ["IsEmulator"] = false,
        };
        if (detailed) status["Status"] = new JsonObject { ["Code"] = _switches.Fault.Now ? 5 : 0, ["String"] = _switches.Fault.Now ? "Fault - 1 device" : "OK" };
        return status;
    }

    private void LogOn(QSysSession session, JsonNode? id, JsonObject? parameters)
    {
        session.IsLoggedOn = Setting.Password is null || (Devices.Switches.SwitchBoard.AsText(parameters?["Password"]) == Setting.Password);
        if (session.IsLoggedOn) Answer(session, id, true);
        else Fail(session, id, 10, "Logon required");
    }

    private void Get(QSysSession session, JsonNode? id, JsonArray? names)
    {
        var found = new JsonArray();
        foreach (var name in names ?? [])
        {
            if (Find(name) is not { } control)
            {
                Fail(session, id, 8, "Unknown control");
                return;
            }

            found.Add(Told(control, _controls[control]));
        }

        Answer(session, id, found);
    }

    private void Set(QSysSession session, JsonNode? id, JsonObject? parameters)
    {
        if (Find(parameters?["Name"]) is not { } name) Fail(session, id, 8, "Unknown control");
        else if (Refuse.On) Fail(session, id, int.TryParse(Refuse.Code, CultureInfo.InvariantCulture, out var code) ? code : -32603, "Server error");
        else if (!TryValue(parameters!["Value"], out var value)) Fail(session, id, -32602, "Invalid params");
        else
        {
            var wished = name.EndsWith("Mute", StringComparison.Ordinal) ? (value != 0 ? 1 : 0) : Math.Clamp(value, Lowest, Highest);
            if (!Frozen) _controls[name] = wished;
            Answer(session, id, _switches.AnswersControl.Now ? Told(name, wished) : JsonValue.Create(true));
        }
    }

    private void Add(QSysSession session, JsonNode? id, JsonObject? parameters)
    {
        var group = Devices.Switches.SwitchBoard.AsText(parameters?["Id"]) ?? "";
        if (!session.Groups.ContainsKey(group) && session.Groups.Count >= _switches.MostGroups.Now)
        {
            Fail(session, id, 5, "Change groups exhausted");
            return;
        }

        var names = (parameters?["Controls"] as JsonArray ?? []).Select(Find).ToArray();
        if (names.Contains(null))
        {
            Fail(session, id, 8, "Unknown control");
            return;
        }

        if (!session.Groups.TryGetValue(group, out var found)) session.Groups[group] = found = new();
        foreach (var name in names) found.Controls.Add(name!);
        Answer(session, id, true);
    }

    private void AutoPoll(QSysSession session, JsonNode? id, JsonObject? parameters)
    {
        var name = Devices.Switches.SwitchBoard.AsText(parameters?["Id"]) ?? "";
        if (!session.Groups.TryGetValue(name, out var group) || !TryValue(parameters!["Rate"], out var rate) || rate is < 0.01 or > 3600)
        {
            Fail(session, id, 6, "Unknown change group");
            return;
        }

        group.Timer?.Dispose();
        group.Told.Clear();
        Deliver(session, id?.DeepClone(), name, group, TimeSpan.FromSeconds(rate), isFirst: true);
    }

    private void Deliver(QSysSession session, JsonNode? id, string name, QSysSession.ChangeGroup group, TimeSpan rate, bool isFirst)
    {
        var changes = new JsonArray();
        var isActive = _switches.State.Now == "Active";
        foreach (var control in group.Controls)
        {
            if (!isActive || !_controls.TryGetValue(control, out var value) || (group.Told.TryGetValue(control, out var told) && told == value)) continue;
            group.Told[control] = value;
            changes.Add(Told(control, value));
        }

        if (isActive && (isFirst || changes.Count > 0)) Answer(session, id, new JsonObject { ["Id"] = name, ["Changes"] = changes });
        group.Timer = After(rate, () => Deliver(session, id, name, group, rate, isFirst: false));
    }

    private string? Find(JsonNode? name) =>
        Devices.Switches.SwitchBoard.AsText(name) is { } text && text != _switches.MissingControl.Now && _controls.ContainsKey(text) ? text : null;

    private static void Answer(QSysSession session, JsonNode? id, JsonNode? result) =>
        session.Tell(new() { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["result"] = result });

    private static JsonObject Told(string name, double value) => new()
    {
        ["Name"] = name,
        ["Value"] = value,
        ["String"] = name.EndsWith("Mute", StringComparison.Ordinal) ? (value != 0 ? "muted" : "unmuted") : string.Create(CultureInfo.InvariantCulture, $"{value:0.0}dB"),
    };

    private static bool TryValue(JsonNode? node, out double value)
    {
        value = 0;
        if (node is not JsonValue given) return false;
        if (given.TryGetValue<bool>(out var flag))
        {
            value = flag ? 1 : 0;
            return true;
        }

        return given.TryGetValue(out value) && double.IsFinite(value);
    }
}
