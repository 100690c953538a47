namespace AvGateway.Store.Tests.Contract;

/// <summary>What every engine has to do alike: one suite, run once per engine.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    internal StoreBench Bench { get; private set; } = null!;

    protected GatewayStore Store => Bench.Store;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Bench = await StoreBench.OpenAsync(await NewStoreAsync());

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        await DropStoreAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Options of a store that was never opened.</summary>
    protected abstract Task<StoreOptions> NewStoreAsync();

    protected abstract Task DropStoreAsync();
}
