using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;
using AvGateway.Drivers.Protocols.IsapiRecorder;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.IsapiRecorder;

public sealed class IsapiRecorderTests : RecorderCompliance<HttpReply>
{
    protected override DriverManifest<HttpReply> Manifest => IsapiRecorderDriver.Manifest;

    protected override BenchSetup Setup => new() { Link = "http://admin@127.0.0.1:80", Secret = "court" };

    // A hand at the recorder is seen at the next poll, an end after five looks without growth.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(9);

    protected override bool TellsStorage => false;

    // On the real wire the log-in is a real digest whose nonces grow old.
    protected override DeviceSetting RealSetting => Setting with
    {
        User = "admin",
        Password = "court",
        Switches = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["nonce-lasts"] = 3 },
    };

    protected override string RealLink(string uri) => uri.Replace("http://", "http://admin@", StringComparison.Ordinal);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Theory]
    [InlineData("record-method", "POST")]
    [InlineData("namespace", "http://www.hikvision.com/ver10/XMLSchema")]
    [InlineData("namespace", "http://www.isapi.org/ver20/XMLSchema")]
    public async Task Generations_of_firmware_differ_and_are_used_alike(string name, string value)
    {
        await using var bench = Bench(out var device);
        device.Set(name, value);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Theory, InlineData("says-gb2312"), InlineData("names-no-zone")]
    public async Task What_the_answers_say_of_their_encoding_or_leave_out_of_their_clock_does_not_matter(string name)
    {
        await using var bench = Bench(out var device);
        device.Set(name, true);
        await InStepAsync(bench);

        Assert.Equal(0, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task A_file_that_appears_and_does_not_grow_is_no_recording()
    {
        await using var bench = Bench(out var device);
        device.Set("no-growth", true);
        await InStepAsync(bench);

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(RecordingStates.Stopped, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.Contains(RecorderWords.NotFollowing.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_clock_that_is_hours_off_does_not_keep_a_recording_from_being_found()
    {
        await using var bench = Bench(out var device);
        device.Set("clock-offset", -28_800);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(-28_800, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
        Assert.Equal(["recorder.clock"], bench.Snapshot.Faults);
    }

    [Theory]
    [InlineData("error", "recorder.disk-error"), InlineData("smartFailed", "recorder.disk-error"), InlineData("notexist", "recorder.no-medium")]
    public async Task A_disk_that_fails_under_a_recording_is_told_twice_as_a_lost_recording_and_by_its_state(string status, string fault)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("disk-status", status);
        await bench.PassAsync(8);

        Assert.Contains(fault, bench.Snapshot.Faults);
        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        var again = await DoAsync(bench, First);
        Assert.Equal(CommandOutcome.Refused, again.Outcome);
        Assert.StartsWith("3 Device Error", again.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_without_a_picture_is_a_fault_while_the_recording_goes_on()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("channel-offline", true);
        await bench.PassAsync(6);

        Assert.Equal([RecorderWords.NoSignal.Code], bench.Snapshot.Faults);
        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
    }

    [Fact]
    public async Task A_busy_device_is_not_taken_for_one_at_rest()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("busy", 12);
        await bench.PassAsync(20);

        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_page_for_people_is_no_answer()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("html-errors", true);
        await bench.PassAsync(3);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.NotEqual(Quality.Good, Reading(bench, First).Quality);
        device.Set("html-errors", false);
        await InStepAsync(bench);
        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_log_in_that_is_refused_is_not_tried_again_for_as_long_as_accounts_are_locked()
    {
        await using var bench = Bench(out var device);
        device.Set("wrong-login", true);
        await bench.StartAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(34));

        Assert.Equal((DeviceState.Offline, StatusReasons.AccessDenied), (bench.Status.State, bench.Status.Reason));
        Assert.Contains("recorder.access-denied", bench.Snapshot.Faults);
        Assert.Equal(1, bench.Opens);
    }
}

/// <summary>From the wire to the word on the panel. A file that ceases to grow is all that this recorder shows of an end.</summary>
public sealed class IsapiRecorderProofTests : RecordingProofCompliance<HttpReply>
{
    protected override DriverManifest<HttpReply> Manifest => IsapiRecorderDriver.Manifest;

    protected override BenchSetup Setup => new() { Link = "http://admin@127.0.0.1:80" };

    protected override string FrozenIs => Scenes.Hearings.Recording.RecordingFaults.Stopped;

    protected override (string Switch, System.Text.Json.Nodes.JsonNode? Value)? Silence => null;
}
