using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.TrialHost;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Testing;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.TrialHost;

public sealed class TrialHostTests : RecorderCompliance<TrialHostReply>
{
    internal static readonly Arguments Words = Arguments.Of(
        ("record", "record=1"), ("stop", "record=0"), ("pause", "record=2"), ("resume", "record=1"), ("state", "record.state"), ("recording-is", "1"),
        ("stopped-is", "0"), ("paused-is", "2"), ("recorded", "record.time"), ("left", "disk.time"), ("level", "audio.level"), ("version", "sys.version"));

    protected override DriverManifest<TrialHostReply> Manifest => TrialHostDriver.Manifest;

    protected override BenchSetup Setup => new() { Options = Words };

    // At rest it is asked every five seconds.
    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(6);

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);

    [Fact]
    public async Task A_recording_pauses_and_goes_on()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(RecorderWords.PauseVerb)).Outcome);
        Assert.Equal(RecordingStates.Paused, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(RecorderWords.ResumeVerb)).Outcome);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_host_that_says_recording_and_writes_nothing_shows_a_time_that_stands_still()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(10);
        device.Set("no-growth", true);
        await bench.PassAsync(2);
        var recorded = bench.Snapshot[RecorderWords.RecordedTime].Integer;

        await bench.PassAsync(30);

        Assert.Equal(recorded, bench.Snapshot[RecorderWords.RecordedTime].Integer);
    }

    [Fact]
    public async Task A_state_that_nobody_has_named_is_never_shown_as_recording()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("state-word", "9");
        await bench.PassAsync(6);

        Assert.NotEqual("Recording", bench.Status.Mode);
        Assert.Equal(RecordingStates.Unknown, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.Contains("recorder.strange-state", bench.Snapshot.Faults);
        device.Set("state-word", null);
        await bench.PassAsync(6);
        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_recording_that_ended_behind_a_strange_state_is_a_loss()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("state-word", "9");
        await bench.PassAsync(6);

        device.Press("stop");
        device.Set("state-word", null);
        await bench.PassAsync(6);

        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Theory, InlineData("nothing"), InlineData("word"), InlineData("property")]
    public async Task However_a_write_is_answered_the_state_is_what_counts(string answer)
    {
        await using var bench = Bench(out var device);
        device.Set("write-answer", answer);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(RecorderWords.PauseVerb)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(RecorderWords.ResumeVerb)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        device.Set("frozen", true);
        Assert.Equal(CommandOutcome.NotSeen, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_stop_whose_answer_was_lost_with_the_link_is_no_loss()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("closes-after-answer", true);
        var stopping = Ask(bench, Second);
        await bench.PassUntilAsync(Recovery, () => stopping.IsCompleted, "an end");
        device.Set("closes-after-answer", false);
        await InStepAsync(bench);
        await bench.PassAsync(2);

        Assert.Equal(RecordingStates.Stopped, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_host_whose_state_cannot_be_asked_for_is_not_used()
    {
        await using var bench = new DeviceBench<TrialHostReply>(Manifest, Setup with { Options = Words.With("state", "record.state=1"), Peer = Peer }, TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.PassAsync(30);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_pause_that_becomes_a_stop_is_a_loss()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Set("start-time", "3s");

        var pausing = bench.Ask(RecorderWords.PauseVerb);
        await bench.PassAsync(1);
        device.Press("stop");
        await bench.PassUntilAsync(Recovery, () => pausing.IsCompleted, "an end");

        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_is_told()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("disk-full", true);
        await bench.PassAsync(6);

        Assert.Contains(RecorderWords.StorageLow.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_host_that_closes_behind_each_answer_is_still_told_to_record()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("closes-after-answer", true);
        await bench.PassAsync(20);
        device.Set("closes-after-answer", false);
        await InStepAsync(bench);

        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_host_whose_word_is_not_named_is_never_told_another()
    {
        await using var bench = new DeviceBench<TrialHostReply>(Manifest, Setup with { Options = Words.With("pause", ""), Peer = Peer }, TestContext.Current.CancellationToken);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(RecorderWords.PauseVerb)).Outcome);
        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
    }
}

/// <summary>From the wire to the word on the panel.</summary>
public sealed class TrialHostProofTests : RecordingProofCompliance<TrialHostReply>
{
    protected override DriverManifest<TrialHostReply> Manifest => TrialHostDriver.Manifest;

    protected override BenchSetup Setup => new() { Options = TrialHostTests.Words };

    protected override (string Switch, JsonNode? Value)? Silence => ("level", -90.0);

    protected override (string Switch, JsonNode? Value)? WrongClock => null;
}
