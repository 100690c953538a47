using AvGateway.Operations.Power;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Testing.Power;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Power;

/// <summary>Before a hearing its room is on and proven, or it is said what is not and which rooms could serve instead.</summary>
public sealed class ReadinessTests : IAsyncLifetime
{
    private readonly LeapClock _clock = new();
    private readonly PowerWorld _world;
    private readonly PowerHouse _house;
    private readonly ReadinessWatch _watch;
    private readonly List<RoomReadiness> _told = [];

    public ReadinessTests()
    {
        _world = new(_clock);
        _world.Add("machine-room/pdu", PowerManifests.Pdu);
        for (var i = 1; i <= 4; i++)
        {
            _world.Add($"court-{i}/matrix", PowerManifests.Audio, $"machine-room/pdu/{i}");
            _world.Add($"court-{i}/display", PowerManifests.Display, $"machine-room/pdu/{4 + i}");
        }

        _world.Add("meeting/display", PowerManifests.Display);
        var site = new PowerSite(
            [
                .. Enumerable.Range(1, 4).Select(i => new RoomPower($"court-{i}") { Loads = [StandardCourt.Load("matrix", $"machine-room/pdu/{i}"), StandardCourt.Load("display", $"machine-room/pdu/{4 + i}")] }),
                new("meeting") { Use = PowerUse.Conference },
            ],
            []);
        _house = new(world: _world, clock: _clock, site: site, hasDocket: true);
        _watch = new(new(_house.Runs, _house.House, _house.Docket, _world, _house.Journal, _clock, NullLogger<ReadinessWatch>.Instance));
        _watch.Changed += _told.Add;
    }

    public async ValueTask InitializeAsync() => await _house.StartAsync();

    [Fact]
    public async Task A_matrix_that_does_not_boot_is_told_within_ten_minutes_with_the_hearing_and_the_free_rooms()
    {
        Docket(("court-1", 100, 160), ("court-2", 120, 150));
        Off();
        _world["court-1/matrix"].LinkLostAt = TimeSpan.Zero;
        var asked = _clock.Now;

        // Asked before the watch makes the clock leap: a request that is judged minutes after it came is expired.
        var asking = _house.Ask(PowerWish.On, id: "on");
        _watch.Start();
        Assert.Equal(207, (await asking.FinalAsync()).Stat);

        var told = _told.First(t => t.State is ReadinessState.NotReady);
        Assert.InRange(told.At - LeapClock.Start - asked, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Assert.Equal(("court-1", ReadinessSeverity.P2, LeapClock.Start.AddMinutes(100)), (told.Room, told.Severity, told.HearingAt));
        Assert.Equal(["court-1/matrix"], told.Failed.Select(f => f.Device.ToString()));
        Assert.Equal(["court-3", "court-4"], told.Free);
        Assert.Contains(_house.Journal.Rows, r => r is { Kind: "readiness.failed", Subject: "court-1" });
    }

    [Fact]
    public void A_court_is_looked_at_half_an_hour_before_and_a_conference_room_an_hour_before()
    {
        Docket(("court-1", 31, 60), ("meeting", 61, 90), ("court-2", 29, 60));
        _watch.Look();
        Assert.Equal(["court-2"], _told.Select(t => t.Room));

        _clock.Pass(TimeSpan.FromMinutes(1.5));
        _watch.Look();
        Assert.Equal(["court-2", "court-1", "meeting"], _told.Select(t => t.Room));
        Assert.All(_told, t => Assert.Equal(ReadinessState.Ready, t.State));
    }

    [Fact]
    public void What_changes_is_told_once_and_gets_more_urgent()
    {
        Docket(("court-1", 29, 60));
        _world["court-1/display"].IsOn = false;
        _watch.Look();
        _watch.Look();
        Assert.Equal(ReadinessSeverity.P1, Assert.Single(_told).Severity);
        Assert.Equal("power: off", Assert.Single(_told[0].Failed).Why);

        _world["court-1/display"].IsOn = true;
        _watch.Look();
        Assert.Equal(ReadinessState.Ready, _told[^1].State);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void When_the_time_has_come_nothing_is_said_any_more()
    {
        var over = new List<string>();
        _watch.Over += over.Add;
        Docket(("court-1", 10, 60));
        _watch.Look();
        _clock.Pass(TimeSpan.FromMinutes(11));
        _watch.Look();

        Assert.Equal(["court-1"], over);
    }

    private void Off()
    {
        foreach (var machine in _world.Machines.Where(m => m.Id.Room != "machine-room" && m.Feeds.Length > 0))
            ((PowerMachine)_world.Find(machine.Feeds[0].Feeder)!).SetOutlet(machine.Feeds[0].Number, false);
        _clock.Pass(TimeSpan.FromMinutes(1));
    }

    private void Docket(params (string Room, int From, int To)[] entries) => _house.Docket.Accept(DocketSource.File, new(
        [.. entries.Select((e, i) => new DocketEntry(e.Room, $"h{i}", LeapClock.Start.AddMinutes(e.From), LeapClock.Start.AddMinutes(e.To), false))], []));

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _house.DisposeAsync();
    }
}
