namespace AvGateway.Mqtt.Topics;

/// <summary>Who writes a topic.</summary>
public enum TopicWriter { Gateway, Caller }

/// <summary>One row of the topic tables of CONTRACT §2 and §3.</summary>
/// <param name="Name">Name of the row in generated documents; the request rows are named after their family.</param>
/// <param name="Pattern">Levels after root, version and site; <c>{word}</c> is any one level that is an id.</param>
/// <param name="Payload">Name of the payload's schema.</param>
/// <param name="En">What is told or asked there.</param>
public sealed record TopicRow(string Name, string Pattern, TopicWriter Writer, bool Retained, string Payload, string En)
{
    /// <summary>False: the topic is reserved by the contract and this version does nothing there.</summary>
    public bool Served { get; init; } = true;

    /// <summary>The levels of <see cref="Pattern"/>.</summary>
    public IReadOnlyList<string> Levels { get; } = Pattern.Split('/');

    /// <summary>The names in braces, in order.</summary>
    public IEnumerable<string> Parameters => Levels.Where(IsParameter).Select(l => l[1..^1]);

    internal static bool IsParameter(string level) => level.StartsWith('{');
}
