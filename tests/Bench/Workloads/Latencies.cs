using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>Every single one is kept: a histogram's edges would blur ratios.</summary>
internal sealed class Latencies
{
    private readonly List<long> _ticks = new(200_000);
    private bool _sorted;

    public void Add(long ticks)
    {
        _ticks.Add(ticks);
        _sorted = false;
    }

    /// <summary>In microseconds.</summary>
    public double Percentile(double share)
    {
        if (_ticks.Count == 0) return double.NaN;
        if (!_sorted) _ticks.Sort();
        _sorted = true;
        return Loop.Microseconds(_ticks[(int)Math.Min(_ticks.Count - 1, share * _ticks.Count)]);
    }
}
