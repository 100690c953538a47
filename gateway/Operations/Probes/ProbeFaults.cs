using System.Collections.Immutable;
using AvGateway.Operations.Faults;
using AvGateway.Scenes.Hearings.Recording;

namespace AvGateway.Operations.Probes;

/// <summary>What a probe can say is wrong. A fault's code is one of these and the probe's id, for example <c>probe.silent:city-database</c>.</summary>
public static class ProbeFaults
{
    public const string Prefix = "probe.";
    public const string Silent = Prefix + "silent";
    public const string Wrong = Prefix + "wrong";
    public const string Blind = Prefix + "blind";
    public const string Warn = Prefix + "warn";
    public const string Alarm = Prefix + "alarm";
    public const string Critical = Prefix + "critical";
    public const string Rising = Prefix + "rising";
    public const string Stuck = Prefix + "stuck";

    /// <summary>Stands between kind and probe.</summary>
    public const char Of = ':';

    // The engine has waited for several runs already; this is the time that a common cause gets to be seen.
    private static readonly TimeSpan Confirm = TimeSpan.FromSeconds(10);

    private static readonly ImmutableArray<string> Causes = [FaultKinds.Unreachable, FaultKinds.LineDown, FaultKinds.SwitchDown, FaultKinds.PowerBranchDown, .. RecordingFaults.All.Select(f => f.Code)];

    public static ImmutableArray<FaultKind> Kinds { get; } =
    [
        new(Silent, "A probe gets no answer", "探测无应答", SeverityRule.Degraded, Confirm, Causes),
        new(Wrong, "A probe gets a wrong answer", "探测应答异常", SeverityRule.Degraded, Confirm, Causes),
        new(Blind, "A probe cannot be carried out: nothing watches there", "探测无法执行，该处无人监视", new(Severity.P4, Severity.P4, Severity.P3, Severity.P3), Confirm),
        new(Warn, "A value is beyond its warning limit", "测量值超出预警限", new(Severity.P4, Severity.P4, Severity.P3, Severity.P3), TimeSpan.Zero, Causes),
        new(Alarm, "A value is beyond its alarm limit", "测量值超出告警限", new(Severity.P2, Severity.P2, Severity.P2, Severity.P1), TimeSpan.Zero, Causes),
        new(Critical, "A value endangers the equipment", "测量值危及设备安全", SeverityRule.Always(Severity.P1), TimeSpan.Zero),
        new(Rising, "A value rises dangerously fast", "测量值急剧上升", SeverityRule.Always(Severity.P1), TimeSpan.Zero),
        new(Stuck, "A sensor has shown the same value for too long", "传感器读数长时间不变", SeverityRule.Degraded, TimeSpan.Zero, Causes),
    ];

    public static IReadOnlyList<string> Codes { get; } = [.. Kinds.Select(k => k.Code)];

    public static string CodeOf(string kind, string probe) => $"{kind}{Of}{probe}";

    /// <summary>The probe that a code is of, or null for the code of another part.</summary>
    public static string? ProbeOf(string code) =>
        code.StartsWith(Prefix, StringComparison.Ordinal) && code.IndexOf(Of, StringComparison.Ordinal) is > 0 and var at ? code[(at + 1)..] : null;
}
