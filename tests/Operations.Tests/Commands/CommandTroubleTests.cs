using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Testing.Commands;

namespace AvGateway.Operations.Tests.Commands;

/// <summary>Whatever breaks, each request gets exactly one final answer.</summary>
public sealed class CommandTroubleTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly RouterBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(CommandOutcome.Verified, 200, "AVG-VERIFIED", "verified")]
    [InlineData(CommandOutcome.AcknowledgedOnly, 203, "AVG-ACKED-ONLY", "verified")]
    [InlineData(CommandOutcome.Rejected, 422, "AVG-REQ-STATE", "failed")]
    [InlineData(CommandOutcome.Superseded, 409, "AVG-SUPERSEDED", "failed")]
    [InlineData(CommandOutcome.Cancelled, 409, "AVG-SUPERSEDED", "failed")]
    [InlineData(CommandOutcome.Expired, 410, "AVG-EXPIRED", "failed")]
    [InlineData(CommandOutcome.Busy, 429, "AVG-BUSY", "failed")]
    [InlineData(CommandOutcome.Refused, 502, "AVG-DEV-NAK", "failed")]
    [InlineData(CommandOutcome.Unreachable, 503, "AVG-DEV-OFFLINE", "failed")]
    [InlineData(CommandOutcome.NoReply, 504, "AVG-CMD-NOREPLY", "failed")]
    [InlineData(CommandOutcome.NotSeen, 504, "AVG-CMD-NOREPLY", "failed")]
    [InlineData(CommandOutcome.Crashed, 500, "AVG-INTERNAL", "failed")]
    public async Task Each_outcome_has_its_row_of_the_contract(CommandOutcome outcome, int stat, string code, string phase)
    {
        _bench.Device.EndsWith = new(outcome, "ERR 42", Attempts: 2);

        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        var json = Listener.Json(await heard.FinalAsync());

        Assert.Equal(stat, json.GetProperty("stat").GetInt32());
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Equal(phase, json.GetProperty("phase").GetString());
        Assert.Equal(2, json.GetProperty("attempts").GetInt32());
        Assert.Equal(outcome is CommandOutcome.Busy, json.TryGetProperty("retryAfterMs", out _));
        Assert.Equal(outcome is not CommandOutcome.Crashed, json.GetProperty("title").GetString()!.Contains("ERR 42", StringComparison.Ordinal));
        Assert.Single(heard.Finals);
    }

    [Fact]
    public void Every_outcome_is_in_the_table_above()
    {
        Assert.Equal("AVG-GUARD-IN-SESSION", ResultTable.CodeOf(CommandResult.Guarded("AVG-GUARD-IN-SESSION", "", false), DeviceState.Online).Code);
        foreach (var outcome in Enum.GetValues<CommandOutcome>().Where(o => o is not CommandOutcome.Guarded))
        {
            var code = ResultTable.CodeOf(new(outcome), DeviceState.Online);
            Assert.Equal(outcome is CommandOutcome.Crashed, code == AnswerCodes.Internal);
        }
    }

    [Fact]
    public async Task A_device_behind_a_dead_parent_is_not_to_blame()
    {
        _bench.Device.Status = _bench.Device.Status with { State = DeviceState.ParentDown };
        _bench.Device.EndsWith = CommandResult.Unreachable("no-reply");

        Assert.Equal((424, "AVG-DEPEND"), StatOf(await _bench.Ask(_bench.Route(7, 3, "a1")).FinalAsync()));
    }

    [Fact]
    public async Task A_device_that_throws_is_our_bug_with_a_trace()
    {
        _bench.Device.Throws = new InvalidOperationException("password is hunter2");

        var json = Listener.Json(await _bench.Ask(_bench.Route(7, 3, "a1")).FinalAsync());

        Assert.Equal(500, json.GetProperty("stat").GetInt32());
        Assert.Matches("; trace [0-9A-Z]{26}$", json.GetProperty("title").GetString());
        Assert.Equal(0, _bench.Router.Running);
    }

    [Fact]
    public async Task A_device_that_forgets_a_command_is_our_bug_soon_after_the_deadline()
    {
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        await _bench.PassAsync(TimeSpan.FromSeconds(11));
        Assert.Empty(heard.Finals);
        await _bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(500, Assert.Single(heard.Finals).Stat);
        _bench.Device.LastAsked.End(CommandResult.Verified);
        _bench.Device.LastAsked.Sent();
        Assert.Single(heard.Finals);
        Assert.True(heard.All[^1].Final);
    }

    [Fact]
    public async Task A_store_that_is_full_means_503_and_nothing_sent()
    {
        _bench.Ledger.IsUnavailable = true;

        Assert.Equal((503, "AVG-STORE"), StatOf(await _bench.Ask(_bench.Route(7, 3, "a1")).FinalAsync()));
        Assert.Empty(_bench.Device.AllAsked);
        Assert.Equal(0, _bench.Router.Running);
    }

    [Fact]
    public async Task A_store_that_throws_means_503_and_nothing_sent()
    {
        _bench.Ledger.Throws = new IOException("disk");

        Assert.Equal((503, "AVG-STORE"), StatOf(await _bench.Ask(_bench.Route(7, 3, "a1")).FinalAsync()));
        Assert.Empty(_bench.Device.AllAsked);
    }

    [Fact]
    public async Task A_store_that_hangs_means_503_and_what_it_stores_late_is_never_sent()
    {
        _bench.Ledger.Holds = true;
        var stored = new TaskCompletionSource<SettledAnswer>();
        _bench.Ledger.OnSettled = stored.SetResult;
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        await _bench.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal((503, "AVG-STORE"), StatOf(Assert.Single(heard.All)));

        _bench.Ledger.Release("a1");

        Assert.Equal(503, (await stored.Task.WaitAsync(Soon, TestContext.Current.CancellationToken)).Stat);
        Assert.Empty(_bench.Device.AllAsked);
        Assert.Single(heard.All);
    }

    [Fact]
    public async Task A_hung_admission_holds_up_nobody_behind_it_for_good()
    {
        _bench.Ledger.Holds = true;
        _bench.Ask(_bench.Route(1, 1, "a1"));
        await _bench.PassAsync(TimeSpan.FromSeconds(3));
        var second = _bench.Ask(_bench.Route(2, 2, "a2"));
        _bench.Ledger.Release("a2");
        await _bench.PassAsync(TimeSpan.FromSeconds(3));

        Assert.Equal(202, (await second.NextAsync()).Stat);
        Assert.Equal("a2", _bench.Device.LastAsked.Request.Id);
    }

    [Fact]
    public async Task A_store_that_hangs_at_the_end_does_not_keep_the_answer_back()
    {
        _bench.Ledger.SettlingHangs = true;
        _bench.Device.EndsWith = CommandResult.Verified;
        var heard = _bench.Ask(_bench.Route(7, 3, "a1"));
        Assert.Empty(heard.Finals);
        await _bench.PassAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(200, Assert.Single(heard.Finals).Stat);
        Assert.Equal(0, _bench.Router.Running);
    }

    [Fact]
    public void Too_many_for_one_device_are_told_to_come_again()
    {
        using var bench = new RouterBench(new() { MostPerDevice = 2 });
        bench.Ask(bench.Route(1, 1, "a1"));
        bench.Ask(bench.Route(2, 2, "a2"));

        var json = Listener.Json(Assert.Single(bench.Ask(bench.Route(3, 3, "a3")).All));

        Assert.Equal(429, json.GetProperty("stat").GetInt32());
        Assert.True(json.GetProperty("retryable").GetBoolean());
        Assert.Equal(500, json.GetProperty("retryAfterMs").GetInt32());
        Assert.Equal(2, bench.Device.AllAsked.Count);
    }

    [Fact]
    public async Task Too_many_of_one_caller_are_told_to_come_again_and_others_are_not()
    {
        using var bench = new RouterBench(new() { MostPerCaller = 1 });
        var first = bench.Ask(bench.Route(1, 1, "a1"));
        Assert.Equal(429, Assert.Single(bench.Ask(bench.Route(2, 2, "a2")).All).Stat);
        Assert.Equal(202, Assert.Single(bench.Ask(bench.Route(2, 2, "p1", "panel-1")).All).Stat);

        bench.Device.AllAsked[0].End(CommandResult.Verified);
        await first.FinalAsync();

        Assert.Equal(202, Assert.Single(bench.Ask(bench.Route(2, 2, "a2")).All).Stat);
    }

    [Fact]
    public void Places_are_given_back_however_a_request_ends()
    {
        using var bench = new RouterBench(new() { Most = 1 });
        bench.Device.EndsWith = CommandResult.Verified;
        for (var i = 0; i < 10; i++)
        {
            bench.Ask(bench.Route(99, 1, $"bad{i}"));
            bench.Ask(bench.Route(1, 1, $"good{i}") with { Ttl = TimeSpan.Zero });
        }

        Assert.Equal(0, bench.Router.Running);
    }

    [Fact]
    public async Task A_storm_of_refusals_leaves_a_bounded_record_and_a_count()
    {
        for (var i = 0; i < 100; i++) _bench.Ask(_bench.Do("fly", $"a{i}"));
        Assert.Equal(RefusalRecord.RowsPerMinute, _bench.Journal.Rows.Count);
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Ask(_bench.Do("fly", "b"));

        Assert.Contains("\"leftOut\":80", _bench.Journal.Rows[^1].Details, StringComparison.Ordinal);
    }

    private static (int, string) StatOf(Answer answer) => (answer.Stat, answer.Code);
}
