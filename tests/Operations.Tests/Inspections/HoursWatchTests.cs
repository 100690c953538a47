using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Inspections;

/// <summary>Hours of devices that count none, and reminders when work is due by them (R04).</summary>
public sealed class HoursWatchTests
{
    private static readonly DeviceId Display = new("court-1", "display");

    private static readonly InspectionSettings Settings = new() { Hours = [new("dust", new("除尘", "Dust"), HoursLimit.OnHours, 2, null, [Display])] };

    [Fact]
    public async Task On_time_is_counted_off_time_is_not_and_a_restart_loses_nothing()
    {
        var state = new FakeState();
        await using (var bench = await StartAsync(state))
        {
            await PassAsync(bench, minutes: 31);
            Assert.Equal(0.5, bench.Hours!.Of(Display)!.Value, 2);
            bench.Display.Shows(PowerWords.PowerState, PowerStates.Off);
            await PassAsync(bench, minutes: 60);
            Assert.Equal(0.5, bench.Hours.Of(Display)!.Value, 2);
            bench.Display.Status = bench.Display.Status with { State = DeviceState.Offline };
            bench.Display.Shows(PowerWords.PowerState, PowerStates.On);
            await PassAsync(bench, minutes: 60);
            Assert.Equal(0.5, bench.Hours.Of(Display)!.Value, 2);
        }

        await using var next = await StartAsync(state);
        Assert.Equal(0.5, next.Hours!.Of(Display)!.Value, 2);
        Assert.Null(next.Hours.Of(new("court-1", "matrix")));
    }

    [Fact]
    public async Task What_nobody_saw_is_not_counted()
    {
        await using var bench = await StartAsync(new());
        await PassAsync(bench, minutes: 2);
        var before = bench.Hours!.Of(Display);

        await bench.Clock.PassAsync(TimeSpan.FromHours(10), () => Task.CompletedTask);
        await bench.Hours.LookAsync();

        Assert.Equal(before, bench.Hours.Of(Display));
    }

    [Fact]
    public async Task Due_work_is_one_reminder_and_over_when_it_is_signed()
    {
        await using var bench = await StartAsync(new());
        bench.Faults.Start();
        await PassAsync(bench, minutes: 119);
        Assert.Empty(bench.Faults.Open);

        await PassAsync(bench, minutes: 30);
        await bench.PassUntilAsync(() => bench.Faults.Open.Count > 0);
        var due = Assert.Single(bench.Faults.Open);
        Assert.Equal(("maintenance.due:dust", "court-1/display", Severity.P4), (due.Code, due.Subject, due.Severity));
        Assert.Contains("limit 2 h", due.Detail!.En, StringComparison.Ordinal);

        var inspection = await bench.InspectAsync("daily");
        var signed = await bench.Inspector.SignAsync(new(inspection.Id, "court-1/display/dust", ManualResult.Ok, null, "engineer"), TestContext.Current.CancellationToken);
        Assert.Null(signed.Refusal);
        await PassAsync(bench, minutes: 3);
        await bench.PassUntilAsync(() => bench.Faults.Open.Count == 0);

        Assert.Contains(bench.State.Records, r => r is { Kind: "inspection.signed", Actor: "engineer" });
        Assert.True(bench.Inspector.HoursNow().Single().Hours - bench.Inspector.HoursNow().Single().Since < 0.2);
    }

    private static async Task<InspectionBench> StartAsync(FakeState state)
    {
        var bench = await InspectionBench.StartAsync(state, Settings);
        bench.Display.Shows(PowerWords.PowerState, PowerStates.On);
        bench.Hours = new([Display], bench.Inspector, bench.Directory, bench.Faults, state, bench.Clock, NullLogger<HoursWatch>.Instance);
        await bench.Hours.RestoreAsync(TestContext.Current.CancellationToken);
        return bench;
    }

    private static async Task PassAsync(InspectionBench bench, int minutes)
    {
        for (var i = 0; i < minutes; i++)
        {
            await bench.Clock.PassAsync(HoursWatch.Every, () => Task.CompletedTask);
            await bench.Hours!.LookAsync();
        }
    }
}
