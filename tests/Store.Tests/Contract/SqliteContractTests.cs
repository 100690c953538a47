namespace AvGateway.Store.Tests.Contract;

public sealed class SqliteLedgerTests : LedgerContract
{
    private readonly TempFolder _folder = new();

    protected override Task<StoreOptions> NewStoreAsync() => Task.FromResult(StoreBench.Small(_folder.Path));

    protected override Task DropStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class SqliteJournalTests : JournalContract
{
    private readonly TempFolder _folder = new();

    protected override Task<StoreOptions> NewStoreAsync() => Task.FromResult(StoreBench.Small(_folder.Path));

    protected override Task DropStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class SqliteStateTests : StateContract
{
    private readonly TempFolder _folder = new();

    protected override Task<StoreOptions> NewStoreAsync() => Task.FromResult(StoreBench.Small(_folder.Path));

    protected override Task DropStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
