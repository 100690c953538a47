using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Tesira;

/// <summary>
/// A Biamp Tesira that speaks its text protocol (telnet 23, SSH, RS-232): the design has the level blocks <c>Level1</c> (eight channels) and <c>Court Mics</c>
/// (four), and the mute block <c>Mute1</c> (eight). Tags and attributes are case-sensitive; subscriptions end with the session.
/// </summary>
internal sealed partial class SimulatedTesira : SimulatedDevice<TesiraSession>, ICatalogued
{
    private const string Mute = "mute", Level = "level";
    private const double Lowest = -100, Highest = 12;

    private static readonly (string Tag, int Channels, bool HasLevel)[] Blocks = [("Level1", 8, true), ("Court Mics", 4, true), ("Mute1", 8, false)];

    private readonly TesiraSwitches _switches;
    private readonly SortedDictionary<TesiraPoint, double> _points = [];
    private readonly string _serial;

    public SimulatedTesira(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(60))
    {
        _serial = setting.Word("serialNumber", Identity.Hex(setting.Id, 8));
        _switches = new(Switches);
        BackToFactory();
        Panel.Add("mute", "Mutes or opens a channel in the maker's own program.", args =>
        {
            if (!args.Text("tag", out var tag) || !args.Integer("channel", 1, 8, out var channel) || !args.Boolean("muted", out var muted)) return args.Problem;
            return ByHand(new(tag, Mute, channel), muted ? 1 : 0);
        }, new FrontPanelArgument("tag", "Level1, Court Mics or Mute1"), new FrontPanelArgument("channel", "1 to 8"), new FrontPanelArgument("muted", "true or false"));
        Panel.Add("level", "Turns the level of a channel in the maker's own program.", args =>
        {
            if (!args.Text("tag", out var tag) || !args.Integer("channel", 1, 8, out var channel) || !args.Integer("db", (int)Lowest, (int)Highest, out var db)) return args.Problem;
            return ByHand(new(tag, Level, channel), db);
        }, new FrontPanelArgument("tag", "Level1 or Court Mics"), new FrontPanelArgument("channel", "1 to 8"), new FrontPanelArgument("db", "-100 to 12"));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("tesira", "audio", "Biamp Tesira (TTP)",
        [LinkKind.Tcp, LinkKind.Ssh, LinkKind.Serial], static (setting, time) => new SimulatedTesira(setting, time))
    { LineSettings = "baud=115200&data=8&parity=none&stop=1&flow=none" };

    protected override Session NewSession(Connection connection) => new TesiraSession(this, connection);

    protected override void BackToFactory()
    {
        foreach (var (tag, channels, hasLevel) in Blocks)
        {
            for (var channel = 1; channel <= channels; channel++)
            {
                _points[new(tag, Mute, channel)] = 0;
                if (hasLevel) _points[new(tag, Level, channel)] = 0;
            }
        }
    }

    // Mutes and levels come back as they were.
    protected override void Restarted()
    {
    }

    protected override void Describe(JsonObject state)
    {
        state["serialNumber"] = _serial;
        state["muted"] = new JsonArray([.. _points.Where(p => p.Key.Attribute == Mute && p.Value != 0).Select(p => (JsonNode)JsonValue.Create(Place(p.Key)))]);
        state["levels"] = new JsonObject(_points.Where(p => p.Key.Attribute == Level).Select(p => KeyValuePair.Create(Place(p.Key), (JsonNode?)JsonValue.Create(p.Value))));
    }

    private ControlProblem? ByHand(TesiraPoint point, double value)
    {
        if (_points.ContainsKey(point)) Change(point, value);
        return null;
    }

    private void Change(TesiraPoint point, double value)
    {
        if (_points[point] == value) return;
        _points[point] = value;
        if (_switches.NoPublish.Now) return;
        foreach (var session in Sessions)
        {
            if (session.Subscriptions.TryGetValue(point, out var label)) session.Publish(label, Told(point, value));
        }
    }

    private static string Told(TesiraPoint point, double value) =>
        point.Attribute == Mute ? (value != 0 ? "true" : "false") : value.ToString("0.000000", CultureInfo.InvariantCulture);

    private static string Place(TesiraPoint point) => string.Create(CultureInfo.InvariantCulture, $"{point.Tag}/{point.Index}");
}
