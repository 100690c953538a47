using AvGateway.Operations.Faults;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>"network"</c>: power branches, network switches and transmission lines with what hangs on them.</summary>
internal sealed class NetworkReader(List<Finding> findings, IReadOnlyList<RoomModel> rooms, IReadOnlyList<string> vendors, IReadOnlyList<string> carriers)
{
    private static readonly Dictionary<string, BranchKind> Kinds = new(StringComparer.Ordinal)
    {
        ["power"] = BranchKind.Power,
        ["switch"] = BranchKind.Switch,
        ["line"] = BranchKind.Line,
    };

    public IReadOnlyList<Branch> Read(IReadOnlyList<JsonNodeAt> nodes)
    {
        var branches = nodes.Select(n => (Node: n, Branch: ReadOne(n))).Where(b => b.Branch is not null).Select(b => (b.Node, Branch: b.Branch!)).ToList();
        foreach (var (node, branch) in branches)
        {
            if (branches.First(b => b.Branch.Id == branch.Id).Node != node || rooms.Any(r => r.Id == branch.Id))
                findings.Add(node.Error($"\"{branch.Id}\" names two things", "give rooms and branches ids of their own"));
            foreach (var fed in branch.Feeds.Where(f => !IsKnown(f, branches.Select(b => b.Branch))))
                findings.Add(node.Error($"\"{fed}\" is no room, device or branch", "name ROOM, ROOM/DEVICE or the id of another branch"));
            if (FeedsItself(branch, branch.Id, branches.ToDictionary(b => b.Branch.Id, b => b.Branch, StringComparer.Ordinal), []))
                findings.Add(node.Error($"\"{branch.Id}\" feeds itself", "a branch hangs on what is nearer to the source, never the other way round"));
        }

        return [.. branches.Select(b => b.Branch).DistinctBy(b => b.Id)];
    }

    private Branch? ReadOne(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "kind", "name", "feeds", "vendor", "carrier", "circuit", "inrush", "settle", "watch");
        var id = shape.Id("id");
        var word = shape.Text("kind", required: true);
        if (word is not null && !Kinds.ContainsKey(word)) findings.Add(node["kind"]!.Error($"there is no kind \"{word}\"", $"known are {string.Join(", ", Kinds.Keys)}"));
        var feeds = shape.List("feeds", required: true).Select(f => f.Text ?? "").Where(f => f.Length > 0).ToList();
        var name = shape.NamesOr(id);
        var vendor = Listed(node, shape, "vendor", "vendors", vendors);
        var carrier = Listed(node, shape, "carrier", "carriers", carriers);
        var circuit = shape.Text("circuit");
        if (carrier is not null && word is not "line") findings.Add(node["carrier"]!.Error("only a line has a carrier", "write \"vendor\" for what the court's own suppliers keep"));
        return id.Length == 0 || word is null || !Kinds.TryGetValue(word, out var kind) ? null
            : new(id, kind, name.Zh, name.En, [.. feeds], carrier ?? vendor, circuit);
    }

    private string? Listed(JsonNodeAt node, JsonShape shape, string member, string list, IReadOnlyList<string> known)
    {
        if (shape.Text(member) is not { } id) return null;
        if (!known.Contains(id)) findings.Add(node[member]!.Error($"\"{list}\" does not list \"{id}\"", known.Count == 0 ? $"add it to \"{list}\"" : $"listed are {string.Join(", ", known)}"));
        return id;
    }

    private bool IsKnown(string fed, IEnumerable<Branch> branches) =>
        rooms.Any(r => r.Id == fed || r.Devices.Any(d => d.Plan.Id.ToString() == fed)) || branches.Any(b => b.Id == fed);

    private static bool FeedsItself(Branch branch, string id, Dictionary<string, Branch> all, HashSet<string> seen) =>
        branch.Feeds.Any(fed => fed == id || (all.TryGetValue(fed, out var inner) && seen.Add(fed) && FeedsItself(inner, id, all, seen)));
}
