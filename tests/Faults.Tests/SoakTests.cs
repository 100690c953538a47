using AvGateway.Faults.Courts;
using AvGateway.Faults.Gateways;
using AvGateway.Faults.Soak;

namespace AvGateway.Faults.Tests;

/// <summary>G4: seconds and a small court here, minutes and a thousand devices with <c>tests/soak</c>.</summary>
public sealed class SoakTests : IDisposable
{
    // Links and files come and go; what never comes back would be several for each fault.
    private const int DescriptorsToSpare = 64;

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_a_fault_every_moment_no_answer_is_lost_and_nothing_grows()
    {
        var plan = new SoakPlan(
            FaultSettings.Number("AVGW_FAULT_SOAK_DEVICES", 60), FaultSettings.Number("AVGW_FAULT_SOAK_PANELS", 6),
            FaultSettings.Seconds("AVGW_FAULT_SOAK_SECONDS", 20), FaultSettings.Seed)
        {
            FaultEvery = TimeSpan.FromSeconds(FaultSettings.Number("AVGW_FAULT_SOAK_FAULT_SECONDS", 1)),
        };
        await using var court = await FaultCourt.StartAsync(SoakRun.Court(plan.Devices), _folder.Path);
        await using var gateway = GatewayChild.Start(new(court.SiteFile, _folder.Sub("data")) { LogLevel = "Error" });
        await gateway.ReadyAsync(Cancellation);

        var report = await new SoakRun(plan, court, gateway).RunAsync(Cancellation);

        Show(plan, report);
        Assert.True(report.Lost.Count == 0, string.Join('\n', report.Lost.Take(10)));
        Assert.Equal(0, report.Second);
        Assert.False(gateway.HasEnded, gateway.Told);
        Assert.DoesNotContain(500, report.Stats.Keys);
        Assert.True(report.Verified.Count > plan.Duration.TotalSeconds, $"only {report.Verified.Count} commands were verified: the test has not tested much");
        var (early, late) = (report.Samples[report.Samples.Count / 2], report.Samples[^1]);
        Assert.InRange(late.Usage.Descriptors, 0, early.Usage.Descriptors + DescriptorsToSpare);
    }

    public void Dispose() => _folder.Dispose();

    private static void Show(SoakPlan plan, SoakReport report)
    {
        FaultSettings.Show("G4 minute  resident MiB  threads  descriptors  processor %  answers");
        SoakSample? before = null;
        foreach (var sample in report.Samples.GroupBy(s => (int)s.At.TotalMinutes).Select(g => g.Last()))
        {
            var busy = before is null ? sample.Usage.Processor / sample.At : (sample.Usage.Processor - before.Usage.Processor) / (sample.At - before.At);
            FaultSettings.Show(FormattableString.Invariant(
                $"G4 {sample.At.TotalMinutes,6:0.0}  {sample.Usage.Resident,12:0.0}  {sample.Usage.Threads,7}  {sample.Usage.Descriptors,11}  {busy * 100,11:0}  {sample.Answers,7}"));
            before = sample;
        }

        var stats = string.Join(", ", report.Stats.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"));
        FaultSettings.Show(FormattableString.Invariant($"G4 {plan.Devices} devices, {plan.Panels} panels, {plan.Duration.TotalMinutes:0.0} min, {report.Faults} faults: lost {report.Lost.Count}; answers {stats}; ")
            + FormattableString.Invariant($"verified {report.Verified.Shown("ms")}; slope of the second half {report.Slope:0.0} MiB/h"));
    }
}
