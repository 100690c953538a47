using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Operations.Power;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>Circuits bear what they bear, and no more time is taken than they ask for.</summary>
public sealed class PowerRushTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData(16, 2)]
    [InlineData(8, 1)]
    [InlineData(40, 5)]
    public void Displays_on_one_circuit_start_so_many_at_a_time_as_it_bears_within_a_tenth_of_the_least_time(double bears, int atOnce)
    {
        const int Displays = 40;
        var site = new PowerSite([], [new("floor", bears, Settle, ["court-1"], "$.network[0]")]);
        var bench = new RunBench(site, world =>
        {
            for (var i = 0; i < Displays; i++) world.Add($"court-1/display-{i:D2}", PowerManifests.Display).IsOn = false;
        });

        var end = bench.Play(PowerAct.On);

        Assert.All(end.Progress, p => Assert.Equal(StepState.Unverified, p.State));
        var frames = bench.World.Frames.Select(f => f.At).ToList();
        foreach (var frame in frames) Assert.True(frames.Count(f => f > frame - Settle && f <= frame) <= atOnce);
        var least = Settle * (Math.Ceiling((double)Displays / atOnce) - 1);
        Assert.InRange(frames[^1] - frames[0], least, least * 1.1);
    }

    [Fact]
    public void Two_circuits_do_not_wait_for_each_other()
    {
        var site = new PowerSite([], [new("a", 8, Settle, ["court-1"], "$"), new("b", 8, Settle, ["court-2"], "$")]);
        var bench = new RunBench(site, world =>
        {
            for (var i = 0; i < 20; i++) world.Add($"court-{(i % 2) + 1}/display-{i:D2}", PowerManifests.Display).IsOn = false;
        });

        bench.Play(PowerAct.On);

        Assert.InRange(bench.World.Frames[^1].At - bench.World.Frames[0].At, Settle * 9, Settle * 10);
    }

    [Fact]
    public void A_sequencers_gap_is_kept_and_no_more_than_a_tenth_above()
    {
        var loads = Enumerable.Range(1, 8).Select(i => StandardCourt.Load($"box-{i}", $"court-1/sequencer/{i}")).ToImmutableArray();
        var bench = new RunBench(new([new("court-1") { Gap = TimeSpan.FromSeconds(1.5), Loads = loads }], []), world =>
        {
            world.Add("court-1/sequencer", PowerManifests.Sequencer);
            for (var i = 1; i <= 8; i++) world.Add($"court-1/box-{i}", PowerManifests.Audio, $"court-1/sequencer/{i}");
        });

        bench.Play(PowerAct.Off);
        var frames = bench.World.Frames;

        Assert.Equal([8, 7, 6, 5, 4, 3, 2, 1], frames.Select(f => f.Outlet ?? 0));
        Assert.All(frames.Zip(frames.Skip(1)), p => Assert.True(p.Second.At - p.First.At >= TimeSpan.FromSeconds(1.5)));
        Assert.InRange(frames[^1].At - frames[0].At, TimeSpan.FromSeconds(10.5), TimeSpan.FromSeconds(11.5));
        Assert.All(frames, f => Assert.Equal(OutletWords.OffVerb, f.Verb));
    }
}
