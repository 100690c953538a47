using AvGateway.Operations.Commands;

namespace AvGateway.Operations.Rooms;

/// <summary>A request for a room that is under way, and everybody who waits for its end.</summary>
internal sealed class RoomRequest(RoomAsk ask, string id, string digest, RoomArguments arguments, IAnswers first)
{
    public RoomAsk Ask { get; } = ask;
    public string Id { get; } = id;
    public string Digest { get; } = digest;
    public RoomArguments Arguments { get; } = arguments;
    public Hearers Hearers { get; } = new(first);

    /// <summary>The ledger has its end already, or cannot have it.</summary>
    public bool IsSettled { get; set; }

    /// <summary>An admission that was not waited for any longer: when it comes in after all, it gets its end.</summary>
    public (LedgerEntry Entry, Task<Admitted> Admitting)? Late { get; set; }
}
