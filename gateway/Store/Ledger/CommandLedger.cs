using AvGateway.Operations.Commands;
using AvGateway.Store.Engines;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;
using Microsoft.Extensions.Logging;

namespace AvGateway.Store.Ledger;

/// <summary>The ledger of commands on the store: open ones in one small table, settled ones in another until they are a day old (I1, I2).</summary>
internal sealed partial class CommandLedger(StoreWriter writer, IStoreEngine engine, ReadLane reads, TimeProvider time, ILogger logger) : ICommandLedger
{
    private long _refusedSettlements;

    /// <summary>Outcomes that came after the first one, or for a command that nobody admitted.</summary>
    public long RefusedSettlements => Interlocked.Read(ref _refusedSettlements);

    public ValueTask<Admitted> AdmitAsync(LedgerEntry entry, CancellationToken cancellation) => writer.SubmitAsync(new AdmitCommand(entry), cancellation);

    public async ValueTask SettleAsync(string caller, string id, SettledAnswer answer, CancellationToken cancellation)
    {
        var isFirst = await writer.SubmitAsync(new SettleCommand(caller, id, answer, time.GetUtcNow()), cancellation);
        if (isFirst) return;
        Interlocked.Increment(ref _refusedSettlements);
        LogSecondOutcome(logger, caller, id, answer.Code);
    }

    public async ValueTask<IReadOnlyList<LedgerEntry>> UnsettledAsync(CancellationToken cancellation) =>
        await reads.RunAsync(() => engine.Read(Rows.Unsettled), cancellation);

    [LoggerMessage(710, LogLevel.Warning, "{Caller}/{Id} is not open; its outcome {Code} is not stored")]
    private static partial void LogSecondOutcome(ILogger logger, string caller, string id, string code);
}
