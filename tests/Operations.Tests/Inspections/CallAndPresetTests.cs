using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Inspections;

namespace AvGateway.Operations.Tests.Inspections;

/// <summary>A codec calls the court's own test peer, a camera goes to its test preset; both are put back, and neither is touched near a hearing.</summary>
public sealed class CallAndPresetTests
{
    private static readonly InspectionSettings Settings = new()
    {
        Calls = [new(new("court-1", "codec"), "sip:test@10.1.1.99")],
        Presets = [new(new("court-1", "camera"), Test: 9, Home: 1)],
    };

    [Fact]
    public async Task A_call_is_seen_to_stand_and_is_ended()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);

        var row = Row(await bench.InspectAsync(), bench.Codec);

        Assert.Equal((RowState.Ok, "call"), (row.State, Assert.Single(row.Checks).Check));
        Assert.Equal([CodecWords.DialVerb, CodecWords.HangUpVerb], bench.Codec.Frames.Select(f => f.Verb));
        Assert.Equal("sip:test@10.1.1.99", bench.Codec.Frames[0].Args["uri"].Text);
    }

    [Fact]
    public async Task A_call_that_is_acknowledged_and_never_stands_is_a_fault_and_is_ended_all_the_same()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);
        bench.Codec.IsFrozen = true;

        var row = Row(await bench.InspectAsync(), bench.Codec);

        Assert.Equal((RowState.Fault, "CALL_FAILED"), (row.State, row.Reason));
        Assert.Equal(CodecWords.HangUpVerb, bench.Codec.Frames[^1].Verb);
    }

    [Fact]
    public async Task A_codec_that_is_in_a_call_is_not_tried()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);
        bench.Codec.Shows(CodecWords.CallState, CallStates.Connected);

        var check = Assert.Single(Row(await bench.InspectAsync(), bench.Codec).Checks);

        Assert.Equal((RowState.Skipped, "not-idle"), (check.State, check.Reason));
        Assert.Empty(bench.Codec.Frames);
    }

    [Fact]
    public async Task A_camera_goes_to_its_test_preset_and_back()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);

        var row = Row(await bench.InspectAsync(), bench.Camera);

        Assert.Equal((RowState.Ok, "preset"), (row.State, Assert.Single(row.Checks).Check));
        Assert.Equal([9L, 1L], bench.Camera.Frames.Select(f => f.Args["n"].Integer));
    }

    [Fact]
    public async Task Where_no_position_can_be_read_back_the_row_says_so()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);
        bench.Camera.EndsWith = CommandResult.AcknowledgedOnly;

        var check = Assert.Single(Row(await bench.InspectAsync(), bench.Camera).Checks);

        Assert.Equal((RowState.Skipped, "acknowledged-only"), (check.State, check.Reason));
    }

    [Fact]
    public async Task A_camera_that_refuses_is_a_fault_and_is_asked_home_all_the_same()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);
        bench.Camera.EndsWith = CommandResult.Refused("out of range");

        Assert.Equal((RowState.Fault, 2), (Row(await bench.InspectAsync(), bench.Camera).State, bench.Camera.Frames.Count));
    }

    [Fact]
    public async Task Near_a_hearing_nothing_moves_and_nothing_rings()
    {
        await using var bench = await InspectionBench.StartAsync(settings: Settings, withCodec: true);
        bench.Book((-5, 60));

        var inspection = await bench.InspectAsync();

        Assert.All([Row(inspection, bench.Codec), Row(inspection, bench.Camera)], r => Assert.Equal(RowState.Skipped, Assert.Single(r.Checks).State));
        Assert.Empty(bench.Codec.Frames.Concat(bench.Camera.Frames));
    }

    private static DeviceRow Row(Inspection inspection, InspectedDevice device) => inspection.Rows.Single(r => r.Device == device.Id.ToString());
}
