using System.Diagnostics;
using AvGateway.Faults.Toxics;

namespace AvGateway.Faults.Tests;

/// <summary>I22: what ails one device is not felt at another. The figure is for <c>tests/soak</c>; here only a wall between them is asked for.</summary>
public sealed class IsolationTests
{
    // I22 allows a ratio of 1.2, which a short run on a shared machine cannot tell. A wait of one device for another would be as long as the sick
    // one's commands take to be given up.
    private static readonly TimeSpan GivenUp = TimeSpan.FromMilliseconds(300);

    // The processors of a machine slow down and are lent to others for longer than one measurement takes: both are measured in turns.
    private const int MostTurns = 25, FewestOfATurn = 50;

    [Fact]
    public async Task A_bad_line_of_one_device_is_not_felt_at_another()
    {
        var asked = FaultSettings.Number("AVGW_FAULT_ISOLATION", 150);
        var turns = Math.Clamp(asked / FewestOfATurn, 1, MostTurns);
        var count = asked / turns;
        await using var bench = await ToxicBench.StartAsync(FaultSettings.Seed, ToxicBench.Matrix("sick"), ToxicBench.Matrix("well"));
        await bench.OnlineAsync("sick");
        await bench.OnlineAsync("well");
        await MeasureAsync(bench, asked / 3, new());
        var worst = 0.0;
        foreach (var toxic in (Toxic[])[new Drip(TimeSpan.FromMilliseconds(5)), new Slicer(1), new Resets(0.5), new HalfOpen(), new Garbage(200)])
        {
            Figures healthy = new(), beside = new();
            for (var turn = 0; turn < turns; turn++)
            {
                healthy.Add(await BesideAsync(bench, Toxic.None, count));
                beside.Add(await BesideAsync(bench, toxic, count));
            }

            var ratio = beside.Quantile(0.5) / healthy.Quantile(0.5);
            worst = Math.Max(worst, beside.Quantile(0.5));
            FaultSettings.Show(FormattableString.Invariant(
                $"I22 {toxic.GetType().Name}: median p99 of {count} of the well device {ratio:0.00} times that beside a healthy one ({Median(healthy)} / {Median(beside)}, {turns} turns)"));
        }

        Assert.InRange(worst, 0, GivenUp.TotalMilliseconds / 2);
    }

    /// <summary>The p99 in milliseconds of the well device while the other, whose line is like this, is asked as well.</summary>
    private static async Task<double> BesideAsync(ToxicBench bench, Toxic toxic, int count)
    {
        bench.Set("sick", toxic);
        var took = new Figures();
        using var enough = new CancellationTokenSource();
        var other = AskSickAsync(bench, enough.Token);
        await MeasureAsync(bench, count, took);
        await enough.CancelAsync();
        await other;
        bench.Set("sick", Toxic.None);
        await bench.OnlineAsync("sick");
        return took.Quantile(0.99);
    }

    private static string Median(Figures turns) => FormattableString.Invariant($"{turns.Quantile(0.5):0.00} ms");

    private static async Task MeasureAsync(ToxicBench bench, int count, Figures took)
    {
        for (var n = 0; n < count; n++)
        {
            var began = Stopwatch.GetTimestamp();
            await bench.RouteAsync("well", n % 7, n % 19, TimeSpan.FromSeconds(20));
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static async Task AskSickAsync(ToxicBench bench, CancellationToken enough)
    {
        for (var n = 0; !enough.IsCancellationRequested; n++)
        {
            await bench.RouteAsync("sick", n % 7, n % 19, GivenUp);

            // A device that is away answers at once; asked without a pause it would be a test of the processor.
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
