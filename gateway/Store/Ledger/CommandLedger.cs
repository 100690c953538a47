using AvGateway.Operations.Commands;
using AvGateway.Operations.Durable;
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

    public async ValueTask<Admitted> AdmitAsync(LedgerEntry entry, CancellationToken cancellation)
    {
        var admitted = await writer.SubmitAsync(new AdmitCommand(entry), cancellation);
        return admitted.Admission is Admission.Unavailable ? await RememberedAsync(entry, cancellation) : admitted;
    }

    public async ValueTask SettleAsync(string caller, string id, SettledAnswer answer, CancellationToken cancellation)
    {
        var isFirst = await writer.SubmitAsync(new SettleCommand(caller, id, answer, time.GetUtcNow()), cancellation);
        if (isFirst) return;
        Interlocked.Increment(ref _refusedSettlements);
        LogSecondOutcome(logger, caller, id, answer.Code);
    }

    public async ValueTask<IReadOnlyList<LedgerEntry>> UnsettledAsync(CancellationToken cancellation) =>
        await reads.RunAsync(() => engine.Read(Rows.Unsettled), cancellation);

    /// <summary>
    /// What takes nothing new still knows what ended: asked again, "nothing was sent" would be untrue of it. An open entry is left out, since one
    /// whose admission was given up may stand there until the next commit takes it out.
    /// </summary>
    private async Task<Admitted> RememberedAsync(LedgerEntry entry, CancellationToken cancellation)
    {
        var unavailable = new Admitted(Admission.Unavailable);
        if (writer.Health.Condition is StoreCondition.Corrupt) return unavailable;
        try
        {
            var settled = await reads.RunAsync(() => engine.Read(session => Rows.Settled(session, entry.Caller, entry.Id)), cancellation);
            if (settled is not var (digest, answer)) return unavailable;
            return digest == entry.Digest ? new(Admission.Settled, answer) : new(Admission.Conflict);
        }
        catch (Exception unreadable) when (unreadable is StoreUnavailableException or StoreCorruptException)
        {
            return unavailable;
        }
    }

    [LoggerMessage(710, LogLevel.Warning, "{Caller}/{Id} is not open; its outcome {Code} is not stored")]
    private static partial void LogSecondOutcome(ILogger logger, string caller, string id, string code);
}
