using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every camera must get right: a preset counts when the camera stands there, and nothing turns longer than somebody asks for it.</summary>
public abstract class CameraCompliance<TReply> : DeviceCompliance<TReply>
{
    private static readonly TimeSpan Stands = TimeSpan.FromSeconds(3);

    protected override Wish First => Recall(2);

    protected override Wish Second => Recall(3);

    protected override TimeSpan ShownWithin => TimeSpan.FromSeconds(10);

    /// <summary>What a hand does that turns the camera away.</summary>
    protected abstract (string Verb, JsonObject Arguments) Push { get; }

    [Fact]
    public async Task A_preset_counts_when_the_camera_stands_there_and_not_before()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        await DoAsync(bench, First);

        Assert.False(Moves(device));
        Assert.Equal(At(device, "pan"), bench.Snapshot[CameraWords.Pan].Integer);
        Assert.Equal(At(device, "zoom"), bench.Snapshot[CameraWords.Zoom].Integer);
    }

    [Fact]
    public async Task A_camera_that_was_pushed_aside_stands_at_no_preset_and_comes_back_to_it()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        device.Press(Push.Verb, Push.Arguments);
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[CameraWords.Preset] == 0, "showing");

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task What_was_stored_is_acknowledged_only_and_leads_back()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await DoAsync(bench, First);
        device.Press(Push.Verb, Push.Arguments);
        await bench.PassUntilAsync(ShownWithin, () => bench.Snapshot[CameraWords.Preset] == 0, "showing");
        var stored = At(device, "pan");

        var store = await bench.DoAsync(CameraWords.StoreVerb, (CameraWords.NumberArgument, 5));
        Assert.Equal(0, bench.Snapshot[CameraWords.Preset].Integer);
        await DoAsync(bench, Second);
        var recall = await DoAsync(bench, Recall(5));

        Assert.Equal(CommandOutcome.AcknowledgedOnly, store.Outcome);
        Assert.Equal(CommandOutcome.Verified, recall.Outcome);
        Assert.Equal(stored, At(device, "pan"));
    }

    [Fact]
    public async Task A_movement_that_nobody_asks_for_any_more_ends()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await MoveAsync(bench, 50)).Outcome);
        Assert.True(Moves(device));
        await bench.PassAsync(1);

        Assert.False(Moves(device));
        await bench.PassAsync(Stands);
        Assert.Equal(At(device, "pan"), bench.Snapshot[CameraWords.Pan].Integer);
    }

    [Fact]
    public async Task A_movement_goes_on_while_it_is_asked_for()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        for (var i = 0; i < 10; i++)
        {
            await MoveAsync(bench, -20);
            Assert.True(Moves(device));
            await bench.PassAsync(0.3);
            Assert.True(Moves(device));
        }

        Assert.Equal(CommandOutcome.AcknowledgedOnly, (await MoveAsync(bench, 0)).Outcome);
        Assert.False(Moves(device));
    }

    [Fact]
    public async Task A_movement_during_which_the_link_was_lost_ends_when_it_is_back()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        await MoveAsync(bench, 1);

        await bench.LoseLinkAsync();
        Assert.True(Moves(device));
        await InStepAsync(bench);
        await bench.PassAsync(1);

        Assert.False(Moves(device));
    }

    [Fact]
    public async Task A_preset_that_the_camera_does_not_have_never_reaches_the_wire()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Rejected, (await DoAsync(bench, Recall(0))).Outcome);
        Assert.Equal(CommandOutcome.Rejected, (await DoAsync(bench, Recall(9999))).Outcome);
        Assert.Equal(CommandOutcome.Rejected, (await bench.DoAsync(CameraWords.StoreVerb, (CameraWords.NumberArgument, 0))).Outcome);
    }

    [Fact]
    public async Task In_standby_no_position_is_shown_and_power_on_is_done_when_the_head_can_be_used()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OffVerb)).Outcome);
        Assert.Equal(ValueKind.None, bench.Snapshot[CameraWords.Pan].Kind);
        Assert.Equal(ValueKind.None, bench.Snapshot[CameraWords.Preset].Kind);
        Assert.Equal(CommandOutcome.Rejected, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await bench.DoAsync(PowerWords.OnVerb)).Outcome);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
        Assert.DoesNotContain(bench.Seen.Events, e => e.Type == CameraWords.PowerUnasked);
    }

    protected static Wish Recall(int preset) => new(CameraWords.RecallVerb, [(CameraWords.NumberArgument, preset)], CameraWords.Preset, preset);

    protected static Task<CommandResult> MoveAsync(DeviceBench<TReply> bench, int pan) => bench.DoAsync(CameraWords.MoveVerb, (CameraWords.Pan, pan));

    protected static bool Moves(SimulatedPeer device) => (bool)device.Device.State()["moving"]!;

    protected static int At(SimulatedPeer device, string axis) => (int)device.Device.State()[axis]!;
}
