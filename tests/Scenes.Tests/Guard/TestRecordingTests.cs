using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Guard;

/// <summary>A recording that the service side makes outside of any hearing is a test, and does not keep it from its work; any other may be the
/// only sign of a hearing that nobody announced. What a test does not lift is the power: the recorder runs.</summary>
public sealed class TestRecordingTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly FakeRoom _room = new();

    [Theory]
    [InlineData("engineer", true)]
    [InlineData("scheduler", true)]
    [InlineData("nobody", true)]
    [InlineData("judge-1", false)]
    [InlineData("clerk-1", false)]
    public async Task What_the_service_side_starts_is_a_test_and_what_the_court_starts_is_none(string caller, bool isTest)
    {
        var (_, guard) = await BootAsync();

        await AskAsync("record", caller);

        Assert.Equal(isTest, MayWork(guard));
        Assert.Equal(GuardReason.RecorderBusy, guard.WhyGuarded(FakeRoom.Id));
    }

    [Fact]
    public async Task A_recorder_that_somebody_started_at_its_front_is_no_test()
    {
        var (_, guard) = await BootAsync();

        _room.Press(_room.Main, "recording", "recording");
        await AskAsync("record", "engineer");

        Assert.False(MayWork(guard));
    }

    [Fact]
    public async Task A_test_ends_when_its_recorder_is_seen_stopped_and_the_next_start_is_judged_anew()
    {
        var (_, guard) = await BootAsync();
        await AskAsync("record", "engineer");

        await AskAsync("stop", "engineer");
        _room.Press(_room.Main, "recording", "recording");

        Assert.False(MayWork(guard));
    }

    [Fact]
    public async Task A_test_outlives_a_moment_in_which_its_recorder_does_not_know_what_it_does()
    {
        var (_, guard) = await BootAsync();
        await AskAsync("record", "engineer");

        _room.Main.Tell("recording", "unknown");
        _room.Main.Tell("recording", "recording");

        Assert.True(MayWork(guard));
    }

    [Fact]
    public async Task A_wish_to_stop_begins_no_test()
    {
        var (_, guard) = await BootAsync();

        await AskAsync("stop", "engineer");
        _room.Press(_room.Main, "recording", "recording");

        Assert.False(MayWork(guard));
    }

    [Fact]
    public async Task An_opening_takes_a_test_over_and_it_is_one_no_more()
    {
        var (court, guard) = await BootAsync();
        await AskAsync("record", "engineer");

        Assert.True((await court.Hearing.TurnAsync(new(Told.Opened, FakeRoom.Clerk, true), None)).Done);
        Assert.True((await court.Hearing.TurnAsync(new(Told.Closed, FakeRoom.Clerk, true), None)).Done);
        _room.Clock.Pass(TimeSpan.FromMinutes(16));

        Assert.False(MayWork(guard));
    }

    [Fact]
    public async Task What_starts_in_a_hearing_is_no_test_of_anybody()
    {
        var (court, guard) = await BootAsync();
        Assert.True((await court.Hearing.TurnAsync(new(Told.Prepared, FakeRoom.Clerk, true), None)).Done);
        court.Hearing.Wish(Scenes.Model.Stage.Opened);

        await AskAsync("record", "engineer");
        court.Hearing.Wish(null);
        Assert.True((await court.Hearing.TurnAsync(new(Told.Closed, FakeRoom.Clerk, true), None)).Done);

        Assert.False(MayWork(guard));
    }

    [Fact]
    public void A_wished_start_lasts_while_its_recorder_still_shows_that_it_stands()
    {
        var tests = new TestRecordings();
        tests.Begin(_room.Main.Id);

        tests.Shows(_room.Main.Id, 0);
        tests.Shows(_room.Main.Id, default);
        tests.Shows(_room.Main.Id, "unknown");
        tests.Shows(_room.Main.Id, "stopped");
        Assert.True(tests.Has(_room.Main.Id));
        tests.Shows(_room.Main.Id, "starting");
        tests.Shows(_room.Main.Id, default);
        tests.Shows(_room.Backup.Id, "stopped");
        Assert.True(tests.Has(_room.Main.Id));
        tests.Shows(_room.Main.Id, "stopped");

        Assert.False(tests.Has(_room.Main.Id));
        Assert.False(tests.Has(_room.Backup.Id));
    }

    // Whether the service side may route and mute now: what a reserved room and a hearing keep from it.
    private bool MayWork(HearingGuard guard) =>
        guard.Judge(_room.Dsp, Command("mute", "engineer", ("channel", 1))).IsAllowed && guard.Judge(_room.Main, Command("stop", "engineer")).IsAllowed;

    private Task<CommandResult> AskAsync(string verb, string caller) => _room.Main.AskAsync(Command(verb, caller), null, None);

    private async Task<(Courtroom Court, HearingGuard Guard)> BootAsync()
    {
        var booted = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        return booted;
    }

    private CommandRequest Command(string verb, string caller, params (string, Value)[] args) =>
        new("c", verb, Arguments.Of(args), Deadline.In(TimeSpan.FromSeconds(5), _room.Clock), caller);
}
