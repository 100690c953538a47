using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AvGateway.Devices;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Model;
using AvGateway.Store.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Probes.Tests;

/// <summary>One run of a kind through the real engine, on the real clock.</summary>
internal static partial class Look
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static ProbeTools Tools { get; } = new(
        LinkFactories.BuiltIn(TimeProvider.System, NullLoggerFactory.Instance), new HostResolver(TimeProvider.System, NullLogger<HostResolver>.Instance), new SqlPing(), TimeProvider.System, NullLoggerFactory.Instance);

    public static ProbeTable Kinds { get; } = ProbeKinds.Table(Tools);

    public static async Task<ProbeResult> AtAsync(string kind, string target, string? secret = null, TimeSpan? within = null, params (string Name, Value Value)[] options)
    {
        await using var watch = Watch(kind, target, secret, within, options);
        return await watch.RunNow("p")!.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>An engine that can be asked several times: for kinds that compare with the run before.</summary>
    public static ProbeWatch Watch(string kind, string target, string? secret = null, TimeSpan? within = null, params (string Name, Value Value)[] options)
    {
        var found = Kinds.Find(kind)!;
        Assert.True(LinkAddress.TryParse(target, out var address, out var why), why);
        Assert.Contains(address.Scheme, found.Schemes);
        Assert.Empty(found.Check(address));
        if (address.Port is null && address.Host.Length > 0) address = address with { Port = found.DefaultPort };
        var all = options.Aggregate(found.Defaults, (soFar, o) => soFar.With(o.Name, o.Value));
        Assert.Empty(found.CheckOptions(all));
        var plan = new ProbePlan("p", found, new(), address, ImmutableDictionary<string, MeasureLimits>.Empty)
        {
            Options = all,
            Secret = secret is null ? null : new(secret),
            Every = TimeSpan.FromHours(1),
            Within = within ?? TimeSpan.FromSeconds(30),
        };
        var watch = new ProbeWatch([plan], new(static (_, _, _) => { }, static _ => false, new NoState()), TimeProvider.System, NullLogger<ProbeWatch>.Instance);
        watch.Start([]);
        return watch;
    }

    public static double Value(this ProbeResult result, string measure) => result.Sight.Measures.Single(m => m.Name == measure).Value;

    public static void Is(this ProbeResult result, ProbeOutcome outcome)
    {
        Assert.True(result.Sight.Outcome == outcome, $"{result.Sight.Outcome}: {result.Sight.Says.En}\n{string.Join('\n', result.Log)}");
        IsInBothLanguages(result.Sight);
    }

    /// <summary>What a probe says is read by whoever is called: figures and addresses stand as they are, words in both languages.</summary>
    public static void IsInBothLanguages(ProbeSight sight)
    {
        foreach (var said in new[] { sight.Says, sight.Remedy }.OfType<Wording>())
        {
            Assert.DoesNotContain(said.En, c => c > 0x2FFF);
            Assert.True(said.Zh.Any(c => c > 0x2FFF) || !Word().IsMatch(said.Zh), $"only in English: {said.En}");
        }
    }

    [GeneratedRegex("[A-Za-z]{3,}")] private static partial Regex Word();

    private sealed class NoState : IStateTable
    {
        public ValueTask<long> PutAsync(string kind, string key, string json, CancellationToken cancellation) => new(1L);
        public ValueTask DeleteAsync(string kind, string key, CancellationToken cancellation) => default;
        public ValueTask<IReadOnlyList<StateDocument>> LoadAllAsync(string kind, CancellationToken cancellation) => new([]);
        public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellation) => default;
    }
}
