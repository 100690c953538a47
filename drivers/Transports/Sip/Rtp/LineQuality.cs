namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The simplified E-model (ITU-T G.107) for G.711.</summary>
public static class LineQuality
{
    /// <summary>Robustness of G.711 without packet loss concealment.</summary>
    public const double WithoutConcealment = 4.3;

    /// <summary>The same with the concealment of G.711 appendix I.</summary>
    public const double WithConcealment = 25.1;

    private const double BestRating = 93.2;

    /// <summary>The transmission rating R.</summary>
    /// <param name="oneWay">Mouth to ear, jitter buffer included.</param>
    /// <param name="lossPercent">0 to 100, taken as random (BurstR 1).</param>
    public static double Rating(TimeSpan oneWay, double lossPercent, double robustness)
    {
        var delay = oneWay.TotalMilliseconds;
        var byDelay = (0.024 * delay) + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
        var byLoss = 95 * lossPercent / (lossPercent + robustness);
        return BestRating - byDelay - byLoss;
    }

    /// <summary>Mean opinion score, 1 to 4.5.</summary>
    public static double Mos(double rating) => rating switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => 1 + (0.035 * rating) + (7e-6 * rating * (rating - 60) * (100 - rating)),
    };
}
