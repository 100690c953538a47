namespace AvGateway.Links;

/// <summary>What passed on a device's link at once: a request whole, or as much of the answers as came together.</summary>
/// <param name="Bytes">Its beginning; empty when it is a secret.</param>
/// <param name="Length">How long it was; 0 for a secret, whose length would tell something of it.</param>
public sealed record LinkFrame(DateTimeOffset At, bool IsSent, ReadOnlyMemory<byte> Bytes, int Length)
{
    /// <summary>It held a secret and was not kept.</summary>
    public bool IsHidden => Length == 0;
}
