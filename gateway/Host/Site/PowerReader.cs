using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AvGateway.Devices;
using AvGateway.Operations.Power;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>power</c> of a room and the circuits of <c>network</c>; what they say together is checked by the graph that they make.</summary>
internal sealed class PowerReader(List<Finding> findings)
{
    private const string CircuitKind = "power";
    private const double MostAmperes = 10_000;

    private static readonly Dictionary<string, LoadKind> Kinds = Enum.GetValues<LoadKind>().ToDictionary(k => k.ToString().ToLowerInvariant(), k => k, StringComparer.Ordinal);
    private static readonly Dictionary<string, PowerUse> Uses = Enum.GetValues<PowerUse>().ToDictionary(k => k.ToString().ToLowerInvariant(), k => k, StringComparer.Ordinal);

    private readonly Dictionary<string, JsonNodeAt> _places = new(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> KindWords => Kinds.Keys;
    public static IReadOnlyCollection<string> UseWords => Uses.Keys;

    public RoomPower ReadRoom(string room, JsonNodeAt node)
    {
        _places[room] = node;
        var shape = new JsonShape(node, findings, "use", "gap", "loads");
        return new(room)
        {
            Use = Word(shape, "use", Uses),
            Gap = shape.Duration("gap", TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            Loads = [.. shape.List("loads").Select((load, i) => ReadLoad(room, load, string.Create(CultureInfo.InvariantCulture, $"$.loads[{i}]")))],
        };
    }

    /// <summary>Null: it is no circuit with a bound. What else stands in it is checked where the network is read.</summary>
    public PowerBranch? ReadBranch(JsonNodeAt node)
    {
        if (node["inrush"] is null && node["settle"] is null) return null;
        var shape = new JsonShape(node, findings, [.. node.Members.Select(m => m.Name)]);
        if (node["kind"] is not { Text: CircuitKind }) findings.Add(node.Error("only a branch of kind power bears a rush of current", "remove \"inrush\" and \"settle\", or say \"kind\": \"power\""));
        if (node["inrush"] is null) shape.Missing("inrush");
        _places[node.Path] = node;
        return new(
            node["id"]?.Text ?? "",
            Amperes(shape, "inrush") ?? MostAmperes,
            shape.Duration("settle", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)) ?? TimeSpan.FromMilliseconds(500),
            [.. (node["feeds"]?.Items ?? []).Select(f => f.Text ?? "")],
            node.Path);
    }

    /// <summary>Gives what the graph found its place in the file.</summary>
    public void Add(IEnumerable<PowerFinding> found)
    {
        foreach (var finding in found)
        {
            var place = finding.Room is { } room ? _places.GetValueOrDefault(room)?.At(finding.Place) : BranchAt(finding.Place);
            var message = Texts.Say(finding.Says.Zh, finding.Says.En);
            var remedy = Texts.Say(finding.Remedy.Zh, finding.Remedy.En);
            findings.Add(place?.Error(message, remedy) ?? new(Severity.Error, "", finding.Place, 1, 1, message, remedy));
        }
    }

    private JsonNodeAt? BranchAt(string place)
    {
        foreach (var (path, node) in _places)
            if (path.StartsWith('$') && place.StartsWith(path, StringComparison.Ordinal)) return node.At("$" + place[path.Length..]);
        return null;
    }

    private LoadSpec ReadLoad(string room, JsonNodeAt node, string place)
    {
        var shape = new JsonShape(node, findings, "id", "kind", "feed", "sources", "cooling", "within", "inrush", "standby", "force", "shared");
        return new(shape.Id("id"), place)
        {
            Kind = Word(shape, "kind", Kinds),
            Feeds = ReadFeeds(room, shape),
            Sources = shape.Member("sources") is null ? null : [.. shape.List("sources").Select(s => s.Text ?? "")],
            Cooling = shape.Duration("cooling", TimeSpan.Zero, TimeSpan.FromMinutes(30)),
            Within = shape.Duration("within", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)),
            Inrush = Amperes(shape, "inrush"),
            Standby = Amperes(shape, "standby"),
            Force = shape.Flag("force", otherwise: false),
            Shared = shape.Flag("shared", otherwise: false),
        };
    }

    // One outlet as a text; a device with two power supplies names both in a list.
    private ImmutableArray<OutletRef> ReadFeeds(string room, JsonShape shape)
    {
        if (shape.Member("feed") is not { } node) return [];
        var feeds = ImmutableArray.CreateBuilder<OutletRef>();
        foreach (var feed in node.Kind is JsonValueKind.Array ? node.Items : [node])
        {
            var number = 0;
            DeviceId? feeder = (feed.Text ?? "").Split('/') switch
            {
                [var device, var outlet] when IsOutlet(outlet, out number) => new DeviceId(room, device),
                [var other, var device, var outlet] when IsOutlet(outlet, out number) => new DeviceId(other, device),
                _ => null,
            };
            if (feeder is { } found) feeds.Add(new(found, number));
            else findings.Add(feed.Error($"\"{feed.Text}\" is no outlet", "write DEVICE/OUTLET or ROOM/DEVICE/OUTLET, for example \"sequencer/3\""));
        }

        return feeds.ToImmutable();
    }

    private static bool IsOutlet(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private T? Word<T>(JsonShape shape, string name, Dictionary<string, T> words) where T : struct
    {
        if (shape.Text(name) is not { } text) return null;
        if (words.TryGetValue(text, out var word)) return word;
        findings.Add(shape.Member(name)!.Error($"\"{text}\" is not known here", $"known are {string.Join(", ", words.Keys)}"));
        return null;
    }

    private double? Amperes(JsonShape shape, string name)
    {
        if (shape.Member(name) is not { } node) return null;
        if (node.Kind is JsonValueKind.Number && node.Number is > 0 and <= MostAmperes) return node.Number;
        findings.Add(node.Error("amperes are needed here", "write a number above 0, for example 16"));
        return null;
    }
}
