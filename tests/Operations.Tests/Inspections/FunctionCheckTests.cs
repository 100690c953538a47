using AvGateway.Classes;
using AvGateway.Operations.Inspections;
using AvGateway.Scenes.Running;

namespace AvGateway.Operations.Tests.Inspections;

/// <summary>Functions are tried by the ordinary way, put back to what was seen, and never near a hearing.</summary>
public sealed class FunctionCheckTests
{
    [Fact]
    public async Task A_recorder_that_grows_and_hears_is_in_order_and_stands_still_again()
    {
        await using var bench = await InspectionBench.StartAsync();

        var row = Row(await bench.InspectAsync(), bench.Recorder);

        Assert.Equal((RowState.Ok, "seen"), (row.State, row.Reason));
        Assert.Equal([RecorderWords.RecordVerb, RecorderWords.StopVerb], bench.Recorder.Frames.Select(f => f.Verb));
        Assert.StartsWith("test-20260105-", bench.Recorder.Frames[0].Args["name"].Text, StringComparison.Ordinal);
        Assert.Contains(bench.Recorder.Frames[0].Args["name"].Text, Assert.Single(row.Checks).Detail!.En, StringComparison.Ordinal);
        Assert.Contains(bench.Journal.Rows, r => r is { Kind: "command.accepted", Actor: "engineer" });
    }

    [Fact]
    public async Task A_file_that_does_not_grow_is_a_fault_whatever_the_recorder_says()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Recorder.IsFrozen = true;

        var row = Row(await bench.InspectAsync(), bench.Recorder);

        Assert.Equal((RowState.Fault, "REC_NO_GROWTH"), (row.State, row.Reason));
        Assert.Equal(RecorderWords.StopVerb, bench.Recorder.Frames[^1].Verb);
    }

    [Fact]
    public async Task A_recording_without_sound_is_a_fault()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Recorder.Level = -85;

        Assert.Equal((RowState.Fault, "REC_SILENT"), Row(await bench.InspectAsync(), bench.Recorder) is var row ? (row.State, row.Reason) : default);
    }

    [Fact]
    public async Task A_route_is_read_back_and_put_back()
    {
        await using var bench = await InspectionBench.StartAsync();

        var row = Row(await bench.InspectAsync(), bench.Matrix);

        Assert.Equal(RowState.Ok, row.State);
        Assert.Equal([(1L, 4L), (4L, 4L)], bench.Matrix.Frames.Select(f => (f.Args["input"].Integer, f.Args["output"].Integer)));
        Assert.True(bench.Matrix.TryGetReading("output-4", out var shown) && shown.Value == 4);
    }

    [Theory]
    [InlineData(62)]
    [InlineData(30)]
    [InlineData(-5)]
    public async Task Near_a_hearing_nothing_is_tried_and_the_rows_say_why(int from)
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Book((from, from + 120));

        var inspection = await bench.InspectAsync();

        Assert.All([bench.Matrix, bench.Recorder], d => Assert.Equal((RowState.Skipped, "AVG-GUARD-RESERVED"), (Row(inspection, d).State, Row(inspection, d).Reason)));
        Assert.Empty(bench.Matrix.Frames);
        Assert.Empty(bench.Recorder.Frames);
        Assert.Equal(0, inspection.FindingCount);
    }

    [Fact]
    public async Task In_session_nothing_is_tried()
    {
        await using var bench = await InspectionBench.StartAsync();
        await OpenAsync(bench);

        var inspection = await bench.InspectAsync();

        Assert.Equal((RowState.Skipped, "AVG-GUARD-IN-SESSION"), (Row(inspection, bench.Recorder).State, Row(inspection, bench.Recorder).Reason));
        Assert.Empty(bench.Recorder.Frames);
    }

    [Fact]
    public async Task A_docket_that_is_silent_guards_the_room()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Docket.Lose(Scenes.Hearings.Docket.DocketSource.Push);

        Assert.Equal("AVG-GUARD-DOCKET", Row(await bench.InspectAsync(), bench.Recorder).Reason);
        Assert.Empty(bench.Recorder.Frames);
    }

    [Fact]
    public async Task A_hearing_that_opens_in_the_middle_takes_the_recording_over_and_nothing_is_sent_any_more()
    {
        await using var bench = await InspectionBench.StartAsync();
        var recording = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Recorder.OnFrame = verb =>
        {
            if (verb == RecorderWords.RecordVerb) recording.TrySetResult();
        };
        var begun = (await bench.Inspector.StartAsync(new("weekly", [], "engineer"), TestContext.Current.CancellationToken)).Inspection!;
        await bench.PassUntilAsync(() => recording.Task.IsCompleted);

        await OpenAsync(bench);
        var inspection = await bench.EndAsync(begun.Id);

        var row = Row(inspection, bench.Recorder);
        Assert.Equal((RowState.Skipped, "AVG-GUARD-IN-SESSION"), (row.State, row.Reason));
        Assert.Contains("left running", row.Detail!.En, StringComparison.Ordinal);
        Assert.Equal([RecorderWords.RecordVerb], bench.Recorder.Frames.Select(f => f.Verb));
    }

    [Fact]
    public async Task Cancelled_in_the_middle_the_test_recording_is_ended_first()
    {
        await using var bench = await InspectionBench.StartAsync();
        bench.Recorder.OnFrame = verb =>
        {
            if (verb == RecorderWords.RecordVerb) bench.Inspector.Cancel("I-2026-000001", "engineer");
        };

        var inspection = await bench.InspectAsync();

        Assert.Equal(InspectionState.Cancelled, inspection.State);
        Assert.Equal([RecorderWords.RecordVerb, RecorderWords.StopVerb], bench.Recorder.Frames.Select(f => f.Verb));
        Assert.Equal(3, inspection.Rows.Length);
    }

    [Fact]
    public async Task A_scheduler_who_commands_no_device_inspects_all_the_same()
    {
        await using var bench = await InspectionBench.StartAsync();

        Assert.Equal(RowState.Ok, Row(await bench.InspectAsync(by: "scheduler"), bench.Recorder).State);
        Assert.Contains(bench.Journal.Rows, r => r is { Kind: "command.accepted", Actor: "scheduler" });
    }

    private static async Task OpenAsync(InspectionBench bench)
    {
        var answer = bench.House.Find("court-1")!.RunAsync(
            new RunRequest("r1", "open", bench.House.ActorOf("clerk-1")!, true, false, null, null), TestContext.Current.CancellationToken);
        await bench.PassUntilAsync(() => answer.IsCompleted);
        var ended = (await answer).Ended!;
        await bench.PassUntilAsync(() => ended.IsCompleted);
        Assert.True(bench.House.Find("court-1")!.Hearing.Snapshot.IsOpen);
    }

    private static DeviceRow Row(Inspection inspection, InspectedDevice device) => inspection.Rows.Single(r => r.Device == device.Id.ToString());
}
