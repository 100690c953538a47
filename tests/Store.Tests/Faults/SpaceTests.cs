using System.Diagnostics;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using Dapper;

namespace AvGateway.Store.Tests.Faults;

/// <summary>A full disk: once with SQLite's own limit, which runs everywhere, and once on a real small file system, which takes root.</summary>
public sealed class SpaceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_may_not_grow_refuses_what_is_new_and_recovers_without_a_restart()
    {
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(_folder.Path));
        await bench.Store.Ledger.AdmitAsync(Words.Command("ended before"), Cancellation);
        await bench.Store.Ledger.SettleAsync("panel-1", "ended before", Words.Answer(), Cancellation);
        var writer = await bench.Store.BetweenCommitsAsync(engine => engine.Session.Connection, Cancellation);
        var pages = writer.ExecuteScalar<long>("PRAGMA page_count");
        writer.Execute($"PRAGMA max_page_count = {pages + 30}");

        var acknowledged = await FillAsync(bench);
        Assert.Equal(StoreCondition.Full, bench.Store.Health.Condition);
        Assert.False(File.Exists(_folder.Sub("ballast")), "the reserve is given back once");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await bench.Store.State.PutAsync("run", "r", new('x', 400_000), Cancellation));
        Assert.Equal(Admission.Settled, (await bench.Store.Ledger.AdmitAsync(Words.Command("ended before"), Cancellation)).Admission);
        Assert.Equal(Admission.Conflict, (await bench.Store.Ledger.AdmitAsync(Words.Command("ended before") with { Digest = "other" }, Cancellation)).Admission);
        var settling = bench.Store.Ledger.SettleAsync("panel-1", acknowledged[0], Words.Answer() with { Json = new byte[200_000] }, Cancellation).AsTask();
        bench.PassProbe();
        Assert.False(settling.IsCompleted);

        await bench.Store.Ledger.AdmitAsync(Words.Command("refused"), Cancellation);
        var well = bench.WhenAsync(StoreCondition.Ok);
        writer.Execute("PRAGMA max_page_count = 1000000");
        bench.PassProbe();
        await well;
        await settling.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.True(File.Exists(_folder.Sub("ballast")), "the reserve is taken again");
        Assert.Equal(Admission.New, (await bench.Store.Ledger.AdmitAsync(Words.Command("refused"), Cancellation)).Admission);
        await bench.ReopenAsync();
        Assert.Equal([.. acknowledged.Skip(1), "refused"], (await bench.Store.Ledger.UnsettledAsync(Cancellation)).Select(e => e.Id));
    }

    [Fact]
    public async Task A_full_file_system_keeps_everything_acknowledged_and_records_the_fault_from_the_reserve()
    {
        using var disk = SmallDisk.Mount(_folder.Sub("disk"), "6m");
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(disk.Path) with { BallastBytes = 1 << 20 });
        var acknowledged = await FillAsync(bench);

        Assert.Equal(StoreCondition.Full, bench.Store.Health.Condition);
        await bench.Store.Journal.AppendDurablyAsync(Words.Row("fault.raised", "store"), Cancellation);
        await bench.Store.State.PutAsync("fault", "F-1", "{}", Cancellation);
        await bench.Store.Ledger.SettleAsync("panel-1", acknowledged[0], Words.Answer(), Cancellation);
        Assert.Equal(Admission.Unavailable, (await bench.Store.Ledger.AdmitAsync(Words.Command("x"), Cancellation)).Admission);

        await SpendReserveAsync(bench);
        var settling = bench.Store.Ledger.SettleAsync("panel-1", acknowledged[1], Words.Answer(), Cancellation).AsTask();
        bench.PassProbe();
        disk.Resize("32m");
        var well = bench.WhenAsync(StoreCondition.Ok);
        bench.PassProbe();
        bench.PassProbe();
        await well;
        await settling.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal(Admission.New, (await bench.Store.Ledger.AdmitAsync(Words.Command("x"), Cancellation)).Admission);
        await bench.ReopenAsync();
        Assert.Equal([.. acknowledged.Skip(2), "x"], (await bench.Store.Ledger.UnsettledAsync(Cancellation)).Select(e => e.Id));
        Assert.True(Journal.JournalVerifier.Verify(disk.Path).IsSound);
    }

    [Fact]
    public async Task A_store_on_a_full_file_system_opens_refuses_and_loses_nothing()
    {
        using var disk = SmallDisk.Mount(_folder.Sub("disk"), "6m");
        List<string> acknowledged;
        await using (var full = await StoreBench.OpenAsync(StoreBench.Small(disk.Path) with { BallastBytes = 1 << 20 }))
        {
            acknowledged = await FillAsync(full);
            disk.FillUp();
        }

        // Closing gives back what the log had taken, sometimes enough for the reserve: somebody else's file takes all but what opening needs.
        disk.FillUp(leaving: 256 * 1024);
        await using var bench = await StoreBench.OpenAsync(StoreBench.Small(disk.Path) with { BallastBytes = 1 << 20 });

        Assert.Equal(StoreCondition.Full, bench.Store.Health.Condition);
        Assert.Equal(Admission.Unavailable, (await bench.Store.Ledger.AdmitAsync(Words.Command("x"), Cancellation)).Admission);
        Assert.Equal(acknowledged, (await bench.Store.Ledger.UnsettledAsync(Cancellation)).Select(e => e.Id));
    }

    [Fact]
    public async Task A_read_only_file_system_cannot_be_opened_and_says_so()
    {
        using var disk = SmallDisk.Mount(_folder.Sub("disk"), "6m");
        await (await StoreBench.OpenAsync(StoreBench.Small(disk.Path))).DisposeAsync();
        disk.MakeReadOnly();

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreBench.OpenAsync(StoreBench.Small(disk.Path)));

        Assert.Contains("read-only", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(Journal.JournalVerifier.Verify(disk.Path).IsSound);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<List<string>> FillAsync(StoreBench bench)
    {
        var acknowledged = new List<string>();
        for (var n = 0; n < 100_000; n++)
        {
            var entry = Words.Command($"{n}") with { Arguments = new('x', 2000), Record = Words.Row("command.accepted", $"{n}") };
            var admitted = await bench.Store.Ledger.AdmitAsync(entry, Cancellation);
            if (admitted.Admission == Admission.Unavailable) return acknowledged;
            acknowledged.Add(entry.Id);
        }

        throw new UnreachableException("the disk never became full");
    }

    private static async Task SpendReserveAsync(StoreBench bench)
    {
        for (var n = 0; n < 1000; n++)
        {
            try
            {
                await bench.Store.State.PutAsync("ballast", $"{n}", new('x', 20_000), Cancellation);
            }
            catch (StoreUnavailableException)
            {
                return;
            }
        }

        throw new UnreachableException("the reserve has no end");
    }
}
