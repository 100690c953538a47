using System.Globalization;

namespace AvGateway.Faults;

/// <summary>Measured values of one kind and what is said of them.</summary>
public sealed class Figures
{
    private readonly List<double> _values = [];

    public int Count => _values.Count;

    public void Add(double value) => _values.Add(value);

    /// <summary>The value that this share of all does not exceed; 0 when there is none.</summary>
    public double Quantile(double share)
    {
        if (_values.Count == 0) return 0;
        var sorted = _values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }

    /// <summary>For example <c>p50 812 p99 1204 max 1310 ms (200)</c>.</summary>
    public string Shown(string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {Quantile(0.5):0.#} p99 {Quantile(0.99):0.#} max {Quantile(1):0.#} {unit} ({Count})");
}
