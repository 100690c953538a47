using AvGateway.Operations.Access;
using AvGateway.Operations.Power;
using AvGateway.Operations.Schedule.Rules;
using AvGateway.Operations.Schedule.Running;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>What a schedule orders is one run, whoever asks for it again.</summary>
public sealed class ScheduledPowerTests : IAsyncLifetime
{
    private static readonly CancellationToken Test = TestContext.Current.CancellationToken;
    private static readonly string[] Rooms = ["court-1", "machine-room"];

    private readonly PowerHouse _house = new();

    public async ValueTask InitializeAsync() => await _house.StartAsync();

    [Fact]
    public async Task The_job_ends_when_its_run_has_and_the_same_order_begins_no_second_one()
    {
        var act = new ScheduledPower(PowerAct.Off, _house.Runs, _house.Users, Rooms);

        var first = await act.DoAsync(Order("court-1"), Test);
        var sent = _house.World.Frames.Count;
        var second = await act.DoAsync(Order("court-1"), Test);

        Assert.Equal((ActResult.Done, ActResult.Done), (first.Ending, second.Ending));
        Assert.DoesNotContain(true, _house.Powered);
        Assert.Equal(sent, _house.World.Frames.Count);
        var order = Assert.Single(_house.Runs.All).Record.Order;
        Assert.Equal(("scheduler", "court-1"), (order.By, order.Scope));
    }

    [Fact]
    public async Task A_job_for_every_room_is_a_run_of_the_site()
    {
        await new ScheduledPower(PowerAct.Off, _house.Runs, _house.Users, Rooms).DoAsync(Order(Rooms), Test);

        Assert.True(Assert.Single(_house.Runs.All).Record.Order.IsSite);
    }

    [Fact]
    public async Task Without_an_account_of_a_scheduler_nothing_is_sent()
    {
        var users = new FakeUsers(new User("engineer", Role.Engineer, []));

        var outcome = await new ScheduledPower(PowerAct.Off, _house.Runs, users, Rooms).DoAsync(Order("court-1"), Test);

        Assert.Equal((ActResult.Refused, "AVG-AUTH-USER"), (outcome.Ending, outcome.Code));
        Assert.Empty(_house.World.Frames);
    }

    [Fact]
    public async Task A_store_that_is_away_puts_the_order_off()
    {
        ((FakeState)_house.State).IsUnavailable = true;

        var outcome = await new ScheduledPower(PowerAct.Off, _house.Runs, _house.Users, Rooms).DoAsync(Order("court-1"), Test);

        Assert.Equal(ActResult.Deferred, outcome.Ending);
        Assert.Empty(_house.World.Frames);
    }

    public ValueTask DisposeAsync() => _house.DisposeAsync();

    private static ActOrder Order(params string[] rooms) =>
        new("holiday-off@2026-02-14", "holiday-off", Acts.PowerOff, new(2026, 2, 14), [.. rooms], new("春节前关机", "before the Spring Festival"), "gateway");
}
