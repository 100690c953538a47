using AvGateway.LineWatch.Streams;

namespace AvGateway.LineWatch.Analysis;

/// <summary>A call as the watch sees it. Hosts only: who called whom is not kept.</summary>
public sealed record CallFigures(string Id, string From, string To, string State, int Status, DateTimeOffset Since, DateTimeOffset ChangedAt, string OneWay);

/// <summary>A TCP connection to a device. Times are milliseconds.</summary>
public sealed record FlowFigures(string Client, string Server, long Packets, long Octets, long Retransmissions, long ZeroWindows, long Resets)
{
    public double? RoundTrip { get; init; }
    public double? LeastRoundTrip { get; init; }
    public double? MostRoundTrip { get; init; }
    public DateTimeOffset FirstAt { get; init; }
    public DateTimeOffset LastAt { get; init; }
}

/// <summary>What went by, and what the watch could not take.</summary>
/// <param name="Refused">Streams, calls and connections beyond the bounds.</param>
public sealed record LineTotals(long Packets, long Octets, long Rtp, long Rtcp, long Sip, long Tcp, long WrongChecksums, long Refused);

/// <summary>Everything that a watch knows at one moment.</summary>
public sealed record LinePicture(DateTimeOffset At, LineTotals Totals, IReadOnlyList<StreamFigures> Streams, IReadOnlyList<CallFigures> Calls, IReadOnlyList<FlowFigures> Flows)
{
    public static readonly LinePicture Empty = new(default, new(0, 0, 0, 0, 0, 0, 0, 0), [], [], []);
}
