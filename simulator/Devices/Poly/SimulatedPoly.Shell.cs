using System.Globalization;
using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Poly;

/// <summary>The shell: log-in, commands whose answer repeats their words, registrations.</summary>
internal sealed partial class SimulatedPoly
{
    private const string NotFound = "error: command not found";
    private const string NeedsMore = "error: command needs more parameters to execute successfully";
    private const string NotAvailable = "command is not available in current system configuration";

    private static readonly TimeSpan Hasty = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan GoesDownAfter = TimeSpan.FromSeconds(1);
    private static readonly string[] Topics = ["callstate", "camera", "mute", "pip", "popupinfo", "preset", "screen", "sleep", "vcbutton", "volume"];
    private static readonly string[] NotifyTopics =
        ["callstatus", "linestatus", "mutestatus", "screenchanges", "sysstatus", "sysalerts", "vidsourcechanges", "calendarmeetings", "captions"];

    internal void Greet(PolySession session)
    {
        session.Forget();
        if (session.Kind != LinkKind.Serial && Sessions.Count(other => other != session && other.Kind != LinkKind.Serial) >= _switches.MaxSessions.Now)
        {
            session.End("too many sessions");
            return;
        }

        if (session.Kind == LinkKind.Tcp && _switches.Telnet.Now) session.Say([0xFF, 0xFD, 0x18, 0xFF, 0xFB, 0x01]);

        // Over SSH the log-in was made outside; a serial line may be set to ask for the administrator's password.
        session.Stage = session.Kind != LinkKind.Ssh && Setting.Password is not null ? PolyStage.AwaitsPassword : PolyStage.Ready;
        if (session.Stage == PolyStage.AwaitsPassword && session.IsGreeted) session.Say("\r\n\r\nPassword:");
        else if (session.Kind != LinkKind.Serial) Introduce(session);
    }

    internal void Obey(PolySession session, string text)
    {
        if (session.Stage == PolyStage.AwaitsPassword)
        {
            LogIn(session, text);
            return;
        }

        Echo(session, text);
        if (text.Trim().Length == 0) return;
        if (IsLost(session, text)) return;
        Run(session, Split(text.Trim()));
    }

    private void LogIn(PolySession session, string password)
    {
        if (password.Length > 0 && password == Setting.Password && !_switches.RejectsLogin.Now)
        {
            session.Stage = PolyStage.Ready;
            session.Say("\r\n");
            Introduce(session);
        }
        else if (password.Length > 0 && _switches.ClosesOnWrong.Now)
        {
            session.End("wrong password");
        }
        else
        {
            session.Say("\r\nPassword:");
        }
    }

    private void Echo(PolySession session, string text)
    {
        var echoes = _switches.Echo.Now == PolySwitches.Auto ? session.Kind != LinkKind.Tcp : _switches.Echo.Now == "on";
        if (echoes) session.Say(text + (session.Kind == LinkKind.Ssh ? "\r\r\n" : "\n\r"));
    }

    private bool IsLost(PolySession session, string text)
    {
        var hasty = session.LastCommand is { } last && Time.GetElapsedTime(last) < Hasty;
        session.LastCommand = Time.GetTimestamp();
        return (hasty && _switches.LosesHasty.Now)
            || (_switches.DeafInSetUp.Now && _calls.IsSettingUp && !text.StartsWith("hangup", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Words and quoted texts.</summary>
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quoted, begun) = (false, false);
        foreach (var c in text)
        {
            if (c == '"') (quoted, begun) = (!quoted, true);
            else if (c != ' ' || quoted) word.Append(c);
            if (c == ' ' && !quoted && (word.Length > 0 || begun))
            {
                words.Add(word.ToString());
                word.Clear();
                begun = false;
            }
        }

        if (word.Length > 0 || begun) words.Add(word.ToString());
        return words;
    }

    private void Run(PolySession session, List<string> words)
    {
        switch (words.Select(word => word.ToLowerInvariant()).ToArray())
        {
            case ["whoami"]: Introduce(session); break;
            case ["version"]: session.Line($"version \"{Setting.Word("software", "Release - 6.2.2.6")}\""); break;
            case ["serialnum"]: session.Line($"serialnum \"{SerialNumber}\""); break;
            case ["uptime", "get"]: session.Line("0 Days, 3 Hours, 2 Minutes, 5 Seconds"); break;
            case ["all", "register"]: foreach (var topic in Topics) Register(session, topic); break;
            case [var topic, "register"] when Topics.Contains(topic): Register(session, topic); break;
            case [var topic, "unregister"] when Topics.Contains(topic):
                _registered.Remove(topic);
                session.Line($"{topic} unregistered");
                break;
            case ["listen", "video"]:
                session.Line(_registered.Add("listen") ? "listen video registered" : "info: event/notification already active:video");
                break;
            case ["notify"]: session.Line(string.Create(CultureInfo.InvariantCulture, $"registered for {session.Notify.Count} notifications:{string.Join(':', session.Notify)}")); break;
            case ["notify", var topic] when NotifyTopics.Contains(topic):
                session.Line(session.Notify.Add(topic) ? $"notify {topic} success" : $"info: event/notification already active:{topic}");
                break;
            case ["nonotify", var topic] when NotifyTopics.Contains(topic):
                session.Notify.Remove(topic);
                session.Line($"nonotify {topic} success");
                break;
            case ["callinfo", "all"]: CallInfo(session); break;
            case ["getcallstate"]: CallStates(session); break;
            case ["status"]: Status(session); break;
            case ["mute", "near", "get"]: session.Line($"mute near {(_muted ? "on" : "off")}"); break;
            case ["volume", "get"]: session.Line(string.Create(CultureInfo.InvariantCulture, $"volume {_volume}")); break;
            case ["vcbutton", "get"]: session.Line(_content > 0 ? string.Create(CultureInfo.InvariantCulture, $"vcbutton play {_content}") : "vcbutton stop"); break;
            case ["dial", "manual", _, ..]: Dial(session, words); break;
            case ["answer", "video"]: Change(session, "answer video", () => _calls.Answer()); break;
            case ["hangup", "all"]: Change(session, "hanging up all", _calls.EndAll); break;
            case ["hangup", "video", ..]: Change(session, "hanging up video", _calls.EndAll); break;
            case ["mute", "near", "on"]: Change(session, "mute near on", () => SetMute(true)); break;
            case ["mute", "near", "off"]: Change(session, "mute near off", () => SetMute(false)); break;
            case ["volume", "set", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level <= Loudest:
                Change(session, string.Create(CultureInfo.InvariantCulture, $"volume {level}"), () => SetVolume(level));
                break;
            case ["vcbutton", "play", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var source) && source > 0:
                Change(session, string.Create(CultureInfo.InvariantCulture, $"vcbutton play {source}"), () => SetContent(source));
                break;
            case ["vcbutton", "stop"]: Change(session, "vcbutton stop", () => SetContent(0)); break;
            case ["preset", "near", "set", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var preset):
                Change(session, string.Create(CultureInfo.InvariantCulture, $"preset near set {preset}"), () => _presets.Add(preset));
                break;
            case ["preset", "near", "go", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var preset):
                if (_presets.Contains(preset)) Change(session, string.Create(CultureInfo.InvariantCulture, $"preset near go {preset}"), static () => { });
                else session.Line("preset near go failed");
                break;
            case ["sleep"]: Change(session, "sleep", () => SetSleep(true)); break;
            case ["wake"]: Change(session, "wake", () => SetSleep(false)); break;
            case ["reboot", "now"]: Reboot(session); break;
            case ["dial" or "mute" or "volume" or "preset" or "hangup" or "answer" or "vcbutton", ..]: session.Line(NeedsMore); break;
            default: session.Line(NotFound); break;
        }
    }

    private string SerialNumber => Setting.Word("serialNumber", "82" + Identity.Hex(Setting.Id, 8).ToUpperInvariant());

    private void Introduce(PolySession session)
    {
        session.Line($"Hi, my name is : {Setting.Word("name", Setting.Id)}");
        session.Line("Here is what I know about myself:");
        session.Line($"Model: {Setting.Word("model", "RealPresence Group 500")}");
        session.Line($"Serial Number: {SerialNumber}");
        session.Line($"Software Version: {Setting.Word("software", "Release - 6.2.2.6")}");
        session.Line("Build Information: root on buildhost");
        session.Line("H323 Enabled: True");
        session.Line("HTTP Enabled: True");
        session.Line("SNMP Enabled: False");
    }

    private void Register(PolySession session, string topic) =>
        session.Line(_registered.Add(topic) ? $"{topic} registered" : $"info: event/notification already active:{topic}");

    private void CallInfo(PolySession session)
    {
        if (_calls.All.Count == 0)
        {
            session.Line("system is not in a call");
            return;
        }

        session.Line("callinfo begin");
        foreach (var line in _calls.Info(_muted)) session.Line(line);
        session.Line("callinfo end");
    }

    private void CallStates(PolySession session)
    {
        if (_calls.All.Count == 0) session.Line("cs: call[1] inactive");
        foreach (var line in _calls.States()) session.Line(line);
    }

    private void Status(PolySession session)
    {
        session.Line(_calls.All.Count > 0 ? "inacall online" : "inacall offline");
        session.Line("autoanswerp2p offline");
        session.Line("remotecontrol online");
        session.Line("microphones online");
        session.Line("globaldirectory offline");
        session.Line("ipnetwork online");
        session.Line(_switches.GatekeeperOnline.Now ? "gatekeeper online" : "gatekeeper offline");
        session.Line(_switches.SipOnline.Now ? "sipserver online" : "sipserver offline");
        session.Line("status end");
    }

    private void Dial(PolySession session, List<string> words)
    {
        if (words.Count < 4 || words[3].Length == 0) session.Line(NeedsMore);
        else if (_calls.IsFull) session.Line("dial manual failed");
        else Change(session, "dialing manual", () => _calls.Dial(words[3]));
    }

    /// <summary>A command that changes something: refused, acknowledged and nothing, or acknowledged and done.</summary>
    private void Change(PolySession session, string acknowledgement, Action act)
    {
        if (Refuse.On)
        {
            session.Line(Refuse.Code ?? NotAvailable);
            return;
        }

        session.Line(acknowledgement);
        if (!Frozen) act();
    }

    private void Reboot(PolySession session)
    {
        if (Refuse.On) session.Line(Refuse.Code ?? NotAvailable);
        else if (!Frozen) After(GoesDownAfter, Reboot);
    }
}
