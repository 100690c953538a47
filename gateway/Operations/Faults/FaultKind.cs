using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Operations.Probes;
using AvGateway.Scenes.Hearings.Recording;

namespace AvGateway.Operations.Faults;

/// <summary>What can be wrong, as data.</summary>
/// <param name="Code">Dotted, stable: programs and contracts name it.</param>
/// <param name="VisibleAfter">A symptom that is gone sooner is no fault.</param>
/// <param name="HiddenBy">Codes on the same thing that explain this one.</param>
public sealed record FaultKind(string Code, string En, string Zh, SeverityRule Rule, TimeSpan VisibleAfter, params ImmutableArray<string> HiddenBy)
{
    /// <summary>About the site and no room of it: whoever tells it says how grave it is, and it is closed when it is mended, since a person mended it.</summary>
    public bool IsOfSite { get; init; }

    /// <summary>A person sees it and the gateway cannot: it is over when somebody says that the work is done.</summary>
    public bool IsReported { get; init; }
}

/// <summary>The table of fault kinds: the gateway's own, and those that drivers declare.</summary>
public sealed class FaultKinds
{
    public const string Unreachable = "device.unreachable";
    public const string Unusable = "device.unusable";
    public const string PowerBranchDown = "power.down";
    public const string SwitchDown = "switch.down";
    public const string LineDown = "line.down";

    /// <summary>The far gateway does not answer over a line; what hangs on the line decides whether it is down as a whole.</summary>
    public const string LineSilent = "line.silent";
    public const string LineDegraded = "line.degraded";
    public const string ForbiddenRoute = "route.forbidden";
    public const string HolidaysMissing = "calendar.list-missing";

    /// <summary>A fault of the telling of faults itself.</summary>
    public const string Undelivered = "notice.undelivered";

    /// <summary>What people report (R32): the room or device cannot be used, or something about it is wrong.</summary>
    public const string ReportedUnusable = "reported.unusable";
    public const string ReportedTrouble = "reported.trouble";

    /// <summary>Work is due by running hours; the code goes on with the work, for example <c>maintenance.due:lamp</c>.</summary>
    public const string MaintenanceDue = "maintenance.due";

    /// <summary>What faults of the gateway itself are about.</summary>
    public const string GatewaySubject = "$gateway";

    // Two polls and a look at the neighbours: a cut line must be seen as one before its devices are tickets of their own.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Confirm = TimeSpan.FromSeconds(10);

    private static readonly ImmutableArray<FaultKind> Own =
    [
        new(Unreachable, "The device cannot be reached", "设备失去联系", SeverityRule.Unusable, Settle),
        new(Unusable, "The device answers and cannot be used", "设备有应答但无法使用", SeverityRule.Unusable, Settle, Unreachable),
        new(PowerBranchDown, "Everything on this power branch is gone", "该供电支路下的设备全部失联", new(Severity.P3, Severity.P2, Severity.P2, Severity.P1), Confirm),
        new(SwitchDown, "Everything behind this network switch is gone", "该交换机下的设备全部失联", new(Severity.P3, Severity.P2, Severity.P2, Severity.P1), Confirm),
        new(LineDown, "Everything behind this transmission line is gone", "该传输线路对端的设备全部失联", new(Severity.P2, Severity.P2, Severity.P2, Severity.P1), Confirm),
        new(LineSilent, "The far gateway does not answer over this line", "该线路上对端网关无应答", new(Severity.P3, Severity.P2, Severity.P2, Severity.P1), Confirm, LineDown),
        new(LineDegraded, "This line loses or delays more than it may", "该线路丢包或抖动超限", new(Severity.P3, Severity.P3, Severity.P2, Severity.P2), Confirm, LineDown, LineSilent),
        new(Undelivered, "Notices of faults could not be delivered", "故障通知未能送达", SeverityRule.Always(Severity.P2), TimeSpan.Zero),
        new(ForbiddenRoute, "A forbidden connection was seen in the courtroom", "发现法庭内禁止的信号连接", SeverityRule.Always(Severity.P1), TimeSpan.Zero),
        new(ReportedUnusable, "A person reports that it cannot be used", "人工报修：无法使用", SeverityRule.Unusable, TimeSpan.Zero) { IsReported = true },
        new(ReportedTrouble, "A person reports trouble", "人工报修：使用异常", SeverityRule.Degraded, TimeSpan.Zero) { IsReported = true },
        new(MaintenanceDue, "Maintenance is due by running hours", "运行时数已到，需要保养", SeverityRule.Always(Severity.P4), TimeSpan.Zero) { IsOfSite = true },
        new(HolidaysMissing, "The days off of the year are not known", "尚无该年度的节假日安排", SeverityRule.Always(Severity.P4), TimeSpan.Zero) { IsOfSite = true },
    ];

    // The law: what endangers a recording while a hearing needs it is of the first priority (R54), and nobody waits to see whether it passes.
    private static readonly ImmutableArray<FaultKind> Recording =
        [.. RecordingFaults.All.Select(f => new FaultKind(f.Code, f.En, f.Zh, SeverityRule.Always(Severity.P1), TimeSpan.Zero))];

    private readonly Dictionary<string, FaultKind> _all = new(StringComparer.Ordinal);

    /// <param name="declared">What the drivers of the site and the runtime can raise; a kind that stands here already keeps its rule.</param>
    public FaultKinds(IEnumerable<FaultSpec> declared)
    {
        foreach (var kind in Own.Concat(Recording).Concat(ProbeFaults.Kinds).Concat(MediaFaults.Kinds)) _all.Add(kind.Code, kind);
        foreach (var spec in declared) _all.TryAdd(spec.Code, new(spec.Code, spec.En, spec.Zh, SeverityRule.Degraded, Confirm, Unreachable));
    }

    public IReadOnlyCollection<FaultKind> All => _all.Values;

    /// <summary>The kind of a code; one that nobody declared is shown under its code, and never lost.</summary>
    public FaultKind Of(string code)
    {
        if (_all.TryGetValue(code, out var kind)) return kind;

        // A probe's fault is its kind and the probe, "probe.silent:city-database"; so is work that is due: "maintenance.due:lamp".
        if (code.IndexOf(ProbeFaults.Of, StringComparison.Ordinal) is > 0 and var at && _all.TryGetValue(code[..at], out var common)) return common with { Code = code };
        return new(code, code, code, SeverityRule.Degraded, Confirm, Unreachable);
    }

    /// <summary>A fault of a line as a line: it carries the verdict, and needs the longer recovery.</summary>
    public static bool IsOfLine(string code) => code is LineDown or LineSilent or LineDegraded;

    /// <summary>The kind that a dark branch of the site's network is.</summary>
    public static string OfBranch(BranchKind branch) => branch switch
    {
        BranchKind.Power => PowerBranchDown,
        BranchKind.Line => LineDown,
        _ => SwitchDown,
    };
}
