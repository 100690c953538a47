namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>A document (Status or Configuration) that remembers what was changed since the last time somebody asked.</summary>
internal sealed class XapiTree(string name)
{
    private readonly List<(XapiStep[] Path, XapiValue? Value)> _changes = [];

    public XapiNode Root { get; } = new(name);

    public string? this[string path] => At(XapiStep.Read(path))?.Value?.Text;

    /// <summary>Sets a leaf; a change is remembered, the same value again is none.</summary>
    public void Set(string path, string text, bool quoted = false, string? space = null)
    {
        if (SetSilently(path, text, quoted, space) is { } changed) _changes.Add(changed);
    }

    /// <summary>Sets a leaf that moves by itself (a duration, a counter) and is told only to those who ask.</summary>
    public (XapiStep[] Path, XapiValue Value)? SetSilently(string path, string text, bool quoted = false, string? space = null)
    {
        var steps = XapiStep.Read(path);
        var node = Root;
        foreach (var step in steps) node = node.Child(step.Name, step.Item);
        var value = node.Value is { } before ? before with { Text = text } : new XapiValue(text, quoted, space);
        if (node.Value == value) return null;
        node.Value = value;
        return (steps, value);
    }

    /// <summary>Removes an instance, which is told as a ghost.</summary>
    public void Remove(string path)
    {
        var steps = XapiStep.Read(path);
        if (At(steps[..^1]) is not { } parent || parent.Children.RemoveAll(steps[^1].Matches) == 0) return;
        _changes.RemoveAll(change => change.Path.AsSpan().StartsWith(steps));
        _changes.Add((steps, null));
    }

    public XapiNode? Select(XapiStep[] address) => Root.Select(address);

    /// <summary>The changes of leaves that the expressions cover, as a document; null when there are none.</summary>
    public XapiNode? Changed(IEnumerable<XapiStep[]> expressions)
    {
        var document = new XapiNode(Root.Name);
        foreach (var (path, value) in _changes)
        {
            if (!expressions.Any(expression => Covers(expression, path, removed: value is null))) continue;
            var node = document;
            foreach (var step in path) node = node.Child(step.Name, step.Item);
            node.Value = value;
            node.Ghost = value is null;
        }

        return document.Children.Count > 0 ? document : null;
    }

    public void Told() => _changes.Clear();

    // What lies below the expression; and an instance above it that was removed, since that takes its leaves with it.
    private static bool Covers(XapiStep[] expression, XapiStep[] path, bool removed)
    {
        if (expression.Length > path.Length && !removed) return false;
        for (var i = 0; i < Math.Min(expression.Length, path.Length); i++)
        {
            if (!expression[i].Matches(path[i])) return false;
        }

        return true;
    }

    private XapiNode? At(XapiStep[] steps)
    {
        XapiNode? node = Root;
        foreach (var step in steps) node = node?.Children.Find(child => child.Is(step.Name) && child.Item == step.Item);
        return node;
    }
}
