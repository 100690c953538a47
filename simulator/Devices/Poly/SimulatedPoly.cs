using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Poly;

/// <summary>
/// A Poly (Polycom) video codec on its text API: RS-232, TCP as telnet carries it, and SSH. Registrations lie in flash and belong to the
/// device; notifications belong to a session. This part is the machine; the shell is in the other.
/// </summary>
internal sealed partial class SimulatedPoly : SimulatedDevice<PolySession>, ICatalogued
{
    private const int Loudest = 50;

    private readonly PolySwitches _switches;
    private readonly PolyCalls _calls;
    private readonly SortedSet<string> _registered = new(StringComparer.Ordinal);
    private readonly SortedSet<int> _presets = [];
    private int _volume = 25;
    private bool _muted;
    private bool _asleep;
    private int _content;

    public SimulatedPoly(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(3))
    {
        _switches = new(Switches);
        _calls = new(this, _switches);
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } = new(
        "poly", "codec", "Poly video codec (text API)", [LinkKind.Tcp, LinkKind.Serial, LinkKind.Ssh], static (setting, time) => new SimulatedPoly(setting, time));

    internal TimeSpan IdleClose => _switches.IdleClose.Now;

    protected internal override bool LetsIn(string user, string? password) => !_switches.RejectsLogin.Now && base.LetsIn(user, password);

    protected override Session NewSession(Connection connection) => new PolySession(this, connection);

    protected override void BackToFactory()
    {
        _registered.Clear();
        _presets.Clear();
        Restarted();
        _volume = 25;
    }

    protected override void Restarted()
    {
        _calls.Clear();
        (_muted, _asleep, _content) = (false, false, 0);
    }

    protected override void Describe(JsonObject state)
    {
        state["asleep"] = _asleep;
        state["volume"] = _volume;
        state["muted"] = _muted;
        state["content"] = _content;
        state["registered"] = new JsonArray([.. _registered.Select(each => (JsonNode)each)]);
        state["calls"] = new JsonArray([.. _calls.All.Select(call => (JsonNode)new JsonObject
        {
            ["id"] = call.Id,
            ["status"] = call.Status,
            ["direction"] = call.Incoming ? "incoming" : "outgoing",
            ["remote"] = call.Number,
        })]);
    }

    /// <summary>Tells every session what the device has registered for.</summary>
    internal void Tell(string line, string topic)
    {
        if (_switches.ForgetsFeedback.Now || !_registered.Contains(topic)) return;
        foreach (var session in Sessions.Where(session => session.Stage == PolyStage.Ready)) session.Line(Unasked(line));
    }

    /// <summary>Tells the sessions that asked to be notified.</summary>
    internal void Notify(string topic, string fields)
    {
        if (_switches.ForgetsFeedback.Now) return;
        foreach (var session in Sessions.Where(session => session.Stage == PolyStage.Ready && session.Notify.Contains(topic)))
            session.Line(Unasked($"notification:{topic}:{fields}"));
    }

    private string Unasked(string line) => _switches.ControlEvent.Now ? $"Control event: {line}" : line;

    private void SetMute(bool on)
    {
        if (_muted == on) return;
        _muted = on;
        Tell($"mute near {(on ? "on" : "off")}", "mute");
        Notify("mutestatus", $"near:near:near:near:{(on ? "muted" : "notmuted")}");
    }

    private void SetVolume(int level)
    {
        if (_volume == level) return;
        _volume = level;
        Tell(string.Create(CultureInfo.InvariantCulture, $"volume {level}"), "volume");
    }

    private void SetContent(int source)
    {
        if (_content == source) return;
        _content = source;
        Tell(source > 0 ? "vcbutton play" : "vcbutton stop", "vcbutton");
    }

    private void SetSleep(bool asleep) => After(_switches.WakeTime.Now, () =>
    {
        if (_asleep == asleep) return;
        _asleep = asleep;
        if (!_switches.WakeSilent.Now) Tell(asleep ? "listen going to sleep" : "listen waking up", "sleep");
    });

    private void AddFrontPanel()
    {
        var on = new FrontPanelArgument("on", "true or false");
        Panel.Add("dial", "Dials at the remote control.", args => args.Text("uri", out var uri) ? Done(() => _calls.Dial(uri)) : args.Problem, new FrontPanelArgument("uri", "a text"));
        Panel.Add("incoming-call", "Somebody calls; wakes the codec.", IncomingCall, new("uri", "a text"), new("name", "a text", Optional: true));
        Panel.Add("answer", "Takes the call that rings.", _ => _calls.Answer() ? null : Impossible("No call rings."));
        Panel.Add("hang-up", "Ends all calls.", _calls.EndAll);
        Panel.Add("far-end-hang-up", "The other side ends all calls.", _calls.EndAll);
        Panel.Add("volume", "Turns the volume.", args => args.Integer("level", 0, Loudest, out var level) ? Done(() => SetVolume(level)) : args.Problem,
            new FrontPanelArgument("level", "a whole number from 0 to 50"));
        Panel.Add("mute-microphones", "Presses the microphone key.", args => args.Boolean("on", out var wish) ? Done(() => SetMute(wish)) : args.Problem, on);
        Panel.Add("standby", "Puts the codec to sleep or wakes it.", args => args.Boolean("on", out var wish) ? Done(() => SetSleep(wish)) : args.Problem, on);
        Panel.Add("share", "Starts or stops content.", args => args.Boolean("on", out var wish) ? Done(() => SetContent(wish ? 1 : 0)) : args.Problem, on);
    }

    private ControlProblem? IncomingCall(FrontPanelArgs args)
    {
        if (!args.Text("uri", out var uri)) return args.Problem;
        var name = uri;
        if (args.Has("name") && !args.Text("name", out name)) return args.Problem;
        if (_calls.IsFull) return Impossible("All lines are in use.");
        _asleep = false;
        _calls.Ring(uri, name);
        return null;
    }

    private static ControlProblem? Done(Action act)
    {
        act();
        return null;
    }

    private static ControlProblem Impossible(string why) => new(ControlFault.Impossible, why, "/verb", "Look at the state and remove the cause first.");
}
