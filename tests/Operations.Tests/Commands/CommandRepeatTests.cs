using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Commands;

/// <summary>The same id has one effect and one answer (I2).</summary>
public sealed class CommandRepeatTests : IDisposable
{
    private readonly RouterBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_repeated_request_that_has_ended_gets_the_stored_answer_and_does_not_run_again()
    {
        var first = _bench.Ask(_bench.Route(7, 3, "a1"));
        _bench.Device.LastAsked.End(CommandResult.Verified);
        var original = await first.FinalAsync();

        var again = await _bench.Ask(_bench.Route(7, 3, "a1")).FinalAsync();

        Assert.Equal(original.Json.ToArray(), again.Json.ToArray());
        Assert.Single(_bench.Device.AllAsked);
    }

    [Fact]
    public async Task A_repeated_request_that_still_runs_hears_202_again_and_the_one_end()
    {
        _bench.Ask(_bench.Route(7, 3, "a1"));
        var again = _bench.Ask(_bench.Route(7, 3, "a1"));
        Assert.Equal(202, (await again.NextAsync()).Stat);
        _bench.Device.LastAsked.End(CommandResult.Verified);

        Assert.Equal(200, (await again.FinalAsync()).Stat);
        Assert.Single(_bench.Device.AllAsked);
    }

    [Fact]
    public async Task Asked_twice_from_one_place_the_end_is_told_once()
    {
        var heard = new Listener();
        _bench.Router.Ask(_bench.Route(7, 3, "a1"), heard);
        _bench.Router.Ask(_bench.Route(7, 3, "a1"), heard);
        _bench.Device.LastAsked.End(CommandResult.Verified);
        await heard.FinalAsync();

        Assert.Equal(["accepted", "accepted", "verified"], heard.Phases);
    }

    [Fact]
    public void A_repeated_request_that_is_still_being_stored_waits_with_the_first()
    {
        _bench.Ledger.Holds = true;
        _bench.Ask(_bench.Route(7, 3, "a1"));

        Assert.Empty(_bench.Ask(_bench.Route(7, 3, "a1")).All);
        Assert.Single(_bench.Ledger.HeldIds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_same_id_with_another_wish_is_refused(bool isEnded)
    {
        var first = _bench.Ask(_bench.Route(7, 3, "a1"));
        if (isEnded)
        {
            _bench.Device.LastAsked.End(CommandResult.Verified);
            await first.FinalAsync();
        }

        var final = await _bench.Ask(_bench.Route(8, 3, "a1")).FinalAsync();

        Assert.Equal((400, "AVG-REQ-ID-REUSED"), (final.Stat, final.Code));
        Assert.Single(_bench.Device.AllAsked);
    }

    [Fact]
    public void The_order_of_arguments_makes_no_other_wish()
    {
        _bench.Ask(_bench.Route(7, 3, "a1"));
        var again = _bench.Ask(_bench.Do("route", "a1", "engineer", new("output", 3), new RawArgument("input", 7)));

        Assert.Equal(202, Assert.Single(again.All).Stat);
    }

    [Fact]
    public void Ids_of_different_callers_are_different_ids()
    {
        _bench.Ask(_bench.Route(7, 3, "a1"));
        _bench.Ask(_bench.Route(8, 3, "a1", "panel-1"));

        Assert.Equal(2, _bench.Device.AllAsked.Count);
    }

    [Fact]
    public async Task A_command_of_an_earlier_run_whose_end_is_unknown_is_not_run_again()
    {
        _bench.Ask(_bench.Route(7, 3, "a1"));
        using var next = new RouterBench();
        var entry = new LedgerEntry("engineer", "a1", "", "court-1/matrix/do/route", "{}", default);
        var canonical = CommandDigest.Canonical(Arguments.Of(("input", 7), ("output", 3)));
        await next.Ledger.AdmitAsync(entry with { Digest = CommandDigest.Of(entry.Target, canonical) }, TestContext.Current.CancellationToken);

        var final = await next.Ask(next.Route(7, 3, "a1")).FinalAsync();

        Assert.Equal(504, final.Stat);
        Assert.Contains("outcome unknown", Listener.Json(final).GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Empty(next.Device.AllAsked);
    }

    [Fact]
    public async Task What_an_earlier_run_left_open_is_ended_as_unknown_stored_first_and_told_once()
    {
        var told = new Listener();
        _bench.Ledger.Unsettled.Add(new("engineer", "a1", "d", "court-1/matrix/do/route", "{}", _bench.Clock.GetUtcNow() - TimeSpan.FromSeconds(3)));
        _bench.Ledger.Unsettled.Add(new("engineer", RequestId.Make(_bench.Clock), "d", "court-1/matrix/do/route", "{}", _bench.Clock.GetUtcNow()));
        var toldWhenStored = -1;
        _bench.Ledger.OnSettled = _ => toldWhenStored = Math.Max(toldWhenStored, told.All.Count);
        var recovery = new CommandRecovery(_bench.Ledger, _bench.Writer, _bench.Clock);

        Assert.Equal(2, await recovery.RunAsync(_ => told, TestContext.Current.CancellationToken));

        var json = Listener.Json(Assert.Single(told.All));
        Assert.Equal(504, json.GetProperty("stat").GetInt32());
        Assert.Equal(3000, json.GetProperty("elapsedMs").GetInt32());
        Assert.Equal("city/court-1/matrix", json.GetProperty("device").GetString());
        Assert.Equal(504, _bench.Ledger.AnswerOf("engineer", "a1")!.Stat);
        Assert.Equal(1, toldWhenStored);
        Assert.Equal("command.unknown", _bench.Ledger.AnswerOf("engineer", "a1")!.Record!.Kind);
    }
}
