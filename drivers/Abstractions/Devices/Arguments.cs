using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace AvGateway.Devices;

/// <summary>The arguments of one command, checked against its <c>VerbSpec</c> before a driver sees them. Unchangeable.</summary>
public sealed class Arguments : IReadOnlyCollection<KeyValuePair<string, Value>>, IEquatable<Arguments>
{
    public static readonly Arguments None = new([]);

    private readonly KeyValuePair<string, Value>[] _sorted;

    public Arguments(IEnumerable<KeyValuePair<string, Value>> arguments) =>
        _sorted = [.. arguments.OrderBy(a => a.Key, StringComparer.Ordinal)];

    public static Arguments Of(params (string Name, Value Value)[] arguments) =>
        new(arguments.Select(a => KeyValuePair.Create(a.Name, a.Value)));

    public int Count => _sorted.Length;
    public Value this[string name] => TryGet(name, out var value) ? value : throw new KeyNotFoundException($"no argument \"{name}\"");

    public bool TryGet(string name, out Value value)
    {
        foreach (var argument in _sorted)
        {
            if (argument.Key != name) continue;
            value = argument.Value;
            return true;
        }

        value = Value.None;
        return false;
    }

    public Arguments With(string name, Value value) =>
        new(_sorted.Where(a => a.Key != name).Append(KeyValuePair.Create(name, value)));

    public bool Equals([NotNullWhen(true)] Arguments? other) => other is not null && _sorted.AsSpan().SequenceEqual(other._sorted);
    public override bool Equals(object? obj) => Equals(obj as Arguments);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in _sorted) hash.Add(HashCode.Combine(name, value));
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(' ', _sorted.Select(a => $"{a.Key}={a.Value}"));

    public IEnumerator<KeyValuePair<string, Value>> GetEnumerator() => _sorted.AsEnumerable().GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
