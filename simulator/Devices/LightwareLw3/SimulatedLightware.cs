using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.LightwareLw3;

/// <summary>
/// A Lightware matrix that speaks LW3 on TCP 6107: a tree of nodes with properties and methods, signed answers between fences, and changes for whoever has
/// opened a node. Families MMX (crosspoint at /MEDIA/VIDEO/XP) and MX2 (/MEDIA/XP/VIDEO).
/// </summary>
internal sealed class SimulatedLightware : SimulatedDevice<Lw3Session>, ICatalogued
{
    private readonly Lw3Switches _switches;
    private readonly bool _isMx2;
    private readonly int _inputs;
    private readonly int[] _routes;
    private readonly string _crossPoint;
    private readonly string _listName;
    private readonly string _serial;
    private readonly string _model;

    public SimulatedLightware(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(20))
    {
        _isMx2 = setting.Word("family", "mmx") == "mx2";
        _inputs = setting.Count("inputs", 8, 1, 64);
        _routes = new int[setting.Count("outputs", 8, 1, 64)];
        _model = setting.Word("model", _isMx2 ? "MX2-8x8-HDMI20" : "MMX8x8-HDMI-4K-A");
        _serial = setting.Word("serialNumber", Identity.Hex(setting.Id, 8));
        (_crossPoint, _listName) = _isMx2 ? ("/MEDIA/XP/VIDEO", "DestinationConnectionStatus") : ("/MEDIA/VIDEO/XP", "DestinationConnectionList");
        _switches = new(Switches, this);
        BackToFactory();
        Panel.Add("route", "Switches an output at the keys of the matrix.", args =>
        {
            if (!args.Integer("input", 0, _inputs, out var input) || !args.Integer("output", 1, _routes.Length, out var output)) return args.Problem;
            Route(input, output);
            return null;
        }, new FrontPanelArgument("input", $"a whole number from 0 to {_inputs}"), new FrontPanelArgument("output", $"a whole number from 1 to {_routes.Length}"));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("lightware-lw3", "matrix", "Lightware matrix (LW3)",
        [LinkKind.Tcp, LinkKind.Serial], static (setting, time) => new SimulatedLightware(setting, time))
    { LineSettings = "baud=57600&data=8&parity=none&stop=1&flow=none" };

    protected override Session NewSession(Connection connection) => new Lw3Session(this, connection);

    protected override void BackToFactory()
    {
        for (var i = 0; i < _routes.Length; i++) _routes[i] = 1;
    }

    // Routes survive the mains.
    protected override void Restarted()
    {
    }

    protected override void Describe(JsonObject state)
    {
        state["serialNumber"] = _serial;
        state["routes"] = new JsonArray([.. _routes.Select(input => (JsonNode)JsonValue.Create(input))]);
    }

    internal void Storm()
    {
        for (var i = 0; i < 200; i++) Tell($"/MEDIA/VIDEO/I{1 + (i % _inputs)}.SignalPresent={(i % 2 == 0 ? "true" : "false")}");
    }

    internal void Obey(Lw3Session session, string line, bool isCut)
    {
        var isSigned = line.Length > 5 && line[4] == '#' && line[..4].All(char.IsAsciiHexDigit);
        var request = isSigned ? line[5..] : line;
        var changes = new List<string>();
        var lines = isCut ? [Error("-E", "", "syntax")] : Answer(session, request, changes);
        if (isSigned) session.Line("{" + line[..4]);
        foreach (var each in lines) session.Line(each);
        if (isSigned && _switches.ChangeInside.Now) session.Line("CHG /MEDIA/AUDIO/O1.VolumePercent=55");
        if (isSigned && _switches.OpenFences.Now > 0) _switches.OpenFences.Become(_switches.OpenFences.Now - 1);
        else if (isSigned) session.Line("}");
        foreach (var change in changes) Tell(change);
    }

    private string[] Answer(Lw3Session session, string request, List<string> changes)
    {
        var words = request.Split(' ', 2);
        if (words.Length < 2) return [Error("-E", "", "syntax")];
        var path = words[1];
        return words[0] switch
        {
            "GET" when path.EndsWith(".*", StringComparison.Ordinal) => [.. Properties.Where(p => p.Path.StartsWith(path[..^1], StringComparison.Ordinal)).Select(p => $"pr {p.Path}={p.Value}")],
            "GET" when path.Contains('.', StringComparison.Ordinal) => [Property(path)],
            "GET" => [.. Nodes(path)],
            "SET" => [Set(path)],
            "CALL" => [Call(path, changes)],
            "OPEN" when path == _crossPoint && _switches.BoardRemoved.Now => [Error("nE", path, "not-found")],
            "OPEN" => [Subscribe(session, path)],
            "CLOSE" => [session.Subscriptions.Remove(path) ? $"c- {path}" : Error("-E", path, "not-found")],
            _ => [Error("-E", "", "syntax")],
        };
    }

    private static string Subscribe(Lw3Session session, string path)
    {
        session.Subscriptions.Add(path);
        return $"o- {path}";
    }

    private IEnumerable<(string Path, string Value)> Properties
    {
        get
        {
            yield return ("/.ProductName", _model);
            yield return ("/.SerialNumber", _serial);
            yield return ("/.FirmwareVersion", "1.4.0b7");
            if (_switches.BoardRemoved.Now) yield break;
            yield return ($"{_crossPoint}.{_listName}", List);
            yield return ($"{_crossPoint}.SourcePortCount", Number(_inputs));
            yield return ($"{_crossPoint}.DestinationPortCount", Number(_routes.Length));
        }
    }

    private string List => string.Join(';', _routes.Select(input => input == 0 ? "0" : $"I{Number(input)}"));

    private string Property(string path)
    {
        foreach (var (name, value) in Properties)
        {
            if (name == path) return $"pr {name}={value}";
        }

        return Error("pE", path, "not-found");
    }

    private IEnumerable<string> Nodes(string path)
    {
        string[] all = _isMx2 ? ["/MEDIA", "/MEDIA/XP", "/MEDIA/XP/VIDEO"] : ["/MEDIA", "/MEDIA/VIDEO", "/MEDIA/VIDEO/XP"];
        if (_switches.BoardRemoved.Now) all = ["/MEDIA"];
        if (!all.Contains(path)) return [Error("nE", path, "not-found")];
        return all.Where(node => node != path && node.StartsWith(path + "/", StringComparison.Ordinal) && !node[(path.Length + 1)..].Contains('/', StringComparison.Ordinal))
            .Select(node => $"n- {node}");
    }

    // Everything that this tree has can be read only.
    private string Set(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? text : text[..equals];
        return Properties.Any(p => p.Path == path) ? Error("pE", path, "read-only") : Error("pE", path, "not-found");
    }

    private string Call(string text, List<string> changes)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')')) return Error("-E", "", "syntax");
        var method = text[..open];
        if (method != $"{_crossPoint}:switch" || _switches.BoardRemoved.Now) return Error("mE", method, "no-method");
        var ends = text[(open + 1)..^1].Split(':');
        if (ends.Length != 2 || !TryPort(ends[0], 'I', _inputs, 0, out var input) || !TryPort(ends[1], 'O', _routes.Length, 1, out var output)) return Error("mE", method, "value");
        if (Refuse.On) return $"mF {method} %E{Refuse.Code ?? "007"}:Access denied";
        if (_switches.LockedOutputs.Now.Contains(output)) return $"mF {method} %E{(_switches.Errors.Now == "old" ? "013" : "006")}:Destination port is locked";
        if (!Frozen && _routes[output - 1] != input)
        {
            _routes[output - 1] = input;
            changes.Add($"{_crossPoint}.{_listName}={List}");
        }

        return _isMx2 ? $"mO {method}=OK" : $"mO {method}";
    }

    private void Route(int input, int output)
    {
        if (_routes[output - 1] == input) return;
        _routes[output - 1] = input;
        Tell($"{_crossPoint}.{_listName}={List}");
    }

    private void Tell(string change)
    {
        if (_switches.NoChange.Now) return;
        foreach (var session in Sessions.Where(s => s.Subscriptions.Contains(_crossPoint))) session.Line("CHG " + change);
    }

    private string Error(string prefix, string path, string what)
    {
        var isOld = _switches.Errors.Now == "old";
        var (number, words) = what switch
        {
            "not-found" => (isOld ? "012" : "002", "Not exists"),
            "read-only" => (isOld ? "004" : "006", "Writing read-only property"),
            "no-method" => (isOld ? "009" : "002", "Method not exists"),
            "value" => (isOld ? "005" : "004", "Invalid value"),
            _ => ("001", "Syntax error"),
        };
        return path.Length == 0 ? $"{prefix} %E{number}:{words}" : $"{prefix} {path} %E{number}:{words}";
    }

    private static bool TryPort(string text, char letter, int most, int least, out int port)
    {
        port = 0;
        if (text == "0" && least == 0) return true;
        return text.Length > 1 && text[0] == letter && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port >= 1 && port <= most;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
