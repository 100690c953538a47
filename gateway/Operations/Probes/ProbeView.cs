using System.Collections.Immutable;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Probes;

/// <summary>A probe as it stands now.</summary>
/// <param name="Last">Null before its first run is over.</param>
/// <param name="Since">When its quality came to be what it is.</param>
/// <param name="Until">When what it shows stops being worth anything unless it is looked at again.</param>
/// <param name="Raised">Kinds of its symptoms that are present.</param>
public sealed record ProbeView(ProbePlan Plan, ProbeResult? Last, ProbeQuality Quality, DateTimeOffset Since, DateTimeOffset Until, int Failures, ImmutableArray<string> Raised, bool IsStale)
{
    /// <summary>How each measure lies, and the limits that it was held against.</summary>
    public ImmutableArray<(Measured Seen, ProbeMeasure Measure, MeasureLimits Limits, ProbeQuality Quality)> Values { get; init; } = [];
}

/// <summary>Whom the engine tells, and what it asks.</summary>
/// <param name="Tell">A symptom came, went, or is still there.</param>
/// <param name="State">For the little that a restart must not forget.</param>
/// <param name="IsPressing">Asked before each run is planned: a recorder in session is looked at more often.</param>
public sealed record ProbeOutlets(Action<SymptomKey, bool, Wording?> Tell, Func<ProbePlan, bool> IsPressing, IStateTable State);
