using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.ExtronSmp;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.ExtronSmp;

/// <summary>What holds over TCP and over RS-232 alike.</summary>
public abstract class ExtronSmpCompliance : RecorderCompliance<SmpReply>
{
    protected override DriverManifest<SmpReply> Manifest => ExtronSmpDriver.Manifest;

    // The file is finished for two seconds, and looked at each second.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(5);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task Pause_and_resume_are_seen_and_the_time_goes_on_in_the_same_file()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(10);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("pause")).Outcome);
        Assert.Equal(RecordingStates.Paused, bench.Snapshot[RecorderWords.RecordingState].Text);
        var paused = bench.Snapshot[RecorderWords.RecordedTime].Integer;
        await bench.PassAsync(60);
        Assert.Empty(bench.Snapshot.Faults);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("resume")).Outcome);
        await bench.PassAsync(10);

        Assert.InRange(bench.Snapshot[RecorderWords.RecordedTime].Integer - paused, 8, 12);
        Assert.Equal(0, (int)device.Device.State()["files"]!);
    }

    [Fact]
    public async Task A_mark_is_acknowledged_and_nobody_says_that_it_was_seen()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync("mark")).Outcome);
        await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("mark")).Outcome);
        Assert.Equal(1, (int)device.Device.State()["marks"]!);
    }

    [Theory, InlineData("resume"), InlineData("pause")]
    public async Task What_makes_no_sense_at_rest_is_rejected_and_begins_no_file(string verb)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(verb)).Outcome);
        Assert.Equal("stopped", (string)device.Device.State()["recorder"]!);
    }

    [Fact]
    public async Task A_stop_is_done_when_the_file_is_finished()
    {
        await using var bench = Bench(out var device);
        device.Set("finalising-time", "25s");
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(5);

        var asked = Ask(bench, Second);
        await bench.PassAsync(20);
        Assert.False(asked.IsCompleted);
        Assert.Equal(("Finalising", RecordingStates.Stopping), (bench.Status.Mode, bench.Snapshot[RecorderWords.RecordingState].Text));
        await bench.PassAsync(8);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_recorder_that_says_recording_while_it_finishes_the_file_has_followed()
    {
        await using var bench = Bench(out var device);
        device.Set("finalising-time", "25s");
        device.Set("finalises-as-recording", true);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(5);

        var asked = Ask(bench, Second);
        await bench.PassAsync(20);
        Assert.Equal("Finalising", bench.Status.Mode);
        Assert.Empty(bench.Snapshot.Faults);
        await bench.PassAsync(8);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_file_that_is_never_finished_is_a_fault()
    {
        await using var bench = Bench(out var device);
        device.Set("finalising-time", "10m");
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(5);

        var asked = bench.Ask(TimeSpan.FromSeconds(90), "stop");
        await bench.PassAsync(80);
        Assert.Equal(CommandOutcome.NotSeen, (await asked).Outcome);
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Contains("recorder.not-finalised", bench.Snapshot.Faults);
        Assert.DoesNotContain(RecorderWords.NotFollowing.Code, bench.Snapshot.Faults);
        await bench.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_stop_that_is_not_followed_is_a_fault_while_the_recording_goes_on()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("frozen", true);

        var asked = bench.Ask("stop");
        await bench.PassAsync(9);

        Assert.Contains(RecorderWords.NotFollowing.Code, bench.Snapshot.Faults);
        Assert.Equal(("Recording", RecordingStates.Recording), (bench.Status.Mode, bench.Snapshot[RecorderWords.RecordingState].Text));
        device.Set("frozen", false);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        Assert.Equal(CommandOutcome.Superseded, (await asked).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Theory, InlineData("no-growth"), InlineData("time-only")]
    public async Task A_file_that_does_not_grow_is_a_fault_and_its_time_stands_still(string cause)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(30);
        Assert.Empty(bench.Snapshot.Faults);

        device.Set(cause, true);
        await bench.PassAsync(2);
        var before = bench.Snapshot[RecorderWords.RecordedTime].Integer;
        await bench.PassAsync(8);
        Assert.Contains("recorder.standstill", bench.Snapshot.Faults);
        Assert.Equal(before, bench.Snapshot[RecorderWords.RecordedTime].Integer);

        device.Set(cause, false);
        await bench.PassAsync(3);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task Firmware_that_tells_its_free_space_too_seldom_may_be_judged_by_time_alone()
    {
        await using var bench = Bench(out var device, ("growth", "time"));
        device.Set("time-only", true);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(30);

        Assert.Empty(bench.Snapshot.Faults);
        Assert.InRange(bench.Snapshot[RecorderWords.RecordedTime].Integer, 28, 31);
    }

    [Fact]
    public async Task The_level_is_what_the_meters_show_while_it_records_within_two_seconds()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        Assert.Equal(-20.0, bench.Snapshot[RecorderWords.LoudestLevel].Number);
        await DoAsync(bench, First);

        device.Set("silence", true);
        await bench.PassAsync(2);

        Assert.Equal(-150.0, bench.Snapshot[RecorderWords.LoudestLevel].Number);
    }

    [Theory, InlineData(95), InlineData(-95)]
    public async Task A_clock_that_is_wrong_is_shown_and_a_fault_until_it_is_right(int seconds)
    {
        await using var bench = Bench(out var device);
        device.Set("clock-offset", seconds);
        await InStepAsync(bench);

        Assert.Equal(seconds, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
        Assert.Contains("recorder.clock", bench.Snapshot.Faults);
        device.Set("clock-offset", 0);
        await bench.PassAsync(6);
        Assert.Equal(0, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_device_in_another_zone_than_the_site_is_hours_off()
    {
        await using var bench = Bench(out _, ("utc-offset", 0));
        await InStepAsync(bench);

        Assert.Equal(28_800, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
    }

    [Fact]
    public async Task Without_meters_or_clock_nothing_is_shown_of_them_and_the_rest_works()
    {
        await using var bench = Bench(out var device);
        device.Set("no-meters", true);
        device.Set("no-clock", true);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(30);

        Assert.DoesNotContain(RecorderWords.LoudestLevel, bench.Snapshot.Readings.Keys);
        Assert.InRange(bench.Snapshot[RecorderWords.RecordedTime].Integer, 28, 31);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Theory]
    [InlineData("disk-full", "E28", "recorder.storage-low")]
    [InlineData("no-medium", "E25", "recorder.no-medium")]
    public async Task What_keeps_it_from_recording_is_refused_in_its_words_and_a_fault(string cause, string code, string fault)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set(cause, true);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.StartsWith(code, result.Reason, StringComparison.Ordinal);
        Assert.Contains(fault, bench.Snapshot.Faults);
        device.Set(cause, false);
        device.Set("disk-left", 100_000);
        await bench.PassAsync(6);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_disk_that_fills_is_a_fault_before_and_a_lost_recording_when_it_is_full()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("disk-left", 1830);
        await DoAsync(bench, First);
        await bench.PassAsync(10);
        Assert.Empty(bench.Snapshot.Faults);

        await bench.PassAsync(30);
        Assert.Contains(RecorderWords.StorageLow.Code, bench.Snapshot.Faults);
        await bench.PassAsync(TimeSpan.FromMinutes(31));

        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        Assert.Equal(RecordingStates.Stopped, bench.Snapshot[RecorderWords.RecordingState].Text);
    }

    [Fact]
    public async Task A_restart_while_it_records_is_a_lost_recording()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(5);

        device.Set("brown-out", true);
        await bench.SettleAsync();
        Assert.Equal(DeviceState.Degraded, bench.Status.State);
        await InStepAsync(bench);

        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        Assert.Equal(1, bench.Opens);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_busy_device_is_asked_again_after_a_second_each()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("busy", 3);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_status_with_a_tag_is_read_as_well()
    {
        await using var bench = Bench(out var device);
        device.Set("tagged-status", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_title_that_is_refused_keeps_nothing_from_being_recorded()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        var long64 = new string('a', 64);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync("record", ("name", long64))).Outcome);
        Assert.Equal(long64, (string)device.Device.State()["title"]!);
        await bench.DoAsync("stop");
        device.Set("refuse", 13);
        var refused = await bench.DoAsync("record", ("name", "trial_118"));

        Assert.Equal(CommandOutcome.Refused, refused.Outcome);
        Assert.Contains(bench.Seen.Events, e => e.Type == "title-refused");
    }

    [Theory, InlineData("案件"), InlineData("a*RCDR"), InlineData("a\r\nstop"), InlineData("a|b")]
    public async Task A_title_that_could_be_more_than_a_title_is_rejected(string name)
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var result = await bench.DoAsync("record", ("name", name));

        Assert.Equal(CommandOutcome.Rejected, result.Outcome);
        Assert.Equal(0, result.Attempts);
    }

    [Fact]
    public async Task Of_a_named_start_and_a_stop_at_once_the_stop_stands()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        var start = bench.Ask("record", ("name", "trial_118"));
        await bench.SettleAsync();
        var stop = await DoAsync(bench, Second);
        await bench.PassAsync(20);

        Assert.NotEqual(CommandOutcome.NotSeen, (await start).Outcome);
        Assert.Equal(CommandOutcome.Verified, stop.Outcome);
        Assert.Equal("stopped", (string)device.Device.State()["recorder"]!);
        Assert.Empty(bench.Snapshot.Faults);
    }

    protected DeviceBench<SmpReply> Bench(out SimulatedPeer device, params (string Name, Value Value)[] options)
    {
        SimulatedPeer? peer = null;
        var bench = new DeviceBench<SmpReply>(Manifest, Setup with { Options = Arguments.Of(options), Peer = clock => peer = new(Setting, clock) },
            TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }
}

/// <summary>Over TCP: greeting, date, password, telnet.</summary>
public sealed class ExtronSmpTcpTests : ExtronSmpCompliance
{
    [Theory, InlineData("wrong"), InlineData(null)]
    public async Task A_wrong_or_missing_password_is_a_fault_and_not_tried_again_and_again(string? given)
    {
        await using var bench = Bench("court", given, out _);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Equal((DeviceState.Offline, StatusReasons.AccessDenied), (bench.Status.State, bench.Status.Reason));
        Assert.Contains("recorder.access-denied", bench.Snapshot.Faults);
        Assert.InRange(bench.Opens, 2, 6);
    }

    [Fact]
    public async Task A_password_is_given_once_and_commands_follow()
    {
        await using var bench = Bench("court", "court", out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Telnet_options_are_turned_down_and_do_not_disturb()
    {
        await using var bench = Bench(out var device);
        device.Set("telnet-negotiation", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_device_with_all_its_connections_in_use_is_left_alone_for_half_a_minute()
    {
        await using var bench = Bench(out var device);
        device.Set("max-connections", 0);
        await bench.StartAsync();

        await bench.PassAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(StatusReasons.Occupied, bench.Status.Reason);
        Assert.InRange(bench.Opens, 2, 5);
    }

    [Fact]
    public void A_password_never_stands_in_a_trace() => Assert.True(new SmpCodec().Hides(SmpCodec.Secret + "court"));

    private DeviceBench<SmpReply> Bench(string password, string? given, out SimulatedPeer device)
    {
        SimulatedPeer? peer = null;
        var setup = new BenchSetup { Secret = given, Peer = clock => peer = new(Setting with { Password = password }, clock) };
        var bench = new DeviceBench<SmpReply>(Manifest, setup, TestContext.Current.CancellationToken);
        device = peer!;
        return bench;
    }
}

/// <summary>Over RS-232, on a pseudo-terminal where the link is real.</summary>
public sealed class ExtronSmpSerialTests : ExtronSmpCompliance
{
    protected override DeviceSetting Setting => base.Setting with { Link = Simulator.Devices.Wires.LinkKind.Serial };

    protected override BenchSetup Setup => new() { Link = "serial:/dev/ttyS0?baud=9600" };
}
