namespace AvGateway.Operations.Probes;

/// <summary>A value that grows by so much in so short a time is an alarm long before a limit is reached.</summary>
public readonly record struct RiseLimit(double By, TimeSpan Within);

/// <summary>What is too much of one measure. Warn and alarm are separate; null: no such limit.</summary>
public sealed record MeasureLimits
{
    public static readonly MeasureLimits None = new();

    public double? WarnBelow { get; init; }
    public double? WarnAbove { get; init; }
    public double? AlarmBelow { get; init; }
    public double? AlarmAbove { get; init; }

    /// <summary>A value has to come back this far inside a limit before it is well again.</summary>
    public double Hysteresis { get; init; }

    /// <summary>A limit must be passed for this long before it is a symptom; the next run must confirm it at least.</summary>
    public TimeSpan Lasts { get; init; }

    public RiseLimit? Rise { get; init; }

    /// <summary>A sensor that shows the very same value for this long is not believed.</summary>
    public TimeSpan? StuckFor { get; init; }

    /// <summary>Its alarm is of the first priority whatever the rooms are used for: water, a UPS that runs empty.</summary>
    public bool IsCritical { get; init; }

    /// <summary>Where the value lies; a limit that was passed holds on by the hysteresis.</summary>
    public ProbeQuality Of(double value, ProbeQuality before)
    {
        if (IsBeyond(value, AlarmBelow, AlarmAbove, before is ProbeQuality.Alarm)) return ProbeQuality.Alarm;
        return IsBeyond(value, WarnBelow, WarnAbove, before is ProbeQuality.Alarm or ProbeQuality.Warn) ? ProbeQuality.Warn : ProbeQuality.Ok;
    }

    private bool IsBeyond(double value, double? below, double? above, bool was)
    {
        var held = was ? Hysteresis : 0;
        return (below is { } low && value < low + held) || (above is { } high && value > high - held);
    }
}
