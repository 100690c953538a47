namespace AvGateway.Drivers.Runtime;

/// <summary>Capped exponential back-off with full jitter, so that a room whose power returns is not hit by all its links at once.</summary>
/// <param name="First">Upper end of the first pause.</param>
/// <param name="Longest">Upper end that the pauses grow to.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    public static readonly Backoff Default = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60));

    // Below this a device that accepts and resets at once would be hammered (D3).
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <param name="failures">How often in a row it failed: 1 for the first pause.</param>
    /// <param name="luck">0 … 1.</param>
    public TimeSpan Pause(int failures, double luck)
    {
        var ceiling = First.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30));
        var pause = TimeSpan.FromSeconds(Math.Min(ceiling, Longest.TotalSeconds) * luck);
        return pause < Shortest ? Shortest : pause;
    }
}
