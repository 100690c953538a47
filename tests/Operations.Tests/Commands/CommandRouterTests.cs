using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Commands;

public sealed class CommandRouterTests : IDisposable
{
    private readonly RouterBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_command_is_accepted_sent_acknowledged_and_verified()
    {
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        _bench.Device.LastAsked.Sent();
        _bench.Device.LastAsked.Acknowledged();
        _bench.Device.LastAsked.End(CommandResult.Verified with { Attempts = 1 });
        var final = await heard.FinalAsync();

        Assert.Equal(["accepted", "sent", "acked", "verified"], heard.Phases);
        Assert.Equal((200, "AVG-VERIFIED"), (final.Stat, final.Code));
        Assert.Single(heard.Finals);
    }

    [Fact]
    public async Task The_accepted_answer_tells_position_and_deadline()
    {
        _bench.Ask(_bench.Route(1, 1, "a1"));
        var heard = _bench.Ask(_bench.Route(2, 2, "a2") with { Ttl = TimeSpan.FromSeconds(4) });

        var accepted = Listener.Json(await heard.NextAsync());

        Assert.Equal("a2", accepted.GetProperty("id").GetString());
        Assert.False(accepted.GetProperty("final").GetBoolean());
        Assert.Equal(202, accepted.GetProperty("stat").GetInt32());
        Assert.Equal("AVG-ACCEPTED", accepted.GetProperty("code").GetString());
        Assert.Equal("city/court-1/matrix", accepted.GetProperty("device").GetString());
        Assert.Equal(1, accepted.GetProperty("position").GetInt32());
        Assert.Equal("2026-01-05T08:00:04.000Z", accepted.GetProperty("deadline").GetString());
    }

    [Fact]
    public async Task A_failed_command_tells_what_the_contract_shows()
    {
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        var seen = new Reading("HDMI 1", DateTimeOffset.UnixEpoch, Quality.Stale, ReadingSource.Poll, 5);
        await _bench.PassAsync(TimeSpan.FromMilliseconds(6210));
        _bench.Device.LastAsked.End(new(CommandOutcome.NoReply, Attempts: 3, Retryable: true, Reported: seen, Fault: "F-2026-000123"));

        var final = await heard.FinalAsync();

        Assert.Equal(
            """{"id":"a1","phase":"failed","final":true,"stat":504,"code":"AVG-CMD-NOREPLY","title":"the device did not answer","titleZh":"设备未应答","device":"city/court-1/matrix","retryable":true,"attempts":3,"elapsedMs":6210,"reported":{"v":"HDMI 1","q":"stale"},"fault":"F-2026-000123"}""",
            System.Text.Encoding.UTF8.GetString(final.Json.Span));
    }

    [Fact]
    public void Nothing_is_accepted_before_it_is_durable()
    {
        _bench.Ledger.Holds = true;

        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));

        Assert.Empty(heard.All);
        Assert.Empty(_bench.Device.AllAsked);
        _bench.Ledger.Release("a1");
    }

    [Fact]
    public async Task The_end_is_durable_before_it_is_told()
    {
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        var toldWhenStored = -1;
        _bench.Ledger.OnSettled = _ => toldWhenStored = heard.Finals.Count;
        _bench.Device.LastAsked.End(CommandResult.Verified);
        var final = await heard.FinalAsync();

        Assert.Equal(0, toldWhenStored);
        Assert.Equal(final.Json.ToArray(), _bench.Ledger.AnswerOf("engineer", "a1")!.Json.ToArray());
    }

    [Fact]
    public async Task A_device_gets_its_commands_in_the_order_of_arrival_whatever_the_store_does()
    {
        _bench.Ledger.Holds = true;
        var first = _bench.Ask(_bench.Route(1, 1, "a1"));
        var second = _bench.Ask(_bench.Route(2, 1, "a2"));
        var third = _bench.Ask(_bench.Route(3, 1, "a3"));

        _bench.Ledger.Release("a3");
        _bench.Ledger.Release("a2");
        Assert.Empty(_bench.Device.AllAsked);
        _bench.Ledger.Release("a1");
        await first.NextAsync();
        await second.NextAsync();
        await third.NextAsync();

        Assert.Equal(["a1", "a2", "a3"], _bench.Device.AllAsked.Select(a => a.Request.Id));
    }

    [Fact]
    public async Task One_device_does_not_wait_for_the_store_of_another()
    {
        var other = FakeDevice.Matrix(name: "second");
        using var bench = new RouterBench(null, other);
        bench.Ledger.Holds = true;
        bench.Ask(bench.Route(1, 1, "a1"));
        var heard = bench.Ask(bench.Route(1, 1, "b1") with { Device = other.Id });

        bench.Ledger.Release("b1");
        await heard.NextAsync();

        Assert.Single(other.AllAsked);
        Assert.Empty(bench.Device.AllAsked);
    }

    [Fact]
    public async Task A_command_without_an_id_runs_and_is_recorded_under_an_id_of_ours()
    {
        var heard = _bench.Ask(_bench.Route(7, 3));
        _bench.Device.LastAsked.End(CommandResult.Verified);
        await heard.FinalAsync();

        Assert.True(RequestId.IsMade(_bench.Device.LastAsked.Request.Id));
        Assert.Equal(["command.accepted", "command.ended"], _bench.Journal.Rows.Select(r => r.Kind));
        Assert.All(_bench.Journal.Rows, row => Assert.Equal(("court-1/matrix", "engineer"), (row.Subject, row.Actor)));
    }

    [Fact]
    public async Task Beginning_and_end_are_recorded_in_the_commits_that_they_tell_of()
    {
        var ended = new List<string?>();
        _bench.Ledger.OnSettled = answer => ended.Add(answer.Record?.Kind);
        _bench.Ledger.Holds = true;
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        Assert.Empty(_bench.Journal.Rows);

        _bench.Ledger.Release("a1");
        Assert.Equal(["command.accepted"], _bench.Journal.Rows.Select(r => r.Kind));
        _bench.Device.LastAsked.End(CommandResult.Verified);
        await heard.FinalAsync();

        Assert.Equal(["command.ended"], ended);
        Assert.Equal(["command.accepted", "command.ended"], _bench.Journal.Rows.Select(r => r.Kind));
    }

    [Fact]
    public void The_journal_holds_no_argument_of_a_command()
    {
        _bench.Ask(_bench.Do("dial", "a1", "engineer", new RawArgument("uri", "sip:case-4711@court.example")));

        Assert.DoesNotContain(_bench.Journal.Rows, row => row.Details.Contains("4711", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_property_becomes_the_verb_that_sets_it()
    {
        var heard = _bench.Ask(_bench.Set("output-3", "a1", new RawArgument("v", 7)));
        await heard.NextAsync();

        var request = _bench.Device.LastAsked.Request;
        Assert.Equal("route", request.Verb);
        Assert.Equal(Arguments.Of(("input", 7), ("output", 3)), request.Args);
    }

    [Fact]
    public void An_expired_request_never_reaches_the_device()
    {
        var heard = _bench.Ask(_bench.Route(7, 3, "a1") with { Ttl = TimeSpan.Zero });

        Assert.Equal(410, Assert.Single(heard.All).Stat);
        Assert.Empty(_bench.Device.AllAsked);
        Assert.False(_bench.Ledger.Knows("engineer", "a1"));
    }

    [Fact]
    public async Task A_request_that_expires_while_it_is_stored_never_reaches_the_device()
    {
        _bench.Ledger.Holds = true;
        var heard = _bench.Ask(_bench.Route(7, 3, "a1") with { Ttl = TimeSpan.FromSeconds(2) });
        await _bench.PassAsync(TimeSpan.FromSeconds(3));
        _bench.Ledger.Release("a1");

        Assert.Equal(410, (await heard.FinalAsync()).Stat);
        Assert.Single(heard.All);
        Assert.Empty(_bench.Device.AllAsked);
        Assert.Equal(410, _bench.Ledger.AnswerOf("engineer", "a1")!.Stat);
    }

    [Fact]
    public void A_longer_expiry_is_cut_to_the_longest()
    {
        _bench.Ask(_bench.Route(7, 3, "a1") with { Ttl = TimeSpan.FromHours(1) });

        Assert.Equal(TimeSpan.FromSeconds(60), _bench.Device.LastAsked.Request.Deadline.Remaining(_bench.Clock));
    }

    [Fact]
    public void Waiting_before_the_router_counts()
    {
        var ask = _bench.Route(7, 3, "a1");
        _bench.Ask(ask with { Arrived = ask.Arrived - 4 * _bench.Clock.TimestampFrequency });

        Assert.Equal(TimeSpan.FromSeconds(6), _bench.Device.LastAsked.Request.Deadline.Remaining(_bench.Clock));
    }

    [Fact]
    public async Task Draining_takes_back_what_was_not_sent_and_waits_for_the_rest()
    {
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        var draining = _bench.Router.DrainAsync(TestContext.Current.CancellationToken);
        var late = _bench.Ask(_bench.Route(8, 3, "a2"));

        Assert.True(_bench.Device.LastAsked.Withdrawn.IsCancellationRequested);
        Assert.False(draining.IsCompleted);
        Assert.Equal(429, Assert.Single(late.All).Stat);
        _bench.Device.LastAsked.End(new(CommandOutcome.Cancelled));
        Assert.Equal(409, (await heard.FinalAsync()).Stat);
        await draining.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }
}
