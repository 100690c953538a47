using AvGateway.Operations.Power;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>The process dies at each boundary of a run, once: what is stored leads to the same end.</summary>
public sealed class PowerCrashTests
{
    private static void Court(PowerWorld world)
    {
        StandardCourt.Build(world);
        world.Add("court-1/television", PowerManifests.Toggle);
        world.Add("court-1/stubborn", PowerManifests.Display).Ignores = true;
    }

    [Theory]
    [InlineData(PowerAct.Off)]
    [InlineData(PowerAct.On)]
    public void Killed_at_any_boundary_a_run_comes_to_the_same_end_and_toggles_nothing_twice(PowerAct act)
    {
        var whole = Played(act, diesAt: -1, out var wholeBench);
        Assert.True(wholeBench.Boundaries > 40, $"{wholeBench.Boundaries} boundaries");
        for (var at = 1; at <= wholeBench.Boundaries; at++)
        {
            var end = Played(act, at, out var bench);
            var told = $"killed at boundary {at}";
            Assert.True(end.Record.Phase == whole.Record.Phase, $"{told}: {end.Record.Phase}");
            Assert.True(bench.World.Frames.Count(f => f.Device.Name == "television") <= 1, told);
            foreach (var machine in bench.World.Machines.Where(m => m.Id.Name is not "television"))
                Assert.True(machine.HasPower == wholeBench.World[machine.Id.ToString()].HasPower && machine.IsOn == wholeBench.World[machine.Id.ToString()].IsOn, $"{told}: {machine.Id}");
            foreach (var (step, progress) in end.Steps.Zip(end.Progress).Where(s => s.First.Device.Name is not "television"))
                Assert.True(progress.State == whole.Progress[IndexOf(whole, step)].State, $"{told}: {step.Id} {progress.State} {progress.Reason}");
            Assert.True(bench.World.Frames.Count(f => f.Device.Name == "stubborn") <= bench.Options.MostTries, told);
        }
    }

    private static int IndexOf(PowerPicture run, PowerStep step) => run.Steps.Select((s, i) => (s.Id, i)).Single(s => s.Id == step.Id).i;

    private static PowerPicture Played(PowerAct act, int diesAt, out RunBench bench)
    {
        bench = new(build: Court);
        if (act is PowerAct.On) bench.Play(PowerAct.Off);
        var own = bench;
        var from = own.Boundaries;
        own.World.Frames.Clear();
        own.DiesHere = () => own.Boundaries - from == diesAt;
        var end = own.Play(act);
        return end;
    }
}
