using System.Collections.Immutable;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Parties;
using FaultSeverity = AvGateway.Operations.Faults.Severity;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>escalation</c>: who is told of which faults, one rung after the other.</summary>
internal sealed class LadderReader(List<Finding> findings, PartyBook parties, IReadOnlyCollection<string> channels, IReadOnlyCollection<string> rooms)
{
    private const string Party = "party";

    private static readonly Dictionary<string, FaultSeverity> Severities = Enum.GetValues<FaultSeverity>().ToDictionary(s => s.ToString());

    public ImmutableArray<Ladder> Read(IEnumerable<JsonNodeAt> nodes)
    {
        var ladders = new List<Ladder>();
        foreach (var node in nodes)
        {
            var ladder = ReadOne(node);
            if (ladders.Exists(l => l.Id == ladder.Id)) findings.Add(node.Error($"a second ladder is called \"{ladder.Id}\"", "give each its own id"));
            else ladders.Add(ladder);
        }

        return [.. ladders];
    }

    private Ladder ReadOne(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "id", "severities", "rooms", "codes", "wait", "interval", "workWithin", "repeat", "rungs");
        var rungs = shape.List("rungs", required: true).Select(ReadRung).ToImmutableArray();
        if (rungs.IsEmpty && node["rungs"] is { } none) findings.Add(none.Error("a ladder without rungs tells nobody", "name at least one { \"to\": … }"));
        var usual = new Ladder(shape.Id("id"), rungs);
        var ladder = usual with
        {
            Severities = [.. Words(shape, "severities", Severities.ContainsKey, $"write some of {string.Join(", ", Severities.Keys)}").Select(w => Severities[w])],
            Rooms = [.. Words(shape, "rooms", rooms.Contains, "name the id of a room")],
            Codes = [.. shape.List("codes").Select(c => c.Text ?? "").Where(c => c.Length > 0)],
            Wait = shape.Duration("wait", TimeSpan.Zero, TimeSpan.FromMinutes(10)) ?? usual.Wait,
            Interval = shape.Duration("interval", TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)) ?? usual.Interval,
            WorkWithin = shape.Duration("workWithin", TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)) ?? usual.WorkWithin,
        };
        if (shape.Member("repeat") is not { } repeat) return ladder;
        var again = new JsonShape(repeat, findings, "every", "times");
        return ladder with
        {
            Every = again.Duration("every", TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)) ?? usual.Every,
            Repeats = again.Whole("times", 0, Ladder.MostRepeats, findings) ?? usual.Repeats,
        };
    }

    private Rung ReadRung(JsonNodeAt node)
    {
        var shape = new JsonShape(node, findings, "after", "to", "by");
        var after = shape.Duration("after", TimeSpan.Zero, TimeSpan.FromHours(24)) ?? TimeSpan.Zero;
        var to = Words(shape, "to", IsKnown, "write contact:ID, roster:ID or party").ToImmutableArray();
        if (node["to"] is null) shape.Missing("to");
        return new(after, to, [.. Words(shape, "by", channels.Contains, channels.Count == 0 ? "add it to \"channels\"" : $"listed are {string.Join(", ", channels)}")]);
    }

    private bool IsKnown(string target) => target.Split(':', 2) switch
    {
        ["contact", var id] => parties.Contact(id) is not null,
        ["roster", var id] => parties.Roster(id) is not null,
        _ => target == Party,
    };

    private IEnumerable<string> Words(JsonShape shape, string member, Func<string, bool> isKnown, string remedy)
    {
        foreach (var item in shape.List(member))
        {
            if (item.Text is { } word && isKnown(word)) yield return word;
            else findings.Add(item.Error($"\"{item.Text}\" is not known here", remedy));
        }
    }
}
