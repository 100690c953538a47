using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
using AvGateway.Operations.Journal;
using AvGateway.Store.Backup;
using AvGateway.Store.Engines;
using AvGateway.Store.Files;
using AvGateway.Store.Journal;
using AvGateway.Store.Ledger;
using AvGateway.Store.Outbox;
using AvGateway.Store.Retained;
using AvGateway.Store.Sql;
using AvGateway.Store.Sqlite;
using AvGateway.Store.State;
using AvGateway.Store.Writing;
using Microsoft.Extensions.Logging;

namespace AvGateway.Store;

/// <summary>
/// The durable core: commands, service record, retained topics, documents and outbox of one gateway. Whatever completes here survives a kill and a
/// power cut. Source of the rules: decision 0010.
/// </summary>
public sealed partial class GatewayStore : IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly IStoreEngine _engine;
    private readonly StoreWriter _writer;
    private readonly ReadLane _reads;
    private readonly StoreLock _lock;
    private readonly ServiceJournal _journal;
    private readonly CommandLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    internal GatewayStore(StoreOptions options, IStoreEngine engine, StoreLock held, Ballast ballast, StoreHealth health, TimeProvider time, ILogger logger)
    {
        (_options, _engine, _lock, _time, _logger) = (options, engine, held, time, logger);
        var outbox = new OutboxLedger(engine.Read(session => (long)session.Scalar(StoreSql.CountOutbox)!), options.OutboxBound);
        _writer = new(engine, ballast, options, health, time, logger);
        _reads = new(engine, _writer.Condemn, options.ReadLimit, time);
        _journal = new(_writer, engine, _reads, options, time);
        _ledger = new(_writer, engine, _reads, time, logger);
        Retained = new RetainedRegistry(_writer, engine, _reads);
        State = new StateTable(_writer, engine, _reads, outbox);
        Outbox = new EventOutbox(_writer, engine, _reads, outbox);
        if (engine.LongCheck is { } check) _ = CheckThroughAsync(check);
    }

    /// <summary>Raised on each change, on the thread that noticed it; a listener must return at once.</summary>
    public event Action<StoreHealth>? HealthChanged
    {
        add => _writer.HealthChanged += value;
        remove => _writer.HealthChanged -= value;
    }

    public ICommandLedger Ledger => _ledger;

    public IServiceJournal Journal => _journal;

    public IJournalReader JournalReader => _journal;

    public IRetainedRegistry Retained { get; }

    public IStateTable State { get; }

    public IEventOutbox Outbox { get; }

    /// <summary>One more at every open, durably: the upper half of every <c>seq</c> (I6).</summary>
    public long Boot => _engine.Boot;

    /// <summary>Names this store for ever.</summary>
    public string Id => _engine.Store;

    public StoreHealth Health => _writer.Health;

    /// <summary>Outcomes that came after the first one of their command.</summary>
    public long RefusedSettlements => _ledger.RefusedSettlements;

    /// <summary>Rows of the service record that found no place in memory during an outage.</summary>
    public long LostJournalRows => _journal.Lost;

    /// <summary>Opens the store of a data directory, or makes one where there never was any.</summary>
    /// <exception cref="StoreCorruptException">What is there cannot be trusted; nothing was changed, and the remedy says what to do.</exception>
    /// <exception cref="StoreInUseException">Another process has it.</exception>
    /// <exception cref="StoreTooNewException">A newer version wrote it.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be opened now: no space, no right to write, no server.</exception>
    public static async Task<GatewayStore> OpenAsync(StoreOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var logger = loggers.CreateLogger<GatewayStore>();
        var opening = Task.Factory.StartNew(
            () => new StoreOpening(options, time, logger).Open(), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await opening.WaitAsync(cancellation);
    }

    /// <summary>Cuts an anchor of the service record now, as a backup or an export does; otherwise one is cut each UTC day.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be stored now.</exception>
    public async Task CutAnchorAsync(CancellationToken cancellation) =>
        await BetweenCommitsAsync(engine =>
        {
            engine.CutAnchor(_time.GetUtcNow());
            return true;
        }, cancellation);

    /// <summary>Copies the running store into a new folder below <paramref name="folder"/> and verifies the copy; gives the folder's path.</summary>
    /// <exception cref="StoreCorruptException">The copy is not sound; it was removed.</exception>
    /// <exception cref="NotSupportedException">The store is on a server, whose own tools do this.</exception>
    public Task<string> BackupAsync(string folder, CancellationToken cancellation) => BackupAsync(folder, [], cancellation);

    /// <param name="beside">Files and folders of the data directory that belong to it: ledgers that only grow, and keys.</param>
    /// <inheritdoc cref="BackupAsync(string, CancellationToken)"/>
    public async Task<string> BackupAsync(string folder, IReadOnlyList<string> beside, CancellationToken cancellation)
    {
        if (_engine is not SqliteEngine sqlite) throw new NotSupportedException("a store on PostgreSQL is backed up with pg_dump or the server's base backup");
        await CutAnchorAsync(cancellation);
        var moment = await BetweenCommitsAsync(_ => SnapshotSource.Take(sqlite, _options.DataDirectory, _time.GetUtcNow()), cancellation);
        return await Task.Factory.StartNew(
            () => moment.CopyTo(folder, beside, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Work on the writer's thread while nothing is half done.</summary>
    internal ValueTask<T> BetweenCommitsAsync<T>(Func<IStoreEngine, T> work, CancellationToken cancellation) =>
        _writer.SubmitAsync(new BetweenCommits<T>(work), cancellation);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _reads.Dispose();
        _lock.Dispose();
    }

    private async Task CheckThroughAsync(Action check)
    {
        var checking = Task.Factory.StartNew(check, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await checking.ContinueWith(
            finished =>
            {
                var failed = finished.Exception?.InnerException;
                if (failed is null) LogChecked(_logger);
                else if (_engine.FailureOf(failed) is { Condition: StoreCondition.Corrupt } failure) _writer.Condemn(failure);
                else LogCheckFailed(_logger, failed.Message);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    [LoggerMessage(730, LogLevel.Information, "The long check of the store found nothing")]
    private static partial void LogChecked(ILogger logger);

    [LoggerMessage(731, LogLevel.Warning, "The long check of the store could not be finished: {Reason}")]
    private static partial void LogCheckFailed(ILogger logger, string reason);
}
