using AvGateway.Mqtt.Permissions;

namespace AvGateway.Mqtt.Embedded;

/// <summary>
/// All subscriptions by the levels of their filters, so that a publication costs what matches it, not what is connected.
/// Not safe by itself: the switchboard's lock guards it.
/// </summary>
internal sealed class SubscriptionTree
{
    private readonly Node _root = new();

    public void Set(ClientSession session, TopicFilter filter, Grant grant)
    {
        var node = _root;
        foreach (var level in filter.Levels) node = node.Child(level);
        var holders = filter.IsOpen ? node.Open ??= [] : node.Exact ??= [];
        holders[session] = grant;
    }

    public void Remove(ClientSession session, TopicFilter filter) => Remove(_root, session, filter, 0);

    /// <summary>Adds every subscription that the topic matches; a session with several appears several times.</summary>
    public void Match(string topic, List<Receiver> found)
    {
        // Wildcards at the first level do not cover topics that begin with $ (MQTT 5, 4.7.2).
        Match(_root, topic, found, wild: topic is not ['$', ..]);
    }

    private static void Match(Node node, ReadOnlySpan<char> rest, List<Receiver> found, bool wild)
    {
        if (wild) Add(node.Open, found);

        var slash = rest.IndexOf('/');
        var level = slash < 0 ? rest : rest[..slash];
        if (node.Words is { } words && words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child)) Step(child, rest, slash, found);
        if (wild && node.AnyWord is { } any) Step(any, rest, slash, found);
    }

    private static void Step(Node child, ReadOnlySpan<char> rest, int slash, List<Receiver> found)
    {
        if (slash >= 0)
        {
            Match(child, rest[(slash + 1)..], found, wild: true);
            return;
        }

        Add(child.Exact, found);
        Add(child.Open, found);
    }

    private static void Add(Dictionary<ClientSession, Grant>? holders, List<Receiver> found)
    {
        if (holders is null) return;
        foreach (var (session, grant) in holders) found.Add(new(session, grant));
    }

    /// <summary>True when nothing hangs below the node any more: the tree never keeps what nobody asks for.</summary>
    private static bool Remove(Node node, ClientSession session, TopicFilter filter, int depth)
    {
        if (depth < filter.Levels.Length)
        {
            var level = filter.Levels[depth];
            if (node.Find(level) is { } child && Remove(child, session, filter, depth + 1)) node.Drop(level);
        }
        else if (filter.IsOpen)
        {
            if (node.Open?.Remove(session) is true && node.Open.Count == 0) node.Open = null;
        }
        else if (node.Exact?.Remove(session) is true && node.Exact.Count == 0)
        {
            node.Exact = null;
        }

        return node.IsEmpty;
    }

    private sealed class Node
    {
        public Dictionary<string, Node>? Words { get; private set; }
        public Node? AnyWord { get; private set; }
        public Dictionary<ClientSession, Grant>? Exact { get; set; }
        public Dictionary<ClientSession, Grant>? Open { get; set; }

        public bool IsEmpty => Words is null && AnyWord is null && Exact is null && Open is null;

        public Node? Find(string level) => level == "+" ? AnyWord : Words?.GetValueOrDefault(level);

        public Node Child(string level)
        {
            if (level == "+") return AnyWord ??= new();
            Words ??= new(StringComparer.Ordinal);
            if (!Words.TryGetValue(level, out var child)) Words[level] = child = new();
            return child;
        }

        public void Drop(string level)
        {
            if (level == "+") AnyWord = null;
            else if (Words!.Remove(level) && Words.Count == 0) Words = null;
        }
    }
}
