using AvGateway.Operations.Durable;
using AvGateway.Operations.Power;
using AvGateway.Store;
using AvGateway.Testing.Power;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Faults.Tests;

/// <summary>
/// A power run on the real store that dies before or after each commit: the next start goes on from what the disk has. <c>AVGW_POWER_KILLS=1</c>
/// takes every boundary, otherwise every seventh.
/// </summary>
public sealed class PowerKillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_a_commit_a_run_goes_on_to_the_same_end()
    {
        var (boundaries, frames, _) = await NightAsync(diesAt: -1, "whole");
        Assert.True(boundaries > 20, $"{boundaries} boundaries");
        var step = FaultSettings.Number("AVGW_POWER_KILLS", 7);
        for (var at = 1; at <= boundaries; at += step)
        {
            var (_, again, end) = await NightAsync(at, $"k{at}");

            Assert.True(end.Record.Phase is RunPhase.Done, $"killed at {at}: {end.Record.Phase} {string.Join("; ", end.Steps.Zip(end.Progress).Where(p => p.Second.State is not StepState.Verified).Select(p => $"{p.First.Id} {p.Second.State} {p.Second.Reason}"))}");
            Assert.True(again <= frames + 1, $"killed at {at}: {again} frames instead of {frames}");
        }
    }

    private async Task<(int Boundaries, int Frames, PowerPicture End)> NightAsync(int diesAt, string name)
    {
        var clock = new LeapClock();
        var world = PowerHouse.Built(clock);
        var boundaries = 0;
        await using (var store = await OpenAsync(name))
        {
            await using var house = new PowerHouse(new Mortal(store.State, () => ++boundaries == diesAt), world, clock);
            await house.StartAsync();
            try
            {
                var answer = await house.Runs.StartAsync(new(PowerAct.Off, ["court-1"], "engineer", null, null), Cancellation);
                var whole = await Whole(answer.Ended!);
                return (boundaries, world.Frames.Count, whole);
            }
            catch (KilledException)
            {
                // The process is gone; what it stored is not.
            }
        }

        await using var next = await OpenAsync(name);
        await using var reborn = new PowerHouse(new Mortal(next.State, static () => false), world, clock);
        var last = new TaskCompletionSource<PowerPicture>(TaskCreationOptions.RunContinuationsAsynchronously);
        reborn.Runs.Changed += run =>
        {
            if (run.Record.Phase is not RunPhase.Running) last.TrySetResult(run);
        };
        await reborn.StartAsync(isFirst: false);

        // Died before the run existed: nobody was told that it does, so it is asked again.
        if (reborn.Runs.All.Count == 0) _ = await reborn.Runs.StartAsync(new(PowerAct.Off, ["court-1"], "engineer", null, null), Cancellation);
        else if (reborn.Runs.All[0].Record.Phase is not RunPhase.Running) last.TrySetResult(reborn.Runs.All[0]);
        return (boundaries, world.Frames.Count, await Whole(last.Task));
    }

    private static Task<PowerPicture> Whole(Task<PowerPicture> run) => run.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

    private Task<GatewayStore> OpenAsync(string name) =>
        GatewayStore.OpenAsync(new() { DataDirectory = _folder.Sub(name) }, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);

    public void Dispose() => _folder.Dispose();

    private sealed class KilledException() : Exception("killed");

    /// <summary>The real table, until it dies; then nothing of this process is stored any more. Waits for the disk on the spot, since the clock of
    /// the test leaps whenever somebody waits.</summary>
    private sealed class Mortal(IStateTable inner, Func<bool> diesHere) : IStateTable
    {
        private bool _isDead;

        public ValueTask<long> PutAsync(string kind, string key, string json, CancellationToken cancellation) => new(Live(() => inner.PutAsync(kind, key, json, CancellationToken.None).AsTask()));
        public ValueTask DeleteAsync(string kind, string key, CancellationToken cancellation)
        {
            Live(() => inner.DeleteAsync(kind, key, CancellationToken.None).AsTask().ContinueWith(static t => { t.GetAwaiter().GetResult(); return 0; }, TaskScheduler.Default));
            return default;
        }

        public ValueTask<IReadOnlyList<StateDocument>> LoadAllAsync(string kind, CancellationToken cancellation) => new(inner.LoadAllAsync(kind, CancellationToken.None).AsTask().GetAwaiter().GetResult());

        public ValueTask CommitAsync(StoreBatch batch, CancellationToken cancellation)
        {
            Live(() => inner.CommitAsync(batch, CancellationToken.None).AsTask().ContinueWith(static t => { t.GetAwaiter().GetResult(); return 0; }, TaskScheduler.Default));
            return default;
        }

        private T Live<T>(Func<Task<T>> act)
        {
            Die();
            var done = act().GetAwaiter().GetResult();
            Die();
            return done;
        }

        private void Die()
        {
            _isDead |= diesHere();
            if (_isDead) throw new KilledException();
        }
    }
}
