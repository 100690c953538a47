using System.Diagnostics;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>
/// W2. Knobs are turned at the devices; each output counts up, so that a change that was never shown leaves a gap. All outputs take turns, because a
/// gateway may well show one property no more than ten times a second.
/// </summary>
internal sealed class Changes
{
    private const int Outstanding = 1024;
    private const int MostPerRound = 128;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly Session _session;
    private readonly int? _rate;
    private readonly int[] _last;
    private readonly long[] _madeAt;
    private readonly Latencies _latencies = new();
    private readonly long _start = Loop.Now;
    private bool _isMaking = true, _isMeasuring;
    private long _made, _credited, _shown, _gaps;

    private Changes(Session session, int? rate)
    {
        (_session, _rate) = (session, rate);
        _last = [.. session.Farm.Shown];
        _madeAt = new long[_last.Length];
    }

    /// <param name="rate">Changes a second; null: as fast as they are shown.</param>
    public static Dictionary<string, double> Run(Session session, int? rate, TimeSpan warm, TimeSpan time)
    {
        var changes = new Changes(session, rate);
        session.RouteShown = changes.Shown;
        session.Loop.EachRound = changes.Make;
        session.Loop.For(warm);
        changes._isMeasuring = true;
        var (start, before, first) = (Loop.Now, session.Usage(), changes._shown);
        session.Loop.For(time);
        var (took, after, shown) = (Stopwatch.GetElapsedTime(start).TotalSeconds, session.Usage(), changes._shown - first);
        changes._isMaking = changes._isMeasuring = false;
        session.Loop.Until(() => changes._credited >= changes._made, Patience);
        (session.RouteShown, session.Loop.EachRound) = (null, null);
        return new()
        {
            ["per_s"] = shown / took,
            ["p50_us"] = changes._latencies.Percentile(0.5),
            ["p99_us"] = changes._latencies.Percentile(0.99),
            ["cpu_us"] = (after.CpuSeconds - before.CpuSeconds) * 1e6 / Math.Max(1, shown),
            ["lost"] = changes._gaps + (changes._made - changes._credited),
        };
    }

    private int Make()
    {
        if (!_isMaking) return -1;
        var due = _rate is { } rate
            ? (long)((Loop.Now - _start) * (double)rate / Stopwatch.Frequency) - _made
            : Outstanding - (_made - _credited);
        for (var left = Math.Min(due, MostPerRound); left > 0; left--) MakeOne();
        return _rate is not null ? 1 : due > MostPerRound ? 0 : -1;
    }

    private void MakeOne()
    {
        var device = (int)(_made % _session.Farm.Count);
        var output = (int)(_made / _session.Farm.Count % _session.Farm.Ports);
        _made++;
        _madeAt[device * _session.Farm.Ports + output] = Loop.Now;
        _session.Farm.Change(device, output);
    }

    private void Shown(int device, int output, int input)
    {
        var index = device * _session.Farm.Ports + output;
        var step = (input - _last[index] + _session.Farm.Ports) % _session.Farm.Ports;
        if (step == 0) return;
        _last[index] = input;
        _shown++;
        _gaps += step - 1;
        _credited += step;
        if (_isMeasuring && input == _session.Farm.Shown[index]) _latencies.Add(Loop.Now - _madeAt[index]);
    }
}
