using AvGateway.Store.Engines;
using AvGateway.Store.Sql;

namespace AvGateway.Store.Writing;

/// <summary>Forgets a few commands that were settled long enough ago, and asks to be run again while there are more: no commit becomes long.</summary>
internal sealed class PruneCommands(DateTimeOffset before, Action again) : WriteOperation
{
    private const long Portion = 500;
    private int _pruned;

    public override void Apply(IStoreEngine engine) => _pruned = engine.Session.Execute(StoreSql.Prune, Portion, before.UtcTicks);

    public override void Stored(StoreWriter writer)
    {
        if (_pruned == Portion) again();
    }

    // The next minute comes to it anyway.
    public override void Refuse(StoreHealth health)
    {
    }

    public override void Fail(Exception exception)
    {
    }
}
