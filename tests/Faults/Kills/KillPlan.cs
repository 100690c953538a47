namespace AvGateway.Faults.Kills;

/// <summary>How often and for how long a gateway is killed; the same seed chooses the same moments.</summary>
public sealed record KillPlan(int Kills, TimeSpan AtMost, int Seed)
{
    public TimeSpan Expiry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The waits for a signal, generous enough for a slow machine.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What a loop of kills came to.</summary>
/// <param name="Restarts">Milliseconds from the start of the process to its ready line, over whatever the kill before had left.</param>
public sealed record KillReport(int Kills, int InStart, Figures Restarts, TimeSpan Took)
{
    /// <summary>What the service record lacks or has too much, and breaks of its chain.</summary>
    public IReadOnlyList<string> Record { get; init; } = [];
}
