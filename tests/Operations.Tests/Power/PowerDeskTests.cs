using AvGateway.Classes;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Power;
using AvGateway.Testing.Commands;
using AvGateway.Testing.Power;

namespace AvGateway.Operations.Tests.Power;

/// <summary>Orders: who may, what the whole site needs, and one end that tells what was seen.</summary>
public sealed class PowerDeskTests : IAsyncLifetime
{
    private readonly PowerHouse _house = new();

    public async ValueTask InitializeAsync() => await _house.StartAsync();

    [Fact]
    public async Task An_engineer_switches_a_room_off_and_on_and_hears_that_it_was_seen()
    {
        var heard = _house.Ask(PowerWish.Off, args: ("room", "court-1"));
        var off = await heard.FinalAsync();

        Assert.Equal((200, "AVG-VERIFIED"), (off.Stat, off.Code));
        Assert.Equal(["accepted", "verified"], heard.Phases);
        Assert.DoesNotContain(true, _house.Powered);
        var run = Listener.Json(off).GetProperty("run");
        Assert.Equal(("court-1", "off", "done"), (run.GetProperty("scope").GetString(), run.GetProperty("act").GetString(), run.GetProperty("state").GetString()));
        Assert.All(run.GetProperty("steps").EnumerateArray(), s => Assert.Equal("verified", s.GetProperty("state").GetString()));
        Assert.Contains(_house.Journal.Rows, r => r is { Kind: "power.ended", Actor: "gateway" });
        Assert.True(_house.Runs.IsOffOnPurpose(PowerWorld.Id("court-1/dsp")));

        var on = await _house.Ask(PowerWish.On, id: "p2", args: ("room", "court-1")).FinalAsync();

        Assert.True(on.Stat == 200, Listener.Json(on).ToString());
        Assert.DoesNotContain(false, _house.Powered);
        Assert.False(_house.Runs.IsOffOnPurpose(PowerWorld.Id("court-1/dsp")));
        Assert.Empty(_house.Faults);
    }

    [Theory]
    [InlineData("panel-1", "AVG-AUTH-RIGHTS")]
    [InlineData("clerk-1", "AVG-AUTH-RIGHTS")]
    [InlineData("auditor", "AVG-AUTH-RIGHTS")]
    [InlineData("nobody", "AVG-AUTH-USER")]
    public async Task Nobody_else_orders(string caller, string code)
    {
        foreach (var wish in Enum.GetValues<PowerWish>()) Assert.Equal(code, (await _house.Ask(wish, caller, $"x-{wish}", ("room", "court-1")).FinalAsync()).Code);
        Assert.Empty(_house.World.Frames);
    }

    [Fact]
    public async Task The_whole_site_wants_a_preview_and_two_persons()
    {
        Assert.Equal("AVG-GUARD-PREVIEW", (await _house.Ask(PowerWish.Off, id: "a").FinalAsync()).Code);

        var preview = await _house.Ask(PowerWish.Preview, id: "b", args: ("act", "off")).FinalAsync();
        Assert.Equal(200, preview.Stat);
        Assert.Empty(_house.World.Frames);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await _house.Ask(PowerWish.Off, id: "c").FinalAsync()).Code);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await _house.Ask(PowerWish.Off, id: "d", args: ("second", "engineer")).FinalAsync()).Code);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await _house.Ask(PowerWish.Off, id: "e", args: ("second", "clerk-1")).FinalAsync()).Code);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await _house.Ask(PowerWish.Off, id: "f", args: ("second", "admin")).FinalAsync()).Code);
        Assert.Equal("AVG-GUARD-SECOND-PERSON", (await _house.Ask(PowerWish.Off, "scheduler", "g").FinalAsync()).Code);
        Assert.Empty(_house.World.Frames);

        var off = await _house.Ask(PowerWish.Off, "admin", "h").FinalAsync();

        Assert.Equal(200, off.Stat);
        var run = Listener.Json(off).GetProperty("run");
        Assert.Equal(("engineer", "admin", "site"), (run.GetProperty("by").GetString(), run.GetProperty("second").GetString(), run.GetProperty("scope").GetString()));
        Assert.Contains(_house.Journal.Rows, r => r is { Kind: "power.refused", Actor: "engineer" });
    }

    [Fact]
    public async Task Switching_the_whole_site_on_needs_one_person_alone() => Assert.Equal(200, (await _house.Ask(PowerWish.On).FinalAsync()).Stat);

    [Fact]
    public async Task What_cannot_be_recorded_is_not_switched()
    {
        ((FakeState)_house.State).IsUnavailable = true;
        Assert.Equal("AVG-STORE", (await _house.Ask(PowerWish.Off, args: ("room", "court-1")).FinalAsync()).Code);

        _house.Ledger.Throws = new StoreUnavailableException("the disk is away");
        Assert.Equal("AVG-STORE", (await _house.Ask(PowerWish.Off, id: "again", args: ("room", "court-1")).FinalAsync()).Code);
        Assert.Empty(_house.World.Frames);
    }

    [Fact]
    public async Task A_recorder_that_is_switched_off_does_not_lock_its_own_room()
    {
        await _house.Ask(PowerWish.Off, args: ("room", "court-1")).FinalAsync();

        Assert.Contains("recorder", _house.House.Find("court-1")!.Hearing.Record.Parked);
        Assert.Equal(Scenes.Hearings.Guard.GuardReason.None, _house.Runs.WhyGuarded("court-1"));
    }

    [Fact]
    public async Task An_outlet_of_the_machine_room_is_not_opened_under_the_court_that_hangs_on_it()
    {
        _house.World["court-1/recorder"].Recording = RecordingStates.Recording;
        var pdu = _house.World["machine-room/pdu"];
        var command = new Devices.CommandRequest("c", OutletWords.OffVerb, Devices.Arguments.Of((OutletWords.OutletArgument, 2)), Devices.Deadline.In(TimeSpan.FromSeconds(5), _house.Clock), "engineer");

        Assert.Equal("AVG-GUARD-RECORDER", _house.Gate.Refusal(pdu, command)?.Code);
        Assert.Null(_house.Gate.Refusal(pdu, command with { Args = Devices.Arguments.Of((OutletWords.OutletArgument, 7)) }));
    }

    [Theory]
    [InlineData("room", "court-9", "AVG-REQ-UNKNOWN")]
    [InlineData("speed", "fast", "AVG-REQ-ARGUMENT")]
    [InlineData("act", "on", "AVG-REQ-RANGE")]
    public async Task A_wrong_argument_is_told(string name, string value, string code) =>
        Assert.Equal(code, (await _house.Ask(PowerWish.Off, args: (name, value)).FinalAsync()).Code);

    [Fact]
    public async Task A_repeated_id_switches_once()
    {
        var first = await _house.Ask(PowerWish.Off, args: ("room", "court-1")).FinalAsync();
        var frames = _house.World.Frames.Count;

        Assert.Equal(first.Json.ToArray(), (await _house.Ask(PowerWish.Off, args: ("room", "court-1")).FinalAsync()).Json.ToArray());
        Assert.Equal("AVG-REQ-ID-REUSED", (await _house.Ask(PowerWish.On, args: ("room", "court-1")).FinalAsync()).Code);
        Assert.Equal(frames, _house.World.Frames.Count);
    }

    [Fact]
    public async Task There_is_nothing_to_cancel_before_a_run() => Assert.Equal("AVG-REQ-UNKNOWN", (await _house.Ask(PowerWish.Cancel, args: ("run", "01X")).FinalAsync()).Code);

    public ValueTask DisposeAsync() => _house.DisposeAsync();
}
