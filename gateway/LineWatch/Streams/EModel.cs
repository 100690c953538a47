namespace AvGateway.LineWatch.Streams;

/// <summary>
/// The simplified E-model: ITU-T G.107 with every parameter at its default (R₀ − Is = 93.2), so that delay and loss alone remain;
/// Ie and Bpl are those of ITU-T G.113 appendix I.
/// </summary>
public static class EModel
{
    private const double BestRating = 93.2;

    // Where echo-free delay begins to hurt conversation.
    private const double TalkLimit = 177.3;

    /// <summary>Equipment impairment and robustness against loss. Codecs that appendix I does not list are judged as G.711 with concealment: an index, not a score.</summary>
    public static (double Impairment, double Robustness) Of(string codec) => codec.ToUpperInvariant() switch
    {
        "G729" or "G729A" => (11, 19),
        "G723" => (15, 16.1),
        "GSM" => (26, 10),
        "G728" => (7, 17),
        _ => (0, 25.1),
    };

    /// <param name="oneWay">Milliseconds from mouth to ear, the receiver's buffer included.</param>
    /// <param name="loss">Per cent.</param>
    /// <param name="burstRatio">1 for random loss, more when losses come together.</param>
    public static double Rating(double oneWay, double loss, double burstRatio, string codec)
    {
        var (impairment, robustness) = Of(codec);
        var byDelay = (0.024 * oneWay) + (oneWay > TalkLimit ? 0.11 * (oneWay - TalkLimit) : 0);
        var byLoss = loss <= 0 ? impairment : impairment + ((95 - impairment) * loss / ((loss / Math.Max(1, burstRatio)) + robustness));
        return BestRating - byDelay - byLoss;
    }

    public static double Mos(double rating) => rating switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + (0.035 * rating) + (7e-6 * rating * (rating - 60) * (100 - rating))),
    };
}
