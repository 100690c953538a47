using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>A value of the tree: its text, whether terminals quote it, and the name of its value space where it has one.</summary>
internal sealed record XapiValue(string Text, bool Quoted = false, string? Space = null);

/// <summary>
/// One node of a document: a name, perhaps an instance number, and either a value or children. A ghost tells that an instance has gone.
/// </summary>
internal sealed class XapiNode(string name, int? item = null)
{
    public string Name { get; } = name;

    public int? Item { get; } = item;

    public XapiValue? Value { get; set; }

    public bool Ghost { get; set; }

    public List<XapiNode> Children { get; } = [];

    public bool Is(string other) => Name.Equals(other, StringComparison.OrdinalIgnoreCase);

    public XapiNode Child(string childName, int? childItem)
    {
        var found = Children.Find(child => child.Is(childName) && child.Item == childItem);
        if (found is null) Children.Add(found = new(childName, childItem));
        return found;
    }

    /// <summary>
    /// The part of this node that an address selects, with the path to it; null when nothing matches. A missing instance number selects all
    /// instances; <c>*</c> selects every child; <c>//</c> looks at any depth.
    /// </summary>
    public XapiNode? Select(ReadOnlySpan<XapiStep> address)
    {
        if (address.IsEmpty) return this;
        var step = address[0];
        var kept = new XapiNode(Name, Item) { Ghost = Ghost };
        foreach (var child in Children)
        {
            var selected = step.AnyDepth ? child.Find(step, address[1..]) : step.Matches(child) ? child.Select(address[1..]) : null;
            if (selected is not null) kept.Children.Add(selected);
        }

        return kept.Children.Count > 0 ? kept : null;
    }

    private XapiNode? Find(XapiStep step, ReadOnlySpan<XapiStep> rest)
    {
        if ((step with { AnyDepth = false }).Matches(this)) return Select(rest);
        var kept = new XapiNode(Name, Item);
        foreach (var child in Children)
        {
            if (child.Find(step, rest) is { } found) kept.Children.Add(found);
        }

        return kept.Children.Count > 0 ? kept : null;
    }
}

/// <summary>One word of an address with its instance number.</summary>
internal readonly record struct XapiStep(string Name, int? Item = null, bool AnyDepth = false)
{
    public bool Matches(XapiNode node) => (Name == "*" || node.Is(Name)) && (Item is null || Item == node.Item);

    public bool Matches(XapiStep other) =>
        (Name == "*" || Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase)) && (Item is null || Item == other.Item);

    /// <summary>Reads words such as <c>Call 12 Status</c>, <c>Call[12]/Status</c> or <c>// DisplayName</c>.</summary>
    public static XapiStep[] Read(IEnumerable<string> words)
    {
        var steps = new List<XapiStep>();
        var anyDepth = false;
        foreach (var word in words)
        {
            if (word == "//")
            {
                anyDepth = true;
            }
            else if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var item) && steps.Count > 0)
            {
                steps[^1] = steps[^1] with { Item = item };
            }
            else
            {
                var bracket = word.IndexOf('[', StringComparison.Ordinal);
                var inside = bracket > 0 && word.EndsWith(']') ? word[(bracket + 1)..^1] : "";
                int? instance = int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
                steps.Add(new(bracket > 0 ? word[..bracket] : word, instance, anyDepth));
                anyDepth = false;
            }
        }

        return [.. steps];
    }

    public static XapiStep[] Read(string path) => Read(path.Split([' ', '/'], StringSplitOptions.RemoveEmptyEntries));
}
