namespace AvGateway.Store;

/// <summary>What is stored cannot be trusted; it was not touched. Never answered by starting empty (P5).</summary>
public sealed class StoreCorruptException : Exception
{
    public StoreCorruptException()
    {
    }

    public StoreCorruptException(string message) : base(message)
    {
    }

    public StoreCorruptException(string message, Exception inner) : base(message, inner)
    {
    }

    internal StoreCorruptException(string file, string finding, Exception? inner = null)
        : base($"{Path.GetFileName(file)}: {finding}", inner)
    {
        File = file;
        Finding = finding;
    }

    /// <summary>The damaged file, or the schema of a server.</summary>
    public string File { get; internal init; } = "";

    public string Finding { get; internal init; } = "";

    /// <summary>What to do now, naming the last good snapshot when there is one.</summary>
    public string Remedy { get; internal init; } = "";
}

/// <summary>Another process holds this store; two writers would break the chain.</summary>
public sealed class StoreInUseException : Exception
{
    public StoreInUseException()
    {
    }

    public StoreInUseException(string message) : base(message)
    {
    }

    public StoreInUseException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>A newer version wrote this store; migrations only go forward.</summary>
public sealed class StoreTooNewException : Exception
{
    public StoreTooNewException()
    {
    }

    public StoreTooNewException(string message) : base(message)
    {
    }

    public StoreTooNewException(string message, Exception inner) : base(message, inner)
    {
    }
}
