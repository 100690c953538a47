using AvGateway.Operations.Journal;
using AvGateway.Store.Engines;
using AvGateway.Store.Writing;

namespace AvGateway.Store.Journal;

/// <summary>A row that nobody waits for; it outlasts an outage in memory.</summary>
internal sealed class AppendRow(JournalEntry entry, Action<bool> ended) : WriteOperation
{
    public override bool OutlastsOutage => true;

    public override bool MayRide => true;

    public override void Apply(IStoreEngine engine) => engine.AppendJournal(entry);

    public override void Stored(StoreWriter writer) => ended(true);

    public override void Refuse(StoreHealth health) => ended(false);

    public override void Fail(Exception exception) => ended(false);
}

/// <summary>A row whose caller goes on only when it is durable: refused when it cannot be, so that nothing risky happens unrecorded (P3).</summary>
internal sealed class AppendDurably(JournalEntry entry) : WriteOperation<bool>
{
    public override void Apply(IStoreEngine engine) => engine.AppendJournal(entry);
}
