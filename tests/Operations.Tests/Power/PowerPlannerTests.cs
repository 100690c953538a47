using AvGateway.Devices;
using AvGateway.Operations.Power;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>What goes before what, and what a wrong site file is told.</summary>
public sealed class PowerPlannerTests
{
    private readonly RunBench _bench = new();

    [Fact]
    public void A_microphone_that_reaches_the_stream_is_no_encoder_that_is_ended()
    {
        var (layout, findings) = RoomLayoutReader.Read("court-1", """
            { "microphones": [{ "name": "judge", "device": "audio", "property": "muted-1" }], "streams": [{ "name": "stream", "device": "encoder" }] }
            """u8.ToArray());

        Assert.Empty(findings);
        Assert.Equal([new DeviceId("court-1", "encoder")], RoomSources.Of(layout).Streams);
    }

    [Fact]
    public void Off_goes_from_the_amplifier_to_the_mains_and_every_outlet_after_what_it_feeds()
    {
        var plan = _bench.Plan(PowerAct.Off);

        Assert.Equal(
            [
                "court-1/recorder:idle", "court-1/clerk-pc:off", "court-1/display:off", "court-1/projector:off",
                "court-1/sequencer/8:open", "court-1/sequencer/5:open", "court-1/sequencer/4:open", "court-1/sequencer/3:open", "court-1/sequencer/2:open", "court-1/sequencer/1:open",
                "machine-room/pdu/2:open", "machine-room/pdu/1:open",
            ],
            plan.Steps.Select(s => s.Id));
        Assert.Contains("court-1/sequencer/8:open", Step(plan, "court-1/sequencer/1:open").Needs);
        Assert.Contains("court-1/projector:off", Step(plan, "court-1/sequencer/5:open").Needs);
        Assert.All(plan.Steps.Where(s => s.Kind is StepKind.DeviceOff or StepKind.OutletOff), s => Assert.Contains("court-1/recorder:idle", s.Needs));
        Assert.Equal(6, Step(plan, "machine-room/pdu/1:open").Needs.Count(n => n.Contains("sequencer/", StringComparison.Ordinal)));
    }

    [Fact]
    public void On_is_the_reverse_and_the_amplifier_comes_last()
    {
        var plan = _bench.Plan(PowerAct.On);
        var order = plan.Steps.Select(s => s.Id).ToList();

        Assert.True(order.IndexOf("machine-room/pdu/1:close") < order.IndexOf("court-1/sequencer/1:close"));
        Assert.True(order.IndexOf("court-1/sequencer/1:close") < order.IndexOf("court-1/dsp:answers"));
        Assert.Equal(["court-1/dsp:answers", "court-1/matrix:answers"], Step(plan, "court-1/sequencer/8:close").After);
        Assert.Equal(["court-1/sequencer/1:close"], Step(plan, "court-1/sequencer/2:close").Follows);
        Assert.Contains(order, s => s == "court-1/projector:on");
    }

    [Fact]
    public void What_feeds_something_that_is_kept_or_another_room_stays_on_and_is_named()
    {
        var site = StandardCourt.Site;
        var kept = site with { Rooms = [site.Rooms[0] with { Loads = site.Rooms[0].Loads.Add(StandardCourt.Load("light", "court-1/sequencer/7") with { Kind = LoadKind.Keep }) }] };
        var plan = new RunBench(kept).Plan(PowerAct.Off);

        Assert.DoesNotContain(plan.Steps, s => s.Id is "machine-room/pdu/1:open" or "court-1/sequencer/7:open");
        Assert.Contains(plan.Notes, n => n.Place == "machine-room/pdu/1" && n.Says.En.Contains("court-1/light", StringComparison.Ordinal));
        Assert.Contains(plan.Steps, s => s.Id == "court-1/sequencer/1:open");
    }

    [Fact]
    public void A_room_that_feeds_others_is_no_part_of_a_site_run() => Assert.Equal(PowerUse.Machines, _bench.Graph.UseOf("machine-room"));

    [Fact]
    public void A_pdu_in_the_machine_room_hits_the_court_that_hangs_on_it()
    {
        Assert.Equal(["court-1", "machine-room"], _bench.Graph.RoomsHit(PowerWorld.Id("machine-room/pdu"), 2));
        Assert.Equal(["machine-room"], _bench.Graph.RoomsHit(PowerWorld.Id("machine-room/pdu"), 7));
    }

    [Theory]
    [InlineData("used twice", "dsp", "court-1/sequencer/2")]
    [InlineData("no outlets that can be switched", "dsp", "court-1/matrix/2")]
    [InlineData("fed by itself", "sequencer", "court-1/sequencer/7")]
    [InlineData("no device of this room and has no feed", "nothing", null)]
    public void A_wrong_feed_is_found(string expected, string load, string? feed)
    {
        var site = StandardCourt.Site;
        var loads = site.Rooms[0].Loads.RemoveAll(l => l.Id == load).Add(feed is null ? new(load, "$.loads[9]") : StandardCourt.Load(load, feed));

        var graph = new RunBench(site with { Rooms = [site.Rooms[0] with { Loads = loads }] }).Graph;

        Assert.Contains(graph.Findings, f => f.Says.En.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Amplifiers_that_wait_for_each_other_are_found()
    {
        var site = StandardCourt.Site;
        var loads = site.Rooms[0].Loads
            .Add(StandardCourt.Load("amp-b", "court-1/sequencer/7") with { Kind = LoadKind.Amplifier, Sources = ["amplifier"] })
            .Replace(site.Rooms[0].Loads.Single(l => l.Id == "amplifier"), site.Rooms[0].Loads.Single(l => l.Id == "amplifier") with { Sources = ["amp-b"] });

        var graph = new RunBench(site with { Rooms = [site.Rooms[0] with { Loads = loads }] }).Graph;

        Assert.Contains(graph.Findings, f => f.Says.En.Contains("the order contradicts itself", StringComparison.Ordinal));
    }

    [Fact]
    public void A_branch_that_bears_less_than_one_load_is_found()
    {
        var graph = new RunBench(StandardCourt.Site with { Branches = [new("b", 10, TimeSpan.FromSeconds(1), ["below"], "$.network[0]"), new("below", 100, TimeSpan.FromSeconds(1), ["court-1"], "$.network[1]")] }).Graph;

        Assert.Contains(graph.Findings, f => f.Says.En.Contains("court-1/amplifier", StringComparison.Ordinal));
    }

    private static PowerStep Step(PowerPlan plan, string id) => plan.Steps.Single(s => s.Id == id);
}
