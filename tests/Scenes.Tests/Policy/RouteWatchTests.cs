using AvGateway.Devices;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;
using AvGateway.Scenes.Tests.Fakes;

namespace AvGateway.Scenes.Tests.Policy;

/// <summary>What the watch does by itself, a room whose microphone 2 somebody opens in the recess.</summary>
public sealed class RouteWatchTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Point Second = new(new(FakeRoom.Id, "dsp"), "muted-2");

    private readonly FakeRoom _room = new();
    private readonly List<RouteAlarm> _alarms = [];

    [Fact]
    public async Task An_alarm_is_raised_before_it_is_broken_and_cleared_as_broken()
    {
        var (court, _) = await InRecessAsync();

        _room.Press(_room.Dsp, "muted-2", false);
        await court.LookAsync(None);

        Assert.Equal([(true, false), (false, true)], _alarms.Select(a => (a.IsRaised, a.WasBroken)));
    }

    [Fact]
    public async Task What_the_hand_takes_back_itself_is_cleared_and_nobody_broke_it()
    {
        var (court, _) = await InRecessAsync();
        _room.OnFrame = (_, _) => _room.Mishaps = () => Mishap.Reboots;

        _room.Press(_room.Dsp, "muted-2", false);
        await court.LookAsync(None);
        _room.Dsp.Drop(TimeSpan.MaxValue);
        await court.LookAsync(None);

        Assert.Equal([(true, false), (false, false)], _alarms.Select(a => (a.IsRaised, a.WasBroken)));
    }

    [Fact]
    public async Task The_watch_may_silence_while_it_breaks_and_nothing_else_and_not_any_longer()
    {
        var (court, guard) = await InRecessAsync();
        CommandRequest? sent = null;
        var during = new List<GuardVerdict>();
        _room.OnFrame = (_, command) =>
        {
            sent = command;
            during.Add(guard.Judge(_room.Dsp, command));
            during.Add(guard.Judge(_room.Main, command with { Verb = "stop", Args = Arguments.None }));
            during.Add(guard.Judge(_room.Matrix, command with { Verb = "route", Args = Arguments.Of(("output", 1), ("input", 4)) }));
        };

        _room.Press(_room.Dsp, "muted-2", false);
        await court.LookAsync(None);

        Assert.Equal([true, false, false], during.Select(v => v.IsAllowed));
        Assert.False(guard.Judge(_room.Dsp, sent!).IsAllowed);
    }

    [Theory]
    [InlineData(Mishap.None, true)]
    [InlineData(Mishap.Late, false)]
    public async Task A_frame_that_was_not_seen_to_break_leaves_its_point_in_doubt(Mishap mishap, bool isKnown)
    {
        var (court, _) = await InRecessAsync();
        _room.Dsp.HidesWishes = true;
        _room.Mishaps = () => mishap;

        _room.Press(_room.Dsp, "muted-2", false);
        await court.LookAsync(None);

        Assert.Equal(isKnown, court.Guarded.Sight.Of(Second).Known);
        _room.Clock.Pass(RoomSight.DoubtLasts);
        Assert.Equal(new(true, true), court.Guarded.Sight.Of(Second));
    }

    [Fact]
    public async Task While_it_breaks_the_point_is_in_doubt_for_everybody()
    {
        var (court, _) = await InRecessAsync();
        _room.Dsp.HidesWishes = true;
        var known = true;
        _room.OnFrame = (_, _) => known = court.Guarded.Sight.Of(Second).Known;

        _room.Press(_room.Dsp, "muted-2", false);
        await court.LookAsync(None);

        Assert.False(known);
    }

    [Fact]
    public async Task Another_three_tries_come_after_thirty_seconds()
    {
        var (court, _) = await InRecessAsync();
        _room.Mishaps = () => Mishap.Refused;
        var before = _room.Dsp.Frames.Count;
        _room.Press(_room.Dsp, "muted-2", false);

        for (var look = 0; look < 5; look++) await court.LookAsync(None);
        Assert.Equal(3, _room.Dsp.Frames.Count - before);
        _room.Clock.Pass(TimeSpan.FromSeconds(30));
        await court.LookAsync(None);
        Assert.Equal(3, _room.Dsp.Frames.Count - before);
        _room.Clock.Pass(TimeSpan.FromTicks(1));
        for (var look = 0; look < 5; look++) await court.LookAsync(None);
        Assert.Equal(6, _room.Dsp.Frames.Count - before);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task What_the_next_stage_forbids_is_left_to_the_scene_that_leads_there_and_to_the_watch_when_none_runs(bool isSceneRunning, bool isBroken)
    {
        var (court, guard) = await _room.BootAsync();
        await TurnAsync(court, Told.Opened);
        _room.Press(_room.Dsp, "muted-2", false);
        court.Hearing.Wish(Stage.Adjourned);
        using var watch = new RouteWatch(court.Hearing, court.Guarded.Routes, court.Guarded.Sight, _room, guard, _room.Clock);

        await watch.CheckAsync(isSceneRunning, None);

        Assert.Equal(isBroken, _room.Dsp.Physical["muted-2"].Flag);
    }

    [Fact]
    public async Task Nothing_is_broken_before_it_is_known_where_the_hearing_stands()
    {
        var (court, guard) = await _room.BootAsync();
        using var unread = new HearingRoom(FakeRoom.Id, _room.Store, _room.Clock);
        using var watch = new RouteWatch(unread, court.Guarded.Routes, court.Guarded.Sight, _room, guard, _room.Clock);
        watch.Alarmed += _alarms.Add;
        _room.Press(_room.Dsp, "muted-3", false);

        await watch.CheckAsync(isSceneRunning: false, None);

        Assert.Empty(_alarms);
        Assert.False(_room.Dsp.Physical["muted-3"].Flag);
    }

    private async Task<(Courtroom Court, HearingGuard Guard)> InRecessAsync()
    {
        var (court, guard) = await _room.BootAsync();
        _room.Clock.Pass(TimeSpan.FromMinutes(1));
        await TurnAsync(court, Told.Opened);
        await TurnAsync(court, Told.Adjourned);
        court.RouteAlarmed += _alarms.Add;
        return (court, guard);
    }

    private static async Task TurnAsync(Courtroom court, Told told) =>
        Assert.True((await court.Hearing.TurnAsync(new(told, FakeRoom.Clerk, true), None)).Done);
}
