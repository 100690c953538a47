using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Model;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Rooms;

/// <summary>Requests for rooms: who may, once and only once, and an end that tells what is true.</summary>
public sealed class RoomDeskTests : IAsyncLifetime
{
    private readonly RoomBench _bench = new();

    public async ValueTask InitializeAsync() => await _bench.StartAsync();

    [Fact]
    public async Task The_clerk_opens_the_hearing_and_hears_that_it_was_seen()
    {
        var heard = _bench.Ask("open");
        var final = Listener.Json(await heard.FinalAsync());

        Assert.Equal(["accepted", "verified"], heard.Phases);
        Assert.Equal((200, "city/court-1/$scene/open"), (final.GetProperty("stat").GetInt32(), final.GetProperty("scene").GetString()));
        Assert.Equal("done", final.GetProperty("run").GetProperty("state").GetString());
        Assert.Equal(Stage.Opened, _bench.House.Find("court-1")!.Hearing.Snapshot.Stage);
        Assert.Contains(_bench.Journal.Rows, r => r is { Kind: "hearing.stage", Subject: "court-1" } && r.Details.Contains("\"to\":\"opened\"", StringComparison.Ordinal));
        Assert.Contains(_bench.Journal.Rows, r => r is { Kind: "scene.ended", Subject: "court-1/$scene/open", Actor: "clerk-1" });
    }

    [Theory]
    [InlineData("clerk-2", 403, "AVG-AUTH-RIGHTS")]
    [InlineData("engineer", 403, "AVG-AUTH-HEARING")]
    [InlineData("scheduler", 403, "AVG-AUTH-RIGHTS")]
    [InlineData("nobody", 403, "AVG-AUTH-USER")]
    public async Task Nobody_else_leads_the_hearing(string caller, int stat, string code)
    {
        var final = await _bench.Ask("open", caller: caller).FinalAsync();

        Assert.Equal((stat, code), (final.Stat, final.Code));
        Assert.Equal(Stage.Closed, _bench.House.Find("court-1")!.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task The_panel_of_the_room_does() => Assert.Equal(200, (await _bench.Ask("open", caller: "panel-1").FinalAsync()).Stat);

    [Fact]
    public async Task An_id_runs_once_and_gives_the_same_answer_again()
    {
        var first = await _bench.Ask("open").FinalAsync();
        var again = await _bench.Ask("open").FinalAsync();
        var other = await _bench.Ask("close").FinalAsync();

        Assert.Equal(first.Json.ToArray(), again.Json.ToArray());
        Assert.Equal("AVG-REQ-ID-REUSED", other.Code);
        Assert.Single(_bench.Journal.Rows, r => r.Kind == "scene.ended");
    }

    [Fact]
    public async Task A_scene_that_could_not_be_done_lists_its_steps_and_what_is_true()
    {
        var final = await _bench.Ask("broken").FinalAsync();

        Assert.Equal((207, "AVG-PARTIAL"), (final.Stat, final.Code));
        var run = Listener.Json(final).GetProperty("run");
        Assert.Equal("set:nowhere.power", run.GetProperty("failedAt").GetString());
        Assert.Equal(("failed", "no-device"), (run.GetProperty("steps")[0].GetProperty("state").GetString(), run.GetProperty("steps")[0].GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_preview_sends_and_moves_nothing()
    {
        var final = await _bench.Ask("broken", act: RoomAct.Preview).FinalAsync();

        Assert.Equal(200, final.Stat);
        Assert.Equal("set:nowhere.power", Listener.Json(final).GetProperty("plan").GetProperty("steps")[0].GetProperty("name").GetString());
        Assert.DoesNotContain(_bench.Journal.Rows, r => r.Kind == "scene.ended");
    }

    [Fact]
    public async Task What_must_be_confirmed_is_told_to_who_only_tries()
    {
        var final = await _bench.Ask("open", args: new RawArgument("confirmed", false)).FinalAsync();

        Assert.Equal((409, "AVG-GUARD-CONFIRM"), (final.Stat, final.Code));
    }

    [Theory]
    [InlineData("confirmed", "yes")]
    [InlineData("hearing", "case 17")]
    [InlineData("speed", "fast")]
    public async Task An_argument_that_is_not_known_is_refused_with_those_that_are(string name, string value)
    {
        var final = await _bench.Ask("open", args: new RawArgument(name, value)).FinalAsync();

        Assert.Equal((422, "AVG-REQ-ARGUMENT"), (final.Stat, final.Code));
    }

    [Fact]
    public async Task A_scene_that_the_room_does_not_have_is_refused_with_those_that_it_has()
    {
        var final = await _bench.Ask("dance").FinalAsync();

        Assert.Equal("AVG-REQ-SCENE", final.Code);
        Assert.Contains("panic-mute", Listener.Json(final).GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_nothing_to_take_back_before_a_first_run() =>
        Assert.Equal((400, "AVG-REQ-ROLLBACK"), await CodeAsync(_bench.Ask("broken", act: RoomAct.RollBack)));

    [Fact]
    public async Task A_request_that_came_too_late_is_not_carried_out()
    {
        var arrived = _bench.Clock.GetTimestamp();
        await _bench.Clock.PassAsync(TimeSpan.FromSeconds(11), static () => Task.CompletedTask);
        var heard = new Listener();
        _bench.Desk.Ask(new("clerk-1", "court-1", "open", RoomAct.Run, "court-1/$hearing/do/open", arrived) { Id = "late" }, heard);

        Assert.Equal("AVG-EXPIRED", (await heard.FinalAsync()).Code);
        Assert.Equal(Stage.Closed, _bench.House.Find("court-1")!.Hearing.Snapshot.Stage);
    }

    [Fact]
    public async Task A_full_disk_does_not_keep_microphones_open()
    {
        _bench.Ledger.IsUnavailable = true;
        _bench.State.IsUnavailable = true;

        Assert.Equal(200, (await _bench.Ask("panic-mute").FinalAsync()).Stat);
    }

    [Fact]
    public async Task A_store_that_fails_keeps_no_caller_without_an_end_and_no_place_in_the_room()
    {
        _bench.Ledger.Throws = new StoreUnavailableException("the disk is away");
        for (var i = 0; i <= RoomDesk.MostPerRoom; i++) Assert.Equal(200, (await _bench.Ask("panic-mute", id: $"p{i}").FinalAsync()).Stat);

        _bench.Ledger.Throws = new InvalidOperationException("a bug of the store");
        Assert.Equal("AVG-INTERNAL", (await _bench.Ask("panic-mute", id: "bug").FinalAsync()).Code);
    }

    [Fact]
    public async Task A_request_that_the_store_took_in_too_late_gets_the_end_that_its_caller_was_told()
    {
        _bench.Ledger.Holds = true;
        var heard = _bench.Ask("open");
        await _bench.Clock.PassAsync(TimeSpan.FromSeconds(6), static () => Task.CompletedTask);
        var final = await heard.FinalAsync();
        Assert.False(_bench.Ledger.Knows("clerk-1", "a1"));

        var settled = new TaskCompletionSource<SettledAnswer>();
        _bench.Ledger.OnSettled = settled.SetResult;
        _bench.Ledger.Release("a1");

        Assert.Equal(200, final.Stat);
        Assert.Equal(final.Json.ToArray(), (await settled.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Json.ToArray());
    }

    [Fact]
    public async Task A_caller_who_asks_too_often_is_made_to_wait_and_never_for_silence()
    {
        for (var i = 0; i < 40; i++) Assert.Equal(207, (await _bench.Ask("broken", id: $"b{i}").FinalAsync()).Stat);
        Assert.Equal("AVG-BUSY", (await _bench.Ask("broken", id: "more").FinalAsync()).Code);

        Assert.Equal(200, (await _bench.Ask("panic-mute", id: "p1").FinalAsync()).Stat);
        await _bench.Clock.PassAsync(TimeSpan.FromSeconds(1), static () => Task.CompletedTask);
        Assert.Equal(207, (await _bench.Ask("broken", id: "later").FinalAsync()).Stat);
    }

    [Fact]
    public async Task A_hearing_goes_on_after_a_restart_where_it_was()
    {
        await _bench.Ask("open").FinalAsync();
        await _bench.Ask("recess", id: "a2").FinalAsync();

        await using var again = new RoomBench(_bench.State);
        Assert.False(again.House.Find("court-1")!.Hearing.Snapshot.IsKnown);
        await again.StartAsync(isFirst: false);

        Assert.Equal(Stage.Adjourned, again.House.Find("court-1")!.Hearing.Snapshot.Stage);
        Assert.Equal("done", RunJson.Word(again.House.Find("court-1")!.Board.Find("recess")!.Last!.State));
        Assert.Single(_bench.State.All, d => d.Key.StartsWith("court-1/open/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_last_run_of_a_scene_is_kept()
    {
        for (var i = 0; i < 4; i++) await _bench.Ask("broken", id: $"b{i}").FinalAsync();

        Assert.Single(_bench.State.All, d => d.Key.StartsWith("court-1/broken/", StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static async Task<(int, string)> CodeAsync(Listener heard)
    {
        var final = await heard.FinalAsync();
        return (final.Stat, final.Code);
    }
}
