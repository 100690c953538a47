namespace AvGateway.Store;

public enum StoreCondition
{
    Ok,

    /// <summary>No space: nothing new is admitted; a reserve lets what is under way, and the fault itself, still be stored.</summary>
    Full,

    /// <summary>The file system or the server takes no writes.</summary>
    ReadOnly,

    /// <summary>Writes fail or do not return: I/O errors, a server that is away, a lock that somebody else holds.</summary>
    Failing,

    /// <summary>What is stored cannot be trusted. Lasts until the store is restored and opened again.</summary>
    Corrupt,
}

/// <summary>How the store is, why, and since when (UTC).</summary>
public sealed record StoreHealth(StoreCondition Condition, string Reason, DateTimeOffset Since)
{
    public bool IsOk => Condition == StoreCondition.Ok;
}
