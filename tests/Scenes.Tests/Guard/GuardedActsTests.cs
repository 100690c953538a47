using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Guard;

/// <summary>Which word is which act, seen by what the guard lets pass; and where a device stands that it concerns a room.</summary>
public sealed class GuardedActsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeRoom _room = new();

    /// <summary>Device and word; what the court hears in session (null: it may); whether the service side may while a recorder is away.</summary>
    public static TheoryData<string, string, string?, bool> Words => new()
    {
        { "display", "input", null, true }, { "display", "preset-recall", null, true }, { "display", "move", null, true }, { "display", "route", null, true },
        { "display", "blank", null, true }, { "display", "mute-sound", null, true }, { "codec", "stop-presenting", null, true },
        { "codec", "present", "AVG-GUARD-EFFECT", true },
        { "encoder", "set/bitrate", "AVG-GUARD-EFFECT", true }, { "mask", "set/colour", "AVG-GUARD-EFFECT", true },
        { "display", "mute", null, true }, { "display", "unmute", null, true }, { "display", "level", null, true },
        { "codec", "dial", null, true }, { "codec", "answer", null, true }, { "codec", "hang-up", null, true },
        { "recorder", "record", null, true }, { "recorder", "resume", null, true },
        { "recorder", "stop", "AVG-GUARD-RECORDING", true }, { "recorder", "pause", "AVG-GUARD-RECORDING", true },
        { "spare-recorder", "stop", "AVG-GUARD-RECORDING", true }, { "encoder", "stop", null, true },
        { "display", "power-on", null, true }, { "display", "outlet-on", null, true },
        { "display", "power-off", "AVG-GUARD-IN-SESSION", false }, { "display", "restart", "AVG-GUARD-IN-SESSION", false },
        { "display", "outlet-off", "AVG-GUARD-IN-SESSION", false },
        { "display", "set/brightness", "AVG-GUARD-IN-SESSION", false }, { "recorder", "format", "AVG-GUARD-IN-SESSION", false },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public async Task In_session_the_court_may_what_is_its_business_and_nobody_else_anything(string device, string verb, string? code, bool _)
    {
        var (court, guard) = await BootAsync();
        await TurnAsync(court, Told.Opened);

        Assert.Equal(code, guard.Judge(Find(device), Command(verb, "judge-1")).Code);
        Assert.False(guard.Judge(Find(device), Command(verb, "engineer")).IsAllowed);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task A_recorder_that_is_away_keeps_the_power_on_and_nobody_from_mending_it(string device, string verb, string? _, bool mayService)
    {
        var (_, guard) = await BootAsync();
        _room.Backup.Drop(TimeSpan.MaxValue);

        Assert.Equal(GuardReason.RecorderUnknown, guard.WhyGuarded(FakeRoom.Id));
        Assert.Equal(mayService, guard.Judge(Find(device), Command(verb, "engineer")).IsAllowed);
    }

    [Theory]
    [InlineData("power-on")]
    [InlineData("power-off")]
    [InlineData("restart")]
    [InlineData("outlet-on")]
    [InlineData("outlet-off")]
    public async Task A_power_rail_in_another_room_is_judged_by_the_rooms_that_hang_on_the_outlet(string verb)
    {
        var (court, _) = await BootAsync();
        await TurnAsync(court, Told.Opened);
        var rail = new StillDevice(new("machine-room", "pdu"), FakeManifests.Display);
        var guard = new HearingGuard([court.Guarded], new Site([.. _room.Devices, rail]), new DocketBook(_room.Clock), _room.Clock, FakeRoom.Who, new(), Audited)
        {
            RoomsHit = (device, outlet) => device == rail.Id && outlet is null or 3 ? [FakeRoom.Id, "archive"] : [],
        };

        Assert.Equal(GuardReason.InSession, guard.Judge(rail, Command(verb, "scheduler", ("outlet", 3))).Reason);
        Assert.Equal(GuardReason.InSession, guard.Judge(rail, Command(verb, "scheduler")).Reason);
        Assert.True(guard.Judge(rail, Command(verb, "scheduler", ("outlet", 4))).IsAllowed);
        Assert.True(guard.Judge(rail, Command("set/name", "scheduler")).IsAllowed);

        // Smoke in a rack: the court may lift the guard there too.
        OverrideRequest wish = new("c", "engineer", rail.Id, verb, FakeRoom.Judge, "smoke", FakeRoom.Clerk);
        Assert.Equal(OverrideRefusal.RoleMayNot, await guard.GrantAsync(wish with { By = new("judge-2", CourtRole.Judge, ["court-2"]) }, None));
        Assert.Equal(OverrideRefusal.None, await guard.GrantAsync(wish, None));
        Assert.True(guard.Judge(rail, Command(verb, "engineer", ("outlet", 3))).IsAllowed);
    }

    [Fact]
    public async Task A_call_that_somebody_is_about_to_end_guards_until_it_is_seen_to_have_ended()
    {
        var (court, guard) = await BootAsync();
        _room.Codec.Tell("call", "connected");

        court.TargetChanged(_room.Codec, "call", new("idle", "c", "engineer", default));

        Assert.Equal(GuardReason.CallActive, guard.WhyGuarded(FakeRoom.Id));
        _room.Codec.Tell("call", "idle");
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
    }

    [Fact]
    public async Task A_device_is_judged_by_its_own_room_and_by_every_room_whose_layout_names_it()
    {
        var (court, _) = await BootAsync();
        await TurnAsync(court, Told.Opened);
        var own = new StillDevice(new(FakeRoom.Id, "clock-display"), FakeManifests.Display);
        var named = new StillDevice(new("machine-room", "store-recorder"), FakeManifests.Recorder);
        var foreign = new StillDevice(new("machine-room", "lamp"), FakeManifests.Display);
        var layout = FakeRoom.Layout with { Recorders = FakeRoom.Layout.Recorders.Add(new(named.Id, RecorderRole.Backup)) };
        var guard = new HearingGuard([court.Guarded with { Routes = new(layout, RoutePolicy.Standard) }], new Site(own, named, foreign), new DocketBook(_room.Clock),
            _room.Clock, FakeRoom.Who, new(), Audited);

        Assert.False(guard.Judge(own, Command("power-off", "scheduler")).IsAllowed);
        Assert.False(guard.Judge(named, Command("power-off", "scheduler")).IsAllowed);
        Assert.True(guard.Judge(foreign, Command("power-off", "scheduler")).IsAllowed);
        Assert.Equal(OverrideRefusal.NoSuchDevice, await guard.GrantAsync(new("c", "scheduler", foreign.Id, "power-off", FakeRoom.Judge, "why", FakeRoom.Admin), None));
    }

    [Fact]
    public async Task A_verb_that_disturbs_nothing_by_itself_moves_no_forbidden_point()
    {
        var (court, _) = await BootAsync();
        PropertySpec colour = new("colour", ValueKind.Integer, "Colour", "颜色") { Set = new("set/colour", "v") };
        DriverManifest manifest = FakeManifests.Mask with
        {
            Verbs = [new("set/masked", "Mask", "遮蔽"), new("set/colour", "Colour", "颜色"), new("lamp-test", "Lamp test", "指示灯测试")],
            Properties = [.. FakeManifests.Mask.Properties, colour],
        };
        var mask = new StillDevice(_room.Mask.Id, manifest);
        var guard = new HearingGuard([court.Guarded], new Site(mask), new DocketBook(_room.Clock), _room.Clock, FakeRoom.Who, new(), Audited);
        _room.Press(_room.Mask, "masked", true);
        _room.Press(_room.Matrix, "output-2", 6);

        Assert.Equal("AVG-GUARD-ROUTE", guard.Judge(mask, Command("set/masked", "engineer", ("v", false))).Code);
        Assert.True(guard.Judge(mask, Command("set/masked", "engineer", ("v", true))).IsAllowed);
        await TurnAsync(court, Told.Opened);
        Assert.Equal("AVG-GUARD-IN-SESSION", guard.Judge(mask, Command("set/masked", "engineer", ("v", true))).Code);
        Assert.True(guard.Judge(mask, Command("set/colour", "engineer", ("v", 3))).IsAllowed);
        Assert.True(guard.Judge(mask, Command("lamp-test", "engineer")).IsAllowed);
    }

    [Fact]
    public async Task Each_of_two_masks_is_a_mask()
    {
        var (court, _) = await BootAsync();
        await TurnAsync(court, Told.Opened);
        var second = new StillDevice(new(FakeRoom.Id, "second-mask"), FakeManifests.Mask);
        var veil = new Veil(new(second.Id, "masked"), true, false);
        var layout = FakeRoom.Layout with { Sources = FakeRoom.Layout.Sources.Add(new("second-witness", _room.Matrix.Id, 8, [Tags.Masked]) { Veil = veil }) };
        var guard = new HearingGuard([court.Guarded with { Routes = new(layout, RoutePolicy.Standard) }], new Site(second, _room.Mask), new DocketBook(_room.Clock),
            _room.Clock, FakeRoom.Who, new(), Audited);

        Assert.Equal("AVG-GUARD-EFFECT", guard.Judge(second, Command("set/colour", "judge-1")).Code);
        Assert.Equal("AVG-GUARD-EFFECT", guard.Judge(_room.Mask, Command("set/colour", "judge-1")).Code);
    }

    [Theory]
    [InlineData("power-off", OverrideRefusal.SecondPersonMissing)]
    [InlineData("restart", OverrideRefusal.SecondPersonMissing)]
    [InlineData("outlet-off", OverrideRefusal.SecondPersonMissing)]
    [InlineData("power-on", OverrideRefusal.None)]
    [InlineData("format", OverrideRefusal.None)]
    public async Task A_court_may_ask_for_two_persons_where_the_power_is_taken_alone(string verb, OverrideRefusal answer)
    {
        var (court, _) = await BootAsync();
        await TurnAsync(court, Told.Opened);
        var guard = new HearingGuard([court.Guarded], _room, new DocketBook(_room.Clock), _room.Clock, FakeRoom.Who, new() { SecondPersonFor = [ActKind.PowerOff] }, Audited);

        Assert.Equal(answer, await guard.GrantAsync(new("c", "engineer", _room.Main.Id, verb, FakeRoom.Judge, "why", null), None));
    }

    [Theory]
    [InlineData(ActKind.Route, true, true)]
    [InlineData(ActKind.Mute, true, true)]
    [InlineData(ActKind.Call, true, true)]
    [InlineData(ActKind.RecorderStart, true, true)]
    [InlineData(ActKind.PowerOn, true, true)]
    [InlineData(ActKind.RecorderHalt, true, false)]
    [InlineData(ActKind.PowerOff, false, false)]
    [InlineData(ActKind.Other, false, false)]
    public void A_scenes_warrant_halts_recorders_for_a_reason_alone_and_never_takes_power(ActKind kind, bool withReason, bool without)
    {
        Assert.Equal(withReason, new SceneWarrant("r", FakeRoom.Id, "c", MayHaltRecorders: true).Covers(kind, isSilence: false));
        Assert.Equal(without, new SceneWarrant("r", FakeRoom.Id, "c", MayHaltRecorders: false).Covers(kind, isSilence: false));
    }

    [Fact]
    public void What_is_allowed_has_no_code_and_what_a_rule_forbids_says_the_rules_own_words()
    {
        var rule = RoutePolicy.Standard.Rules[0];

        Assert.Null(GuardVerdict.Allowed.Code);
        Assert.Equal(rule.Why, new GuardVerdict(GuardDecision.Refused, GuardReason.RouteForbidden, Conflict: new(default, "a", "b", rule)).Says);
        Assert.Equal(GuardTexts.Says(GuardReason.InSession), new GuardVerdict(GuardDecision.Refused, GuardReason.InSession).Says);
    }

    private static ValueTask<bool> Audited(GuardAudit row, CancellationToken cancellation) => ValueTask.FromResult(true);

    private async Task<(Courtroom Court, HearingGuard Guard)> BootAsync()
    {
        var (court, _) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        var site = new Site([.. _room.Devices, _spare]);
        return (court, new([court.Guarded], site, new DocketBook(_room.Clock), _room.Clock, FakeRoom.Who, new(), Audited));
    }

    private readonly StillDevice _spare = new(new(FakeRoom.Id, "spare-recorder"), FakeManifests.Recorder);

    private IDevice Find(string device) => device == "spare-recorder" ? _spare : _room.Find(new(FakeRoom.Id, device))!;

    private static async Task TurnAsync(Courtroom court, Told told) =>
        Assert.True((await court.Hearing.TurnAsync(new(told, FakeRoom.Clerk, true), None)).Done);

    private CommandRequest Command(string verb, string caller, params (string, Value)[] args) =>
        new("c", verb, Arguments.Of(args), Deadline.In(TimeSpan.FromSeconds(5), _room.Clock), caller);
}
