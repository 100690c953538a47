using System.Diagnostics;
using AvGateway.Faults.Courts;
using AvGateway.Faults.Gateways;
using AvGateway.Faults.Load;

namespace AvGateway.Faults.Soak;

/// <summary>G4: a large court, many panels that ask, a fault every moment, and a look at the gateway's own state now and then.</summary>
public sealed class SoakRun(SoakPlan plan, FaultCourt court, GatewayChild gateway)
{
    private readonly SoakCourt _hand = new(court, plan.Seed);
    private readonly SoakReport _report = new();
    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>The devices of a court of this size.</summary>
    public static IEnumerable<Simulator.Devices.DeviceSetting> Court(int devices) => SoakCourt.Settings(devices);

    public async Task<SoakReport> RunAsync(CancellationToken cancellation)
    {
        var rooms = court.Court.Devices.Select(d => d.Setting.Room).Distinct().ToList();
        var panels = new List<(Panel Panel, string Room)>();
        try
        {
            for (var n = 0; n < plan.Panels; n++)
            {
                var room = rooms[n % rooms.Count];
                panels.Add((await Panel.ConnectAsync(gateway, $"panel-{room}", FaultCourt.Site, [room], cancellation), room));
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var sampling = SampleAsync(over.Token);
            var hurting = HurtAsync(over.Token);
            over.CancelAfter(plan.Duration);
            var pause = TimeSpan.FromSeconds(plan.Panels / plan.CommandsPerSecond);
            await Task.WhenAll(panels.Select((p, n) => AskAsync(p.Panel, p.Room, new(plan.Seed + n), pause, over.Token)));
            await Task.WhenAll(sampling, hurting);
        }
        finally
        {
            _report.Second = panels.Sum(p => p.Panel.SecondEndings);
            foreach (var (panel, _) in panels) await panel.DisposeAsync();
        }

        return _report;
    }

    private async Task AskAsync(Panel panel, string room, Random random, TimeSpan pause, CancellationToken over)
    {
        await Task.Delay(pause * random.NextDouble(), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!over.IsCancellationRequested)
        {
            var (target, arguments) = SoakCourt.Wish(room, plan.Devices, random);
            try
            {
                var ending = await panel.AskAsync(target, arguments, plan.Expiry, plan.Patience);
                lock (_gate)
                {
                    _report.Stats[ending.Stat] = _report.Stats.GetValueOrDefault(ending.Stat) + 1;
                    if (ending.Stat == 200) _report.Verified.Add(ending.Took.TotalMilliseconds);
                }
            }
            catch (Exception lost) when (lost is TimeoutException or IOException)
            {
                lock (_gate) _report.Lost.Add($"{Stopwatch.GetElapsedTime(_began):mm\\:ss} {target}: {lost.Message}");
                if (lost is IOException) return;
            }

            await Task.Delay(pause * (0.5 + random.NextDouble()), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HurtAsync(CancellationToken over)
    {
        var hurting = new List<Task>();
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(plan.FaultEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            hurting.RemoveAll(t => t.IsCompletedSuccessfully);
            hurting.Add(_hand.HurtAsync(over));
            _report.Faults++;
        }

        await Task.WhenAll(hurting);
    }

    private async Task SampleAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            lock (_gate) _report.Samples.Add(new(Stopwatch.GetElapsedTime(_began), gateway.Usage(), _report.Stats.Values.Sum()));
            await Task.Delay(plan.SampleEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
