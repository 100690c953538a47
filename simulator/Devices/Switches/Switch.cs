using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Devices.Switches;

/// <summary>A named, typed and documented way to make a device misbehave or differ.</summary>
public abstract class Switch
{
    private protected Switch(string name, string kind, string summary)
    {
        Name = name;
        Kind = kind;
        Summary = summary;
    }

    /// <summary>Kebab-case name, as in the control API.</summary>
    public string Name { get; }

    /// <summary>What values it takes, in words: <c>boolean</c>, <c>duration such as "200ms"</c>, <c>one of a, b</c>.</summary>
    public string Kind { get; }

    public string Summary { get; }

    /// <summary>The present value as JSON.</summary>
    public abstract JsonNode? Value { get; }

    /// <summary>Takes a value; false when it is not one of <see cref="Kind"/>.</summary>
    internal abstract bool TrySet(JsonNode? value);

    /// <summary>Makes the present value the one that <see cref="Restore"/> goes back to.</summary>
    internal abstract void KeepAsStart();

    /// <summary>Goes back to the value of the start, without telling the device: it is being reset as a whole.</summary>
    internal abstract void Restore();
}

/// <summary>Reads a JSON value; false when it is not acceptable.</summary>
public delegate bool SwitchReader<T>(JsonNode? value, out T result);

/// <summary>A switch whose value the device reads as <see cref="Now"/>.</summary>
public sealed class Switch<T> : Switch
{
    private readonly SwitchReader<T> _read;
    private readonly Func<T, JsonNode?> _write;
    private readonly Action? _changed;
    private T _start;

    internal Switch(string name, string kind, string summary, T start, SwitchReader<T> read, Func<T, JsonNode?> write, Action? changed)
        : base(name, kind, summary)
    {
        _read = read;
        _write = write;
        _changed = changed;
        _start = start;
        Now = start;
    }

    public T Now { get; private set; }

    public override JsonNode? Value => _write(Now);

    /// <summary>Sets the value from inside the device (a counter that runs down), without calling back.</summary>
    public void Become(T value) => Now = value;

    internal override bool TrySet(JsonNode? value)
    {
        if (!_read(value, out var result)) return false;
        Now = result;
        _changed?.Invoke();
        return true;
    }

    internal override void KeepAsStart() => _start = Now;

    internal override void Restore() => Now = _start;
}
