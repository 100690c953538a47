namespace AvGateway.Simulator.Devices.KramerP3000;

/// <summary>The table of commands, and those about the device itself, its pictures, its levels and who may use it.</summary>
internal sealed partial class SimulatedKramer
{
    private static readonly Dictionary<string, string> ShortNames = new() { ["V"] = "VID", ["A"] = "AUD", ["LCK"] = "LOCK-FP" };

    /// <summary>Null when done, else the error.</summary>
    private delegate string? Act(KramerSession session, P3000Command command);

    private sealed record Verb(Act? Set, Act? Query);

    private Dictionary<string, Verb> VerbsOf(KramerProfile profile)
    {
        var verbs = new Dictionary<string, Verb>
        {
            ["MODEL"] = Tells(() => _model.Model),
            ["VERSION"] = Tells(() => _model.Firmware),
            ["SN"] = Tells(() => _model.SerialNumber),
            ["NAME"] = Tells(() => _model.Name),
            ["BUILD-DATE"] = Tells(() => "2019/03/11 10:12:05"),
            ["PROT-VER"] = Tells(() => "3000:2.4"),
            ["INFO-IO"] = Tells(() => $"IN {_model.Inputs},OUT {_model.Outputs}"),
            ["INFO-PRST"] = Tells(() => $"VID {KramerModel.Presets},AUD 0"),
            ["NET-IP"] = Tells(() => Setting.Word("address", "192.168.1.39")),
            ["NET-MASK"] = Tells(() => Setting.Word("mask", "255.255.255.0")),
            ["NET-GATE"] = Tells(() => Setting.Word("gateway", "192.168.1.1")),
            ["NET-MAC"] = Tells(() => _model.MacAddress),
            ["NET-DHCP"] = Tells(() => "0"),
            ["ETH-PORT"] = new(null, EthernetPort),
            ["HELP"] = new(Help, null),
            ["PRST-RCL"] = new(RecallPreset, null),
            ["PRST-STO"] = new(StorePreset, null),
            ["PRST-LST"] = Tells(() => string.Join(',', _model.Saved.Keys)),
            ["LOCK-FP"] = new(LockPanel, Tells(() => _model.PanelLocked ? "1" : "0").Query),
            ["VMUTE"] = new(MuteVideo, (session, command) => AskPorts(session, command, _model.Outputs, VideoStatus)),
            ["MUTE"] = new(MuteAudio, (session, command) => AskPorts(session, command, _model.Outputs, AudioStatus)),
            ["AUD-LVL"] = new(SetLevel, AskLevel),
            ["SIGNAL"] = new(null, (session, command) => AskPorts(session, command, _model.Inputs, input => _signals[input - 1])),
            ["DISPLAY"] = new(null, (session, command) => AskPorts(session, command, _model.Outputs, output => _sinks[output - 1])),
            ["LOGIN"] = new(Login, AskLogin),
            ["LOGOUT"] = new(Logout, null),
            ["RESET"] = new((session, command) => Leave(session, command, Reboot), null),
            ["FACTORY"] = new((session, command) => Leave(session, command, () =>
            {
                BackToFactory();
                Reboot();
            }), null),
        };
        if (profile.Layered)
        {
            verbs["ROUTE"] = new(RouteLayer, AskRouteLayer);
            verbs["AV-SW-MODE"] = new(AutoSwitch, AskAutoSwitch);
            verbs["X-MUTE"] = new(MuteSignal, AskMuteSignal);
            verbs["X-AUD-LVL"] = new(SetSignalLevel, AskSignalLevel);
            return verbs;
        }

        verbs["MTX-MODE"] = new(AutoSwitch, AskAutoSwitch);
        foreach (var name in (string[])["VID", "AUD", "AV"])
        {
            verbs[name] =
                new((session, command) => Switch(session, name, command), (session, command) => AskSwitch(session, name, command));
        }

        return verbs;
    }

    private Verb Tells(Func<string> value) => new(null, (session, command) =>
    {
        Say(session, $"{command.Name} {value()}");
        return null;
    });

    /// <summary>One line for each port that was asked for.</summary>
    private string? AskPorts(KramerSession session, P3000Command command, int last, Func<int, int> status)
    {
        if (Ports(command.Text, last, out var ports) is { } wrong) return wrong;
        foreach (var port in ports) Say(session, $"{command.Name} {port},{status(port)}");
        return null;
    }

    private string? EthernetPort(KramerSession session, P3000Command command)
    {
        if (command.Text is not ("TCP" or "UDP")) return P3000Error.Syntax;
        Say(session, $"ETH-PORT {command.Text},{(command.Text == "TCP" ? 5000 : 50000)}");
        return null;
    }

    private string? Help(KramerSession session, P3000Command command)
    {
        Say(session, "HELP " + string.Join(',', _verbs.Keys.Order(StringComparer.Ordinal)));
        return null;
    }

    private string? LockPanel(KramerSession session, P3000Command command)
    {
        if (!P3000Line.TryNumber(command.Text, out var on)) return P3000Error.Syntax;
        return on > 1 ? P3000Error.OutOfRange : Do(session, $"LOCK-FP {on}", () => _model.PanelLocked = on == 1);
    }

    private string? Login(KramerSession session, P3000Command command)
    {
        if (command.Parameters is not [var user, var password]) return P3000Error.Syntax;
        if (user != User || password != Password) return P3000Error.Unauthorised;
        session.LoggedIn = true;
        Say(session, Confirmed($"LOGIN {command.Text}", everywhere: true));
        return null;
    }

    private string? AskLogin(KramerSession session, P3000Command command)
    {
        if (_switches.Security.Now && !session.LoggedIn) return P3000Error.Unauthorised;
        Say(session, $"LOGIN {User}");
        return null;
    }

    private string? Logout(KramerSession session, P3000Command command)
    {
        session.LoggedIn = false;
        Say(session, Confirmed("LOGOUT", everywhere: true));
        return null;
    }

    private string? Leave(KramerSession session, P3000Command command, Action leave)
    {
        if (command.Text.Length > 0) return P3000Error.Syntax;
        if (Refuse.On) return RefusalCode();
        Say(session, Confirmed(command.Name, everywhere: true));
        if (!Frozen) leave();
        return null;
    }
}
