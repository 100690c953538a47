using AvGateway.Drivers;

namespace AvGateway.Host.Engineering;

/// <param name="Within">The state that it is a part of; null: none.</param>
internal sealed record DiagramState(string Name, string? Within);

/// <param name="Told">What leads there.</param>
internal sealed record DiagramArrow(string From, string To, IReadOnlyList<string> Told);

/// <summary>
/// A driver's state diagram as a page draws it. The state machine itself writes Mermaid; here its lines are read. What leaves a state as it is
/// is no arrow: it says only that nothing happens.
/// </summary>
internal sealed record StateDiagram(string? Start, IReadOnlyList<DiagramState> States, IReadOnlyList<DiagramArrow> Arrows)
{
    private const string Beginning = "[*]";

    /// <summary>The diagram for a page: every state and every arrow with its words in both languages.</summary>
    public object Page(DriverManifest manifest) => new
    {
        Start,
        States = States.Select(s => new { s.Name, s.Within, Says = Named(s.Name, manifest.WordOfMode(s.Name)) }),
        Arrows = Arrows.Select(a => new { a.From, a.To, a.Told, Says = a.Told.Select(t => Named(t, MachineWords.Trigger(Trigger(t)))) }),
    };

    /// <summary>The name of what leads there, without the condition that may stand behind it.</summary>
    public static string Trigger(string told) => told.Split(' ', 2)[0];

    private static object Named(string name, Classes.WordSpec? word) => new { Zh = word?.Zh ?? name, En = word?.En ?? name };

    public static StateDiagram Read(string mermaid)
    {
        var within = new Dictionary<string, string?>(StringComparer.Ordinal);
        var arrows = new Dictionary<(string From, string To), List<string>>();
        var groups = new Stack<string>();
        string? start = null;
        foreach (var line in mermaid.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            if (line == "}") groups.Pop();
            else if (line.StartsWith("state ", StringComparison.Ordinal) && line.EndsWith('{')) groups.Push(Place(line[6..^1].Trim()));
            else if (line.Split("-->", 2, StringSplitOptions.TrimEntries) is [var from, var rest]) Arrow(from, rest);
            else if (!line.Contains(':', StringComparison.Ordinal)) Place(line);
        }

        return new(start, [.. within.Select(s => new DiagramState(s.Key, s.Value))], [.. arrows.Select(a => new DiagramArrow(a.Key.From, a.Key.To, a.Value))]);

        string Place(string name)
        {
            within[name] = groups.TryPeek(out var group) ? group : within.GetValueOrDefault(name);
            return name;
        }

        void Arrow(string from, string rest)
        {
            var parts = rest.Split(':', 2, StringSplitOptions.TrimEntries);
            var to = parts[0];
            if (from == Beginning)
            {
                start = to;
                return;
            }

            within.TryAdd(from, null);
            within.TryAdd(to, null);
            if (from == to || to == Beginning) return;
            if (!arrows.TryGetValue((from, to), out var told)) arrows[(from, to)] = told = [];
            if (parts.Length > 1) told.Add(parts[1]);
        }
    }
}
