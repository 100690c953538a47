using AvGateway.Mqtt.Permissions;

namespace AvGateway.Mqtt.Embedded;

/// <summary>A topic that has a last word.</summary>
internal sealed class StateEntry(Outgoing latest)
{
    public Outgoing Latest { get; set; } = latest;

    /// <summary>Who gets the topic; forgotten sets have to be found anew.</summary>
    public ReceiverSet? Receivers { get; set; }
}

/// <summary>
/// The last word on every retained topic, by levels, so that a room's panel is given its room without a look at the others.
/// Not safe by itself: the switchboard's lock guards it.
/// </summary>
internal sealed class StateTree
{
    private readonly Node _root = new();
    private readonly Dictionary<string, StateEntry> _byTopic = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, StateEntry> ByTopic => _byTopic;

    public StateEntry Set(Outgoing message)
    {
        if (_byTopic.TryGetValue(message.Topic, out var entry))
        {
            entry.Latest = message;
            return entry;
        }

        entry = new(message);
        var node = _root;
        foreach (var level in message.Topic.Split('/')) node = node.Child(level);
        node.Entry = entry;
        return _byTopic[message.Topic] = entry;
    }

    public void Remove(string topic)
    {
        if (_byTopic.Remove(topic)) Remove(_root, topic.Split('/'));
    }

    public void Match(TopicFilter filter, List<StateEntry> found) => Match(_root, filter.Levels, filter.IsOpen, found, first: true);

    private static void Match(Node node, ReadOnlySpan<string> levels, bool open, List<StateEntry> found, bool first)
    {
        if (levels.IsEmpty)
        {
            if (node.Entry is not null) found.Add(node.Entry);
            if (!open || node.Children is null) return;
            foreach (var (word, child) in node.Children)
                if (!first || word is not ['$', ..]) Match(child, [], open: true, found, first: false);
        }
        else if (levels[0] == "+")
        {
            foreach (var (word, child) in node.Children ?? [])
                if (!first || word is not ['$', ..]) Match(child, levels[1..], open, found, first: false);
        }
        else if (node.Children?.GetValueOrDefault(levels[0]) is { } child)
        {
            Match(child, levels[1..], open, found, first: false);
        }
    }

    private static bool Remove(Node node, ReadOnlySpan<string> levels)
    {
        if (levels.IsEmpty) node.Entry = null;
        else if (node.Children?.GetValueOrDefault(levels[0]) is { } child && Remove(child, levels[1..])
            && node.Children.Remove(levels[0]) && node.Children.Count == 0) node.Children = null;
        return node.Entry is null && node.Children is null;
    }

    private sealed class Node
    {
        public Dictionary<string, Node>? Children { get; set; }
        public StateEntry? Entry { get; set; }

        public Node Child(string level)
        {
            Children ??= new(StringComparer.Ordinal);
            if (!Children.TryGetValue(level, out var child)) Children[level] = child = new();
            return child;
        }
    }
}
