namespace AvGateway.Operations.Lines;

/// <summary>How a line is.</summary>
public enum LineState
{
    /// <summary>It was not watched for long enough to tell.</summary>
    Unknown,
    Well,
    Degraded,
    Down,
}

/// <summary>What was measured over the last window; null where nothing was.</summary>
/// <param name="LossOut">Percent of what we sent.</param>
/// <param name="LossBack">Percent of what the far end sent back.</param>
/// <param name="VariationOut">Milliseconds by which all but the slowest twentieth differ at most from the fastest.</param>
/// <param name="RoundTrip">Milliseconds there and back without the time that the far end took; the median.</param>
/// <param name="DelayOut">One way, milliseconds; only while both clocks are known to be right.</param>
public sealed record LineFigures(
    int Sent, int Answered, double? LossOut = null, double? LossBack = null, double? VariationOut = null, double? VariationBack = null, double? RoundTrip = null,
    double? DelayOut = null, double? DelayBack = null);

/// <summary>A line as it stands now.</summary>
/// <param name="Verdict">Only while it is degraded or down.</param>
/// <param name="Until">When this stops being worth anything unless it is told again.</param>
public sealed record LineView(LinePlan Plan, LineState State, DateTimeOffset Since, LineVerdict? Verdict, LineFigures Figures, LineEvidence Evidence, DateTimeOffset At, DateTimeOffset Until)
{
    /// <summary>Something signed by the far gateway arrived just now.</summary>
    public bool HearsFar { get; init; }

    /// <summary>Losses of what the far gateway asks us, percent: counted here, so that a dead way there cannot hide it.</summary>
    public double? LossIn { get; init; }
}
