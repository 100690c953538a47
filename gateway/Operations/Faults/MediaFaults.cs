using System.Collections.Immutable;

namespace AvGateway.Operations.Faults;

/// <summary>What the passive watch of a line can say is wrong. The subject is the line of the site's network, or <c>$watch/ID</c> for a watch without one.</summary>
public static class MediaFaults
{
    public const string Prefix = "media.";

    /// <summary>Loss or jitter beyond the warning limit.</summary>
    public const string Degraded = Prefix + "degraded";
    public const string Loss = Prefix + "loss";
    public const string Jitter = Prefix + "jitter";
    public const string OneWay = Prefix + "one-way";
    public const string Damaged = Prefix + "damaged";

    /// <summary>Nothing watches: the capture process, libpcap, a right or the interface is missing.</summary>
    public const string Unwatched = "watch.blind";

    // The watch has held its limits for a while already; this is the time that a common cause gets to be seen.
    private static readonly TimeSpan Confirm = TimeSpan.FromSeconds(5);

    public static ImmutableArray<FaultKind> Kinds { get; } =
    [
        new(Degraded, "Calls over this line lose quality", "该线路通话质量下降", new(Severity.P4, Severity.P4, Severity.P3, Severity.P3), Confirm, FaultKinds.LineDown, Loss, Jitter),
        new(Loss, "This line loses media packets", "该线路媒体丢包严重", SeverityRule.Degraded, Confirm, FaultKinds.LineDown),
        new(Jitter, "Media over this line arrives unevenly", "该线路媒体抖动严重", SeverityRule.Degraded, Confirm, FaultKinds.LineDown),
        new(OneWay, "In a call over this line one side hears nothing", "该线路通话单向无声", SeverityRule.Unusable, Confirm, FaultKinds.LineDown),
        new(Damaged, "Packets arrive damaged over this line", "该线路收到损坏的数据包", new(Severity.P4, Severity.P4, Severity.P3, Severity.P3), Confirm),
        new(Unwatched, "Nothing watches this line", "该线路无人监视", new(Severity.P4, Severity.P4, Severity.P4, Severity.P3), TimeSpan.FromMinutes(1)),
    ];

    public static IReadOnlyList<string> Codes { get; } = [.. Kinds.Select(k => k.Code)];
}
