using System.Collections.Immutable;
using System.Globalization;
using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Probes;

/// <summary>One run under way: what to look at, a clock, and a log of its own that is kept when it fails.</summary>
public sealed class ProbeTurn(ProbePlan plan, TimeProvider time)
{
    private const int MostLines = 60;
    private const int LongestLine = 240;

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly long _began = time.GetTimestamp();

    public ProbePlan Plan => plan;
    public TimeProvider Time => time;
    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    /// <summary>Adds a line. Never a secret; what a peer said is cut and made safe here.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            if (_lines.Count < MostLines) _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalMilliseconds,6:0} ms  {SafeText.Shown(line, LongestLine)}"));
        }
    }

    public ImmutableArray<string> Log
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }
}
