using AvGateway.Operations.Escalation;

namespace AvGateway.Channels;

/// <summary>The three ends of a delivery.</summary>
internal static class Ends
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static Delivery Taken(string detail) => new(DeliveryOutcome.Taken, detail);

    /// <param name="after">As the far end wishes; a wish for never is not believed.</param>
    public static Delivery Later(string detail, TimeSpan? after = null) =>
        new(DeliveryOutcome.Later, detail, after is { } wish ? TimeSpan.FromTicks(Math.Clamp(wish.Ticks, Shortest.Ticks, Longest.Ticks)) : null);

    public static Delivery Refused(string detail) => new(DeliveryOutcome.Refused, detail);
}
