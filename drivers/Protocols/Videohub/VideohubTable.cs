using System.Globalization;
using AvGateway.Classes;

namespace AvGateway.Drivers.Protocols.Videohub;

/// <summary>What a hub has told of its ports: sources, labels and locks, by the numbers of the wire (0-based).</summary>
internal sealed class VideohubTable
{
    /// <summary>More ports than any hub has; bounds what a hub can make us hold before it has told its counts.</summary>
    private const int MostPorts = 1024;

    private const int Untold = -1;

    private readonly Side _inputs = new("input-label");
    private readonly Side _outputs = new("output-label");
    private readonly List<int> _sources = [];
    private readonly List<string?> _locks = [];

    // Property names are made once: a table is read again and again for years.
    private readonly List<string> _routeNames = [];
    private readonly List<string> _lockNames = [];

    public int Inputs => _inputs.Count ?? _inputs.Seen;
    public int Outputs => _outputs.Count ?? Math.Max(_outputs.Seen, _sources.Count);
    public bool HasRoutes => _sources.Count > 0;

    /// <summary>The source of every output has been told.</summary>
    public bool IsComplete => HasRoutes && _sources.Count >= Outputs && _sources.TrueForAll(s => s != Untold);

    public void Clear()
    {
        _inputs.Clear();
        _outputs.Clear();
        _sources.Clear();
        _locks.Clear();
    }

    public void Take(VideohubUnit unit)
    {
        _inputs.Count = Cap(unit.Inputs) ?? _inputs.Count;
        _outputs.Count = Cap(unit.Outputs) ?? _outputs.Count;
        if (_outputs.Count is not { } outputs) return;

        // Routes may have been told before the counts: what lies beyond them was noise.
        if (_sources.Count > outputs) _sources.RemoveRange(outputs, _sources.Count - outputs);
        if (_locks.Count > outputs) _locks.RemoveRange(outputs, _locks.Count - outputs);
    }

    public bool TakeRoute(VideohubLine line)
    {
        if (!_outputs.Covers(line.Number) || !_inputs.Covers(line.Source)) return false;
        while (_sources.Count <= line.Number) _sources.Add(Untold);
        _sources[line.Number] = line.Source;
        return true;
    }

    public bool TakeLock(VideohubLine line)
    {
        if (!_outputs.Covers(line.Number) || line.Text is not ("U" or "O" or "L")) return false;
        while (_locks.Count <= line.Number) _locks.Add(null);
        _locks[line.Number] = line.Text;
        return true;
    }

    public bool TakeInputLabel(VideohubLine line) => _inputs.Take(line);
    public bool TakeOutputLabel(VideohubLine line) => _outputs.Take(line);

    /// <summary>The input at this output, or null if it was not told.</summary>
    public int? Source(int output) => output < _sources.Count && _sources[output] != Untold ? _sources[output] : null;

    /// <summary>Another client, known to the hub by its address, has locked this output.</summary>
    public bool IsLockedByOther(int output) => output < _locks.Count && _locks[output] == "L";

    public string? Lock(int output) => output < _locks.Count ? _locks[output] : null;
    public string? InputLabel(int input) => _inputs.Label(input);
    public string? OutputLabel(int output) => _outputs.Label(output);

    public string RouteName(int output) => Name(_routeNames, output, MatrixWords.Output);
    public string LockName(int output) => Name(_lockNames, output, n => string.Create(CultureInfo.InvariantCulture, $"output-lock-{n}"));
    public string InputLabelName(int input) => _inputs.Name(input);
    public string OutputLabelName(int output) => _outputs.Name(output);

    private static int? Cap(int? count) => count is { } told ? Math.Min(told, MostPorts) : null;

    private static string Name(List<string> names, int number, Func<int, string> make)
    {
        while (names.Count <= number) names.Add(make(names.Count));
        return names[number];
    }

    /// <summary>The ports of one side.</summary>
    private sealed class Side(string property)
    {
        private readonly List<string?> _labels = [];
        private readonly List<string> _names = [];

        public int? Count { get; set; }
        public int Seen => _labels.Count;

        public bool Covers(int number) => number >= 0 && number < (Count ?? MostPorts);
        public string? Label(int number) => number < _labels.Count ? _labels[number] : null;

        public string Name(int number) =>
            VideohubTable.Name(_names, number, n => string.Create(CultureInfo.InvariantCulture, $"{property}-{n}"));

        public bool Take(VideohubLine line)
        {
            if (!Covers(line.Number) || line.Text is null) return false;
            while (_labels.Count <= line.Number) _labels.Add(null);
            _labels[line.Number] = line.Text;
            return true;
        }

        public void Clear()
        {
            Count = null;
            _labels.Clear();
        }
    }
}
