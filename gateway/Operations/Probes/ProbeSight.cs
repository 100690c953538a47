using System.Collections.Immutable;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Probes;

/// <summary>How a run ended.</summary>
public enum ProbeOutcome
{
    /// <summary>It was answered as it should be. Its values may still be beyond their limits.</summary>
    Seen,

    /// <summary>Nobody answered.</summary>
    Silent,

    /// <summary>Somebody answered, and not what was expected.</summary>
    Wrong,

    /// <summary>It could not be carried out: this says nothing about its target.</summary>
    Blind,
}

/// <summary>One value that a run read.</summary>
public readonly record struct Measured(string Name, double Value);

/// <summary>What one run saw. The words are for people and hold no secret.</summary>
/// <param name="Remedy">With <see cref="ProbeOutcome.Blind"/>: what makes it see again.</param>
public sealed record ProbeSight(ProbeOutcome Outcome, Wording Says, ImmutableArray<Measured> Measures, Wording? Remedy = null)
{
    public static ProbeSight Seen(Wording says, params ImmutableArray<Measured> measures) => new(ProbeOutcome.Seen, says, measures);
    public static ProbeSight Silent(Wording says) => new(ProbeOutcome.Silent, says, []);
    public static ProbeSight Wrong(Wording says, params ImmutableArray<Measured> measures) => new(ProbeOutcome.Wrong, says, measures);
    public static ProbeSight Blind(Wording says, Wording remedy) => new(ProbeOutcome.Blind, says, [], remedy);
}

/// <summary>How far what a probe looks at is well. Worse is greater, but for what is not known.</summary>
public enum ProbeQuality { Unknown, Ok, Warn, Alarm }

/// <summary>A run that is over.</summary>
/// <param name="Log">What it did, step by step, with milliseconds since its start.</param>
public sealed record ProbeResult(DateTimeOffset At, ProbeQuality Quality, ProbeSight Sight, TimeSpan Took, ImmutableArray<string> Log);
