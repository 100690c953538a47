using AvGateway.Store.Tests.Postgres;

namespace AvGateway.Store.Tests.Contract;

public sealed class PostgresLedgerTests(PostgresServer server) : LedgerContract
{
    private readonly TempFolder _folder = new();

    protected override Task<StoreOptions> NewStoreAsync() => Task.FromResult(StoreBench.Small(_folder.Path) with { Postgres = server.NewAddress() });

    protected override Task DropStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class PostgresJournalTests(PostgresServer server) : JournalContract
{
    private readonly TempFolder _folder = new();

    protected override Task<StoreOptions> NewStoreAsync() => Task.FromResult(StoreBench.Small(_folder.Path) with { Postgres = server.NewAddress() });

    protected override Task DropStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}

public sealed class PostgresStateTests(PostgresServer server) : StateContract
{
    private readonly TempFolder _folder = new();

    protected override Task<StoreOptions> NewStoreAsync() => Task.FromResult(StoreBench.Small(_folder.Path) with { Postgres = server.NewAddress() });

    protected override Task DropStoreAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
