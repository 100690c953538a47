using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Running;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Hearings;

public sealed class HearingRoomTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_hearing_in_its_middle_survives_a_restart()
    {
        var room = new FakeRoom();
        var (courtroom, _) = await room.BootAsync();
        await TurnAsync(courtroom, Told.Opened, hearing: "h-1", isPublic: true);
        await TurnAsync(courtroom, Told.ClosedEvidenceCalled);
        await TurnAsync(courtroom, Told.Adjourned);

        (courtroom, _) = await room.BootAsync();

        var snapshot = courtroom.Hearing.Snapshot;
        Assert.Equal((Stage.Adjourned, true, true), (snapshot.Stage, snapshot.IsPublic, snapshot.IsKnown));
        await TurnAsync(courtroom, Told.Resumed);
        Assert.Equal(Stage.ClosedEvidence, courtroom.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task Before_the_store_was_read_nothing_is_known_and_nothing_moves()
    {
        var hearing = new HearingRoom(FakeRoom.Id, new FakeStore(), new EagerClock());

        Assert.False(hearing.Snapshot.IsKnown);
        Assert.Equal("AVG-GUARD-HEARING-UNKNOWN", (await hearing.TurnAsync(new(Told.Opened, FakeRoom.Clerk, true), None)).Code);
    }

    [Fact]
    public async Task With_a_full_store_a_hearing_opens_and_does_not_close_and_says_that_it_is_not_stored()
    {
        var room = new FakeRoom();
        var (courtroom, _) = await room.BootAsync();
        room.Store.IsFull = true;

        await TurnAsync(courtroom, Told.Opened);
        var close = await courtroom.Hearing.TurnAsync(new(Told.Closed, FakeRoom.Clerk, true), None);

        Assert.Equal("AVG-INTERNAL", close.Code);
        Assert.Equal((Stage.Opened, false), (courtroom.Hearing.Snapshot.Stage, courtroom.Hearing.Snapshot.IsStored));
        Assert.Null(courtroom.Hearing.Snapshot.Wished);
        room.Store.IsFull = false;
        await courtroom.LookAsync(None);
        Assert.True(courtroom.Hearing.Snapshot.IsStored);
        Assert.Equal(Stage.Opened, room.Store.Stage);
    }

    [Fact]
    public async Task The_next_hearing_does_not_close_the_open_one()
    {
        var room = new FakeRoom();
        var (courtroom, _) = await room.BootAsync();
        await TurnAsync(courtroom, Told.Opened, hearing: "h-1");

        var answer = await courtroom.Hearing.TurnAsync(new(Told.Opened, FakeRoom.Clerk, true, "h-2"), None);

        Assert.Equal("AVG-GUARD-HEARING-OPEN", answer.Code);
        Assert.Equal("h-1", courtroom.Hearing.Record.Hearing);
        Assert.Equal(Stage.Opened, courtroom.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task Each_hearing_that_was_opened_without_preparation_has_its_own_opening_and_closing()
    {
        var room = new FakeRoom();
        var (courtroom, _) = await room.BootAsync();
        await TurnAsync(courtroom, Told.Opened, hearing: "h-1");
        await TurnAsync(courtroom, Told.Closed);
        room.Clock.Pass(TimeSpan.FromHours(1));
        var now = room.Clock.GetUtcNow();

        await TurnAsync(courtroom, Told.Opened, hearing: "h-2");
        await TurnAsync(courtroom, Told.Closed);

        Assert.Equal((now, now), (courtroom.Hearing.Record.OpenedAt, courtroom.Hearing.Record.ClosedAt));
    }

    [Fact]
    public async Task No_time_and_no_docket_closes_a_hearing_and_a_forgotten_one_is_shown()
    {
        var room = new FakeRoom();
        var docket = new DocketBook(room.Clock, DocketSource.File);
        var (courtroom, _) = await room.BootAsync(docket);
        var now = room.Clock.GetUtcNow();
        docket.Accept(DocketSource.File, new([new(FakeRoom.Id, "h-1", now, now.AddHours(2), false)], []));
        await courtroom.LookAsync(None);
        Assert.Equal(Stage.Planned, courtroom.Hearing.Snapshot.Stage);
        await TurnAsync(courtroom, Told.Opened);

        for (var hour = 1; hour <= 40; hour++)
        {
            room.Clock.Pass(TimeSpan.FromHours(1));
            if (hour == 5) docket.Accept(DocketSource.File, new([], []));
            if (hour == 20) docket.Accept(DocketSource.File, new([new(FakeRoom.Id, "h-9", now.AddHours(20), now.AddHours(22), false)], []));
            await courtroom.LookAsync(None);
            Assert.Equal(Stage.Opened, courtroom.Hearing.Snapshot.Stage);
            if (hour == 2) Assert.False(courtroom.Hearing.Snapshot.IsForgotten);
            if (hour == 3) Assert.True(courtroom.Hearing.Snapshot.IsForgotten);
        }

        Assert.True(courtroom.Hearing.Snapshot.IsForgotten);
    }

    [Fact]
    public async Task A_planned_hearing_is_withdrawn_with_its_docket_entry()
    {
        var room = new FakeRoom();
        var docket = new DocketBook(room.Clock, DocketSource.File);
        var (courtroom, _) = await room.BootAsync(docket);
        var now = room.Clock.GetUtcNow();
        docket.Accept(DocketSource.File, new([new(FakeRoom.Id, "h-1", now.AddHours(1), now.AddHours(2), true)], []));
        await courtroom.LookAsync(None);
        Assert.Equal((Stage.Planned, true), (courtroom.Hearing.Snapshot.Stage, courtroom.Hearing.Snapshot.IsPublic));

        docket.Accept(DocketSource.File, new([], []));
        await courtroom.LookAsync(None);

        Assert.Equal(Stage.Closed, courtroom.Hearing.Snapshot.Stage);
    }

    [Theory]
    [InlineData(Told.Opened, false, "clerk-1", "AVG-GUARD-CONFIRM")]
    [InlineData(Told.Opened, true, "engineer", "AVG-AUTH-HEARING")]
    [InlineData(Told.Opened, true, "admin", "AVG-AUTH-HEARING")]
    [InlineData(Told.Resumed, true, "clerk-1", "AVG-GUARD-HEARING-STAGE")]
    [InlineData(Told.VerdictCalled, true, "judge-1", "AVG-GUARD-HEARING-STAGE")]
    public async Task What_may_not_be_is_refused_with_its_code(Told told, bool confirmed, string who, string code)
    {
        var (courtroom, _) = await new FakeRoom().BootAsync();

        var answer = await courtroom.Hearing.TurnAsync(new(told, FakeRoom.Who(who)!, confirmed), None);

        Assert.Equal(code, answer.Code);
        Assert.NotEmpty(answer.Says!.Zh);
        Assert.NotEmpty(answer.Says.En);
        Assert.Equal(Stage.Closed, courtroom.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task A_clerk_of_another_room_leads_nothing_here()
    {
        var (courtroom, _) = await new FakeRoom().BootAsync();
        var stranger = new Actor("clerk-2", CourtRole.Clerk, ["court-2"]);

        Assert.Equal("AVG-AUTH-HEARING", (await courtroom.Hearing.TurnAsync(new(Told.Opened, stranger, true), None)).Code);
        Assert.Equal("AVG-AUTH-HEARING", (await courtroom.RunAsync(new("r", "open", stranger, true), None)).Code);
    }

    [Fact]
    public async Task Public_is_off_by_default_and_does_not_pass_on_to_the_next_hearing()
    {
        var (courtroom, _) = await new FakeRoom().BootAsync();
        await TurnAsync(courtroom, Told.Opened, isPublic: true);
        await TurnAsync(courtroom, Told.Closed);

        await TurnAsync(courtroom, Told.Opened);

        Assert.False(courtroom.Hearing.Snapshot.IsPublic);
    }

    [Fact]
    public async Task The_panel_is_offered_exactly_what_would_be_accepted()
    {
        var (courtroom, _) = await new FakeRoom().BootAsync();
        await TurnAsync(courtroom, Told.Opened);
        await TurnAsync(courtroom, Told.DeliberationCalled);

        Assert.Equal([Told.VerdictCalled, Told.Adjourned, Told.Resumed, Told.Closed], courtroom.Hearing.Permitted.Order());
    }

    [Fact]
    public async Task What_is_stored_comes_back_as_it_was()
    {
        var room = new FakeRoom();
        var (courtroom, _) = await room.BootAsync();
        var run = await (await courtroom.RunAsync(new("r1", "open", FakeRoom.Clerk, true, IsPublic: true, Hearing: "h-7"), None)).Ended!;

        var record = KeptJson.ReadHearing(KeptJson.Write(room.Store.Hearing!));
        var kept = KeptJson.ReadRun(KeptJson.Write(run));

        Assert.Equal(KeptJson.Write(room.Store.Hearing!), KeptJson.Write(record));
        Assert.Equal(room.Store.Hearing!.Log.Spans.AsEnumerable(), record.Log.Spans);
        Assert.Equal(run.Steps.Select(s => (s.Step, s.State, s.Reason)), kept.Steps.Select(s => (s.Step, s.State, s.Reason)));
        Assert.Equal(run.Truths.AsEnumerable(), kept.Truths);
        Assert.Equal((run.State, run.Destination, run.HasTurned), (kept.State, kept.Destination, kept.HasTurned));
    }

    private static async Task TurnAsync(Courtroom courtroom, Told told, string? hearing = null, bool? isPublic = null)
    {
        var answer = await courtroom.Hearing.TurnAsync(new(told, FakeRoom.Clerk, true, hearing, isPublic), None);
        Assert.True(answer.Done, answer.Code);
    }
}
