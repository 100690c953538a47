namespace AvGateway.Drivers.Runtime;

/// <summary>
/// Capped exponential back-off with full jitter, so that a room whose power returns is not hit by all its links at once. It begins to grow after
/// <see cref="Eager"/> failures: a switch that restarts or a plug that was pulled is back within seconds, and so should the court be.
/// </summary>
/// <param name="First">Upper end of the first pause.</param>
/// <param name="Longest">Upper end that the pauses grow to.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    public static readonly Backoff Default = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60));

    /// <summary>Failures in a row for which pauses do not grow beyond twice the first.</summary>
    public const int Eager = 8;

    // Below this a device that accepts and resets at once would be hammered (D3).
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <param name="failures">How often in a row it failed: 1 for the first pause.</param>
    /// <param name="luck">0 … 1.</param>
    public TimeSpan Pause(int failures, double luck)
    {
        var doublings = failures <= Eager ? Math.Min(failures - 1, 1) : Math.Min(failures - Eager + 1, 30);
        var ceiling = First.TotalSeconds * Math.Pow(2, doublings);
        var pause = TimeSpan.FromSeconds(Math.Min(ceiling, Longest.TotalSeconds) * luck);
        return pause < Shortest ? Shortest : pause;
    }
}
