using AvGateway.Operations.Commands;
using AvGateway.Store.Engines;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Ledger;

/// <summary>Moves a command from open to settled. True when this was its first outcome.</summary>
internal sealed class SettleCommand(string caller, string id, SettledAnswer answer, DateTimeOffset at) : WriteOperation<bool>
{
    public override bool OutlastsOutage => true;

    public override void Apply(IStoreEngine engine)
    {
        Result = false;
        if (engine.Session.Scalar(StoreSql.CloseOpen, caller, id) is not string digest) return;
        Result = true;
        var sum = RowChecks.SumOf(caller, id, digest, answer, at.UtcTicks);
        engine.Session.Execute(StoreSql.Settle, caller, id, digest, (long)answer.Stat, answer.Code, answer.Json.ToArray(), at.UtcTicks, sum);
        if (answer.Record is { } record) engine.AppendJournal(record);
    }
}
