namespace AvGateway.Store.Journal;

/// <summary>The hash of one row, kept apart from the chain: rewriting the chain from some row on, or cutting its end, contradicts it.</summary>
internal sealed record Anchor(long Seq, string At, byte[] Hash)
{
    /// <summary>The UTC day in which it was cut.</summary>
    public string Day => At[..10];
}
