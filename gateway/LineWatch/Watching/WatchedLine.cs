using AvGateway.LineWatch.Capture;

namespace AvGateway.LineWatch.Watching;

/// <summary>One watch of the site file.</summary>
/// <param name="Branch">The line of the site's network that it sees; null: it speaks for itself.</param>
public sealed record WatchedLine(WatchPlan Watch, string Zh, string En, string? Branch)
{
    public const string SubjectPrefix = "$watch/";

    public string Id => Watch.Id;
    public string Subject => Branch ?? SubjectPrefix + Watch.Id;
}

/// <summary>Everything of <c>"capture"</c>.</summary>
/// <param name="Agent">Socket of the capture process.</param>
public sealed record CapturePlan(string Agent, IReadOnlyList<WatchedLine> Lines)
{
    public const string UsualAgent = "/run/avgateway-capture/agent.sock";

    public LineLimits Limits { get; init; } = new();
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan Keep { get; init; } = EvidenceKeeping.UsualKeep;
    public long MostEvidence { get; init; } = EvidenceKeeping.UsualMost;
    public Links.Secret? Key { get; init; }
}

/// <summary>A window of packets that was kept for a fault.</summary>
/// <param name="File">Relative to the data directory.</param>
public sealed record KeptEvidence(string Fault, string File, DateTimeOffset From, DateTimeOffset Until, long Frames);

/// <summary>A line as it stands now.</summary>
public sealed record WatchView(WatchedLine Plan, CaptureCondition Condition, LineQuality Quality, DateTimeOffset Since, Analysis.LinePicture Picture)
{
    public IReadOnlyList<string> Raised { get; init; } = [];
    public IReadOnlyList<KeptEvidence> Evidence { get; init; } = [];
    public long Captured { get; init; }
    public long Dropped { get; init; }
    public long HeldFrames { get; init; }
    public long HeldOctets { get; init; }
    public DateTimeOffset? HeldSince { get; init; }
}
