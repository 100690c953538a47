using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>
/// A matrix switcher on the Simple Instruction Set, by RS-232 or TCP (Telnet port 23). Replies carry no reference to what was asked; what
/// others do is told only in verbose modes 1 and 3, and Telnet connections begin in mode 0. This part is the machine and its sessions.
/// </summary>
internal sealed partial class SimulatedExtron : SisDevice, ICatalogued
{
    private readonly SisSwitches _switches;
    private SisModel _model;
    private bool _recalling;

    public SimulatedExtron(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(2))
    {
        _model = new(setting);
        _switches = new(Switches, this, _model.Inputs);
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } =
        new("extron-sis", "matrix", "Extron matrix switcher (SIS)", [LinkKind.Tcp, LinkKind.Serial],
        static (setting, time) => new SimulatedExtron(setting, time));

    protected override ISisSwitches Connections => _switches;

    protected override bool IsBusy => _recalling;

    protected override void BackToFactory()
    {
        _model = new(Setting);
        _recalling = false;
    }

    // Ties, mutes and presets are kept in the memory of the device.
    protected override void Restarted() => _recalling = false;

    protected override void Describe(JsonObject state)
    {
        state["model"] = _model.Model;
        state["partNumber"] = _model.PartNumber;
        state["serialNumber"] = _model.SerialNumber;
        state["inputs"] = _model.Inputs;
        state["outputs"] = _model.Outputs;
        state["video"] = Numbers(_model.Ties.Of(Plane.Video));
        state["rgb"] = Numbers(_model.Ties.Of(Plane.Rgb));
        state["audio"] = Numbers(_model.Ties.Of(Plane.Audio));
        state["videoMute"] = new JsonArray([.. _model.VideoMute.Select(on => (JsonNode)JsonValue.Create(on))]);
        state["audioMute"] = new JsonArray([.. _model.AudioMute.Select(on => (JsonNode)JsonValue.Create(on))]);
        state["volume"] = Numbers(_model.Volume);
        state["frontPanelLock"] = _model.FrontPanelLock;
        state["presets"] = Numbers(_model.Saved.Keys.Order());
    }

    protected override string Banner(SisSession session)
    {
        var year = Now.Year;
        var banner = string.Create(CultureInfo.InvariantCulture,
            $"(c) Copyright {year}, Extron Electronics, {_model.Model}, V{_model.Firmware}, {_model.PartNumber}\r\n");
        return session.Kind == LinkKind.Tcp
            ? banner + Now.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) + "\r\n"
            : banner;
    }

    protected override string ForOthers(string text) => _switches.QuikForAll.Now ? "Qik" : text;

    private void Recall(int preset)
    {
        if (_model.Saved.TryGetValue(preset, out var saved)) _model.Ties = saved.Copy();
        if (_switches.PresetTime.Now <= TimeSpan.Zero) return;
        _recalling = true;
        After(_switches.PresetTime.Now, () => _recalling = false);
    }

    private void AddFrontPanel()
    {
        var input = new FrontPanelArgument("input", $"a whole number from 0 (none) to {_model.Inputs}");
        var output = new FrontPanelArgument("output", $"a whole number from 1 to {_model.Outputs}");
        var layer = new FrontPanelArgument("layer", "all, video, rgb or audio", Optional: true);
        Panel.Add("route", "Ties an input to an output.", Unlocked(Route), input, output, layer);
        Panel.Add("route-many", "Ties an input to several outputs at once; told as Qik without contents.", Unlocked(args =>
        {
            if (!args.Integer("input", 0, _model.Inputs, out var from) || !args.Integer("first", 1, _model.Outputs, out var first)
                || !args.Integer("last", first, _model.Outputs, out var last)) return args.Problem;
            for (var to = first; to <= last; to++) Tie(AllPlanes, from, to);
            Changed(null, "Qik");
            return null;
        }), input, new("first", "an output"), new("last", "an output"));
        Panel.Add("preset", "Recalls a preset.", Unlocked(args =>
        {
            if (!args.Integer("number", 1, SisModel.Presets, out var number)) return args.Problem;
            Recall(number);
            Changed(null, $"Rpr{number:00}");
            return null;
        }), new FrontPanelArgument("number", $"a whole number from 1 to {SisModel.Presets}"));
        Panel.Add("volume", "Turns the level of an output.", Unlocked(args =>
        {
            if (!args.Integer("output", 1, _model.Outputs, out var to) || !args.Integer("level", 0, SisModel.HighestVolume, out var level))
                return args.Problem;
            _model.Volume[to - 1] = level;
            Changed(null, $"Out{_model.Padded(to)} Vol{level:00}");
            return null;
        }), output, new("level", $"a whole number from 0 to {SisModel.HighestVolume}"));
        Panel.Add("mute", "Mutes an output, or not.", Unlocked(args =>
        {
            if (!args.Integer("output", 1, _model.Outputs, out var to) || !args.Boolean("on", out var on)
                || !args.Word("layer", out var word, "video", "audio")) return args.Problem;
            (word == "video" ? _model.VideoMute : _model.AudioMute)[to - 1] = on;
            Changed(null, $"{(word == "video" ? "Vmt" : "Amt")}{to}*{(on ? 1 : 0)}");
            return null;
        }), output, new("on", "true or false"), new("layer", "video or audio"));
    }

    private Func<FrontPanelArgs, ControlProblem?> Unlocked(Func<FrontPanelArgs, ControlProblem?> act) => args => _model.FrontPanelLock == 0
        ? act(args)
        : new(ControlFault.Impossible, "The front panel is locked (executive mode).", "/verb", "Unlock it from a client with 0X.");

    private ControlProblem? Route(FrontPanelArgs args)
    {
        var word = "all";
        if (!args.Integer("input", 0, _model.Inputs, out var from) || !args.Integer("output", 1, _model.Outputs, out var to)
            || args.Has("layer") && !args.Word("layer", out word, "all", "video", "rgb", "audio")) return args.Problem;
        var letter = word switch { "video" => '%', "rgb" => '&', "audio" => '$', _ => '!' };
        Tie(PlanesOf(letter), from, to);
        Changed(null, $"Out{_model.Padded(to)} In{_model.Padded(from)} {TagOf(letter)}");
        return null;
    }

    private static JsonArray Numbers(IEnumerable<int> numbers) => new([.. numbers.Select(number => (JsonNode)JsonValue.Create(number))]);
}
