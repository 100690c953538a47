using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Http;
using AvGateway.Drivers.Protocols.EpiphanPearl;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.EpiphanPearl;

public sealed class EpiphanPearlTests : RecorderCompliance<HttpReply>
{
    protected override DriverManifest<HttpReply> Manifest => EpiphanPearlDriver.Manifest;

    protected override BenchSetup Setup => new() { Link = "http://admin@127.0.0.1:80", Secret = "court" };

    // Nothing is told unasked: a hand at the panel is seen at the next poll, and the recorder takes a second itself.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(8);

    protected override bool TellsStorage => false;

    // On the real wire the password goes out, and every write of the server is cut and joined at random.
    protected override DeviceSetting RealSetting => Setting with { User = "admin", Password = "court" };

    protected override string RealLink(string uri) => uri.Replace("http://", "http://admin@", StringComparison.Ordinal) + "?auth=basic";

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task A_slow_start_is_waited_for_and_shown_as_starting()
    {
        await using var bench = Bench(out var device);
        device.Set("start-time", "6s");
        await InStepAsync(bench);

        var asked = Ask(bench, First);
        await bench.PassAsync(5);
        Assert.False(asked.IsCompleted);
        Assert.Equal(RecordingStates.Starting, bench.Snapshot[RecorderWords.RecordingState].Text);
        await bench.PassAsync(3);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task A_long_file_may_take_its_time_to_stop()
    {
        await using var bench = Bench(out var device);
        device.Set("stop-time", "30s");
        await InStepAsync(bench);
        await DoAsync(bench, First);

        var asked = Ask(bench, Second);
        await bench.PassAsync(25);
        Assert.Equal(("Stopping", RecordingStates.Stopping), (bench.Status.Mode, bench.Snapshot[RecorderWords.RecordingState].Text));
        Assert.Empty(bench.Snapshot.Faults);
        await bench.PassAsync(8);

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_counter_that_stands_still_is_a_fault()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(30);
        Assert.Empty(bench.Snapshot.Faults);

        device.Set("no-growth", true);
        await bench.PassAsync(8);
        Assert.Contains("recorder.standstill", bench.Snapshot.Faults);
        device.Set("no-growth", false);
        await bench.PassAsync(3);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_mark_is_acknowledged_and_nobody_says_that_it_was_seen()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync("mark")).Outcome);
        await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await bench.DoAsync("mark")).Outcome);
        Assert.Equal(1, (int)device.Device.State()["bookmarks"]!);
    }

    [Fact]
    public async Task The_first_version_of_the_api_is_used_where_there_is_no_second()
    {
        var (bench, device) = Bench(Setting with { Options = new() { ["api"] = "v1", ["recorder"] = "m1" } });
        await using var _ = bench;
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.DoesNotContain(RecorderWords.ClockDifference, bench.Snapshot.Readings.Keys);
        var mark = await bench.DoAsync("mark");
        Assert.Equal(CommandOutcome.Rejected, mark.Outcome);
        Assert.Contains("channel", mark.Reason, StringComparison.Ordinal);
        Assert.Equal("started", (string)device.Device.State()["recorder"]!);
    }

    [Fact]
    public async Task A_recorder_that_is_not_there_is_told_with_those_that_are()
    {
        var (bench, _) = Bench(Setting, ("recorder", "7"));
        await using var __ = bench;
        await bench.StartAsync();
        await bench.PassAsync(10);

        Assert.Equal((DeviceState.Offline, StatusReasons.DeviceAbsent), (bench.Status.State, bench.Status.Reason));
    }

    [Fact]
    public async Task A_recorder_taken_out_while_it_is_used_is_unusable_until_it_is_back()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("no-recorder", true);
        await bench.PassAsync(6);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.NotEqual(Quality.Good, Reading(bench, First).Quality);
        device.Set("no-recorder", false);
        await InStepAsync(bench);
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
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_log_in_that_is_refused_is_a_fault_and_not_tried_again_and_again()
    {
        await using var bench = Bench(out var device);
        device.Set("wrong-login", true);
        await bench.StartAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(14));

        Assert.Equal((DeviceState.Offline, StatusReasons.AccessDenied), (bench.Status.State, bench.Status.Reason));
        Assert.Contains("recorder.access-denied", bench.Snapshot.Faults);
        Assert.InRange(bench.Opens, 2, 3);
        device.Set("wrong-login", false);
        await bench.PassUntilAsync(TimeSpan.FromMinutes(6), () => bench.Status.IsUsable, "in step");
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task Numbers_may_be_texts()
    {
        await using var bench = Bench(out var device);
        device.Set("numbers-as-text", true);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(30);

        Assert.InRange(bench.Snapshot[RecorderWords.RecordedTime].Integer, 28, 31);
    }

    [Fact]
    public async Task Clock_and_temperature_are_told_and_faults_when_they_are_wrong()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        Assert.Equal(0, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
        Assert.Equal(54, bench.Snapshot["temperature"].Number);

        device.Set("clock-offset", -95);
        device.Set("temperature", 83.5);
        await bench.PassAsync(6);
        Assert.Equal(-95, bench.Snapshot[RecorderWords.ClockDifference].Number, 1.0);
        Assert.Equal(["recorder.clock", "recorder.temperature"], bench.Snapshot.Faults.Order());

        device.Set("clock-offset", 0);
        device.Set("temperature", 60.5);
        await bench.PassAsync(6);
        Assert.Empty(bench.Snapshot.Faults);
    }

    private (DeviceBench<HttpReply> Bench, SimulatedPeer Device) Bench(DeviceSetting setting, params (string Name, Value Value)[] options)
    {
        SimulatedPeer? peer = null;
        var bench = new DeviceBench<HttpReply>(Manifest, Setup with { Options = Arguments.Of(options), Peer = clock => peer = new(setting, clock) },
            TestContext.Current.CancellationToken);
        return (bench, peer!);
    }
}

/// <summary>From the wire to the word on the panel.</summary>
public sealed class EpiphanPearlProofTests : RecordingProofCompliance<HttpReply>
{
    protected override DriverManifest<HttpReply> Manifest => EpiphanPearlDriver.Manifest;

    protected override BenchSetup Setup => new() { Link = "http://admin@127.0.0.1:80" };

    protected override (string Switch, System.Text.Json.Nodes.JsonNode? Value)? Silence => null;
}
