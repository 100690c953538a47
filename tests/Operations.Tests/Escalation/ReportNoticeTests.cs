using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Release;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>A report that the court let go reaches the carrier's desk once, with its content, whatever the ladder does; before that only the call does.</summary>
public sealed class ReportNoticeTests
{
    private ReleasedReport? _released;

    [Fact]
    public void It_is_handed_over_once_and_survives_a_kill_between_the_word_and_the_way()
    {
        var bench = new EscalationBench(rules: r => r with { ReleasedOf = _ => _released });
        bench.Gone([.. Tests.Faults.BoardBench.Devices]);
        bench.Pass(2);
        var fault = bench.Open.Single(f => f.Code == FaultKinds.LineDown);
        Assert.All(bench.Arrived, a => Assert.DoesNotContain("\"report\"", Text(a.Notice), StringComparison.Ordinal));

        var now = bench.Clock.GetUtcNow();
        _released = new(1, "carrier-a", "engineer", "admin", now, "d", "r", "b", """{"schema":"avgateway.report/1"}""");
        bench.Board.Hand(fault.Id, 1);
        bench.DiesAt = (_, where) => where == "before sending" && bench.Kills == 0;
        bench.Pass(10);

        var told = bench.Arrived.Where(a => a.Notice.Kind is NoticeKind.Report).ToList();
        var notice = Assert.Single(told).Notice;
        Assert.Equal(("carrier-desk/mail", $"{fault.Id}.report-1.carrier-desk.mail"), (told[0].Lane, notice.Key));
        Assert.Contains("avgateway.report/1", Text(notice), StringComparison.Ordinal);
        Assert.Contains("\"approvedBy\":\"admin\"", Text(notice), StringComparison.Ordinal);
        Assert.Equal("carrier-a", bench.Faults.Find(fault.Id)!.Party);
        Assert.Equal(1, bench.Kills);
    }

    private static string Text(Notice notice) => System.Text.Encoding.UTF8.GetString(notice.Report.Span);
}
