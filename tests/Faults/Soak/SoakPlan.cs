namespace AvGateway.Faults.Soak;

/// <summary>How large a court and how long (G4).</summary>
public sealed record SoakPlan(int Devices, int Panels, TimeSpan Duration, int Seed)
{
    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of all panels together.</summary>
    public double CommandsPerSecond { get; init; } = 10;

    public TimeSpan Expiry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Within which the final answer must have come: expiry, the drivers' own patience, and a slow machine.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>One look at the gateway while it works.</summary>
public sealed record SoakSample(TimeSpan At, Gateways.Usage Usage, long Answers);

/// <summary>What a soak came to.</summary>
public sealed class SoakReport
{
    public List<SoakSample> Samples { get; } = [];
    public List<string> Lost { get; } = [];
    public Dictionary<int, int> Stats { get; } = [];
    public Figures Verified { get; } = new();
    public int Faults { get; set; }
    public int Second { get; set; }

    /// <summary>Growth of resident memory over the second half, MiB an hour, by least squares.</summary>
    public double Slope
    {
        get
        {
            var half = Samples.Skip(Samples.Count / 2).Select(s => (X: s.At.TotalHours, Y: s.Usage.Resident)).ToList();
            if (half.Count < 3) return 0;
            var (x, y) = (half.Average(p => p.X), half.Average(p => p.Y));
            return half.Sum(p => (p.X - x) * (p.Y - y)) / half.Sum(p => (p.X - x) * (p.X - x));
        }
    }
}
