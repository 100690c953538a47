using System.Globalization;

namespace AvGateway.Simulator.Devices.Videohub;

/// <summary>One block of numbered lines: its header without the colon, and a line per port.</summary>
internal abstract class VideohubTable(string header, int count)
{
    public string Header { get; } = header;

    public int Count { get; } = count;

    /// <summary>The rest of the line after the port number and one space.</summary>
    public abstract string Show(int port, string viewer);

    /// <summary>The text is one that this block can hold.</summary>
    public abstract bool Understands(string text);

    /// <summary>This client may write it; a port locked by another may not be touched.</summary>
    public virtual bool Permits(int port, string text, string owner) => true;

    /// <summary>Writes; true when that changed anything.</summary>
    public abstract bool Write(int port, string text, string owner);

    public string Line(int port, string viewer) => string.Create(CultureInfo.InvariantCulture, $"{port} {Show(port, viewer)}\n");

    protected static bool TryPort(string text, int count, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port < count;
}

/// <summary>Who has locked which port. Ownership belongs to the client's IP address, whatever program or connection it was.</summary>
internal sealed class LockTable(string header, int count) : VideohubTable(header, count)
{
    private readonly string?[] _owner = new string?[count];

    public override string Show(int port, string viewer) => _owner[port] is not { } owner ? "U" : owner == viewer ? "O" : "L";

    public override bool Understands(string text) => text is "O" or "U" or "F";

    public override bool Permits(int port, string text, string owner) => text == "F" || IsFreeFor(port, owner);

    public override bool Write(int port, string text, string owner) => Set(port, text == "O" ? owner : null);

    public bool IsFreeFor(int port, string owner) => _owner[port] is null || _owner[port] == owner;

    public string? Owner(int port) => _owner[port];

    public bool Set(int port, string? owner)
    {
        if (_owner[port] == owner) return false;
        _owner[port] = owner;
        return true;
    }
}

/// <summary>Names of ports, for people.</summary>
internal sealed class LabelTable(string header, IReadOnlyList<string> labels, LockTable? locks = null) : VideohubTable(header, labels.Count)
{
    private readonly string[] _labels = [.. labels];

    public override string Show(int port, string viewer) => _labels[port];

    public override bool Understands(string text) => true;

    public override bool Permits(int port, string text, string owner) => locks is null || locks.IsFreeFor(port, owner);

    public override bool Write(int port, string text, string owner)
    {
        if (_labels[port] == text) return false;
        _labels[port] = text;
        return true;
    }
}

/// <summary>Which source each destination shows. Starts one to one as far as the sources go.</summary>
internal sealed class RoutingTable(string header, int count, int sources, LockTable? locks = null) : VideohubTable(header, count)
{
    private readonly int[] _source = [.. Enumerable.Range(0, count).Select(port => Math.Min(port, sources - 1))];

    public IReadOnlyList<int> Sources => _source;

    public int SourceCount => sources;

    public override string Show(int port, string viewer) => _source[port].ToString(CultureInfo.InvariantCulture);

    public override bool Understands(string text) => TryPort(text, sources, out _);

    public override bool Permits(int port, string text, string owner) => locks is null || locks.IsFreeFor(port, owner);

    public override bool Write(int port, string text, string owner) => TryPort(text, sources, out var source) && Route(port, source);

    public bool Route(int port, int source)
    {
        if (_source[port] == source) return false;
        _source[port] = source;
        return true;
    }
}

/// <summary>A word out of a few per port: direction of a serial port.</summary>
internal sealed class WordTable(string header, int count, string start, params string[] words) : VideohubTable(header, count)
{
    private readonly string[] _word = [.. Enumerable.Repeat(start, count)];

    public override string Show(int port, string viewer) => _word[port];

    public override bool Understands(string text) => words.Contains(text);

    public override bool Write(int port, string text, string owner)
    {
        if (_word[port] == text) return false;
        _word[port] = text;
        return true;
    }
}

/// <summary>Kind of card per port of a modular frame. Read only: what a client writes is understood and has no effect.</summary>
internal sealed class CardTable(string header, int count, string card) : VideohubTable(header, count)
{
    public override string Show(int port, string viewer) => card;

    public override bool Understands(string text) => true;

    public override bool Write(int port, string text, string owner) => false;
}
