using AvGateway.Operations.Commands;
using AvGateway.Store.Engines;
using AvGateway.Store.Sql;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Ledger;

/// <summary>Stores an accepted command unless its id is known, and tells which of the two it was.</summary>
internal sealed class AdmitCommand(LedgerEntry entry) : WriteOperation<Admitted>
{
    private readonly long _sum = RowChecks.SumOf(entry);

    public override bool IsAdmission => true;

    /// <summary>Takes an admission out again whose caller was told that it failed.</summary>
    public static void Remove(IStoreEngine engine, LedgerEntry entry, DateTimeOffset now)
    {
        engine.Session.Scalar(StoreSql.CloseOpen, entry.Caller, entry.Id);
        if (entry.Record is { } record) engine.AppendJournal(record with { At = now, Kind = "command.withdrawn" });
    }

    public override void Apply(IStoreEngine engine)
    {
        var isNew = engine.Session.Execute(
            StoreSql.Admit, entry.Caller, entry.Id, entry.Digest, entry.Target, entry.Arguments, entry.AcceptedAt.UtcTicks, _sum) == 1;
        Result = isNew ? new(Admission.New) : Known(engine.Session);
        if (isNew && entry.Record is { } record) engine.AppendJournal(record);
    }

    public override void Refuse(StoreHealth health) => TryAnswer(new(Admission.Unavailable));

    protected override void StoredForNobody(StoreWriter writer)
    {
        if (Result.Admission == Admission.New) writer.TakeBack(entry);
    }

    private Admitted Known(SqlSession session)
    {
        if (Rows.Settled(session, entry.Caller, entry.Id) is var (digest, answer))
            return digest == entry.Digest ? new(Admission.Settled, answer) : new(Admission.Conflict);
        var running = (string?)session.Scalar(StoreSql.FindOpen, entry.Caller, entry.Id);
        return running == entry.Digest ? new(Admission.Running) : new(Admission.Conflict);
    }
}
