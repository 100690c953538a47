using AvGateway.Operations.Probes;

namespace AvGateway.Operations.Faults;

// One explained by another: a dark branch and what hangs on it, a graver symptom and a smaller one.
public sealed partial class FaultBoard
{
    // The topmost branch on which everything is gone is the cause; a dark one below it is one more effect.
    private void LookAtBranches()
    {
        var covered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var branch in rules.Graph.Branches)
        {
            // What is away on purpose is no proof that the branch is dark; one that answers is a proof that it is not.
            var all = rules.Graph.DevicesOn(branch.Id);
            var devices = all.All(IsGone) ? all.RemoveAll(d => rules.IsPlannedAway(d)) : [];

            // One silent device is a silent device, unless the branch's own probe is silent too; a branch without devices has its probe alone.
            var isProven = IsSilent(branch.Id) && (all.IsEmpty || !devices.IsEmpty);
            var isCovered = devices.IsEmpty ? rules.Graph.BranchesAbove(branch.Id).Overlaps(_dark) : devices.All(covered.Contains);
            var isDark = (isProven || devices.Length >= rules.LeastDevices) && !isCovered;
            if (isDark)
            {
                covered.UnionWith(devices);
                _dark.Add(branch.Id);
            }
            else
            {
                _dark.Remove(branch.Id);
            }

            Tell(new(branch.Id, FaultKinds.OfBranch(branch.Kind)), isDark);
        }
    }

    private bool IsGone(string device) => _symptoms.TryGetValue(new(device, FaultKinds.Unreachable), out var symptom) && symptom.IsPresent;

    private bool IsSilent(string branch) => _symptoms.Values.Any(s => s.IsPresent && s.Key.Subject == branch && IsSilence(s.Key.Code));

    private static bool IsSilence(string code) => code is FaultKinds.Unreachable or FaultKinds.LineSilent || (ProbeFaults.ProbeOf(code) is not null && code.StartsWith(ProbeFaults.Silent, StringComparison.Ordinal));

    /// <summary>What explains the symptom now: the dark branch that the device is on, or a graver symptom of the same subject.</summary>
    private string? ExplanationOf(Symptom symptom)
    {
        var kind = rules.Kinds.Of(symptom.Key.Code);
        if (kind.HiddenBy.Any(h => _symptoms.TryGetValue(new(symptom.Key.Subject, h), out var graver) && graver.IsPresent))
            return $"{symptom.Key.Subject} {kind.HiddenBy[0]}";
        if (!IsSilence(symptom.Key.Code)) return null;
        if (rules.IsPlannedAway(symptom.Key.Subject)) return Planned;
        foreach (var branch in rules.Graph.Branches)
        {
            if (!_dark.Contains(branch.Id)) continue;
            if (rules.Graph.DevicesOn(branch.Id).Contains(symptom.Key.Subject)) return branch.Id;
            if (rules.Graph.Find(symptom.Key.Subject) is { } below && rules.Graph.BranchesAbove(below.Id).Contains(branch.Id)) return branch.Id;
        }

        return null;
    }

    // Until the first of them fell silent everything on the branch answered.
    private DateTimeOffset? LastGoodOf(string branch) => rules.Graph.DevicesOn(branch)
        .Select(d => _symptoms.TryGetValue(new(d, FaultKinds.Unreachable), out var gone) && gone.IsPresent ? gone.Since : (DateTimeOffset?)null).Min();

    // Faults of devices that were opened before the branch was known to be dark.
    private void ExplainBy(Fault cause)
    {
        foreach (var effect in _faults.Values.Where(f => !f.IsClosed && f.Code == FaultKinds.Unreachable && f.CausedBy is null && cause.Affected.Contains(f.Subject)).ToList())
            Put(effect with { CausedBy = cause.Id }, time.GetUtcNow(), FaultWords.Explained, cause.Id);
    }
}
