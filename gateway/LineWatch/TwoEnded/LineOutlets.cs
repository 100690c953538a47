using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>Whom the watch tells, and what it asks.</summary>
/// <param name="Tell">A symptom came, went, or is still there.</param>
/// <param name="Judged">The verdict about a line changed.</param>
/// <param name="Probe">A probe of the site as it stands; null for none of that name.</param>
/// <param name="RunProbe">Looks again as soon as its host allows.</param>
/// <param name="Keep">Takes the figures of a minute.</param>
public sealed record LineOutlets(Action<SymptomKey, bool, Wording?> Tell, Action Judged, Func<string, ProbeView?> Probe, Action<string> RunProbe, Action<LinePlan, LineMinute> Keep);
