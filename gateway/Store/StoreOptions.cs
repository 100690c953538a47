namespace AvGateway.Store;

/// <summary>Where the store is and how much it may hold back. The defaults are those of the product.</summary>
public sealed record StoreOptions
{
    /// <summary>Created with mode 0700 when it is missing. With PostgreSQL it still takes the anchors and the lock.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>postgres://user:password@host:port/database?schema=name</c>; null for the embedded store.</summary>
    public string? Postgres { get; init; }

    /// <summary>How long a settled command is remembered (I2).</summary>
    public TimeSpan KeepSettled { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Operations that share one commit at most, so that a lone one behind a crowd does not wait long.</summary>
    public int MaxBatch { get; init; } = 2048;

    /// <summary>Callers that wait for a commit at the same time; one more has to wait for a place.</summary>
    public int DurableSlots { get; init; } = 8192;

    /// <summary>Rows of the service record that are queued without a waiting caller; beyond it rows are lost and the loss is recorded.</summary>
    public int QueuedRows { get; init; } = 100_000;

    /// <summary>How long a caller waits for a place in the queue.</summary>
    public TimeSpan SlotWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A commit that takes longer counts as failed to those who wait for it.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an unwell store is tried again.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long committed rows may wait in <c>state.db</c> before they are chained into <c>journal.db</c>.</summary>
    public TimeSpan ChainDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long what nobody waits for may wait for somebody else's commit.</summary>
    public TimeSpan RideDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often commands that are old enough are forgotten.</summary>
    public TimeSpan PruneInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one read may take.</summary>
    public TimeSpan ReadLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Space kept for the hour when there is none.</summary>
    public long BallastBytes { get; init; } = 8L << 20;

    /// <summary>Rows in the outbox before state rows collapse (N1).</summary>
    public int OutboxBound { get; init; } = 100_000;

    /// <summary>
    /// Up to this size a file is checked thoroughly at the start, up to eight times it quickly; what is left is checked beside the running store,
    /// so that a start stays below five seconds (I23).
    /// </summary>
    public long InlineCheckLimit { get; init; } = 32L << 20;
}
