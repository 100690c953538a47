using System.Collections.Immutable;
using AvGateway.Devices;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Planning;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Planning;

/// <summary>What a plan holds for a room that is seen like this: every step once, in the order of dependency, and nothing that is so already.</summary>
public sealed class ScenePlannerTests
{
    private static readonly Situation Opened = At(Stage.Opened);

    private readonly FakeRoom _room = new();

    // The room as it lies in the morning, all of it seen.
    private readonly Seen _sight = [];

    public ScenePlannerTests()
    {
        foreach (var device in _room.Devices.Cast<FakeDevice>())
            foreach (var (property, value) in device.Physical) _sight[(device.Id.Name, property)] = value;
    }

    [Theory]
    [InlineData("recording")]
    [InlineData("paused")]
    [InlineData(null)]
    public void A_test_recording_is_made_whole_on_an_idle_recorder_and_not_at_all_on_any_other(string? main)
    {
        if (main is null) _sight.Remove(("recorder", "recording"));
        else _sight[("recorder", "recording")] = main;

        var plan = Plan(Standard("prepare"), Stage.Preparing);

        Assert.Equal(["start-record:backup", "prove-record:backup", "interrupt-record:backup"], Names(plan.Make).Where(n => n.Contains("record", StringComparison.Ordinal)));
        Assert.Equal([("recorder", "SCENE-NOT-TESTED")], plan.Notes.Where(n => n.Code == "SCENE-NOT-TESTED").Select(n => (n.Place, n.Code)));
    }

    [Theory]
    [InlineData("recording", "tested", "start-record:recorder prove-record:recorder interrupt-record:recorder")]
    [InlineData("tested", "recording", "start-record:recorder prove-record:recorder")]
    public void The_later_wish_for_a_recorder_wins_whole(string first, string later, string steps)
    {
        var plan = Plan(Of(LegalReason.TestRecording, new SceneTarget(TargetKind.Recorders, Tags.Any, first), new SceneTarget(TargetKind.Recorders, Tags.Any, later)));

        Assert.Equal(steps.Split(' '), Names(plan.Make).Where(n => n.EndsWith(":recorder", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_recorder_is_started_and_proven_once()
    {
        var plan = Plan(Standard("open"), Stage.Opened);

        Assert.Equal(["start-record:recorder", "start-record:backup", "prove-record:recorder", "prove-record:backup"],
            Names(plan.Make).Where(n => n.Contains("record:", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_recorder_that_is_seen_to_record_is_not_started_again_and_yet_proven()
    {
        _sight[("recorder", "recording")] = "recording";

        Assert.Equal(["start-record:backup", "prove-record:recorder", "prove-record:backup"],
            Names(Plan(Of(LegalReason.None, new SceneTarget(TargetKind.Recorders, Tags.Any, "recording"))).Make));
    }

    [Fact]
    public void What_the_rules_forbid_is_muted_before_it_is_darkened_and_what_is_not_seen_counts_as_forbidden()
    {
        _sight[("matrix", "output-2")] = 1;
        _sight.Remove(("matrix", "output-3"));
        _sight[("dsp", "muted-1")] = false;
        var planner = Planner();

        Assert.Equal(["mute:dsp.muted-1", "blank:matrix.output-2"], Names(planner.Silence(_sight, At(Stage.Deliberation), seenOnly: true)));
        Assert.Equal(["mute:dsp.muted-1", "blank:matrix.output-2", "blank:matrix.output-3"], Names(planner.Silence(_sight, At(Stage.Deliberation))));
    }

    [Fact]
    public void What_the_scene_silences_itself_is_not_silenced_twice()
    {
        _sight[("dsp", "muted-1")] = false;
        _sight[("matrix", "output-2")] = 1;

        var plan = Plan(Standard("recess"), Stage.Adjourned);

        Assert.Equal(["mute:mic-1", "blank:gallery-display"], Names(plan.Silence));
        Assert.Equal(plan.Steps.Count(), plan.Steps.Select(s => s.Point).Distinct().Count());
    }

    [Fact]
    public void What_a_scene_sets_and_the_rules_forbid_is_silenced_before_the_hearing_moves_on()
    {
        _sight[("dsp", "muted-1")] = false;
        var muting = new SceneTarget(TargetKind.Point, Tags.Any, "set") { Device = "dsp", Property = "muted-1", Value = true };

        Assert.Equal(["mute:dsp.muted-1"], Names(Plan(Of(LegalReason.None, muting), Stage.Adjourned).Silence));
    }

    [Fact]
    public void What_is_silent_on_the_way_is_opened_once()
    {
        _sight.Remove(("dsp", "muted-4"));

        var plan = Plan(Standard("protected-witness"), Stage.ProtectedWitness);

        Assert.Contains("mute:dsp.muted-4", Names(plan.Silence));
        Assert.Single(plan.Make, s => s.Name == "open:mic-4");
    }

    [Theory]
    [InlineData(Tags.Courtroom, 4, "document-camera", "show:judge-display")]
    [InlineData(Tags.Courtroom, null, "document-camera", "blank:judge-display show:judge-display")]
    [InlineData(Tags.Gallery, 4, "document-camera", "blank:gallery-display show:gallery-display")]
    [InlineData(Tags.Gallery, 3, "notice", "blank:gallery-display show:gallery-display")]
    [InlineData(Tags.Gallery, 0, "document-camera", "show:gallery-display")]
    [InlineData(Tags.Gallery, 3, "document-camera", "")]
    [InlineData(Tags.Gallery, 3, "blank", "blank:gallery-display")]
    public void A_change_goes_over_a_blank_where_a_rule_speaks_of_either_picture_or_the_present_one_is_not_seen(string tag, int? shown, string source, string steps)
    {
        var sink = FakeRoom.Layout.Sinks.Single(s => s.Tags.Contains(tag)).Point;
        if (shown is { } input) _sight[("matrix", sink.Property)] = input;
        else _sight.Remove(("matrix", sink.Property));

        var plan = Plan(Of(LegalReason.None, new SceneTarget(TargetKind.Sinks, tag, source == "blank" ? source : $"show:{source}")));

        Assert.Equal(steps.Split(' ', StringSplitOptions.RemoveEmptyEntries), Names(plan.Steps.Where(s => s.Point == sink)));
    }

    [Fact]
    public void A_source_that_the_room_does_not_have_is_noted_and_leaves_the_sink_dark()
    {
        _sight[("matrix", "output-2")] = 3;

        var plan = Plan(Of(LegalReason.None, new SceneTarget(TargetKind.Sinks, Tags.Gallery, "show:nowhere")));
        var other = Plan(Of(LegalReason.None, new SceneTarget(TargetKind.Sinks, Tags.Gallery, "show:nowhere|blank")));

        Assert.Equal([("gallery-display", "SCENE-NO-SOURCE")], plan.Notes.Select(n => (n.Place, n.Code)));
        Assert.Equal(["blank:gallery-display"], Names(plan.Silence));
        Assert.Empty(other.Notes);
        Assert.Equal(["blank:gallery-display"], Names(other.Silence));
    }

    [Theory]
    [InlineData("composite", 2)]
    [InlineData(null, 0)]
    public void At_home_a_sink_shows_its_own_source_and_without_one_nothing(string? home, int input)
    {
        var sink = FakeRoom.Layout.Sinks.Single(s => s.Tags.Contains(Tags.Courtroom)) with { Home = home };
        _sight[("matrix", "output-1")] = 4;

        var plan = Plan(Of(LegalReason.None, new SceneTarget(TargetKind.Sinks, Tags.Courtroom, "home")), Stage.Opened, FakeRoom.Layout with { Sinks = [sink] });

        Assert.Equal((Value)input, Assert.Single(plan.Steps).Wished);
        Assert.Empty(plan.Notes);
    }

    [Theory]
    [InlineData(TargetKind.Remote, "closed", "codec", "muted", "mute:far-end mute true")]
    [InlineData(TargetKind.Remote, "open", "codec", "muted", "open:far-end unmute false")]
    [InlineData(TargetKind.Streams, "closed", "encoder", "recording", "stop-stream:stream stop stopped")]
    [InlineData(TargetKind.Streams, "open", "encoder", "recording", "start-stream:stream record recording")]
    [InlineData(TargetKind.Veils, "on", "mask", "masked", "mask:mask.masked set/masked true")]
    [InlineData(TargetKind.Veils, "off", "mask", "masked", "unmask:mask.masked set/masked false")]
    [InlineData(TargetKind.Displays, "on", "display", "power", "power-on:display power-on on")]
    [InlineData(TargetKind.Calls, "ended", "codec", "call", "hang-up:codec hang-up idle")]
    public void A_word_of_the_scene_becomes_one_step_of_one_device_and_is_left_out_when_it_is_so(TargetKind kind, string be, string device, string property, string step)
    {
        var scene = Of(LegalReason.None, new SceneTarget(kind, Tags.Any, be));
        var wished = Assert.Single(Plan(scene).Wishes, w => w.Point == new Point(new(FakeRoom.Id, device), property)).Value;

        _sight[(device, property)] = wished.Kind is ValueKind.Flag ? !wished.Flag : "something else";
        Assert.Equal([step], Plan(scene).Steps.Where(s => s.Name.Split(':')[0] == step.Split(':')[0]).Select(s => $"{s.Name} {s.Verb} {s.Wished}"));
        _sight[(device, property)] = wished;
        Assert.Empty(Plan(scene).Steps);
    }

    [Fact]
    public void The_seats_microphones_leave_the_mute_towards_the_far_end_alone()
    {
        _sight[("codec", "muted")] = false;

        Assert.DoesNotContain(Plan(Of(LegalReason.None, new SceneTarget(TargetKind.Microphones, Tags.Any, "closed"))).Steps, s => s.Point.Device.Name == "codec");
    }

    [Fact]
    public void A_scene_of_the_court_may_set_any_property_by_its_own_verb()
    {
        var on = new SceneTarget(TargetKind.Point, Tags.Any, "set") { Device = "display", Property = "power", Value = "on" };

        Assert.Equal([("set:display.power", "power-on")], Plan(Of(LegalReason.None, on)).Steps.Select(s => (s.Name, s.Verb!)));
    }

    [Theory]
    [InlineData("recorder", LegalReason.Deliberation, "paused")]
    [InlineData("encoder", LegalReason.Deliberation, "stopped")]
    [InlineData("recorder", LegalReason.Recess, null)]
    public void A_recording_is_paused_where_the_court_pauses_and_ended_where_the_recorder_cannot(string device, LegalReason reason, string? wished)
    {
        var layout = FakeRoom.Layout with { Recorders = [new(new(FakeRoom.Id, device), RecorderRole.Main)], Gates = [] };
        _sight[(device, "recording")] = "recording";

        var plan = Plan(Of(reason, new SceneTarget(TargetKind.Recorders, Tags.Any, "interrupted")), Stage.Deliberation, layout);

        Assert.Equal(wished is null ? [] : [(Value)wished], plan.Steps.Where(s => s.Point.Property == "recording").Select(s => s.Wished));
    }

    [Fact]
    public void The_hearing_moves_on_first_when_the_next_stage_allows_what_the_present_one_forbids()
    {
        var scene = Of(LegalReason.None, new SceneTarget(TargetKind.Microphones, Tags.Judge, "open"));

        Assert.True(Planner().Plan(scene, _sight, At(Stage.Adjourned), Opened).NeedsTurnFirst);
        Assert.False(Planner().Plan(scene, _sight, Opened, Opened).NeedsTurnFirst);
        Assert.False(Planner().Plan(scene, _sight, At(Stage.Adjourned), At(Stage.Deliberation)).NeedsTurnFirst);
    }

    [Theory]
    [InlineData(StepRank.Mute, 4)]
    [InlineData(StepRank.Blank, 4)]
    [InlineData(StepRank.Route, 4)]
    [InlineData(StepRank.Veil, 4)]
    [InlineData(StepRank.Prove, 5)]
    [InlineData(StepRank.Record, 8)]
    [InlineData(StepRank.Interrupt, 8)]
    [InlineData(StepRank.StartStream, 8)]
    [InlineData(StepRank.StopStream, 8)]
    [InlineData(StepRank.HangUp, 8)]
    [InlineData(StepRank.PowerOn, 60)]
    public void A_step_has_the_seconds_that_the_manual_gives_it(StepRank rank, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), rank.Within());
    }

    private static Situation At(Stage stage) => new(StageSet.Of(stage), IsPublic: true);

    private static Scene Standard(string id) => SceneReader.Standard.Single(s => s.Id == id);

    private static Scene Of(LegalReason reason, params SceneTarget[] targets) => new("own", new("本院", "own"), [.. targets]) { LegalReason = reason };

    private ScenePlanner Planner(RoomLayout? layout = null) => new(new(layout ?? FakeRoom.Layout, RoutePolicy.Standard), _room);

    private ScenePlan Plan(Scene scene, Stage after = Stage.Opened, RoomLayout? layout = null) => Planner(layout).Plan(scene, _sight, Opened, At(after));

    private static ImmutableArray<string> Names(IEnumerable<SceneStep> steps) => [.. steps.Select(s => s.Name)];
}
