using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Videohub;

/// <summary>
/// An SDI matrix on the Videohub Ethernet protocol, TCP 9990: text blocks that an empty line ends, a prelude that tells everything, ACK or
/// NAK for each block, and changes reported to every client including the one that made them. ACK says no more than "understood".
/// </summary>
internal sealed class SimulatedVideohub : SimulatedDevice<VideohubSession>, ICatalogued
{
    private const string Ack = "ACK\n\n";
    private const string Nak = "NAK\n\n";
    private const string FrontPanelOwner = "front panel";

    private readonly VideohubSwitches _switches;
    private readonly HashSet<VideohubSession> _stalled = [];
    private VideohubModel _model;

    public SimulatedVideohub(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(2))
    {
        _model = new(setting);
        _switches = new(Switches, _model.Routing.SourceCount, _model.Routing.Count, PresenceChanged, LockedChanged);
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("videohub", "matrix", "Blackmagic Videohub SDI matrix", [LinkKind.Tcp],
        static (setting, time) => new SimulatedVideohub(setting, time));

    private IEnumerable<VideohubSession> Clients => Sessions.Except(_stalled);

    private bool Present => _switches.Present.Now == "true";

    private bool Newer => _switches.Flavour.Now != "2.3";

    protected override Session NewSession(Connection connection) => new VideohubSession(this, connection);

    protected override void BackToFactory()
    {
        _stalled.Clear();
        _model = new(Setting);
        foreach (var output in _switches.Locked.Now) _model.Locks.Set(output, FrontPanelOwner);
    }

    protected override void Restarted()
    {
        _stalled.Clear();
        if (!_switches.ForgetsRouting.Now) return;
        for (var output = 0; output < _model.Routing.Count; output++)
            _model.Routing.Route(output, Math.Min(output, _model.Routing.SourceCount - 1));
    }

    protected override void Describe(JsonObject state)
    {
        state["model"] = _model.Name;
        state["uniqueId"] = _model.UniqueId;
        state["inputs"] = _model.Routing.SourceCount;
        state["outputs"] = _model.Routing.Count;
        state["routing"] = new JsonArray([.. _model.Routing.Sources.Select(source => (JsonNode)JsonValue.Create(source))]);
        state["inputLabels"] = Shown(_model.InputLabels);
        state["outputLabels"] = Shown(_model.OutputLabels);
        state["locks"] = new JsonObject(
            from output in Enumerable.Range(0, _model.Locks.Count)
            where _model.Locks.Owner(output) is not null
            select KeyValuePair.Create<string, JsonNode?>(output.ToString(CultureInfo.InvariantCulture), _model.Locks.Owner(output)));
        state["takeMode"] = _model.TakeMode;
    }

    internal void Greet(VideohubSession client)
    {
        var prelude = $"PROTOCOL PREAMBLE:\nVersion: {_switches.Flavour.Now}\n\n" + Everything(client);
        if (_switches.PreludeCut.Now == "off")
        {
            client.Say(prelude);
            return;
        }

        client.Say(prelude[..(prelude.Length / 2)]);
        _stalled.Add(client);
        if (_switches.PreludeCut.Now == "close") client.End("prelude cut");
    }

    /// <summary>One block of a client; the header is null when it was no header.</summary>
    internal void Obey(VideohubSession client, string? header, IReadOnlyList<string> lines)
    {
        if (_stalled.Contains(client)) return;
        if (_switches.NakStorm.Now || header is null) client.Say(Nak);
        else if (header == "PING" && lines.Count == 0) client.Say(Ack);
        else if (header == "VIDEOHUB DEVICE" && lines.Count == 0) client.Say(Ack + DeviceBlock());
        else if (header == "PROTOCOL PREAMBLE" && lines.Count == 0) client.Say($"{Ack}{header}:\nVersion: {_switches.Flavour.Now}\n\n");
        else if (!Present) client.Say(Nak);
        else if (header == "CONFIGURATION" && Newer) Configure(client, lines);
        else if (_model.Find(header) is not { } table) client.Say(Nak);
        else if (lines.Count == 0) client.Say(Ack + Whole(table, client));
        else Write(client, table, lines);
    }

    private void Write(VideohubSession client, VideohubTable table, IReadOnlyList<string> lines)
    {
        var wishes = new List<(int Port, string Text)>();
        foreach (var line in lines)
        {
            if (!TryLine(line, table, out var wish))
            {
                client.Say(Nak);
                return;
            }

            wishes.Add(wish);
        }

        var barred = wishes.Any(wish => !table.Permits(wish.Port, wish.Text, client.Owner));
        if (Refuse.On || barred && _switches.LockedWrite.Now == "nak")
        {
            client.Say(Nak);
            return;
        }

        client.Say(Ack);
        if (Frozen) return;
        var owner = client.Owner;
        if (_switches.UpdateDelay.Now > TimeSpan.Zero) After(_switches.UpdateDelay.Now, () => Apply(table, wishes, owner));
        else Apply(table, wishes, owner);
    }

    private void Apply(VideohubTable table, List<(int Port, string Text)> wishes, string owner)
    {
        var changed = new SortedSet<int>();
        foreach (var (port, text) in wishes)
        {
            if (!table.Permits(port, text, owner)) continue;
            var race = table == _model.Routing ? _switches.RaceInput.Now : null;
            var taken = race?.ToString(CultureInfo.InvariantCulture) ?? text;
            if (table.Write(port, taken, owner) || _switches.ReportsUnchanged.Now) changed.Add(port);
        }

        if (!_switches.AckWithoutUpdate.Now) Report(table, changed);
    }

    private void Report(VideohubTable table, SortedSet<int> ports)
    {
        if (ports.Count == 0 || !Present) return;
        foreach (var client in Clients)
        {
            var update = string.Concat(ports.Select(port => table.Line(port, client.Owner)));
            client.Say(FutureBlock() + $"{table.Header}:\n{update}\n");
        }
    }

    private void Configure(VideohubSession client, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            client.Say(Ack + ConfigurationBlock());
            return;
        }

        if (Refuse.On || lines.Any(line => line is not ("Take Mode: true" or "Take Mode: false")))
        {
            client.Say(Nak);
            return;
        }

        client.Say(Ack);
        if (!Frozen) TakeMode(lines[^1].EndsWith("true", StringComparison.Ordinal));
    }

    private void TakeMode(bool on)
    {
        if (_model.TakeMode == on) return;
        _model.TakeMode = on;
        if (!Newer) return;
        foreach (var client in Clients) client.Say(ConfigurationBlock());
    }

    private static bool TryLine(string line, VideohubTable table, out (int Port, string Text) wish)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        // A label may be empty: "3 " and "3" both mean port 3 and no text.
        var number = space < 0 ? line : line[..space];
        wish = (0, space < 0 ? "" : line[(space + 1)..]);
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port >= table.Count) return false;
        wish.Port = port;
        return table.Understands(wish.Text);
    }

    private string Everything(VideohubSession client)
    {
        if (!Present) return DeviceBlock();
        var text = new StringBuilder(DeviceBlock()).Append(FutureBlock());
        foreach (var table in _model.Tables) text.Append(Whole(table, client));
        if (Newer) text.Append(ConfigurationBlock()).Append("END PRELUDE:\n\n");
        return text.ToString();
    }

    private string DeviceBlock()
    {
        var text =
            new StringBuilder("VIDEOHUB DEVICE:\n").Append(CultureInfo.InvariantCulture, $"Device present: {_switches.Present.Now}\n");
        if (Present)
        {
            text.Append(CultureInfo.InvariantCulture, $"Model name: {_model.Name}\n");
            if (Newer) text.Append(CultureInfo.InvariantCulture, $"Friendly name: {_model.FriendlyName}\nUnique ID: {_model.UniqueId}\n");
            foreach (var (name, count) in _model.Counts) text.Append(CultureInfo.InvariantCulture, $"{name}: {count}\n");
            if (_switches.UnknownBlock.Now) text.Append("Reference locked: true\n");
        }

        return text.Append('\n').ToString();
    }

    private string ConfigurationBlock() => $"CONFIGURATION:\nTake Mode: {(_model.TakeMode ? "true" : "false")}\n\n";

    private string FutureBlock() => _switches.UnknownBlock.Now ? "HOLOGRAM STATUS:\n0 projected\nMode: 9\n\n" : "";

    private static string Whole(VideohubTable table, VideohubSession client) =>
        $"{table.Header}:\n{string.Concat(Enumerable.Range(0, table.Count).Select(port => table.Line(port, client.Owner)))}\n";

    private static JsonArray Shown(LabelTable labels) =>
        new([.. Enumerable.Range(0, labels.Count).Select(port => (JsonNode)JsonValue.Create(labels.Show(port, "")))]);

    private void PresenceChanged()
    {
        foreach (var client in Clients) client.Say(Everything(client));
    }

    private void LockedChanged()
    {
        var changed = new SortedSet<int>();
        for (var output = 0; output < _model.Locks.Count; output++)
        {
            var wanted = _switches.Locked.Now.Contains(output);
            if (wanted || _model.Locks.Owner(output) == FrontPanelOwner)
            {
                if (_model.Locks.Set(output, wanted ? FrontPanelOwner : null)) changed.Add(output);
            }
        }

        Report(_model.Locks, changed);
    }

    private void AddFrontPanel()
    {
        var lastOutput = _model.Routing.Count - 1;
        var lastInput = _model.Routing.SourceCount - 1;
        var outputArgument = new FrontPanelArgument("output", $"a whole number from 0 to {lastOutput}");
        var inputArgument = new FrontPanelArgument("input", $"a whole number from 0 to {lastInput}");

        Panel.Add("route", "Routes an input to an output.", args =>
        {
            if (!args.Integer("output", 0, lastOutput, out var output) || !args.Integer("input", 0, lastInput, out var input))
                return args.Problem;
            if (_model.Routing.Route(output, input)) Report(_model.Routing, [output]);
            return null;
        }, outputArgument, inputArgument);
        Panel.Add("lock", "Locks an output.", args => Lock(args, lastOutput, FrontPanelOwner), outputArgument);
        Panel.Add("unlock", "Frees an output, whoever locked it.", args => Lock(args, lastOutput, null), outputArgument);
        Panel.Add("label-input", "Renames an input.", args => Label(args, _model.InputLabels, "input", lastInput), inputArgument,
            new("text", "a text"));
        Panel.Add("label-output", "Renames an output.", args => Label(args, _model.OutputLabels, "output", lastOutput), outputArgument,
            new("text", "a text"));
        Panel.Add("take-mode", "Turns the TAKE button's duty on or off.", args =>
        {
            if (!args.Boolean("on", out var on)) return args.Problem;
            TakeMode(on);
            return null;
        }, new FrontPanelArgument("on", "true or false"));
    }

    private ControlProblem? Lock(FrontPanelArgs args, int lastOutput, string? owner)
    {
        if (!args.Integer("output", 0, lastOutput, out var output)) return args.Problem;
        if (_model.Locks.Set(output, owner)) Report(_model.Locks, [output]);
        return null;
    }

    private ControlProblem? Label(FrontPanelArgs args, LabelTable labels, string which, int last)
    {
        if (!args.Integer(which, 0, last, out var port) || !args.Text("text", out var text)) return args.Problem;
        if (labels.Write(port, text, FrontPanelOwner)) Report(labels, [port]);
        return null;
    }
}
