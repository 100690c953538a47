using System.Text;
using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;

namespace AvGateway.Channels.Tests;

/// <summary>Notices as the ladder makes them, and words that may never leave the house.</summary>
internal static class Notices
{
    public const string Key = "F-2026-000123/2/duty";

    public static readonly DateTimeOffset At = new(2026, 11, 29, 21, 30, 0, TimeSpan.Zero);

    public static Notice Fault(string key = Key, Severity severity = Severity.P1, string? language = null) => new(
        key,
        NoticeKind.Fault,
        severity,
        At,
        new("一级故障：第一审判庭录像机未应答", "P1: the recorder of court-1 does not answer"),
        new("录像机 court-1/recorder 自 21:30 起未应答。\n请在五分钟内确认。", "court-1/recorder has not answered since 21:30.\nPlease acknowledge within five minutes."))
    {
        Fault = "F-2026-000123",
        Language = language,
        Report = Encoding.UTF8.GetBytes("""{"id":"F-2026-000123","severity":"P1"}"""),
    };
}

internal static class Patience
{
    /// <summary>For what a real program or socket does; never waited for in full when all is well.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    public static CancellationToken Test => TestContext.Current.CancellationToken;

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Long, TimeProvider.System, Test);

    public static Task Soon(this Task task) => task.WaitAsync(Long, TimeProvider.System, Test);
}
