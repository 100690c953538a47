using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Profiled;

/// <summary>
/// A device made out of its profile. It says what the profile says of it and nothing else, so it proves that frames, pace and life fit together;
/// whether the vendor's device is like that, no simulator made of the same paper can know.
/// </summary>
internal sealed class SimulatedProfile : SimulatedDevice<ProfileSession>, ICatalogued
{
    private const string Power = "power", On = "on", Off = "off", Warming = "warming", Cooling = "cooling";

    private static readonly string[] OfThePicture = ["input", "blanked", "sound-muted"];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Switch<TimeSpan> _warmUp;
    private readonly Switch<TimeSpan> _coolDown;
    private readonly Switch<TimeSpan> _relayDelay;
    private readonly Switch<bool> _ignoresOn;
    private readonly Switch<bool> _ignoresOff;
    private IDisposable? _lamp;
    private Action? _understood;

    public SimulatedProfile(ProfilePaper paper, DeviceSetting setting, TimeProvider time)
        : base(Descriptor with { LineSettings = paper.LineSettings.Length > 0 ? paper.LineSettings : Descriptor.LineSettings, DeviceClass = paper.DeviceClass, Title = $"Device of the profile {paper.Name}" },
            setting, time, TimeSpan.FromSeconds(5))
    {
        Paper = paper;
        _warmUp = Switches.Duration("warm-up", "From a power on to the picture, where the profile has a word for it.", TimeSpan.FromSeconds(20));
        _coolDown = Switches.Duration("cool-down", "From a power off to standby, where the profile has a word for it.", TimeSpan.FromSeconds(15));
        _relayDelay = Switches.Duration("relay-delay", "Time from a command to its effect.", TimeSpan.Zero);
        _ignoresOn = Switches.Boolean("ignores-on", "What was told to go on stays off; the answer is as ever.");
        _ignoresOff = Switches.Boolean("ignores-off", "What was told to go off stays on; the answer is as ever.");
        Panel.Add("set", "Changes a property by hand.", args => args.Text("property", out var property) && args.Text("value", out var value) ? ByHand(property, value) : args.Problem,
            new FrontPanelArgument("property", "a property of the device, such as input or output-3"), new FrontPanelArgument("value", "what it becomes"));
        Panel.Add("switch", "Presses the key of an outlet.", args => args.Integer("outlet", 1, 127, out var outlet) && args.Boolean("on", out var on) ? ByHand(Numbered("outlet", outlet), on ? On : Off) : args.Problem,
            new FrontPanelArgument("outlet", "a whole number from 1"), new FrontPanelArgument("on", "true or false"));
        Panel.Add("route", "Presses the keys of an output and an input.", args => args.Integer("output", 1, 127, out var output) && args.Integer("input", 0, 127, out var input) ? ByHand(Numbered("output", output), input.ToString(CultureInfo.InvariantCulture)) : args.Problem,
            new FrontPanelArgument("output", "a whole number from 1"), new FrontPanelArgument("input", "a whole number"));
        Panel.Add("remote-on", "Somebody switches it on.", () => GoOn());
        Panel.Add("remote-standby", "Somebody switches it off.", () => GoOff());
        Begin();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("profile", "any", "Device made out of a profile file; proves plumbing, not the vendor's truth",
        [LinkKind.Serial, LinkKind.Tcp], static (setting, time) => new SimulatedProfile(ProfilePaper.Read(setting), setting, time));

    internal ProfilePaper Paper { get; }

    private bool HasPower => Paper.DeviceClass == "display" && _values.ContainsKey(Power);

    protected override Session NewSession(Connection connection) => new ProfileSession(this, connection);

    protected override void BackToFactory() => Begin();

    // Comes back with its mains, as most displays of a courtroom are set to.
    protected override void Restarted()
    {
        if (HasPower) _values[Power] = On;
    }

    protected override void Describe(JsonObject state)
    {
        foreach (var (property, value) in _values) state[property] = value;
    }

    /// <summary>One request; how many bytes it took, 0 when it is not all there, -1 when it is none.</summary>
    internal int Understand(ProfileSession session, byte[] bytes, bool isWhole)
    {
        var mayBecome = false;
        foreach (var request in Paper.Requests)
        {
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            var taken = request.Send.Read(bytes, name => CodesOf(request, name), found);
            mayBecome |= taken == 0;
            if (taken <= 0 || (isWhole && taken != bytes.Length) || !IsOurs(request, found)) continue;
            _understood = () => Obey(session, request, found);
            if (isWhole) Obey();
            return taken;
        }

        if (isWhole) Say(session, Refusal());
        return mayBecome ? 0 : -1;
    }

    internal void Obey()
    {
        var understood = _understood;
        _understood = null;
        understood?.Invoke();
    }

    private void Obey(ProfileSession session, PaperRequest request, Dictionary<string, string> found)
    {
        var property = Concrete(request.Property, found);
        if (request.IsQuestion)
        {
            if (IsDark && OfThePicture.Contains(property) && Refusal() is { } no) Say(session, no);
            else if (_values.TryGetValue(property, out var shown)) Say(session, Write(request, found, shown));
            return;
        }

        var isOnTheWay = HasPower && _values[Power] is Warming or Cooling;
        if (Refuse.On || (isOnTheWay && property == Power) || (IsDark && OfThePicture.Contains(property)))
        {
            Say(session, Refusal());
            return;
        }

        if (request.Answer is not null) Say(session, Write(request, found, ""));
        if (Frozen || property.Length == 0) return;
        var value = request.IsToggle ? _values.GetValueOrDefault(property) == On ? Off : On : request.Value!.StartsWith('{') ? found.GetValueOrDefault(request.Value[1..^1], "") : request.Value;
        if (_relayDelay.Now == TimeSpan.Zero) Change(property, value);
        else After(_relayDelay.Now, () => Change(property, value));
    }

    private bool IsDark => HasPower && _values[Power] != On;

    private void Change(string property, string value)
    {
        if ((value == On && _ignoresOn.Now) || (value == Off && _ignoresOff.Now)) return;
        if (property != Power || !HasPower) _values[property] = value;
        else if (value == On) GoOn();
        else GoOff();
    }

    private void GoOn() => Go(Warming, _warmUp.Now, On);

    private void GoOff() => Go(Cooling, _coolDown.Now, Off);

    private void Go(string between, TimeSpan time, string end)
    {
        if (_values.GetValueOrDefault(Power) == end) return;
        _lamp?.Dispose();
        _lamp = null;
        var hasWord = Paper.CodesOf(Power)?.Words.Contains(between) == true;
        _values[Power] = hasWord && time > TimeSpan.Zero ? between : end;
        if (_values[Power] == between) _lamp = After(time, () => _values[Power] = end);
    }

    private ControlProblem? ByHand(string property, string value)
    {
        if (!_values.ContainsKey(property)) return new(ControlFault.Invalid, $"There is no '{property}' on this device.", "/args/property", "Use one that it has.", [.. _values.Keys]);
        _values[property] = value;
        var dash = property.LastIndexOf('-');
        var general = dash > 0 && int.TryParse(property.AsSpan(dash + 1), out _) ? $"{property[..dash]}-{{{property[..dash]}}}" : property;
        foreach (var template in Paper.Tells.GetValueOrDefault(general, []))
        {
            foreach (var session in Sessions) Say(session, template.Write(name => name == property[..Math.Max(dash, 0)] ? property[(dash + 1)..] : Paper.Option(name) ?? value, _ => null, value));
        }

        return null;
    }

    private void Begin()
    {
        _lamp?.Dispose();
        _values.Clear();
        foreach (var request in Paper.Requests.Where(r => r.Property.Length > 0))
        {
            var brace = request.Property.IndexOf('{', StringComparison.Ordinal);
            if (brace < 0) _values.TryAdd(request.Property, Start(request.Property, 0));
            else for (var i = 1; i <= Paper.Counts.GetValueOrDefault(request.Property[(brace + 1)..^1]); i++) _values.TryAdd(request.Property[..brace] + i.ToString(CultureInfo.InvariantCulture), Start(request.Property, i));
        }
    }

    private string Start(string property, int index) => property switch
    {
        Power => On,
        _ when property.StartsWith("outlet-{", StringComparison.Ordinal) => On,
        _ when Paper.CodesOf(property) is { } codes => codes.Words.Contains("false") ? "false" : codes.Words.First(),
        _ => Math.Max(index, 1).ToString(CultureInfo.InvariantCulture),
    };

    private bool IsOurs(PaperRequest request, Dictionary<string, string> found) =>
        found.All(f => Paper.Option(f.Key) is not { } own || own == f.Value)
        && (request.Property.IndexOf('{', StringComparison.Ordinal) < 0 || _values.ContainsKey(Concrete(request.Property, found)));

    private byte[] Write(PaperRequest request, Dictionary<string, string> found, string shown) =>
        request.Answer!.Write(name => name == "value" ? shown : found.TryGetValue(name, out var said) ? said : Paper.Option(name) ?? "", name => CodesOf(request, name));

    private PaperCodes? CodesOf(PaperRequest request, string name) =>
        name == "value" || request.Value == $"{{{name}}}" ? Paper.CodesOf(request.Property) : null;

    private byte[]? Refusal() => Paper.Refusals.Count == 0 ? null : Paper.Refusals[0].Write(name => Paper.Option(name) ?? "", _ => null, Refuse.Code ?? "0");

    private void Say(ProfileSession session, byte[]? frame)
    {
        if (frame is not null) session.Say(Paper.IsHex ? frame : [.. Paper.AnswerStart, .. frame, .. Paper.AnswerEnd]);
    }

    private static string Concrete(string property, Dictionary<string, string> found)
    {
        var brace = property.IndexOf('{', StringComparison.Ordinal);
        return brace < 0 ? property : property[..brace] + found.GetValueOrDefault(property[(brace + 1)..^1], "");
    }

    private static string Numbered(string thing, int number) => string.Create(CultureInfo.InvariantCulture, $"{thing}-{number}");
}
