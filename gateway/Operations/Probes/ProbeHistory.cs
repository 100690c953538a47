using System.Collections.Immutable;

namespace AvGateway.Operations.Probes;

/// <summary>One point of a probe's chart.</summary>
/// <param name="Value">The first measure of its kind; null when it was not read.</param>
public readonly record struct ProbePoint(DateTimeOffset At, ProbeQuality Quality, float? Value, float Took);

/// <summary>
/// The last runs of a probe as points, and the last bad ones whole: what an engineer on call wants has often rolled out of the recent ones.
/// </summary>
public sealed class ProbeHistory
{
    public const int MostPoints = 240;
    public const int MostFailures = 8;

    private readonly Queue<ProbePoint> _points = new();
    private readonly Queue<ProbeResult> _failures = new();

    public ImmutableArray<ProbePoint> Points => [.. _points];
    public ImmutableArray<ProbeResult> Failures => [.. _failures];

    public void Add(ProbeResult result)
    {
        if (_points.Count == MostPoints) _points.Dequeue();
        _points.Enqueue(new(result.At, result.Quality, result.Sight.Measures is [var first, ..] ? (float)first.Value : null, (float)result.Took.TotalMilliseconds));
        if (result.Sight.Outcome is ProbeOutcome.Seen) return;
        if (_failures.Count == MostFailures) _failures.Dequeue();
        _failures.Enqueue(result);
    }
}
