using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Guard;

/// <summary>A central encoder that is the recorder of one courtroom and a stream's gate in the other: each room has its say.</summary>
public sealed class SharedDeviceTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DeviceId Central = new("machine-room", "encoder");

    private readonly EagerClock _clock = new();
    private readonly StillDevice _encoder = new(Central, FakeManifests.Recorder);
    private readonly GuardedRoom _first;
    private readonly GuardedRoom _second;
    private readonly HearingGuard _guard;

    public SharedDeviceTests()
    {
        _encoder.Show("recording", "stopped");
        var site = new Site(_encoder);
        _first = Room("court-1", site, new("court-1") { Recorders = [new(Central, RecorderRole.Main)] });
        _second = Room("court-2", site,
            new("court-2") { Gates = [new("stream", new(Central, "recording"), "stopped", "recording", [Tags.StreamFeed], [Tags.Courtroom])] });
        _guard = new([_first, _second], site, new DocketBook(_clock), _clock, _ => null, new(), (_, _) => ValueTask.FromResult(true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_guarded_while_either_room_sits(bool isFirst)
    {
        Assert.True(_guard.Judge(_encoder, Command("power-off")).IsAllowed);

        await OpenAsync(isFirst ? _first : _second);

        Assert.Equal(GuardReason.InSession, _guard.Judge(_encoder, Command("power-off")).Reason);
    }

    [Fact]
    public async Task What_one_room_takes_for_a_halt_of_its_recording_needs_two_persons()
    {
        await OpenAsync(_second);
        var judge = Judge("judge", "court-1", "court-2");

        Assert.Equal(OverrideRefusal.SecondPersonMissing, await _guard.GrantAsync(Stop(judge, null), None));
    }

    [Fact]
    public async Task Only_who_leads_both_rooms_may_override_in_both()
    {
        await OpenAsync(_first);
        var both = Judge("judge", "court-1", "court-2");
        var clerks = new Actor("clerk", CourtRole.Clerk, ["court-1"]);

        Assert.Equal(OverrideRefusal.RoleMayNot, await _guard.GrantAsync(Stop(Judge("judge", "court-1"), both), None));
        Assert.Equal(OverrideRefusal.SecondPersonSame, await _guard.GrantAsync(Stop(both, Judge("other", "court-2")), None));
        Assert.Equal(OverrideRefusal.SecondPersonSame, await _guard.GrantAsync(Stop(both, clerks), None));
        Assert.Equal(OverrideRefusal.None, await _guard.GrantAsync(Stop(both, clerks with { Rooms = ["court-1", "court-2"] }), None));
    }

    [Fact]
    public async Task A_scene_of_one_room_has_no_warrant_in_the_other()
    {
        await OpenAsync(_first);
        _guard.Admit(new("run", "court-1", "engineer", MayHaltRecorders: true));
        Assert.True(_guard.Judge(_encoder, Command("stop") with { Id = "run/1" }).IsAllowed);

        await OpenAsync(_second);

        Assert.Equal(GuardReason.InSession, _guard.Judge(_encoder, Command("stop") with { Id = "run/1" }).Reason);
    }

    private static Actor Judge(string name, params string[] rooms) => new(name, CourtRole.Judge, [.. rooms]);

    private static OverrideRequest Stop(Actor by, Actor? second) => new("c", "engineer", Central, "stop", by, "why", second);

    private GuardedRoom Room(string id, Site site, RoomLayout layout)
    {
        var hearing = new HearingRoom(id, new FakeStore(), _clock);
        hearing.Restore(null);
        return new(hearing, new(layout, RoutePolicy.Standard), new(site, _clock), new());
    }

    private static async Task OpenAsync(GuardedRoom room) =>
        Assert.True((await room.Hearing.TurnAsync(new(Told.Opened, Judge("judge", room.Hearing.Room), true), None)).Done);

    private CommandRequest Command(string verb) => new("c", verb, Arguments.None, Deadline.In(TimeSpan.FromSeconds(5), _clock), "engineer");
}
