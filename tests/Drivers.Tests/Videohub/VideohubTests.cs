using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.Videohub;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Videohub;

public sealed class VideohubTests : MatrixCompliance<VideohubBlock>
{
    protected override DriverManifest<VideohubBlock> Manifest => VideohubDriver.Manifest;

    protected override int FirstPort => 0;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task An_output_locked_by_another_controller_is_shown_and_not_routed()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Press("lock", new() { ["output"] = 0 });
        await bench.SettleAsync();

        var result = await DoAsync(bench, First);

        Assert.Equal("other", bench.Snapshot["output-lock-0"].Text);
        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Contains("locked", result.Reason, StringComparison.Ordinal);
        device.Press("unlock", new() { ["output"] = 0 });
        await bench.SettleAsync();
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_change_that_is_not_reported_is_found_by_a_dump()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("ack-without-update", true);

        var asked = Ask(bench, First);
        await bench.PassAsync(1.9);
        Assert.False(asked.IsCompleted);
        await bench.PassAsync(0.2);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task A_race_lost_against_another_operator_is_not_success()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("race-input", 1);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(1, result.Reported!.Value.Value.Integer);
        Assert.Equal(1, bench.Snapshot["output-0"].Integer);
    }

    [Fact]
    public async Task A_frame_that_is_not_there_is_degraded_and_takes_no_commands_until_it_comes()
    {
        await using var bench = Bench(out var device);
        device.Set("device-present", "false");
        await bench.StartAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal((DeviceState.Degraded, StatusReasons.DeviceAbsent), (bench.Status.State, bench.Status.Reason));
        Assert.Contains("matrix.device-absent", bench.Snapshot.Faults);
        Assert.Equal(CommandOutcome.Unreachable, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);

        device.Set("device-present", "true");
        await InStepAsync(bench);
        Assert.Empty(bench.Snapshot.Faults);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_frame_that_goes_away_makes_its_values_stale()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("device-present", "needs_update");
        await bench.SettleAsync();

        Assert.Equal(DeviceState.Degraded, bench.Status.State);
        Assert.Equal(Quality.Stale, Reading(bench, First).Quality);
        device.Set("device-present", "true");
        await InStepAsync(bench);
        Assert.Equal(Quality.Good, Reading(bench, First).Quality);
    }

    [Fact]
    public async Task Old_firmware_without_an_end_of_the_prelude_is_in_step_after_a_second_of_quiet()
    {
        await using var bench = Bench(out var device);
        device.Set("protocol-version", "2.3");
        await bench.StartAsync();
        await bench.PassAsync(0.9);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);

        await bench.PassAsync(0.2);

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_block_of_the_future_is_passed_over()
    {
        await using var bench = Bench(out var device);
        device.Set("unknown-block", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Reading_the_table_again_publishes_nothing_that_did_not_change()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("ack-without-update", true);
        bench.Seen.Clear();

        await DoAsync(bench, First);

        Assert.Equal([First.Property], bench.Seen.Readings.Select(r => r.Property));
    }

    [Fact]
    public async Task Labels_follow_the_device_and_another_unit_on_the_link_gets_no_commands()
    {
        await using var bench = new DeviceBench<VideohubBlock>(Manifest, new() { SerialNumber = "7C2E0DFFFFFF" }, TestContext.Current.CancellationToken);
        bench.Log.Worst = LogLevel.Error;
        await bench.StartAsync();
        await bench.SaysAsync(Prelude("7C2E0D000001"));

        Assert.Equal(StatusReasons.WrongIdentity, bench.Status.Reason);
        Assert.Equal("Judge camera", bench.Snapshot["input-label-0"].Text);
        await bench.SaysAsync(@"INPUT LABELS:\n0 法官席\n\n");
        Assert.Equal("法官席", bench.Snapshot["input-label-0"].Text);
        Assert.Equal(CommandOutcome.Unreachable, (await bench.Ask("route", ("input", 1), ("output", 0))).Outcome);
    }

    [Fact]
    public async Task Numbers_beyond_the_counts_of_the_device_are_noise()
    {
        await using var bench = new DeviceBench<VideohubBlock>(Manifest, null, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.SaysAsync(Prelude("7C2E0D000001"));
        await bench.SaysAsync(@"VIDEO OUTPUT ROUTING:\n9 0\n0 7\n1 1\n-1 0\nx y\n99999999999 1\n\n");

        Assert.Equal(["output-0", "output-1"], bench.Snapshot.Readings.Keys.Where(k => MatrixWords.Outputs(0).Matches(k, out _)));
        Assert.Equal(0, bench.Snapshot["output-0"].Integer);
        Assert.Equal(1, bench.Snapshot["output-1"].Integer);
    }

    [Fact]
    public async Task A_prelude_that_was_cut_short_is_completed_by_a_dump()
    {
        await using var bench = new DeviceBench<VideohubBlock>(Manifest, null, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.SaysAsync(@"VIDEOHUB DEVICE:\nDevice present: true\nVideo inputs: 2\nVideo outputs: 2\n\nVIDEO OUTPUT ROUTING:\n0 0\n\nEND PRELUDE:\n\n");
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        await bench.ExpectSentAsync(@"VIDEO OUTPUT ROUTING:\n\n");

        await bench.SaysAsync(@"ACK\n\nVIDEO OUTPUT ROUTING:\n0 0\n1 1\n\n");

        Assert.Equal(DeviceState.Online, bench.Status.State);
        Assert.Equal(1, bench.Snapshot["output-1"].Integer);
    }

    private static string Prelude(string serial) =>
        $@"PROTOCOL PREAMBLE:\nVersion: 2.8\n\nVIDEOHUB DEVICE:\nDevice present: true\nUnique ID: {serial}\nVideo inputs: 2\nVideo outputs: 2\n\n"
        + @"INPUT LABELS:\n0 Judge camera\n1 Black\n\nVIDEO OUTPUT ROUTING:\n0 0\n1 0\n\nEND PRELUDE:\n\n";
}
