using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Probes;

/// <summary>A symptom of a probe after a run. A kind that is not told of stays as it was.</summary>
public readonly record struct ProbeSymptom(string Kind, bool IsPresent, Wording? Detail);

/// <summary>
/// What the runs of one probe mean: its quality now, and which symptoms have lasted long enough. Pure: whoever owns it gives the time.
/// </summary>
public sealed class HealthPolicy
{
    private readonly ProbePlan _plan;
    private readonly Dictionary<string, MeasureWatch> _measures = new(StringComparer.Ordinal);
    private int _silent, _wrong, _blind;

    public HealthPolicy(ProbePlan plan)
    {
        _plan = plan;
        foreach (var measure in plan.Kind.Measures) _measures.Add(measure.Name, new(measure, plan.Limits.GetValueOrDefault(measure.Name, measure.Usual ?? MeasureLimits.None)));
    }

    /// <summary>Runs in a row that were not as they should be.</summary>
    public int Failures => _silent + _wrong + _blind;

    public MeasureLimits LimitsOf(string measure) => _measures.TryGetValue(measure, out var watch) ? watch.Limits : MeasureLimits.None;

    public ProbeQuality QualityOf(string measure) => _measures.TryGetValue(measure, out var watch) ? watch.Quality : ProbeQuality.Ok;

    /// <summary>An earlier process told symptoms of this probe: what the first run sees counts at once, so that they do not go and come back.</summary>
    public void Resume()
    {
        foreach (var watch in _measures.Values) watch.Resume();
    }

    /// <summary>Takes one run in.</summary>
    public (ProbeQuality Quality, ImmutableArray<ProbeSymptom> Symptoms) Judge(ProbeSight sight, DateTimeOffset at)
    {
        var told = ImmutableArray.CreateBuilder<ProbeSymptom>();
        switch (sight.Outcome)
        {
            case ProbeOutcome.Blind:
                // Whoever cannot see does not know that anything became well.
                (_silent, _wrong, _blind) = (0, 0, _blind + 1);
                if (_blind >= _plan.Failures) told.Add(new(ProbeFaults.Blind, true, sight.Says.Colon(sight.Remedy!)));
                return (ProbeQuality.Unknown, told.ToImmutable());
            case ProbeOutcome.Silent:
                (_silent, _wrong, _blind) = (_silent + 1, 0, 0);
                told.Add(new(ProbeFaults.Blind, false, null));
                if (_silent >= _plan.Failures)
                {
                    told.Add(new(ProbeFaults.Silent, true, Said(sight.Says)));
                    told.Add(new(ProbeFaults.Wrong, false, null));
                }

                return (ProbeQuality.Alarm, told.ToImmutable());
            default:
                return (JudgeAnswer(sight, at, told), told.ToImmutable());
        }
    }

    private ProbeQuality JudgeAnswer(ProbeSight sight, DateTimeOffset at, ImmutableArray<ProbeSymptom>.Builder told)
    {
        var isWrong = sight.Outcome is ProbeOutcome.Wrong;
        (_silent, _wrong, _blind) = (0, isWrong ? _wrong + 1 : 0, 0);
        told.Add(new(ProbeFaults.Blind, false, null));
        told.Add(new(ProbeFaults.Silent, false, null));
        if (!isWrong) told.Add(new(ProbeFaults.Wrong, false, null));
        else if (_wrong >= _plan.Failures) told.Add(new(ProbeFaults.Wrong, true, Said(sight.Says)));

        foreach (var (name, value) in sight.Measures)
            if (_measures.TryGetValue(name, out var watch)) watch.See(value, at);
        Tell(ProbeFaults.Warn, w => w is { IsStuck: false, Settled: ProbeQuality.Warn }, w => w.SayBeyond(ProbeQuality.Warn), told);
        Tell(ProbeFaults.Alarm, w => w is { IsStuck: false, Settled: ProbeQuality.Alarm, Limits.IsCritical: false }, w => w.SayBeyond(ProbeQuality.Alarm), told);
        Tell(ProbeFaults.Critical, w => w is { IsStuck: false, Settled: ProbeQuality.Alarm, Limits.IsCritical: true }, w => w.SayBeyond(ProbeQuality.Alarm), told);
        Tell(ProbeFaults.Rising, w => w.IsRising, w => w.SayRise(), told);
        if (_measures.Values.All(w => w.IsStuck || w.HasMoved || w.Limits.StuckFor is null)) Tell(ProbeFaults.Stuck, w => w.IsStuck, w => w.SayStuck(), told);
        if (isWrong) return ProbeQuality.Alarm;
        var seen = _measures.Values.Where(w => w.Value is not null).Select(w => w.Quality).ToList();
        var worst = seen.DefaultIfEmpty(ProbeQuality.Ok).Max();
        return worst > ProbeQuality.Ok ? worst : seen.Contains(ProbeQuality.Unknown) ? ProbeQuality.Unknown : ProbeQuality.Ok;
    }

    // A measure that this run did not read keeps what it last said: it is neither well nor worse.
    private void Tell(string kind, Func<MeasureWatch, bool> shows, Func<MeasureWatch, Wording> say, ImmutableArray<ProbeSymptom>.Builder told)
    {
        var watches = _measures.Values.Where(w => w.Value is not null && shows(w)).ToList();
        told.Add(new(kind, watches.Count > 0, watches.Count == 0 ? null : Said(Wording.Joined(watches.Select(say)))));
    }

    private Wording Said(Wording says) => new Wording(_plan.Zh, _plan.En).Colon(says);
}
