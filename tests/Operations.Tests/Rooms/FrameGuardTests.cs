using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Rooms;

/// <summary>What the devices are told before each frame.</summary>
public sealed class FrameGuardTests
{
    [Fact]
    public async Task Before_the_hearings_were_read_nothing_passes()
    {
        var matrix = FakeDevice.Matrix();
        await using var bench = new RoomBench(devices: matrix);

        var before = bench.Gate.Refusal(matrix, Route(bench, "clerk-1"));
        await bench.StartAsync();

        Assert.Equal((CommandOutcome.Guarded, "AVG-GUARD-UNKNOWN"), (before?.Outcome, before?.Code));
        Assert.Null(bench.Gate.Refusal(matrix, Route(bench, "engineer")));
    }

    [Fact]
    public async Task Under_a_hearing_only_the_court_of_the_room_routes()
    {
        var matrix = FakeDevice.Matrix();
        await using var bench = new RoomBench(devices: matrix);
        await bench.StartAsync();
        await bench.Ask("open").FinalAsync();

        Assert.Null(bench.Gate.Refusal(matrix, Route(bench, "clerk-1")));
        Assert.Null(bench.Gate.Refusal(matrix, Route(bench, "panel-1")));
        foreach (var other in (string[])["engineer", "clerk-2", "nobody"])
            Assert.Equal("AVG-GUARD-IN-SESSION", bench.Gate.Refusal(matrix, Route(bench, other))?.Code);
        Assert.True(bench.Gate.Refusal(matrix, Route(bench, "scheduler"))?.Retryable);
    }

    [Fact]
    public async Task A_recorder_that_runs_without_anybodys_word_counts_as_a_hearing_and_an_engineers_test_does_not()
    {
        var matrix = FakeDevice.Matrix();
        var recorder = new FakeDevice(new("court-1", "recorder"), Manifests.Matrix);
        var layout = new RoomLayout("court-1") { Recorders = [new(recorder.Id, RecorderRole.Main)] };
        await using var bench = new RoomBench(layout: layout, devices: [matrix, recorder]);
        await bench.StartAsync();

        Shows(bench, recorder, RecordingStates.Recording);
        Assert.Equal("AVG-GUARD-RECORDER", bench.Gate.Refusal(matrix, Route(bench, "engineer"))?.Code);
        Assert.Null(bench.Gate.Refusal(matrix, Route(bench, "clerk-1")));

        Shows(bench, recorder, RecordingStates.Stopped);
        bench.House.TargetChanged(recorder, RecorderWords.RecordingState, new(RecordingStates.Recording, "c1", "engineer", default));
        Shows(bench, recorder, RecordingStates.Recording);
        Assert.Null(bench.Gate.Refusal(matrix, Route(bench, "engineer")));

        // The next one was not the engineer's.
        Shows(bench, recorder, RecordingStates.Stopped);
        Shows(bench, recorder, RecordingStates.Recording);
        Assert.Equal("AVG-GUARD-RECORDER", bench.Gate.Refusal(matrix, Route(bench, "engineer"))?.Code);
    }

    private static void Shows(RoomBench bench, FakeDevice recorder, string state)
    {
        var reading = new Reading(state, DateTimeOffset.UnixEpoch, Quality.Good, ReadingSource.Push, 1);
        recorder.Readings[RecorderWords.RecordingState] = reading;
        bench.House.ReadingChanged(recorder, RecorderWords.RecordingState, reading);
    }

    private static CommandRequest Route(RoomBench bench, string caller) =>
        new("c1", "route", Arguments.None.With("input", 1).With("output", 2), Deadline.In(TimeSpan.FromSeconds(5), bench.Clock), caller);
}
