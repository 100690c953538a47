using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Policy;

public sealed class RoutePolicyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private RoomRoutes Routes { get; } = new(FakeRoom.Layout, RoutePolicy.Standard);

    /// <summary>Written from the law and the table of scenes, not from the rules: source, sink, and the stages in which it must not
    /// be.</summary>
    public static TheoryData<int, int, string> Forbidden => new()
    {
        { 5, 2, "*" }, { 5, 3, "*" }, { 5, 4, "*" }, { 5, 5, "*" }, { 5, 6, "*" }, { 5, 1, "" }, { 5, 7, "" },
        { 6, 2, "ClosedEvidence Mediation" }, { 6, 3, "ClosedEvidence Mediation" }, { 6, 4, "ClosedEvidence Mediation" }, { 6, 5, "" },
            { 6, 6, "" },
        { 1, 2, "ClosedEvidence Mediation Adjourned Deliberation" }, { 2, 3, "ClosedEvidence Mediation Adjourned Deliberation" },
        { 1, 4, "ClosedEvidence Mediation Adjourned Deliberation" }, { 1, 5, "Adjourned Deliberation" }, { 1, 6, "" }, { 1, 1, "" },
        { 3, 2, "ClosedEvidence Mediation" }, { 3, 4, "ClosedEvidence Mediation" }, { 3, 5, "" }, { 3, 1, "" },
        { 1, 7, "Closed Planned Preparing Opened Debate Mediation Verdict Adjourned Deliberation" },
        { 3, 7, "Closed Planned Preparing Opened Debate Mediation Verdict Adjourned Deliberation" },
        { 7, 1, "*" }, { 7, 2, "*" }, { 7, 5, "*" }, { 7, 6, "*" }, { 7, 7, "*" },
        { 4, 2, "" }, { 4, 3, "" }, { 4, 5, "" },
        { 9, 2, "*" }, { 9, 3, "*" }, { 9, 4, "*" }, { 9, 5, "*" }, { 9, 1, "" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_route_is_forbidden_in_exactly_the_stages_of_the_table(int input, int output, string stages)
    {
        var sight = new Seen { [("mask", "masked")] = true };
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var expected = stages == "*" || stages.Split(' ').Contains(stage.ToString());
            var point = new Point(new(FakeRoom.Id, "matrix"), $"output-{output}");

            var frame = Routes.JudgeFrame(point, input, new(StageSet.Of(stage), false), sight);
            sight[("matrix", $"output-{output}")] = input;
            var seen = Routes.Judge(new(StageSet.Of(stage), false), sight).Conflicts.Any(c => c.Point == point);

            Assert.True(expected == frame is not null, $"{stage}: {frame?.Rule.Code}");
            Assert.Equal(expected, seen);
            if (frame is not null) Assert.True(frame.Rule.Why.Zh.Length > 0 && frame.Rule.Why.En.Length > 0);
        }
    }

    [Theory]
    [InlineData(1, "Adjourned Deliberation")]
    [InlineData(3, "*")]
    public void A_microphone_is_open_only_where_it_may(int channel, string stages)
    {
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var frame = Routes.JudgeFrame(new(new(FakeRoom.Id, "dsp"), $"muted-{channel}"), false, new(StageSet.Of(stage), true),
                new Seen());
            Assert.Equal(stages == "*" || stages.Split(' ').Contains(stage.ToString()), frame is not null);
        }
    }

    [Fact]
    public void A_stream_runs_only_in_a_public_hearing_and_only_in_its_public_stages()
    {
        var start = new Point(new(FakeRoom.Id, "encoder"), "recording");
        foreach (var stage in Enum.GetValues<Stage>())
        {
            var mayStream = stage is Stage.Opened or Stage.Evidence or Stage.Debate or Stage.ProtectedWitness or Stage.Verdict;
            Assert.Equal(mayStream, Routes.JudgeFrame(start, "recording", new(StageSet.Of(stage), true), new Seen()) is null);
            Assert.NotNull(Routes.JudgeFrame(start, "recording", new(StageSet.Of(stage), false), new Seen()));
            Assert.Null(Routes.JudgeFrame(start, "stopped", new(StageSet.Of(stage), false), new Seen()));
        }
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("off")]
    public void A_mask_that_is_not_seen_on_is_off(string mask)
    {
        var sight = new Seen();
        if (mask == "off") sight[("mask", "masked")] = false;

        Assert.Equal("ROUTE-WITNESS",
            Routes.JudgeFrame(new(new(FakeRoom.Id, "matrix"), "output-2"), 6, new(StageSet.Of(Stage.ProtectedWitness), true),
            sight)?.Rule.Code);
        Assert.Equal("ROUTE-WITNESS",
            Routes.JudgeFrame(new(new(FakeRoom.Id, "dsp"), "muted-4"), false, new(StageSet.Of(Stage.ProtectedWitness), true),
            sight)?.Rule.Code);
    }

    [Fact]
    public void Two_stages_at_once_forbid_what_either_forbids()
    {
        var both = new Situation(StageSet.Of(Stage.Evidence).And(Stage.ClosedEvidence), true);

        Assert.NotNull(Routes.JudgeFrame(new(new(FakeRoom.Id, "matrix"), "output-2"), 3, both, new Seen()));
        Assert.Null(Routes.JudgeFrame(new(new(FakeRoom.Id, "matrix"), "output-2"), 3, both with { Stages = StageSet.Of(Stage.Evidence) },
            new Seen()));
    }

    [Fact]
    public void What_is_not_seen_is_unconfirmed_where_it_could_be_forbidden()
    {
        var found = Routes.Judge(new(StageSet.Of(Stage.Deliberation), false), new Seen());

        Assert.Empty(found.Conflicts);
        Assert.Contains(found.Unconfirmed, c => c.Point.Property == "muted-1");
        Assert.Contains(found.Unconfirmed, c => c.Point.Property == "output-2");
        Assert.DoesNotContain(
            new RoomRoutes(FakeRoom.Layout with { Sources = [] }, RoutePolicy.Standard).Judge(new(StageSet.Of(Stage.Opened), true),
            new Seen()).Unconfirmed, c => c.Point.Property == "output-1");
    }

    [Fact]
    public void A_court_may_add_a_rule_and_take_none_away()
    {
        var stricter = RoutePolicy.Standard.With(
            [new("COURT-1", Tags.Evidence, Tags.Courtroom, StageSet.Of(Stage.Verdict), new("本院规定", "rule of this court"))]);
        var routes = new RoomRoutes(FakeRoom.Layout, stricter);

        Assert.Equal("COURT-1",
            routes.JudgeFrame(new(new(FakeRoom.Id, "matrix"), "output-1"), 3, new(StageSet.Of(Stage.Verdict), false),
            new Seen())?.Rule.Code);
        Assert.True(stricter.Rules.Take(RoutePolicy.Standard.Rules.Length).SequenceEqual(RoutePolicy.Standard.Rules));
    }

    [Fact]
    public async Task A_forbidden_connection_made_by_hand_is_told_and_broken()
    {
        var (room, court, alarms) = await InDeliberationAsync();

        room.Press(room.Dsp, "muted-2", false);
        await court.LookAsync(None);

        Assert.True(room.Dsp.Physical["muted-2"].Flag);
        Assert.Equal([("ROUTE-MICROPHONE", true), ("ROUTE-MICROPHONE", false)], alarms.Select(a => (a.Conflict.Rule.Code, a.IsRaised)));
        Assert.True(alarms[1].WasBroken);
        Assert.Equal("gateway", room.Dsp.Frames[^1].Command.Caller);
    }

    [Fact]
    public async Task A_hand_that_does_not_give_in_is_not_fought_for_ever_but_the_alarm_stands()
    {
        var (room, court, alarms) = await InDeliberationAsync();
        var before = room.Dsp.Frames.Count;
        room.OnFrame = (_, _) => room.Mishaps = () => Mishap.Refused;

        room.Press(room.Dsp, "muted-2", false);
        for (var second = 0; second < 20; second++)
        {
            room.Clock.Pass(TimeSpan.FromSeconds(1));
            await court.LookAsync(None);
        }

        Assert.Single(alarms);
        Assert.Equal(0, room.Dsp.Frames.Count - before - 3);
        room.OnFrame = null;
        room.Mishaps = () => Mishap.None;
        room.Clock.Pass(TimeSpan.FromSeconds(31));
        await court.LookAsync(None);
        Assert.True(room.Dsp.Physical["muted-2"].Flag);
    }

    [Fact]
    public async Task A_mask_that_goes_off_darkens_every_public_sink_that_shows_it()
    {
        var room = new FakeRoom();
        var (court, _) = await room.BootAsync();
        await (await court.RunAsync(new("a", "open", FakeRoom.Judge, true), None)).Ended!;
        await (await court.RunAsync(new("b", "protected-witness", FakeRoom.Judge, true), None)).Ended!;
        Assert.Equal(6L, room.Matrix.Physical["output-2"].Integer);

        room.Press(room.Mask, "masked", false);
        await court.LookAsync(None);

        Assert.All(Enumerable.Range(2, 5), o => Assert.NotEqual(6L, room.Matrix.Physical[$"output-{o}"].Integer));
        Assert.True(room.Dsp.Physical["muted-4"].Flag);
    }

    private static async Task<(FakeRoom Room, Courtroom Court, List<RouteAlarm> Alarms)> InDeliberationAsync()
    {
        var room = new FakeRoom();
        var (court, _) = await room.BootAsync();
        room.Clock.Pass(TimeSpan.FromMinutes(1));
        await (await court.RunAsync(new("a", "open", FakeRoom.Judge, true), None)).Ended!;
        await (await court.RunAsync(new("b", "deliberation", FakeRoom.Judge, true), None)).Ended!;
        Assert.Equal(Stage.Deliberation, court.Hearing.Snapshot.Stage);
        var alarms = new List<RouteAlarm>();
        court.RouteAlarmed += alarms.Add;
        return (room, court, alarms);
    }
}
