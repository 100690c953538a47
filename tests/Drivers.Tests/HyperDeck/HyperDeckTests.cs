using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.HyperDeck;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.HyperDeck;

public sealed class HyperDeckTests : RecorderCompliance<HyperDeckReply>
{
    protected override DriverManifest<HyperDeckReply> Manifest => HyperDeckDriver.Manifest;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task A_deck_with_its_remote_switch_off_is_switched_on_once_for_a_command()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Press("remote", new() { ["on"] = false });
        await bench.SettleAsync();
        Assert.Contains("recorder.remote-disabled", bench.Snapshot.Faults);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(3, result.Attempts);
        Assert.True(bench.Snapshot["remote-enabled"].Flag);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Theory]
    [InlineData("disk-full", "104", "recorder.storage-low")]
    [InlineData("no-input", "110", "recorder.no-input")]
    public async Task What_keeps_a_deck_from_recording_is_refused_in_its_words_and_a_fault(string cause, string code, string fault)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set(cause, true);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.StartsWith(code, result.Reason, StringComparison.Ordinal);
        Assert.Contains(fault, bench.Snapshot.Faults);
        Assert.Equal("Stopped", bench.Status.Mode);
    }

    [Fact]
    public async Task A_disk_pulled_while_recording_is_told_as_a_lost_recording_and_a_missing_medium()
    {
        await using var bench = Bench(out var device);
        device.Set("slot-2", "empty");
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Press("remove-disk", new() { ["slot"] = 1 });
        await bench.PassUntilAsync(TimeSpan.FromSeconds(30), () => bench.Snapshot.Faults.Contains(RecorderWords.NoMedium.Code) && bench.Snapshot.Faults.Contains(RecorderWords.StoppedByItself.Code), "both faults");

        Assert.Equal(RecordingStates.Stopped, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        Assert.Contains(RecorderWords.NoMedium.Code, bench.Snapshot.Faults);
        Assert.Equal(0, bench.Snapshot[RecorderWords.StorageTime].Integer);

        device.Press("insert-disk", new() { ["slot"] = 1 });
        await bench.PassUntilAsync(TimeSpan.FromMinutes(1), () => !bench.Snapshot.Faults.Contains(RecorderWords.NoMedium.Code), "the end of the fault");
    }

    [Fact]
    public async Task Under_a_quarter_of_an_hour_of_storage_is_a_fault()
    {
        await using var bench = Bench(out var device);
        device.Set("recording-time-1", 920);
        device.Set("slot-2", "empty");
        await InStepAsync(bench);
        Assert.DoesNotContain(RecorderWords.StorageLow.Code, bench.Snapshot.Faults);

        await DoAsync(bench, First);
        await bench.PassAsync(40);

        Assert.Contains(RecorderWords.StorageLow.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_recording_that_goes_on_on_the_next_disk_is_not_lost_and_its_time_goes_on()
    {
        await using var bench = Bench(out var device);
        device.Set("recording-time-1", 30);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        await bench.PassAsync(60);

        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        Assert.Equal(2, bench.Snapshot["slot"].Integer);
        Assert.InRange(bench.Snapshot[RecorderWords.RecordedTime].Integer, 50, 61);
    }

    [Fact]
    public async Task A_recording_that_was_under_way_when_the_link_opened_shows_its_timecode_and_no_recorded_time()
    {
        await using var bench = Bench(out var device);
        device.Press("record");
        await InStepAsync(bench);

        var first = bench.Snapshot[RecorderWords.RecordingTimecode];
        await bench.PassAsync(20);

        Assert.Equal(Value.None, bench.Snapshot[RecorderWords.RecordedTime]);
        Assert.InRange(bench.Snapshot[RecorderWords.RecordingTimecode].Integer - first.Integer, 15, 25);
    }

    [Fact]
    public async Task A_new_recording_does_not_begin_with_the_timecode_of_the_last_one()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(30);
        device.Press("stop");
        await bench.PassAsync(10);
        var last = bench.Snapshot[RecorderWords.RecordingTimecode].Integer;

        await DoAsync(bench, First);

        Assert.NotEqual(last, bench.Snapshot[RecorderWords.RecordingTimecode].Integer);
    }

    [Fact]
    public async Task A_deck_that_says_it_records_and_does_not_move_is_a_fault()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(60);
        Assert.DoesNotContain("recorder.standstill", bench.Snapshot.Faults);

        device.Set("no-growth", true);
        await bench.PassAsync(30);
        Assert.Contains("recorder.standstill", bench.Snapshot.Faults);

        await DoAsync(bench, Second);
        Assert.DoesNotContain("recorder.standstill", bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_deck_that_forgets_its_notices_is_still_followed_by_asking()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("forgets-notify", true);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        device.Press("stop");
        await bench.PassUntilAsync(Manifest.Poll, () => bench.Snapshot.Faults.Contains(RecorderWords.StoppedByItself.Code), "the fault");
    }

    [Fact]
    public async Task Notices_that_hold_only_what_changed_are_merged()
    {
        await using var bench = Bench(out var device);
        device.Set("partial-notify", true);
        device.Set("events-before-reply", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Fact]
    public async Task A_slow_transport_is_waited_for_and_pending_until_then()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("transport-delay", "4s");

        var asked = Ask(bench, First);
        await bench.PassAsync(3.9);
        Assert.False(asked.IsCompleted);
        Assert.Equal("Starting", bench.Status.Mode);
        Assert.Equal(RecordingStates.Stopped, bench.Snapshot[RecorderWords.RecordingState].Text);
        await bench.PassAsync(0.2);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task A_deck_that_another_client_holds_is_left_alone_for_half_a_minute()
    {
        await using var bench = Bench(out var device);
        device.Set("rejects-clients", true);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.InRange(bench.Opens, 2, 5);
        Assert.Equal((DeviceState.Offline, StatusReasons.Occupied), (bench.Status.State, bench.Status.Reason));
        device.Set("rejects-clients", false);
        await InStepAsync(bench);
    }

    [Fact]
    public async Task Old_firmware_that_refuses_new_words_is_used_without_them()
    {
        var setting = Setting with { Options = new() { ["protocolVersion"] = "1.6" } };
        AvGateway.Testing.SimulatedPeer? device = null;
        await using var bench = new AvGateway.Testing.DeviceBench<HyperDeckReply>(
            Manifest, new() { Peer = clock => device = new(setting, clock) }, TestContext.Current.CancellationToken);
        await InStepAsync(bench);

        Assert.Equal("1.6", bench.Snapshot["protocol"].Text);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        device!.Press("stop");
        await bench.PassUntilAsync(TimeSpan.FromSeconds(30), () => bench.Snapshot.Faults.Contains(RecorderWords.StoppedByItself.Code), "the fault");
    }

    [Theory, InlineData("案件"), InlineData("a: slot id: 2"), InlineData("a\r\nstop"), InlineData("a;b")]
    public async Task A_file_name_that_could_be_more_than_a_name_is_rejected(string name)
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync("record", ("name", name));

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
    }

    [Fact]
    public async Task A_named_recording_gets_its_name()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await bench.DoAsync("record", ("name", "trial_118"));
        await bench.DoAsync("stop");

        Assert.Contains("trial_118", device.Device.State()["slots"]![0]!["clips"]![0]!.ToString(), StringComparison.Ordinal);
    }
}
