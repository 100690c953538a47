namespace AvGateway.LineWatch.Watching;

/// <summary>When a line is bad: shares in per cent, jitter in milliseconds. Held against each stream's last interval.</summary>
public sealed record LineLimits
{
    public double LossWarn { get; init; } = 1;
    public double LossAlarm { get; init; } = 3;
    public double JitterWarn { get; init; } = 30;
    public double JitterAlarm { get; init; } = 60;

    /// <summary>So long it has to be bad before it is told, and good before it is taken back.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(30);
}
