using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Store.Journal;
using AvGateway.Store.Postgres;
using Dapper;
using Npgsql;

namespace AvGateway.Store.Tests.Postgres;

public sealed class PostgresEngineTests(PostgresServer server) : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private string _address = "";
    private StoreBench _bench = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatewayStore Store => _bench.Store;

    public async ValueTask InitializeAsync()
    {
        _address = server.NewAddress();
        _bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path) with { Postgres = _address });
    }

    public async ValueTask DisposeAsync()
    {
        if (_bench is not null) await _bench.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_second_gateway_is_kept_off_the_schema()
    {
        using var other = new TempFolder();

        await Assert.ThrowsAsync<StoreInUseException>(() => StoreBench.OpenAsync(StoreBench.Small(other.Path) with { Postgres = _address }));
    }

    [Fact]
    public async Task A_session_that_ends_refuses_at_once_and_comes_back_by_itself()
    {
        await Admit("before");
        EndWriter();

        Assert.Equal(Admission.Unavailable, (await Admit("a")).Admission);
        Assert.Equal(StoreCondition.Failing, Store.Health.Condition);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.Journal.AppendDurablyAsync(Words.Row(), Cancellation));
        Store.Journal.Append(Words.Row("during"));
        var settling = Store.Ledger.SettleAsync("panel-1", "before", Words.Answer(), Cancellation).AsTask();
        var well = _bench.WhenAsync(StoreCondition.Ok);
        _bench.PassProbe();

        await well;
        await settling.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal(Admission.Settled, (await Admit("before")).Admission);
        Assert.Equal(Admission.New, (await Admit("a")).Admission);
        await Store.Journal.AppendDurablyAsync(Words.Row("after"), Cancellation);
        Assert.Equal(["during", "after"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task A_gateway_that_lost_its_session_does_not_write_after_another_took_over()
    {
        EndWriter();
        await Admit("notices");
        using var folder = new TempFolder();
        await using (var other = await StoreBench.OpenAsync(StoreBench.Small(folder.Path) with { Postgres = _address }))
            await other.Store.Journal.AppendDurablyAsync(Words.Row("of the other"), Cancellation);

        _bench.PassProbe();
        await _bench.Store.DisposeAsync();
        await _bench.OpenAsync();

        Assert.Equal(3, Store.Boot);
        Assert.Equal(["of the other"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Theory]
    [InlineData("UPDATE journal SET details = '{}'")]
    [InlineData("DELETE FROM journal")]
    [InlineData("TRUNCATE journal")]
    [InlineData("DELETE FROM anchor")]
    public async Task The_server_refuses_to_change_or_remove_rows(string sql)
    {
        await Store.Journal.AppendDurablyAsync(Words.Row(), Cancellation);
        await Store.CutAnchorAsync(Cancellation);
        using var connection = Connect();

        var refused = Assert.Throws<PostgresException>(() => connection.Execute(sql));

        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE journal SET subject = subject || 'x' WHERE seq = 3", 3)]
    [InlineData("DELETE FROM journal WHERE seq = 3", 3)]
    [InlineData("DELETE FROM journal WHERE seq > 3", 4)]
    public async Task Tampering_with_the_triggers_off_is_found(string sql, long seq)
    {
        for (var n = 0; n < 5; n++) await Store.Journal.AppendDurablyAsync(Words.Row(), Cancellation);
        await Store.CutAnchorAsync(Cancellation);
        Assert.True(JournalVerifier.VerifyPostgres(_address, _folder.Path).IsSound);
        using (var connection = Connect()) connection.Execute($"SET session_replication_role = replica; {sql}");

        Assert.Equal(seq, JournalVerifier.VerifyPostgres(_address, _folder.Path).Findings.Min(f => f.Sequence));
    }

    [Fact]
    public async Task Triggers_that_are_gone_keep_the_store_from_opening()
    {
        await _bench.DisposeAsync();
        using (var connection = Connect()) connection.Execute("ALTER TABLE journal DISABLE TRIGGER journal_keeps_rows");

        await Assert.ThrowsAsync<StoreCorruptException>(_bench.OpenAsync);
    }

    [Fact]
    public async Task A_row_that_was_changed_past_the_gateway_keeps_the_store_from_opening()
    {
        await Admit("a");
        await _bench.DisposeAsync();
        using (var connection = Connect()) connection.Execute("UPDATE command_open SET target = 'court-2/matrix/do/route'");

        var refused = await Assert.ThrowsAsync<StoreCorruptException>(_bench.OpenAsync);
        Assert.Contains("panel-1/a", refused.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_to_be_so()
    {
        using var folder = new TempFolder();
        var options = StoreBench.Small(folder.Path) with { Postgres = $"postgres://x@localhost/x?host={Uri.EscapeDataString(folder.Path)}" };

        await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreBench.OpenAsync(options));
    }

    private Task<Admitted> Admit(string id) => Store.Ledger.AdmitAsync(Words.Command(id), Cancellation).AsTask();

    private NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(PostgresAddress.Parse(_address).ConnectionString);
        connection.Open();
        return connection;
    }

    private void EndWriter()
    {
        using var connection = Connect();
        var key = PostgresAddress.Parse(_address).LockKey;
        connection.Execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = @key", new { key });
    }
}
