namespace AvGateway.Operations.Durable;

/// <summary>Nothing can be stored now: the disk is full, read-only or failing, or the store is damaged.</summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message) : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception inner) : base(message, inner)
    {
    }
}
