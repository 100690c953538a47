using AvGateway.Store.Engines;

namespace AvGateway.Store.Writing;

/// <summary>Work that the writer does outside a transaction, when nothing is half done: an anchor, the moment of a backup.</summary>
internal sealed class BetweenCommits<T>(Func<IStoreEngine, T> work) : WriteOperation<T>
{
    public override bool RunsAlone => true;

    public override void Apply(IStoreEngine engine) => Result = work(engine);
}
