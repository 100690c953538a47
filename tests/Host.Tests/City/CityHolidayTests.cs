using System.Text.Json.Nodes;
using AvGateway.Operations.Power;
using AvGateway.Scenes.Hearings;
using AvGateway.Testing.City;

namespace AvGateway.Host.Tests.City;

/// <summary>
/// A court, or the whole reference city, through the Spring Festival: off on the evening before nine days off and on again on the morning after, by its
/// schedules, on virtual time. What happened is told by the simulated devices. The city: <c>AVGW_CITY=1</c>, its file in the folder <c>AVGW_SHARED</c>.
/// </summary>
public sealed class CityHolidayTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Zone = TimeSpan.FromHours(8);
    private static readonly DateTimeOffset Evening = new(2026, 2, 14, 18, 55, 0, Zone);
    private static readonly DateTimeOffset Morning = new(2026, 2, 24, 6, 25, 0, Zone);

    private static readonly JsonObject Schedules = new()
    {
        ["schedules"] = new JsonArray(
            new JsonObject { ["id"] = "holiday-off", ["act"] = "power-off", ["rule"] = new JsonObject { ["eveningBefore"] = 3, ["at"] = "19:00" } },
            new JsonObject { ["id"] = "holiday-on", ["act"] = "power-on", ["rule"] = new JsonObject { ["morningAfter"] = 3, ["at"] = "06:30" } }),
    };

    [Fact]
    public Task A_court_goes_off_for_the_Spring_Festival_and_comes_on_after_it() => HolidayAsync(CityShape.OneCourt);

    [Fact]
    public Task The_reference_city_goes_off_for_the_Spring_Festival_and_comes_on_after_it()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AVGW_CITY") == "1", "1,191 devices through a holiday take minutes: AVGW_CITY=1 runs it");
        var file = Path.Combine(Environment.GetEnvironmentVariable("AVGW_SHARED") ?? "", "data", "reference-city.json");
        Assert.SkipUnless(File.Exists(file), "the reference city is read from data/reference-city.json of the folder AVGW_SHARED");
        return HolidayAsync(CityShape.Read(file));
    }

    private async Task HolidayAsync(CityShape shape)
    {
        var plan = new CityPlan(shape);
        output.WriteLine(plan.Tally());
        await using var city = new CityBench(plan, Evening, Schedules);
        await city.StartAsync();
        var hearing = plan.Courtrooms[0];
        await TurnAsync(city, hearing, Told.Opened);

        await city.PassUntilAsync(TimeSpan.FromMinutes(40), () => city.Runs.All is [{ } run] && run.Record.Rooms.All(r => r.Key == hearing ? r.Value.Phase is RoomPhase.Deferred : r.Value.Phase is not (RoomPhase.Running or RoomPhase.Deferred)), "every room off but the one in session");
        var off = city.Runs.All[0];
        Assert.True(off.Record.Rooms.Where(r => r.Key != hearing).All(r => r.Value.Phase is RoomPhase.Done), CityBench.Told(off));
        Assert.Empty(city.Faults);
        AssertDark(city, plan.Feeds.Where(f => f.Load.Room != hearing));
        AssertLit(city, plan.Feeds.Where(f => f.Load.Room == hearing));
        Within("off", city.Mains.Events[^1].At - off.Record.StartedAt, StaggerMinimum.Of(off, city, hearing));
        AssertOrder(city, isOn: false);

        await TurnAsync(city, hearing, Told.Closed);
        var closed = city.Clock.GetUtcNow();
        await city.PassUntilAsync(TimeSpan.FromMinutes(30), () => city.Runs.All[0].Record.Phase is not RunPhase.Running, "the room of the hearing off as well");
        Assert.True(city.Runs.All[0].Record.Phase is RunPhase.Done, CityBench.Told(city.Runs.All[0]));
        Assert.True(city.Mains.Events.First(e => e.Outlet.Feeder.Room == hearing).At - closed >= TimeSpan.FromMinutes(15), "the room of the hearing went before its time");
        AssertDark(city, plan.Feeds);

        await city.RestAsync();
        await city.SleepUntilAsync(Morning);
        city.Mains.Events.Clear();
        await city.StartAsync(isFirst: false);
        await city.PassUntilAsync(TimeSpan.FromMinutes(40), () => city.Runs.All is [.., { Record: { Order.Act: PowerAct.On, Phase: not RunPhase.Running } }], "every room on again");
        var on = city.Runs.All[^1];
        Assert.True(on.Record.Phase is RunPhase.Done, CityBench.Told(on));
        Assert.Empty(city.Faults);
        AssertLit(city, plan.Feeds);
        output.WriteLine(StaggerMinimum.Chain(on, (device, name) => city.Peer(device.Room, device.Name).Switch(name)));
        Within("on", on.Record.EndedAt!.Value - on.Record.StartedAt, StaggerMinimum.Of(on, city, null));
        AssertOrder(city, isOn: true);
    }

    private void Within(string what, TimeSpan took, TimeSpan least)
    {
        output.WriteLine($"{what}: {took.TotalSeconds:0.0} s, the least that its stagger plan allows is {least.TotalSeconds:0.0} s, {(took / least - 1) * 100:0.0} % over");
        Assert.True(took >= least - TimeSpan.FromSeconds(1), $"{what} in {took}: faster than {least}, which its order does not allow");
        Assert.True(took <= least * 1.1, $"{what} in {took}: more than a tenth over {least}");
    }

    private static async Task TurnAsync(CityBench city, string room, Told told)
    {
        var turn = await city.DoAsync(() => city.House.Find(room)!.Hearing.TurnAsync(new(told, new("clerk", CourtRole.Clerk, [room]), Confirmed: true), CancellationToken.None));
        Assert.True(turn.Done, $"{told}: {turn}");
    }

    // Told by the simulated devices: the relay is open, the device has no mains, or shows itself that it is dark.
    private static void AssertDark(CityBench city, IEnumerable<CityFeed> feeds)
    {
        foreach (var feed in feeds)
        {
            Assert.False(city.Mains.HasPower(feed.Outlet), $"{feed.Load} still has power by {feed.Outlet}");
            if (feed.IsDriven) Assert.False((bool)city.Peer(feed.Load.Room, feed.Load.Name).Device.State()["powered"]!, $"{feed.Load} runs");
        }
    }

    private static void AssertLit(CityBench city, IEnumerable<CityFeed> feeds)
    {
        foreach (var feed in feeds)
        {
            Assert.True(city.Mains.HasPower(feed.Outlet), $"{feed.Load} has no power by {feed.Outlet}");
            if (!feed.IsDriven) continue;
            var state = city.Peer(feed.Load.Room, feed.Load.Name).Device.State();
            Assert.True((bool)state["powered"]!, $"{feed.Load} does not run");
            if (state["power"] is { } power) Assert.Equal("on", (string)power!);
        }
    }

    // From the relays alone: amplifiers before what sounds through them, a feeder after what it feeds, one outlet of a feeder at a time with the gap between.
    private static void AssertOrder(CityBench city, bool isOn)
    {
        var moved = city.Mains.Events.Where(e => e.IsOn == isOn).ToList();
        foreach (var feeder in moved.Where(e => city.Graph.Find(e.Outlet.Feeder) is { Kind: LoadKind.Feeder }).GroupBy(e => e.Outlet.Feeder))
        {
            var events = feeder.ToList();
            foreach (var (first, second) in events.Zip(events.Skip(1)))
                Assert.True(second.At - first.At >= TimeSpan.FromSeconds(1) - TimeSpan.FromMilliseconds(20), $"{first.Outlet} and {second.Outlet} within {second.At - first.At}");
        }

        foreach (var room in moved.GroupBy(e => e.Outlet.Feeder).Where(g => g.Any(e => e.Outlet.Number == CityKinds.Last)))
        {
            var amplifier = room.Single(e => e.Outlet.Number == CityKinds.Last);
            Assert.All(room.Where(e => e != amplifier), e => Assert.True(isOn ? e.At < amplifier.At : e.At > amplifier.At, $"{e} and the amplifier {amplifier}"));
        }

        foreach (var upper in moved.Where(e => e.Outlet.Feeder.Name.StartsWith("pdu", StringComparison.Ordinal)))
        {
            var fed = city.Plan.Feeds.Where(f => f.Outlet == upper.Outlet).Select(f => f.Load);
            Assert.All(moved.Where(e => fed.Contains(e.Outlet.Feeder)), e => Assert.True(isOn ? e.At > upper.At : e.At < upper.At, $"{e} and its feed {upper}"));
        }
    }
}
