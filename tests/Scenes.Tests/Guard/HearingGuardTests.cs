using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Guard;

public sealed class HearingGuardTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly FakeRoom _room = new();

    [Theory]
    [InlineData("scheduler", "power-off", GuardDecision.Deferred)]
    [InlineData("engineer", "power-off", GuardDecision.Refused)]
    [InlineData("nobody", "power-off", GuardDecision.Refused)]
    [InlineData("judge-1", "power-off", GuardDecision.Refused)]
    [InlineData("clerk-1", "stop", GuardDecision.Refused)]
    [InlineData("clerk-1", "pause", GuardDecision.Refused)]
    [InlineData("clerk-1", "record", GuardDecision.Allowed)]
    [InlineData("engineer", "record", GuardDecision.Refused)]
    [InlineData("scheduler", "mark", GuardDecision.Allowed)]
    [InlineData("scheduler", "no-such-verb", GuardDecision.Deferred)]
    public async Task In_session_a_recorder_is_touched_by_nobody_without_a_reason(string caller, string verb, GuardDecision decision)
    {
        var guard = await InSessionAsync();

        var verdict = guard.Judge(_room.Main, Command(verb, caller));

        Assert.Equal(decision, verdict.Decision);
        if (decision is not GuardDecision.Allowed) Assert.StartsWith("AVG-GUARD-", verdict.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task This_rooms_court_routes_and_mutes_in_session_and_nobody_else_does()
    {
        var guard = await InSessionAsync();
        var route = Command("route", "clerk-1", ("output", 1), ("input", 3));

        Assert.True(guard.Judge(_room.Matrix, route).IsAllowed);
        Assert.True(guard.Judge(_room.Dsp, Command("mute", "judge-1", ("channel", 1))).IsAllowed);
        Assert.Equal("AVG-GUARD-IN-SESSION", guard.Judge(_room.Matrix, route with { Caller = "engineer" }).Code);
        Assert.Equal("AVG-GUARD-IN-SESSION", guard.Judge(_room.Matrix, route with { Caller = "admin" }).Code);
        Assert.Equal("AVG-GUARD-IN-SESSION", guard.Judge(_room.Dsp, Command("mute", "scheduler", ("channel", 1))).Code);
        Assert.Equal(GuardDecision.Deferred, guard.Judge(_room.Display, Command("power-on", "scheduler")).Decision);
    }

    [Theory]
    [InlineData("judge-1")]
    [InlineData("engineer")]
    public async Task A_forbidden_route_is_refused_to_everybody_also_in_a_free_room(string caller)
    {
        var (_, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal("AVG-GUARD-ROUTE", guard.Judge(_room.Matrix, Command("route", caller, ("output", 2), ("input", 5))).Code);
        Assert.Equal("AVG-GUARD-ROUTE", guard.Judge(_room.Matrix, Command("route", caller, ("output", 2), ("input", 6))).Code);
        Assert.True(guard.Judge(_room.Matrix, Command("route", caller, ("output", 2), ("input", 0))).IsAllowed);
    }

    [Fact]
    public async Task Taking_the_mask_off_is_refused_while_its_picture_is_public()
    {
        var guard = await InSessionAsync();
        _room.Press(_room.Mask, "masked", true);
        _room.Press(_room.Matrix, "output-2", 6);
        var off = Command("set/masked", "judge-1", ("v", false));

        Assert.Equal("AVG-GUARD-ROUTE", guard.Judge(_room.Mask, off).Code);
        _room.Press(_room.Matrix, "output-2", 2);
        Assert.True(guard.Judge(_room.Mask, off).IsAllowed);
    }

    [Fact]
    public async Task An_act_whose_effect_on_the_routes_is_not_known_is_refused_even_to_the_court()
    {
        var guard = await InSessionAsync();

        Assert.Equal("AVG-GUARD-EFFECT", guard.Judge(_room.Dsp, Command("preset-recall", "judge-1")).Code);
    }

    [Fact]
    public async Task Every_reason_guards_and_is_named()
    {
        var docket = new DocketBook(_room.Clock, DocketSource.File);
        var (court, guard) = await _room.BootAsync(docket);
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(GuardReason.DocketUnknown, guard.WhyGuarded(FakeRoom.Id));

        var now = _room.Clock.GetUtcNow();
        docket.Accept(DocketSource.File, new([new(FakeRoom.Id, "a", now.AddMinutes(61), now.AddMinutes(90), false)], []));
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
        _room.Clock.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(GuardReason.Reserved, guard.WhyGuarded(FakeRoom.Id));

        docket.Accept(DocketSource.File, new(
            [new(FakeRoom.Id, "a", now.AddHours(5), now.AddHours(7), false),
            new(FakeRoom.Id, "b", now.AddHours(6), now.AddHours(8), false)], []));
        Assert.Equal(GuardReason.DocketUnknown, guard.WhyGuarded(FakeRoom.Id));
        docket.Accept(DocketSource.File, new([], []));
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
        docket.Lose(DocketSource.File);
        Assert.Equal(GuardReason.DocketUnknown, guard.WhyGuarded(FakeRoom.Id));
        docket.Accept(DocketSource.File, new([], []));

        _room.Codec.Tell("call", "connected");
        Assert.Equal(GuardReason.CallActive, guard.WhyGuarded(FakeRoom.Id));
        _room.Codec.Tell("call", "idle");
        _room.Backup.Tell("recording", "stopping");
        Assert.Equal(GuardReason.RecorderBusy, guard.WhyGuarded(FakeRoom.Id));
        _room.Backup.Tell("recording", "unknown");
        Assert.Equal(GuardReason.RecorderUnknown, guard.WhyGuarded(FakeRoom.Id));
        _room.Backup.Tell("recording", "stopped");
        _room.Main.Drop(TimeSpan.MaxValue);
        Assert.Equal(GuardReason.RecorderUnknown, guard.WhyGuarded(FakeRoom.Id));
        await court.Hearing.AmendAsync(r => r with { Parked = r.Parked.Add("recorder") }, None);
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));

        await TurnAsync(court, Told.Prepared);
        Assert.Equal(GuardReason.Preparing, guard.WhyGuarded(FakeRoom.Id));
        await TurnAsync(court, Told.Opened);
        Assert.Equal(GuardReason.InSession, guard.WhyGuarded(FakeRoom.Id));
        await TurnAsync(court, Told.Adjourned);
        Assert.Equal(GuardReason.Adjourned, guard.WhyGuarded(FakeRoom.Id));
        await TurnAsync(court, Told.DeliberationCalled);
        Assert.Equal(GuardReason.Deliberation, guard.WhyGuarded(FakeRoom.Id));
        await TurnAsync(court, Told.Closed);
        Assert.Equal(GuardReason.JustClosed, guard.WhyGuarded(FakeRoom.Id));
        _room.Clock.Pass(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assert.Equal(GuardReason.JustClosed, guard.WhyGuarded(FakeRoom.Id));
        _room.Clock.Pass(TimeSpan.FromTicks(1));
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
    }

    [Fact]
    public async Task A_recorder_switched_off_on_purpose_does_not_guard_until_it_is_back()
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        _room.Backup.Tell("recording", "recording");
        Assert.False(await court.ParkAsync(_room.Backup.Id, None));
        Assert.False(await court.ParkAsync(_room.Display.Id, None));
        _room.Backup.Tell("recording", "stopped");
        _room.Backup.Drop(_room.Clock.Now + TimeSpan.FromHours(12));
        Assert.Equal(GuardReason.RecorderUnknown, guard.WhyGuarded(FakeRoom.Id));

        Assert.True(await court.ParkAsync(_room.Backup.Id, None));
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
        _room.Clock.Pass(TimeSpan.FromHours(12));
        await court.LookAsync(None);

        _room.Backup.Drop(TimeSpan.MaxValue);
        Assert.Equal(GuardReason.RecorderUnknown, guard.WhyGuarded(FakeRoom.Id));
    }

    [Fact]
    public async Task A_recorder_whose_link_ends_with_a_last_good_word_stays_noted_as_off_and_one_that_records_does_not()
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.True(await court.ParkAsync(_room.Backup.Id, None));
        court.StatusChanged(_room.Backup, _room.Backup.Status);
        _room.Backup.Drop(TimeSpan.MaxValue);
        await court.LookAsync(None);
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));

        // A second outlet above the same recorder opens later.
        Assert.True(await court.ParkAsync(_room.Backup.Id, None));
        Assert.True(await court.ParkAsync(_room.Main.Id, None));
        _room.Main.Tell("recording", "recording");
        await court.LookAsync(None);
        Assert.DoesNotContain(_room.Main.Id.Name, court.Hearing.Record.Parked);
    }

    [Fact]
    public async Task A_docket_that_nobody_renews_falls_silent_and_guards()
    {
        var docket = new DocketBook(_room.Clock, DocketSource.File);
        var (_, guard) = await _room.BootAsync(docket);
        docket.Accept(DocketSource.File, new([], []));
        _room.Clock.Pass(TimeSpan.FromHours(26));
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));

        _room.Clock.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(GuardReason.DocketUnknown, guard.WhyGuarded(FakeRoom.Id));
        Assert.True(guard.Judge(_room.Display, Command("power-on", "scheduler")).IsAllowed);
    }

    [Fact]
    public async Task An_early_end_frees_its_own_reservation_and_no_other()
    {
        var docket = new DocketBook(_room.Clock, DocketSource.File);
        var (court, guard) = await _room.BootAsync(docket);
        var now = _room.Clock.GetUtcNow();
        docket.Accept(DocketSource.File, new([new(FakeRoom.Id, "h-1", now, now.AddHours(4), false)], []));
        await court.LookAsync(None);
        await TurnAsync(court, Told.Opened);
        await TurnAsync(court, Told.Closed);

        _room.Clock.Pass(TimeSpan.FromMinutes(20));
        Assert.Equal(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
        docket.Accept(DocketSource.File, new(
            [new(FakeRoom.Id, "h-1", now, now.AddHours(4), false), new(FakeRoom.Id, "h-2", now.AddHours(4), now.AddHours(5), false)], []));
        _room.Clock.Pass(TimeSpan.FromHours(3));
        Assert.Equal(GuardReason.Reserved, guard.WhyGuarded(FakeRoom.Id));
    }

    [Fact]
    public async Task The_reservation_of_the_announced_hearing_guards_like_any_other()
    {
        var docket = new DocketBook(_room.Clock, DocketSource.File);
        var (court, guard) = await _room.BootAsync(docket);
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        var now = _room.Clock.GetUtcNow();
        docket.Accept(DocketSource.File, new([new(FakeRoom.Id, "h-1", now.AddMinutes(30), now.AddHours(4), false)], []));

        await court.LookAsync(None);

        Assert.Equal(Scenes.Model.Stage.Planned, court.Hearing.Snapshot.Stage);
        Assert.Equal(GuardReason.Reserved, guard.WhyGuarded(FakeRoom.Id));
    }

    [Fact]
    public async Task A_gateway_that_has_not_read_its_store_guards_everything()
    {
        var (court, _) = await _room.BootAsync();
        var unread = new HearingRoom(FakeRoom.Id, _room.Store, _room.Clock);
        var guard = new HearingGuard(
            [court.Guarded with { Hearing = unread }], _room, new DocketBook(_room.Clock), _room.Clock, FakeRoom.Who, new(),
                (_, _) => ValueTask.FromResult(true));

        Assert.Equal("AVG-GUARD-UNKNOWN", guard.Judge(_room.Main, Command("power-off", "engineer")).Code);
        Assert.Equal("AVG-GUARD-ROUTE", guard.Judge(_room.Dsp, Command("unmute", "judge-1", ("channel", 1))).Code);
    }

    [Fact]
    public async Task An_override_is_audited_first_and_covers_one_command_of_one_caller_for_a_short_time()
    {
        var rows = new List<GuardAudit>();
        var mayWrite = false;
        var (court, guard) = await _room.BootAsync(audit: row =>
        {
            if (mayWrite) rows.Add(row);
            return mayWrite;
        });
        await TurnAsync(court, Told.Opened);
        var off = Command("power-off", "engineer") with { Id = "c-7" };
        var wish = new OverrideRequest("c-7", "engineer", _room.Main.Id, "power-off", FakeRoom.Judge, "smoke", FakeRoom.Clerk);

        Assert.Equal(OverrideRefusal.NotAudited, await guard.GrantAsync(wish, None));
        Assert.False(guard.Judge(_room.Main, off).IsAllowed);
        mayWrite = true;
        Assert.Equal(OverrideRefusal.None, await guard.GrantAsync(wish, None));

        Assert.Equal(GuardReason.InSession, Assert.Single(rows).Overridden);
        Assert.True(guard.Judge(_room.Main, off).IsAllowed);
        Assert.False(guard.Judge(_room.Main, off with { Id = "c-8" }).IsAllowed);
        Assert.False(guard.Judge(_room.Main, off with { Caller = "scheduler" }).IsAllowed);
        Assert.False(guard.Judge(_room.Main, Command("stop", "engineer") with { Id = "c-7" }).IsAllowed);
        Assert.False(guard.Judge(_room.Backup, off).IsAllowed);
        _room.Clock.Pass(TimeSpan.FromSeconds(61));
        Assert.False(guard.Judge(_room.Main, off).IsAllowed);
    }

    [Fact]
    public async Task An_override_needs_the_role_a_reason_and_another_person()
    {
        var (court, guard) = await _room.BootAsync();
        await TurnAsync(court, Told.Opened);
        var wish = new OverrideRequest("c", "engineer", _room.Main.Id, "stop", FakeRoom.Judge, "why", FakeRoom.Clerk);

        Assert.Equal(OverrideRefusal.RoleMayNot, await guard.GrantAsync(wish with { By = FakeRoom.Clerk }, None));
        Assert.Equal(OverrideRefusal.RoleMayNot,
            await guard.GrantAsync(wish with { By = new("judge-2", CourtRole.Judge, ["court-2"]) }, None));
        Assert.Equal(OverrideRefusal.ReasonMissing, await guard.GrantAsync(wish with { Reason = " " }, None));
        Assert.Equal(OverrideRefusal.SecondPersonMissing, await guard.GrantAsync(wish with { Second = null }, None));
        Assert.Equal(OverrideRefusal.SecondPersonSame, await guard.GrantAsync(wish with { Second = FakeRoom.Judge }, None));
        Assert.Equal(OverrideRefusal.SecondPersonSame, await guard.GrantAsync(wish with { Second = FakeRoom.Engineer }, None));
        Assert.Equal(OverrideRefusal.None,
            await guard.GrantAsync(wish with { Verb = "mute", Device = _room.Codec.Id, Second = null }, None));
    }

    [Theory]
    [InlineData(Told.Prepared, true)]
    [InlineData(Told.Opened, false)]
    [InlineData(Told.Adjourned, false)]
    [InlineData(Told.DeliberationCalled, false)]
    [InlineData(Told.Closed, true)]
    public async Task Only_a_hearing_itself_keeps_the_service_side_from_switching_on(Told last, bool mayScheduler)
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        Told[] way = last is Told.Prepared or Told.Opened ? [last] : [Told.Opened, last];
        foreach (var told in way) await TurnAsync(court, told);

        Assert.NotEqual(GuardReason.None, guard.WhyGuarded(FakeRoom.Id));
        Assert.Equal(mayScheduler, guard.Judge(_room.Display, Command("power-on", "scheduler")).IsAllowed);
    }

    [Fact]
    public async Task An_override_counts_also_for_what_the_court_itself_sends()
    {
        var (court, guard) = await _room.BootAsync();
        await TurnAsync(court, Told.Opened);
        var off = Command("power-off", "judge-1") with { Id = "c-7" };
        Assert.False(guard.Judge(_room.Main, off).IsAllowed);

        await guard.GrantAsync(new("c-7", "judge-1", _room.Main.Id, "power-off", FakeRoom.Judge, "smoke", FakeRoom.Clerk), None);

        Assert.True(guard.Judge(_room.Main, off).IsAllowed);
        Assert.False(guard.Judge(_room.Main, off with { Id = "c-8" }).IsAllowed);
    }

    [Theory]
    [InlineData(Scenes.Model.Stage.Preparing, GuardReason.Preparing)]
    [InlineData(Scenes.Model.Stage.Opened, GuardReason.InSession)]
    [InlineData(Scenes.Model.Stage.Adjourned, GuardReason.InSession)]
    public async Task What_a_scene_leads_to_guards_before_it_is_reached(Scenes.Model.Stage stage, GuardReason reason)
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));

        court.Hearing.Wish(stage);

        Assert.Equal(reason, guard.WhyGuarded(FakeRoom.Id));
        Assert.False(guard.Judge(_room.Dsp, Command("mute", "engineer", ("channel", 1))).IsAllowed);
    }

    [Fact]
    public async Task Sixty_four_overrides_may_wait_unused_and_the_next_one_comes_when_they_have_run_out()
    {
        var (court, guard) = await _room.BootAsync();
        await TurnAsync(court, Told.Opened);
        OverrideRequest Wish(int number) => new($"c{number}", "engineer", _room.Codec.Id, "mute", FakeRoom.Judge, "why", null);

        for (var number = 1; number <= 64; number++) Assert.Equal(OverrideRefusal.None, await guard.GrantAsync(Wish(number), None));
        Assert.Equal(OverrideRefusal.TooMany, await guard.GrantAsync(Wish(65), None));
        _room.Clock.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(OverrideRefusal.TooMany, await guard.GrantAsync(Wish(65), None));
        Assert.True(guard.Judge(_room.Codec, Command("mute", "engineer") with { Id = "c64" }).IsAllowed);
        _room.Clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(OverrideRefusal.None, await guard.GrantAsync(Wish(65), None));
        Assert.True(guard.Judge(_room.Codec, Command("mute", "engineer") with { Id = "c65" }).IsAllowed);
    }

    [Fact]
    public async Task An_override_in_a_room_that_nothing_guards_is_kept_as_overriding_nothing()
    {
        var rows = new List<GuardAudit>();
        var (_, guard) = await _room.BootAsync(audit: row =>
        {
            rows.Add(row);
            return true;
        });
        _room.Clock.Pass(TimeSpan.FromMinutes(1));

        var answer = await guard.GrantAsync(new("c", "engineer", _room.Codec.Id, "mute", FakeRoom.Judge, "why", null), None);

        Assert.Equal((OverrideRefusal.None, GuardReason.None), (answer, Assert.Single(rows).Overridden));
    }

    [Fact]
    public async Task An_override_never_lifts_the_route_policy()
    {
        var (court, guard) = await _room.BootAsync();
        await TurnAsync(court, Told.Opened);
        await guard.GrantAsync(new("c", "admin", _room.Matrix.Id, "route", FakeRoom.Judge, "why", FakeRoom.Clerk), None);

        Assert.Equal("AVG-GUARD-ROUTE",
            guard.Judge(_room.Matrix, Command("route", "admin", ("output", 2), ("input", 5)) with { Id = "c" }).Code);
        Assert.True(guard.Judge(_room.Matrix, Command("route", "admin", ("output", 2), ("input", 2)) with { Id = "c" }).IsAllowed);
    }

    [Fact]
    public async Task A_running_scenes_warrant_cannot_be_borrowed()
    {
        var guard = await InSessionAsync();
        guard.Admit(new("run1", FakeRoom.Id, "clerk-1", MayHaltRecorders: true));

        Assert.True(guard.Judge(_room.Main, Command("stop", "clerk-1") with { Id = "run1/3" }).IsAllowed);
        Assert.False(guard.Judge(_room.Main, Command("stop", "engineer") with { Id = "run1/3" }).IsAllowed);
        Assert.False(guard.Judge(_room.Main, Command("stop", "clerk-1") with { Id = "run2/3" }).IsAllowed);
        Assert.False(guard.Judge(_room.Main, Command("power-off", "clerk-1") with { Id = "run1/3" }).IsAllowed);
        guard.Revoke("run1");
        Assert.False(guard.Judge(_room.Main, Command("stop", "clerk-1") with { Id = "run1/3" }).IsAllowed);
    }

    [Fact]
    public async Task The_breaking_of_a_forbidden_route_may_silence_and_nothing_else()
    {
        var guard = await InSessionAsync();
        guard.Admit(new("break-1", FakeRoom.Id, "gateway", MayHaltRecorders: false, SilenceOnly: true));

        Assert.True(guard.Judge(_room.Dsp, Command("mute", "gateway", ("channel", 1)) with { Id = "break-1/1" }).IsAllowed);
        Assert.False(guard.Judge(_room.Dsp, Command("unmute", "gateway", ("channel", 1)) with { Id = "break-1/1" }).IsAllowed);
        Assert.False(guard.Judge(_room.Main, Command("stop", "gateway") with { Id = "break-1/1" }).IsAllowed);
    }

    [Fact]
    public async Task A_device_of_no_courtroom_is_not_guarded_and_a_shared_one_by_every_room()
    {
        var guard = await InSessionAsync();
        var elsewhere = new FakeDevice(_room, new("hall", "display"), FakeManifests.Display, []);

        Assert.True(guard.Judge(elsewhere, Command("power-off", "scheduler")).IsAllowed);
        Assert.False(guard.Judge(_room.Display, Command("power-off", "scheduler")).IsAllowed);
    }

    [Fact]
    public void Every_reason_has_its_texts_in_both_languages()
    {
        foreach (var reason in Enum.GetValues<GuardReason>())
        {
            Assert.NotEmpty(GuardTexts.Says(reason).Zh);
            Assert.NotEmpty(GuardTexts.Says(reason).En);
            if (reason is not GuardReason.None) Assert.Matches("^AVG-GUARD-[A-Z-]+$", GuardTexts.Code(reason));
        }

        Assert.All(Enum.GetValues<OverrideRefusal>(), r => Assert.NotEmpty(r.Says().Zh));
        Assert.Equal(Enum.GetValues<OverrideRefusal>().Length,
            Enum.GetValues<OverrideRefusal>().Select(r => r.Says().En).Distinct().Count());
    }

    private async Task<HearingGuard> InSessionAsync()
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        await TurnAsync(court, Told.Opened);
        return guard;
    }

    private static async Task TurnAsync(Courtroom court, Told told) =>
        Assert.True((await court.Hearing.TurnAsync(new(told, FakeRoom.Clerk, true), None)).Done);

    private CommandRequest Command(string verb, string caller, params (string, Value)[] args) =>
        new("c", verb, Arguments.Of(args), Deadline.In(TimeSpan.FromSeconds(5), _room.Clock), caller);
}
