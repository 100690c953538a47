using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every recorder must get right: a recording is never lost silently, and never believed before it is seen.</summary>
public abstract class RecorderCompliance<TReply> : DeviceCompliance<TReply>
{
    protected override Wish First => new(RecorderWords.RecordVerb, [], RecorderWords.RecordingState, RecordingStates.Recording, ("record", []));

    protected override Wish Second => new(RecorderWords.StopVerb, [], RecorderWords.RecordingState, RecordingStates.Stopped, ("stop", []));

    /// <summary>False for a recorder that does not tell how much still fits.</summary>
    protected virtual bool TellsStorage => true;

    [Fact]
    public async Task A_recording_that_ends_without_a_wish_of_ours_is_a_fault_and_shown_at_once()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Press("stop");
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[RecorderWords.RecordingState] == RecordingStates.Stopped, "showing");

        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        await DoAsync(bench, First);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_recording_that_ended_while_the_link_was_down_is_a_fault_when_it_is_back()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Set("drop", true);
        await bench.PassAsync(20);
        device.Press("stop");
        device.Set("drop", false);
        await InStepAsync(bench);
        await bench.PassAsync(1);

        Assert.Contains(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_stop_that_was_wished_is_no_fault()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        await DoAsync(bench, Second);
        await bench.PassAsync(30);

        Assert.Empty(bench.Snapshot.Faults);
    }

    [Fact]
    public async Task A_recording_that_was_not_seen_to_begin_is_a_fault_until_one_is()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("frozen", true);

        await DoAsync(bench, First);

        Assert.Contains(RecorderWords.NotFollowing.Code, bench.Snapshot.Faults);
        Assert.Equal(RecordingStates.Stopped, bench.Snapshot[RecorderWords.RecordingState].Text);
        device.Set("frozen", false);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.DoesNotContain(RecorderWords.NotFollowing.Code, bench.Snapshot.Faults);
    }

    [Fact]
    public async Task Recorded_time_grows_and_the_storage_shrinks_while_it_records()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        await bench.PassAsync(10);
        var recorded = bench.Snapshot[RecorderWords.RecordedTime].Integer;
        var left = TellsStorage ? bench.Snapshot[RecorderWords.StorageTime].Integer : 0;

        await bench.PassAsync(60);

        Assert.InRange(bench.Snapshot[RecorderWords.RecordedTime].Integer - recorded, 50, 70);
        if (TellsStorage) Assert.InRange(left - bench.Snapshot[RecorderWords.StorageTime].Integer, 50, 70);
    }

    [Fact]
    public async Task Losing_the_link_does_not_stop_a_recording()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        for (var i = 0; i < 3; i++)
        {
            await bench.LoseLinkAsync();
            await InStepAsync(bench);
        }

        Assert.Equal(RecordingStates.Recording, bench.Snapshot[RecorderWords.RecordingState].Text);
        Assert.DoesNotContain(RecorderWords.StoppedByItself.Code, bench.Snapshot.Faults);
        Assert.True((bool)device.Device.State()["powered"]!);
    }
}
