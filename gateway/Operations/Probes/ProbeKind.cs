using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Links;

namespace AvGateway.Operations.Probes;

/// <summary>Something that a kind of probe measures.</summary>
/// <param name="Unit">As people write it; empty for a bare number.</param>
/// <param name="Usual">The limits where the site file sets none.</param>
public sealed record ProbeMeasure(string Name, string Unit, string En, string Zh, MeasureLimits? Usual = null);

/// <summary>A measure that is read off the growth of another: when will it be full?</summary>
/// <param name="From">The measure that grows.</param>
/// <param name="To">The days that are left; the engine adds it to what a run read.</param>
/// <param name="Full">The value that must not be reached.</param>
public sealed record ProbeTrend(string From, string To, double Full);

/// <summary>One run of a probe: looks, and says what it saw. Time-out, limits, history and whom to tell are the engine's.</summary>
public delegate Task<ProbeSight> ProbeRun(ProbeTurn turn, CancellationToken late);

/// <summary>A way of probing, as data beside its function.</summary>
/// <param name="Form">How a target is written; empty for a kind without one.</param>
public sealed record ProbeKind(string Name, string En, string Zh, string Form, ProbeRun Run)
{
    private static readonly ImmutableArray<OptionSpec> NoOptions = [];

    /// <summary>The first words of <see cref="Form"/> that are taken, for example <c>http</c> and <c>https</c>.</summary>
    public ImmutableArray<string> Schemes { get; init; } = [];

    /// <summary>Findings about a target beyond its scheme.</summary>
    public Func<LinkAddress, IEnumerable<string>> Check { get; init; } = static _ => [];

    /// <summary>Findings about options that do not fit each other.</summary>
    public Func<Arguments, IEnumerable<string>> CheckOptions { get; init; } = static _ => [];
    public ImmutableArray<OptionSpec> Options { get; init; } = NoOptions;

    /// <summary>The first is what a chart shows.</summary>
    public ImmutableArray<ProbeMeasure> Measures { get; init; } = [];
    public ProbeTrend? Trend { get; init; }
    public bool TakesSecret { get; init; }
    public int? DefaultPort { get; init; }

    /// <summary>It can only speak of a device.</summary>
    public bool NeedsDevice { get; init; }
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(60);
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(5);

    public Arguments Defaults => new(Options.ToDictionary(o => o.Name, o => o.Default));
    public ProbeMeasure? Measure(string name) => Measures.FirstOrDefault(m => m.Name == name);
}

/// <summary>All kinds of probes of this build, by name.</summary>
public sealed class ProbeTable
{
    private readonly Dictionary<string, ProbeKind> _all = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="ArgumentException"/> when two kinds have one name.</summary>
    public ProbeTable(IEnumerable<ProbeKind> kinds)
    {
        foreach (var kind in kinds) _all.Add(kind.Name, kind);
    }

    public IReadOnlyCollection<ProbeKind> Kinds => _all.Values;
    public ProbeKind? Find(string name) => _all.GetValueOrDefault(name);
}
