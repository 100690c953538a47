using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using Microsoft.Data.Sqlite;

namespace AvGateway.Store.Tests.Faults;

public sealed class WriterTests : IAsyncDisposable
{
    private const int ReadOnly = 8, InputOutput = 10;
    private readonly TempFolder _folder = new();
    private readonly StoreBench _bench;
    private HookedEngine _engine = null!;

    public WriterTests()
    {
        var options = StoreBench.Small(_folder.Path) with { StallLimit = TimeSpan.FromSeconds(10), DurableSlots = 8, QueuedRows = 20 };
        _bench = StoreBench.Open(options, inner => _engine = new HookedEngine(inner));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatewayStore Store => _bench.Store;

    [Fact]
    public async Task What_came_while_the_writer_was_busy_shares_one_commit()
    {
        using var disk = new Gate();
        _engine.OnCommit = disk.Pass;
        var first = Admit("first");
        await disk.ReachedAsync();
        var rest = Enumerable.Range(0, 7).Select(n => Admit($"{n}")).ToList();
        disk.Open();
        await Task.WhenAll([first, .. rest]);

        Assert.Equal(2, _engine.Commits);
    }

    [Fact]
    public async Task A_lone_command_is_committed_without_waiting_for_others()
    {
        // The clock stands still: whatever waited for a timer would wait for ever.
        Assert.Equal(Admission.New, (await Admit("a")).Admission);
        Assert.Equal(1, _engine.Commits);
    }

    [Fact]
    public async Task A_crowd_beyond_the_places_waits_and_is_refused_after_a_while()
    {
        using var disk = new Gate();
        _engine.OnCommit = disk.Pass;
        var inside = Enumerable.Range(0, 8).Select(n => Admit($"{n}")).ToList();
        await disk.ReachedAsync();

        var outside = Admit("outside");
        Assert.False(outside.IsCompleted);
        _bench.Time.Advance(_bench.Options.SlotWait);
        Assert.Equal(Admission.Unavailable, (await outside).Admission);
        disk.Open();
        Assert.All(await Task.WhenAll(inside), a => Assert.Equal(Admission.New, a.Admission));
        Assert.Equal(Admission.New, (await Admit("outside")).Admission);
    }

    [Fact]
    public async Task A_waiting_request_can_be_cancelled_and_leaves_nothing()
    {
        using var disk = new Gate();
        using var gone = new CancellationTokenSource();
        _engine.OnCommit = disk.Pass;
        var first = Admit("first");
        await disk.ReachedAsync();
        var second = Store.Ledger.AdmitAsync(Words.Command("second"), gone.Token).AsTask();
        await gone.CancelAsync();
        disk.Open();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first;
        Assert.Equal(["first"], (await Store.Ledger.UnsettledAsync(Cancellation)).Select(e => e.Id));
    }

    [Fact]
    public async Task A_disk_that_hangs_refuses_its_callers_and_what_it_took_nonetheless_is_taken_back()
    {
        using var disk = new Gate();
        _engine.OnCommit = disk.Pass;
        var hanging = Store.Ledger.AdmitAsync(Words.Command("a") with { Record = Words.Row("command.accepted") }, Cancellation).AsTask();
        await disk.ReachedAsync();
        var queued = Admit("b");
        var failing = _bench.WhenAsync(StoreCondition.Failing);
        _bench.Time.Advance(TimeSpan.FromSeconds(12));

        await failing;
        Assert.Equal(Admission.Unavailable, (await hanging).Admission);
        Assert.Equal(Admission.Unavailable, (await queued).Admission);
        var well = _bench.WhenAsync(StoreCondition.Ok);
        disk.Open();
        await well;
        Assert.Empty(await Store.Ledger.UnsettledAsync(Cancellation));
        Assert.Equal(Admission.New, (await Admit("a")).Admission);
        Assert.Equal(["command.accepted", "command.withdrawn"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Theory]
    [InlineData(ReadOnly, StoreCondition.ReadOnly)]
    [InlineData(InputOutput, StoreCondition.Failing)]
    public async Task A_store_that_cannot_write_refuses_and_comes_back_by_itself(int code, StoreCondition condition)
    {
        await Admit("before");
        _engine.OnCommit = () => throw new SqliteException("injected", code);

        Assert.Equal(Admission.Unavailable, (await Admit("a")).Admission);
        Assert.Equal(condition, Store.Health.Condition);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.Journal.AppendDurablyAsync(Words.Row("risky"), Cancellation));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.State.PutAsync("run", "r", "{}", Cancellation));
        var settling = Store.Ledger.SettleAsync("panel-1", "before", Words.Answer(), Cancellation).AsTask();
        Store.Journal.Append(Words.Row("during"));
        Store.Retained.Add("topic");
        _engine.OnReopen = () => throw new SqliteException("injected", code);
        _bench.PassProbe();
        Assert.False(settling.IsCompleted);

        var well = _bench.WhenAsync(StoreCondition.Ok);
        (_engine.OnCommit, _engine.OnReopen) = (() => { }, () => { });
        _bench.PassProbe();
        await well;
        await settling.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await _bench.QuiesceAsync();
        Assert.Equal(["during"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
        Assert.Equal(["topic"], await Store.Retained.LoadAsync(Cancellation));
        Assert.Equal(Admission.Settled, (await Admit("before")).Admission);
        Assert.Equal(Admission.New, (await Admit("a")).Admission);
    }

    [Fact]
    public async Task Rows_beyond_what_memory_may_hold_are_counted_and_the_gap_is_recorded()
    {
        _engine.OnCommit = () => throw new SqliteException("injected", InputOutput);
        for (var n = 0; n < 50; n++) Store.Journal.Append(Words.Row($"n{n}"));
        Assert.Equal(30, Store.LostJournalRows);

        // Nobody waits for them: they go out when their patience is over.
        _bench.Time.Advance(_bench.Options.RideDelay);
        await _bench.WhenAsync(StoreCondition.Failing);
        var well = _bench.WhenAsync(StoreCondition.Ok);
        _engine.OnCommit = () => { };
        _bench.PassProbe();
        await well;
        await Store.Journal.AppendDurablyAsync(Words.Row("settled"), Cancellation);
        Store.Journal.Append(Words.Row("after"));
        await Store.Journal.AppendDurablyAsync(Words.Row("end"), Cancellation);

        var rows = await _bench.ReadJournalAsync();
        Assert.Equal(["n19", "settled", "journal.gap", "after", "end"], rows.Skip(19).Select(r => r.Entry.Kind));
        Assert.Equal("""{"lost":30}""", rows[21].Entry.Details);
    }

    [Fact]
    public async Task What_nobody_waits_for_shares_the_next_commit_that_somebody_waits_for_or_goes_out_in_a_moment()
    {
        var commits = 0;
        var committed = new SemaphoreSlim(0);
        _engine.OnCommit = () =>
        {
            commits++;
            committed.Release();
        };
        Store.Journal.Append(Words.Row("first"));
        Store.Retained.Add("topic");
        await Store.Journal.AppendDurablyAsync(Words.Row("second"), Cancellation);
        Assert.Equal(1, commits);

        await committed.WaitAsync(Cancellation);
        Store.Journal.Append(Words.Row("third"));
        _bench.Time.Advance(_bench.Options.RideDelay);
        Assert.True(await committed.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        await _bench.QuiesceAsync();
        Assert.Equal(["first", "second", "third"], (await _bench.ReadJournalAsync()).Select(r => r.Entry.Kind));
    }

    [Fact]
    public async Task Acknowledged_rows_that_are_gone_after_an_error_condemn_the_store()
    {
        await Store.Journal.AppendDurablyAsync(Words.Row("acknowledged"), Cancellation);
        _engine.OnCommit = () => throw new SqliteException("injected", InputOutput);
        await Admit("a");
        _engine.OnCommit = () => { };
        _engine.OnReopen = () =>
        {
            using var other = new SqliteConnection($"Data Source={_folder.Sub("state.db")};Pooling=False");
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "DELETE FROM journal_pending";
            command.ExecuteNonQuery();
        };
        var corrupt = _bench.WhenAsync(StoreCondition.Corrupt);
        _bench.PassProbe();

        await corrupt;
        Assert.Contains("acknowledged and is gone", Store.Health.Reason, StringComparison.Ordinal);
        Assert.Equal(Admission.Unavailable, (await Admit("b")).Admission);
    }

    [Fact]
    public async Task A_bug_fails_the_callers_of_its_round_and_nobody_after()
    {
        _engine.OnCommit = () => throw new InvalidOperationException("injected");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Admit("a"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Store.BetweenCommitsAsync<bool>(_ => throw new InvalidOperationException("injected"), Cancellation));
        _engine.OnCommit = () => { };

        Assert.Equal(Admission.New, (await Admit("a")).Admission);
    }

    [Fact]
    public async Task Closing_stores_what_was_queued()
    {
        for (var n = 0; n < 15; n++) Store.Journal.Append(Words.Row($"n{n}"));
        Store.Retained.Add("topic");
        await _bench.ReopenAsync();

        Assert.Equal(15, (await _bench.ReadJournalAsync()).Count);
        Assert.Equal(["topic"], await Store.Retained.LoadAsync(Cancellation));
    }

    [Fact]
    public async Task Closing_ends_although_the_disk_hangs()
    {
        var disk = new Gate();
        _engine.OnCommit = disk.Pass;
        var hanging = Admit("a");
        await disk.ReachedAsync();
        var closing = Store.DisposeAsync().AsTask();
        _bench.Time.Advance(TimeSpan.FromSeconds(11));

        await closing.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        disk.Open();
        await hanging;
    }

    [Fact]
    public async Task After_closing_nothing_is_accepted()
    {
        await Store.DisposeAsync();

        Assert.Equal(Admission.Unavailable, (await Admit("a")).Admission);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await Store.Ledger.UnsettledAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _folder.Dispose();
    }

    private Task<Admitted> Admit(string id) => Store.Ledger.AdmitAsync(Words.Command(id), Cancellation).AsTask();

    /// <summary>Holds the writer in its commit until the test lets it go on.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        public void Pass()
        {
            _reached.TrySetResult();
            _open.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
        }

        public Task ReachedAsync() => _reached.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        public void Open() => _open.Set();

        public void Dispose() => _open.Set();
    }
}
