using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Policy;

/// <summary>How the rules meet the wiring of one room: what is fed by what, over which device, and what held already.</summary>
public sealed class RoomRoutesTests
{
    private static readonly DeviceId Matrix = new(FakeRoom.Id, "matrix");
    private static readonly DeviceId Annex = new(FakeRoom.Id, "annex");
    private static readonly Point Mask = new(new(FakeRoom.Id, "mask"), "masked");
    private static readonly Veil Veil = new(Mask, true, false);
    private static readonly Situation Witness = new(StageSet.Of(Stage.ProtectedWitness), true);

    private readonly RoomRoutes _routes = new(FakeRoom.Layout, RoutePolicy.Standard);

    [Theory]
    [InlineData("judge-display", 3, false)]
    [InlineData("judge-display", 7, true)]
    [InlineData("gallery-display", 3, true)]
    [InlineData("gallery-display", 4, false)]
    [InlineData("gallery-display", 6, true)]
    [InlineData("gallery-display", 9, true)]
    [InlineData("witness-display", 6, false)]
    public void A_change_is_delicate_where_a_rule_of_any_stage_speaks_of_it(string sink, int input, bool isDelicate)
    {
        Assert.Equal(isDelicate, _routes.IsDelicate(FakeRoom.Layout.Sinks.Single(s => s.Name == sink), input));
    }

    [Theory]
    [InlineData("matrix", true)]
    [InlineData("dsp", true)]
    [InlineData("codec", true)]
    [InlineData("encoder", true)]
    [InlineData("mask", true)]
    [InlineData("second-mask", true)]
    [InlineData("second-matrix", true)]
    [InlineData("recorder", false)]
    [InlineData("display", false)]
    public void A_device_touches_the_routes_when_any_sink_gate_or_mask_stands_on_it(string device, bool touches)
    {
        var second = new Veil(new(new(FakeRoom.Id, "second-mask"), "masked"), true, false);
        var routes = new RoomRoutes(FakeRoom.Layout with
        {
            Sources = FakeRoom.Layout.Sources.Add(new("second-witness", Matrix, 8, [Tags.Masked]) { Veil = second }),
            Sinks = FakeRoom.Layout.Sinks.Add(new("annex-display", new(new(FakeRoom.Id, "second-matrix"), "output-1"), 0, [Tags.Gallery])),
        }, RoutePolicy.Standard);

        Assert.Equal(touches, routes.Touches(new(FakeRoom.Id, device)));
    }

    [Theory]
    [InlineData("matrix", "output-1", true)]
    [InlineData("dsp", "muted-1", true)]
    [InlineData("mask", "masked", true)]
    [InlineData("matrix", "output-9", false)]
    [InlineData("recorder", "recording", false)]
    public void A_point_is_the_policys_when_it_is_a_sink_a_gate_or_a_mask(string device, string property, bool isOwned)
    {
        Assert.Equal(isOwned, _routes.Owns(new(new(FakeRoom.Id, device), property)));
    }

    [Fact]
    public void A_sink_that_is_not_seen_may_show_what_its_own_device_has_and_nothing_else()
    {
        var layout = FakeRoom.Layout with
        {
            Sources = [new("notice", Matrix, 4, ["notice"]), new("deliberation-room", Annex, 7, [Tags.Deliberation])],
            Gates = [],
        };
        var unconfirmed = new RoomRoutes(layout, RoutePolicy.Standard).Judge(new(StageSet.Of(Stage.Opened), true), new Seen()).Unconfirmed;

        Assert.DoesNotContain(unconfirmed, c => c.Point.Property == "output-1");
        Assert.Equal([("?", "ROUTE-UNLISTED")], unconfirmed.Where(c => c.Point.Property == "output-2").Select(c => (c.From, c.Rule.Code)));
    }

    [Fact]
    public void The_mask_may_go_off_while_another_device_shows_the_same_input_number()
    {
        var routes = new RoomRoutes(FakeRoom.Layout with
        {
            Sources = [new("masked-witness", Annex, 6, [Tags.Masked]) { Veil = Veil }],
            Gates = [],
        }, RoutePolicy.Standard);

        Assert.Null(routes.JudgeFrame(Mask, false, Witness, new Seen { [("matrix", "output-2")] = 6 }));
    }

    [Fact]
    public void The_mask_stays_on_while_the_voice_that_it_changes_is_open_or_may_be()
    {
        var sight = new Seen { [("mask", "masked")] = true, [("dsp", "muted-1")] = false };
        for (var output = 1; output <= 7; output++) sight[("matrix", $"output-{output}")] = 0;

        Assert.Equal("mic-4", _routes.JudgeFrame(Mask, false, Witness, sight)?.From);
        sight[("dsp", "muted-4")] = false;
        Assert.Equal("mic-4", _routes.JudgeFrame(Mask, false, Witness, sight)?.From);
        sight[("dsp", "muted-4")] = true;
        Assert.Null(_routes.JudgeFrame(Mask, false, Witness, sight));
    }

    [Fact]
    public void A_changed_voice_is_still_a_microphone()
    {
        var sight = new Seen { [("mask", "masked")] = true };
        var open = new Point(new(FakeRoom.Id, "dsp"), "muted-4");

        Assert.Null(_routes.JudgeFrame(open, false, Witness, sight));
        Assert.Equal("ROUTE-MICROPHONE", _routes.JudgeFrame(open, false, new(StageSet.Of(Stage.Adjourned), true), sight)?.Rule.Code);
    }

    [Fact]
    public void What_a_mask_that_is_not_seen_may_let_through_is_judged_as_both_face_and_mask()
    {
        var noMask = new RouteRule("COURT-MASK", Tags.Masked, Tags.Courtroom, StageSet.All, new("本院规定", "rule of this court"));
        var routes = new RoomRoutes(FakeRoom.Layout, RoutePolicy.Standard.With([noMask]));

        Assert.Equal("COURT-MASK", routes.JudgeFrame(new(Matrix, "output-1"), 6, Witness, new Seen())?.Rule.Code);
        Assert.Equal("ROUTE-WITNESS", routes.JudgeFrame(new(Matrix, "output-2"), 6, Witness, new Seen())?.Rule.Code);
    }

    [Fact]
    public void A_step_is_not_held_up_by_what_was_forbidden_where_the_hearing_stands()
    {
        var sight = new Seen { [("matrix", "output-3")] = 9, [("matrix", "output-2")] = 3 };
        var opened = new Situation(StageSet.Of(Stage.Opened), true);
        var closedDoors = new Situation(StageSet.Of(Stage.ClosedEvidence), false);

        Assert.Contains(_routes.Judge(opened, sight).Conflicts, c => c.Rule.Code == "ROUTE-UNLISTED");
        Assert.Equal(["ROUTE-PRIVATE"], _routes.JudgeStep(opened, closedDoors, sight).Conflicts.Select(c => c.Rule.Code));
        Assert.Empty(_routes.JudgeStep(closedDoors, closedDoors, sight).Conflicts);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void A_stream_holds_up_the_closing_of_the_doors_unless_it_was_forbidden_before(bool wasPublic, bool holdsUp)
    {
        // The prohibition changes its rule with the stage: what is not marked public, then what is not public at all.
        var sight = new Seen { [("encoder", "recording")] = "recording" };
        var step = _routes.JudgeStep(new(StageSet.Of(Stage.Evidence), wasPublic), new(StageSet.Of(Stage.ClosedEvidence), wasPublic), sight);

        Assert.Equal(holdsUp, step.Conflicts.Any(c => c.Point.Device.Name == "encoder"));
    }

    [Fact]
    public void A_tag_named_twice_counts_once()
    {
        var routes = new RoomRoutes(FakeRoom.Layout with
        {
            Sources = [new("document-camera", Matrix, 3, [Tags.Evidence, Tags.Evidence])],
        }, RoutePolicy.Standard);

        Assert.NotNull(routes.JudgeFrame(new(Matrix, "output-2"), 3, new(StageSet.Of(Stage.ClosedEvidence), false), new Seen()));
    }

    [Fact]
    public void A_room_may_name_as_many_tags_as_the_book_holds_and_is_refused_with_one_more()
    {
        var rules = RoutePolicy.Standard.Rules.SelectMany(r => (string[])[r.From, r.To]).Where(t => t != Tags.Any).Append(Tags.Masked).Distinct().ToList();
        RoomRoutes With(int more) => new(new(FakeRoom.Id)
        {
            Sources = [new("all", Matrix, 1, [.. Enumerable.Range(1, more).Select(n => $"own-{n}"), Tags.Evidence])],
            Sinks = [new("gallery", new(Matrix, "output-1"), 0, [Tags.Gallery])],
        }, RoutePolicy.Standard);

        var full = With(63 - rules.Count);
        Assert.NotNull(full.JudgeFrame(new(Matrix, "output-1"), 1, new(StageSet.Of(Stage.ClosedEvidence), false), new Seen()));
        Assert.Null(full.JudgeFrame(new(Matrix, "output-1"), 1, new(StageSet.Of(Stage.Evidence), false), new Seen()));
        Assert.Contains("63", Assert.Throws<ArgumentException>(() => With(64 - rules.Count)).Message, StringComparison.Ordinal);
    }
}
