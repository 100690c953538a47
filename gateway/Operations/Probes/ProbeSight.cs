using System.Collections.Immutable;

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

/// <summary>What one run saw. The text is for people and holds no secret.</summary>
/// <param name="Remedy">With <see cref="ProbeOutcome.Blind"/>: what makes it see again.</param>
public sealed record ProbeSight(ProbeOutcome Outcome, string Text, ImmutableArray<Measured> Measures, string? Remedy = null)
{
    public static ProbeSight Seen(string text, params ImmutableArray<Measured> measures) => new(ProbeOutcome.Seen, text, measures);
    public static ProbeSight Silent(string text) => new(ProbeOutcome.Silent, text, []);
    public static ProbeSight Wrong(string text, params ImmutableArray<Measured> measures) => new(ProbeOutcome.Wrong, text, measures);
    public static ProbeSight Blind(string text, string remedy) => new(ProbeOutcome.Blind, text, [], remedy);
}

/// <summary>How far what a probe looks at is well. Worse is greater, but for what is not known.</summary>
public enum ProbeQuality { Unknown, Ok, Warn, Alarm }

/// <summary>A run that is over.</summary>
/// <param name="Log">What it did, step by step, with milliseconds since its start.</param>
public sealed record ProbeResult(DateTimeOffset At, ProbeQuality Quality, ProbeSight Sight, TimeSpan Took, ImmutableArray<string> Log);
