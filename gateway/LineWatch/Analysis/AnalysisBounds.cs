namespace AvGateway.LineWatch.Analysis;

/// <summary>How much a watch keeps in mind. What comes beyond is counted and not looked at.</summary>
public sealed record AnalysisBounds(int Streams = 512, int Calls = 256, int Flows = 1024)
{
    public static readonly IReadOnlyList<int> UsualSipPorts = [5060];

    /// <summary>UDP and TCP ports of SIP that is not encrypted.</summary>
    public IReadOnlyList<int> SipPorts { get; init; } = UsualSipPorts;

    /// <summary>How often the figures that limits are held against begin anew.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);
}
