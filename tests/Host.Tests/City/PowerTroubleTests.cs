using AvGateway.Operations.Power;
using AvGateway.Testing.City;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// What goes wrong when a room is switched off, each with a simulated device that does it on its own wire: a named outcome, one fault, and a feed that stays
/// closed behind whatever was not seen off.
/// </summary>
public sealed class PowerTroubleTests : IAsyncLifetime
{
    private const string Room = "one-simple-1";
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(30);

    private static readonly CityShape Shape = new(
        new Dictionary<string, IReadOnlyDictionary<string, int>>
        {
            ["simple"] = new Dictionary<string, int> { ["display"] = 1, ["projector"] = 1, ["ptz_camera"] = 1, ["power_sequencer"] = 1 },
            ["machine_room_small"] = new Dictionary<string, int> { ["pdu"] = 1 },
        },
        [new("one", new Dictionary<string, int> { ["simple"] = 1, ["machine_room_small"] = 1 })]);

    private readonly CityBench _city = new(new(Shape), new(2026, 2, 14, 19, 0, 0, TimeSpan.FromHours(8)));

    public async ValueTask InitializeAsync() => await _city.StartAsync();

    [Fact]
    public async Task A_display_that_ignores_off_is_off_failed_with_one_fault_and_keeps_its_feed()
    {
        _city.Peer(Room, "display-1").Set("ignores-off", true);

        var end = await OffAsync();

        Assert.Equal(StepState.OffFailed, State(end, $"{Room}/display-1:off"));
        Assert.Equal(("power.off-failed", $"{Room}/display-1"), OnlyFault());
        Assert.Equal("on", (string)_city.Peer(Room, "display-1").Device.State()["power"]!);
        Assert.True(HasPower(6));
        Assert.False(HasPower(5));
        Assert.Equal(StepState.Held, State(end, "one-machine-room-small-1/pdu-1/1:open"));
    }

    [Fact]
    public async Task An_outlet_that_says_off_and_draws_current_is_not_believed_and_off_failed_with_one_fault()
    {
        _city.Peer("one-machine-room-small-1", "pdu-1").Set("lies", true);

        var end = await OffAsync();

        Assert.Equal(StepState.OffFailed, State(end, "one-machine-room-small-1/pdu-1/1:open"));
        Assert.Equal(("power.off-failed", "one-machine-room-small-1/pdu-1/1"), OnlyFault());
        Assert.True((bool)_city.Peer(Room, "sequencer-1").Device.State()["powered"]!);
    }

    [Fact]
    public async Task A_lamp_that_cools_for_ninety_seconds_is_waited_for_and_no_fault()
    {
        var end = await OffAsync();

        Assert.True(end.Record.Phase is RunPhase.Done, CityBench.Told(end));
        Assert.Empty(_city.Faults);
        var told = end.Progress[Index(end, $"{Room}/projector-1:off")].SentAt!.Value;
        var cut = _city.Mains.Events.Single(e => e.Outlet.Number == 7 && !e.IsOn).At;
        Assert.True(cut - told >= TimeSpan.FromSeconds(90), $"told at {told:T}, cut at {cut:T}");
    }

    [Fact]
    public async Task A_lamp_that_cools_without_end_is_off_failed_with_one_fault_and_keeps_its_feed()
    {
        _city.Peer(Room, "projector-1").Set("cool-down", "2h");

        var end = await OffAsync();

        Assert.Equal(StepState.OffFailed, State(end, $"{Room}/projector-1:off"));
        Assert.Equal(("power.off-failed", $"{Room}/projector-1"), OnlyFault());
        Assert.True(HasPower(7));
    }

    [Fact]
    public async Task A_link_lost_in_the_middle_of_the_run_is_unreachable_with_one_fault_and_never_off()
    {
        var run = await BeginAsync();
        await _city.PassAsync(TimeSpan.FromSeconds(30));
        _city.Peer(Room, "projector-1").Set("drop", true);
        await _city.PassUntilAsync(Most, () => run.Ended!.IsCompleted, "an end of the run");
        var end = await run.Ended!;

        Assert.Equal(StepState.Unreachable, State(end, $"{Room}/projector-1:off"));
        Assert.Equal(("power.unreachable", $"{Room}/projector-1"), OnlyFault());
        Assert.True(HasPower(7));
    }

    [Fact]
    public async Task What_comes_back_by_itself_is_named_with_one_fault_and_not_chased()
    {
        var pdu = _city.Peer("one-machine-room-small-1", "pdu-1");
        pdu.Set("comes-back", "20s");

        var end = await OffAsync();

        Assert.Equal(StepState.CameBack, State(end, "one-machine-room-small-1/pdu-1/1:open"));
        Assert.Equal(("power.came-back", "one-machine-room-small-1/pdu-1/1"), OnlyFault());
        Assert.Equal(1, (int)pdu.Device.State()["orders"]!);
    }

    public ValueTask DisposeAsync() => _city.DisposeAsync();

    private bool HasPower(int outlet) => _city.Mains.HasPower(new(new(Room, "sequencer-1"), outlet));

    private (string Code, string Subject) OnlyFault()
    {
        var fault = Assert.Single(_city.Faults);
        return (fault.Code, fault.Subject);
    }

    private async Task<PowerAnswer> BeginAsync()
    {
        var answer = await _city.DoAsync(() => _city.Runs.StartAsync(new(PowerAct.Off, [Room], "scheduler", null, "holiday"), TestContext.Current.CancellationToken));
        Assert.True(answer.Ended is not null, $"{answer.Refusal}");
        return answer;
    }

    private async Task<PowerPicture> OffAsync()
    {
        var answer = await BeginAsync();
        await _city.PassUntilAsync(Most, () => answer.Ended!.IsCompleted, "an end of the run");
        return await answer.Ended!;
    }

    private static int Index(PowerPicture run, string step) => run.Steps.Select((s, i) => (s, i)).Single(p => p.s.Id == step).i;
    private static StepState State(PowerPicture run, string step) => run.Progress[Index(run, step)].State;
}
