using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>
/// A matrix switcher on Protocol 3000, by TCP 5000 or RS-232 at 115200. Every change is told to all connections in the form of its reply,
/// without the trailing OK. This part is the machine, its sessions and the order in which a line is refused or obeyed.
/// </summary>
internal sealed partial class SimulatedKramer : SimulatedDevice<KramerSession>, ICatalogued
{
    private readonly KramerSwitches _switches;
    private readonly Dictionary<string, Verb> _verbs;
    private KramerModel _model;
    private int[] _signals = [];
    private int[] _sinks = [];
    private IDisposable? _startTimer;
    private bool _starting;

    public SimulatedKramer(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(2))
    {
        _model = new(setting);
        LineLimit = setting.Count("lineLimit", 64, 16, 1024);
        _switches = new(Switches, this, _model.Inputs, _model.Outputs, setting.Password is not null);
        _verbs = VerbsOf(_model.Profile);
        TakeNote();
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("kramer-p3000", "matrix", "Kramer matrix switcher (Protocol 3000)", [LinkKind.Tcp, LinkKind.Serial],
            static (setting, time) => new SimulatedKramer(setting, time))
        {
            LineSettings = "baud=115200&data=8&parity=none&stop=1&flow=none",
        };

    /// <summary>Characters of a line, CR not counted.</summary>
    internal int LineLimit { get; }

    private string User => Setting.User ?? "Admin";

    private string Password => Setting.Password ?? "Admin";

    protected override Session NewSession(Connection connection) => new KramerSession(this, connection);

    protected override void BackToFactory()
    {
        _model = new(Setting);
        _starting = false;
        TakeNote();
    }

    // Routes, mutes, levels and presets are kept in the memory of the device.
    protected override void Restarted()
    {
        TakeNote();
        if (_switches.ForgetsRouting.Now) _model.Routes = new(_model.Outputs, _model.Inputs);
        if (_switches.SecurityReturns.Now) _switches.Security.Become(true);
        _startTimer?.Dispose();
        _starting = _switches.StartTime.Now > TimeSpan.Zero;
        if (_starting) _startTimer = After(_switches.StartTime.Now, () => _starting = false);
    }

    protected override void Describe(JsonObject state)
    {
        state["profile"] = _model.Profile.Name;
        state["model"] = _model.Model;
        state["serialNumber"] = _model.SerialNumber;
        state["machine"] = _model.Machine;
        state["inputs"] = _model.Inputs;
        state["outputs"] = _model.Outputs;
        state["video"] = Numbers(_model.Routes.Of(Layer.Video));
        state["audio"] = Numbers(_model.Routes.Of(Layer.Audio));
        state["videoMute"] = Flags(_model.VideoMute);
        state["audioMute"] = Flags(_model.AudioMute);
        state["volume"] = Numbers(_model.OutputLevel);
        state["panelLocked"] = _model.PanelLocked;
        state["presets"] = Numbers(_model.Saved.Keys);
        state["starting"] = _starting;
    }

    internal bool IsWrongSpeed(KramerSession session) => session.Kind == LinkKind.Serial && _switches.WrongBaud.Now;

    internal void Greet(KramerSession session)
    {
        var sockets = Sessions.Count(other => other != session && other.Kind == LinkKind.Tcp);
        if (session.Kind == LinkKind.Tcp && sockets >= _switches.MaxSessions.Now)
        {
            session.End("too many connections");
            return;
        }

        if (!session.IsGreeted) return;
        switch (_switches.Welcome.Now)
        {
            case "start" when session.Kind == LinkKind.Serial:
            case "connect":
                session.Plain(StartMessage());
                break;
            case "first-reply":
                session.Pending = StartMessage();
                break;
        }
    }

    internal void BrownOut()
    {
        if (!Powered) return;
        Restarted();
        foreach (var session in Sessions)
        {
            session.Restart();
            if (_switches.Welcome.Now == "first-reply") session.Pending = StartMessage();
            else if (_switches.Welcome.Now != "never") session.Plain(StartMessage());
        }
    }

    internal void SignalsChanged()
    {
        var before = _signals;
        TakeNote();
        for (var input = 1; input <= _model.Inputs; input++)
        {
            if (before[input - 1] != _signals[input - 1]) Tell($"SIGNAL {input},{_signals[input - 1]}");
        }
    }

    internal void SinksChanged()
    {
        var before = _sinks;
        TakeNote();
        for (var output = 1; output <= _model.Outputs; output++)
        {
            if (before[output - 1] != _sinks[output - 1]) Tell($"DISPLAY {output},{_sinks[output - 1]}");
        }
    }

    internal void Obey(KramerSession session, string text, bool overlong)
    {
        if (IsWrongSpeed(session))
        {
            Say(session, P3000Error.Syntax);
            return;
        }

        var line = P3000Line.Read(text);
        // On a line shared by several machines only the one that was meant may answer, not even to an error.
        if (line?.Machine is { } machine && machine != _model.Machine) return;
        if (line is null || overlong) Error(session, "", P3000Error.Syntax);
        else if (line.Commands.Count == 0) Shake(session);
        else
            foreach (var command in line.Commands)
                Obey(session, command);
    }

    private void Obey(KramerSession session, P3000Command command)
    {
        var name = ShortNames.GetValueOrDefault(command.Name, command.Name);
        var error = Trouble() ?? Forbidden(session, name);
        if (error is null)
        {
            if (name.Length == 0) error = P3000Error.Syntax;
            else if (!_verbs.TryGetValue(name, out var verb) || (command.Asks ? verb.Query : verb.Set) is not { } act)
                error = P3000Error.NotAvailable;
            else error = act(session, command);
        }

        if (error is not null) Error(session, name, error);
    }

    private void Shake(KramerSession session)
    {
        if (Trouble() is { } error) Error(session, "", error);
        else if (_switches.Handshake.Now == "bare") session.Plain("~OK" + LineEnd);
        else Say(session, _switches.Handshake.Now == "lower-case" ? " ok" : " OK");
    }

    private string? Trouble()
    {
        if (_switches.NextError.Now is { } code)
        {
            _switches.NextError.Become(null);
            return P3000Error.Of(code);
        }

        if (_starting) return P3000Error.Busy;
        if (_switches.Busy.Now == 0) return null;
        _switches.Busy.Become(_switches.Busy.Now - 1);
        return P3000Error.Busy;
    }

    private string? Forbidden(KramerSession session, string name) =>
        _switches.Security.Now && !session.LoggedIn && name is not ("LOGIN" or "LOGOUT") ? P3000Error.Unauthorised : null;

    /// <summary>Does what changes something: refused, or confirmed to the asker and told to the others.</summary>
    private string? Do(KramerSession session, string echo, Action change)
    {
        if (Refuse.On) return RefusalCode();
        Say(session, Confirmed(echo));
        if (Frozen) return null;
        change();
        Tell(echo, session);
        return null;
    }

    /// <summary>LOGIN, LOGOUT and RESET have their OK in every generation.</summary>
    private string Confirmed(string echo, bool everywhere = false)
    {
        var confirms = _switches.Confirmation.Now switch
        {
            "always" => true,
            "never" => false,
            _ => everywhere || _model.Profile.Confirms,
        };
        return confirms ? echo + " OK" : echo;
    }

    private string RefusalCode() => Refuse.Code switch
    {
        null => P3000Error.OutOfRange,
        var code when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => P3000Error.Of(number),
        var code => code,
    };

    private void Error(KramerSession session, string name, string error)
    {
        var format = _switches.ErrorFormat.Now;
        if (format == "spaced") error = error.Replace("ERR", "ERR ", StringComparison.Ordinal);
        Say(session, name.Length == 0 || format == "bare" ? error : $"{name} {error}");
    }

    private void Say(KramerSession session, string text) =>
        session.Plain(string.Create(CultureInfo.InvariantCulture, $"~{_model.Machine:00}@{text}") + LineEnd);

    /// <summary>Tells everybody, but the one who has had it as a reply unless the switch says so.</summary>
    private void Tell(string text, KramerSession? asker = null)
    {
        foreach (var session in Sessions)
        {
            if (session != asker || _switches.TellsAsker.Now) Say(session, text);
        }
    }

    private string LineEnd => _switches.LineEnd.Now switch { "cr" => "\r", "lf" => "\n", _ => "\r\n" };

    private string StartMessage() => $"Kramer Electronics LTD. {_model.Model}\r\nVersion {_model.Firmware}\r\n";

    private void TakeNote()
    {
        _signals = [.. Enumerable.Range(1, _model.Inputs).Select(input => _switches.SignalLost.Now.Contains(input) ? 0 : 1)];
        _sinks = [.. Enumerable.Range(1, _model.Outputs).Select(SinkStatus)];
    }

    private int SinkStatus(int output)
    {
        if (_switches.SinkUnplugged.Now.Contains(output)) return 0;
        return _switches.SinkWithoutHdcp.Now.Contains(output) ? 2 : 1;
    }

    private static JsonArray Numbers(IEnumerable<int> numbers) => new([.. numbers.Select(number => (JsonNode)JsonValue.Create(number))]);

    private static JsonArray Flags(IEnumerable<bool> flags) => new([.. flags.Select(flag => (JsonNode)JsonValue.Create(flag))]);
}
