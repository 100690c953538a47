using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.PjLink;

/// <summary>
/// A projector on PJLink, TCP 4352: a greeting with or without a random number, one line a request, OK before anything has happened, and a
/// lamp that takes its time both ways. This part is the lamp, the sessions and the front panel.
/// </summary>
internal sealed partial class SimulatedPjLink : SimulatedDevice<PjLinkSession>, ICatalogued
{
    private readonly PjLinkSwitches _switches;
    private PjLinkModel _model;
    private IDisposable? _lampTimer;
    private DateTimeOffset _litSince;
    private bool _silent;
    private int _greetings;

    public SimulatedPjLink(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(5))
    {
        _model = new(setting);
        _litSince = Now;
        _switches = new(Switches, this, setting.Password is not null);
        AddFrontPanel();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("pjlink", "display", "Projector (PJLink class 1 or 2)", [LinkKind.Tcp],
        static (setting, time) => new SimulatedPjLink(setting, time));

    internal string Password => Setting.Password ?? "JBMIAProjectorLink";

    internal string LineEnd => _switches.LineEnd.Now == "crlf" ? "\r\n" : "\r";

    internal TimeSpan IdleClose => _switches.IdleClose.Now;

    internal bool ClosesAfterReply => _switches.ClosesAfterReply.Now;

    protected override Session NewSession(Connection connection) => new PjLinkSession(this, connection);

    protected override void BackToFactory()
    {
        _model = new(Setting);
        _silent = false;
        _greetings = 0;
        _litSince = Now;
    }

    // A lamp that lost its mains is off; the processor comes back into standby unless the projector is one that wakes with the mains.
    protected override void Restarted()
    {
        BurnLamps();
        _model.Lamp = LampState.Standby;
        _model.PictureMuted = _model.SoundMuted = _model.Frozen = false;
        _silent = false;
        if (_switches.DirectOn.Now) Strike();
    }

    protected override void Describe(JsonObject state)
    {
        state["class"] = _model.Class;
        state["power"] = _model.Lamp.ToString().ToLowerInvariant();
        state["input"] = _model.Input;
        state["pictureMuted"] = _model.PictureMuted;
        state["soundMuted"] = _model.SoundMuted;
        state["serialNumber"] = _model.Serial;
        state["lampHours"] = new JsonArray([.. Hours().Select(hours => (JsonNode)JsonValue.Create(hours))]);
        state["errors"] = Errors();
    }

    internal void Greet(PjLinkSession session)
    {
        if (_switches.OneClient.Now && Sessions.Any(other => other != session))
        {
            session.End("another client is served");
            return;
        }

        _greetings++;
        if (_switches.Authentication.Now) session.Random = NextRandom();
        var greeting = session.Random is { } random ? $"PJLINK 1 {random}" : "PJLINK 0";
        if (_switches.GreetsLate.Now > TimeSpan.Zero) After(_switches.GreetsLate.Now, () => Welcome(session, greeting));
        else Welcome(session, greeting);
    }

    internal void Overheat()
    {
        _switches.TemperatureError.Become(2);
        if (_model.IsLit) Extinguish();
    }

    // Another one each time; the first may be given, so that a conversation of the specification can be played.
    private string NextRandom()
    {
        var fresh = Identity.Hex($"{Setting.Id} {_greetings}", 8).ToLowerInvariant();
        return _greetings == 1 ? Setting.Word("random", fresh) : fresh;
    }

    private void Welcome(PjLinkSession session, string greeting)
    {
        session.Say(greeting + LineEnd);
        session.KeepOpen();
    }

    private void Strike()
    {
        _lampTimer?.Dispose();
        if (_switches.WarmUp.Now == TimeSpan.Zero)
        {
            Lit();
            return;
        }

        _model.Lamp = LampState.Warming;
        KeepSilent();
        _lampTimer = After(_switches.WarmUp.Now, Lit);
    }

    private void Lit()
    {
        if (_switches.LampFails.Now)
        {
            _switches.LampError.Become(2);
            _model.Lamp = LampState.Standby;
            return;
        }

        _model.Lamp = LampState.On;
        _litSince = Now;
    }

    private void Extinguish()
    {
        _lampTimer?.Dispose();
        BurnLamps();
        _model.PictureMuted = _model.SoundMuted = _model.Frozen = false;
        if (_switches.CoolDown.Now == TimeSpan.Zero)
        {
            Cooled();
            return;
        }

        _model.Lamp = LampState.Cooling;
        _lampTimer = After(_switches.CoolDown.Now, Cooled);
    }

    private void Cooled()
    {
        _model.Lamp = LampState.Standby;
        KeepSilent();
        if (_switches.ComesBack.Now > TimeSpan.Zero) _lampTimer = After(_switches.ComesBack.Now, Strike);
    }

    private void KeepSilent()
    {
        if (_switches.SilentStart.Now == TimeSpan.Zero) return;
        _silent = true;
        After(_switches.SilentStart.Now, () => _silent = false);
    }

    private int HoursLit() => _model.Lamp is LampState.On ? (int)(Now - _litSince).TotalHours : 0;

    private IEnumerable<int> Hours() => _model.Lamps.Select(hours => hours + HoursLit());

    private void BurnLamps()
    {
        var lit = HoursLit();
        for (var lamp = 0; lamp < _model.Lamps.Length; lamp++) _model.Lamps[lamp] += lit;
        if (_model.FilterHours >= 0) _model.FilterHours += lit;
    }

    private string Errors() => string.Concat(new[]
    {
        _switches.FanError, _switches.LampError, _switches.TemperatureError, _switches.CoverError, _switches.FilterError, _switches.OtherError,
    }.Select(error => error.Now.ToString(CultureInfo.InvariantCulture)));

    private void AddFrontPanel()
    {
        Panel.Add("remote-on", "Presses ON at the remote control.", () =>
        {
            if (_model.Lamp is LampState.Standby) Strike();
        });
        Panel.Add("remote-standby", "Presses STANDBY at the remote control.", () =>
        {
            if (_model.Lamp is LampState.On) Extinguish();
        });
        Panel.Add("input", "Chooses an input by its PJLink code.", args =>
        {
            if (!args.Word("code", out var code, _model.Inputs)) return args.Problem;
            _model.Input = code;
            return null;
        }, new FrontPanelArgument("code", "one of the codes of the inputs, such as \"31\""));
        Panel.Add("mute", "Mutes picture or sound, or shows it again.", args =>
        {
            if (!args.Word("what", out var what, "picture", "sound") || !args.Boolean("on", out var on)) return args.Problem;
            if (what == "picture") _model.PictureMuted = on;
            else _model.SoundMuted = on;
            return null;
        }, new FrontPanelArgument("what", "picture or sound"), new FrontPanelArgument("on", "true or false"));
    }
}
