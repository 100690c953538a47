using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Files;
using AvGateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AvGateway.Store.Tests;

/// <summary>Opens and reopens one store under a clock that stands still until the test moves it.</summary>
internal sealed class StoreBench(StoreOptions options, FakeTimeProvider time) : IAsyncDisposable
{
    public FakeTimeProvider Time => time;

    public StoreOptions Options { get; set; } = options;

    public GatewayStore Store { get; private set; } = null!;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>With a watch that lets the test move the clock by weeks while a commit is under way.</summary>
    public static StoreOptions Small(string folder) => new() { DataDirectory = folder, BallastBytes = 64 << 10, StallLimit = TimeSpan.FromDays(45) };

    public static async Task<StoreBench> OpenAsync(StoreOptions options)
    {
        var bench = new StoreBench(options, new FakeTimeProvider(Words.Noon));
        await bench.OpenAsync();
        return bench;
    }

    public async Task OpenAsync() => Store = await GatewayStore.OpenAsync(Options, time, NullLoggerFactory.Instance, Cancellation);

    /// <summary>Opens with an engine of the test's own around the real one.</summary>
    public static StoreBench Open(StoreOptions options, Func<IStoreEngine, IStoreEngine> wrap)
    {
        var bench = new StoreBench(options, new FakeTimeProvider(Words.Noon));
        var held = StoreLock.Take(options.DataDirectory);
        var ballast = new Ballast(options.DataDirectory, options.BallastBytes);
        Assert.True(ballast.TryTake());
        var engine = wrap(SqliteEngine.Open(options, NullLogger.Instance));
        bench.Store = new(options, engine, held, ballast, new(StoreCondition.Ok, "", Words.Noon), bench.Time, NullLogger.Instance);
        return bench;
    }

    /// <summary>Completes when the store is in this condition.</summary>
    public Task WhenAsync(StoreCondition condition)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.HealthChanged += health =>
        {
            if (health.Condition == condition) reached.TrySetResult();
        };
        if (Store.Health.Condition == condition) reached.TrySetResult();
        return reached.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    /// <summary>Lets the store try itself once more.</summary>
    public void PassProbe() => Time.Advance(Options.ProbeInterval + TimeSpan.FromSeconds(1));

    /// <summary>Completes when the writer has done everything that was asked of it before, and has carried it into the journal.</summary>
    public async Task QuiesceAsync() => await Store.BetweenCommitsAsync(engine =>
    {
        engine.Housekeep(Time.GetUtcNow(), isIdle: true);
        return true;
    }, Cancellation);

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    public async Task<List<JournalRecord>> ReadJournalAsync(JournalQuery? query = null)
    {
        var rows = new List<JournalRecord>();
        await foreach (var row in Store.JournalReader.ReadAsync(query ?? new(), Cancellation)) rows.Add(row);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (Store is not null) await Store.DisposeAsync();
    }
}
