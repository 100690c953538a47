using AvGateway.Operations.Escalation;
using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>What whoever reported a fault hears, who is reminded to ask afterwards, and silences that begin later.</summary>
public sealed class ReporterTests
{
    private readonly EscalationBench _bench = new();

    [Fact]
    public void A_reporter_hears_of_it_three_times_and_nothing_that_people_said()
    {
        var id = _bench.Report("court-1", "canary: the screen flickers", "canary Wang", "court-office").Id;
        _bench.Pass(2);
        Assert.DoesNotContain(_bench.Arrived, a => a.Lane == "court-office/sms");
        _bench.Act(id, FaultVerb.Acknowledge);
        _bench.Pass(10);
        _bench.Act(id, FaultVerb.Assign, text: "canary note", to: "vendor:acme");
        _bench.Pass(10);
        _bench.Act(id, FaultVerb.Resolve, text: "canary cable");
        _bench.Pass(10);
        _bench.Act(id, new FaultAct(FaultVerb.Close, "engineer") { Word = "canary word" });
        _bench.Pass(60);

        Assert.Equal(
            ["Your report was taken up: ", "Somebody was sent for your report: ", "Your report is solved: "],
            _bench.Arrived.Where(a => a.Lane == "court-office/sms").Select(a => a.Notice.Subject.En["[P4] ".Length..a.Notice.Subject.En.IndexOf("court-1", StringComparison.Ordinal)]));
        Assert.All(_bench.Arrived, a => Assert.DoesNotContain("canary", a.Notice.Subject.En + a.Notice.Body.En + a.Notice.Subject.Zh + a.Notice.Body.Zh, StringComparison.Ordinal));
    }

    [Fact]
    public void What_was_solved_and_was_not_is_told_again()
    {
        var id = _bench.Report("court-1", "flickers", "Wang", "court-office").Id;
        _bench.Act(id, FaultVerb.Resolve, text: "cable");
        _bench.Pass(10);
        _bench.Report("court-1", "still flickers", "Wang", "court-office");
        _bench.Pass(10);
        _bench.Act(id, FaultVerb.Resolve, text: "another cable");
        _bench.Pass(10);

        Assert.Equal(2, _bench.Arrived.Count(a => a.Lane == "court-office/sms" && a.Notice.Subject.En.Contains("is solved", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_is_on_duty_is_reminded_to_ask_and_the_lead_when_nobody_did(bool killed)
    {
        var id = Closed();
        _bench.Pass(60 * (72 - 9));
        var before = _bench.Arrived.Count;
        if (killed) _bench.Kill();
        _bench.Pass(60 * 2);
        Assert.Equal(["zhang/sms"], _bench.Arrived.Skip(before).Select(a => a.Lane));
        Assert.Equal(NoticeKind.FollowUp, _bench.Arrived[^1].Notice.Kind);

        if (killed) _bench.Kill();
        _bench.Pass(60 * 48);

        Assert.Equal(["zhang/sms", "zhang/sms", "lead/sms"], _bench.Arrived.Skip(before).Select(a => a.Lane).OrderDescending());
        Assert.Equal(2, _bench.Faults.Find(id)!.TimeLine.Count(l => l.What == FaultWords.FollowUpDue));
    }

    [Fact]
    public void Who_was_asked_in_time_needs_no_reminder()
    {
        var id = Closed();
        _bench.Act(id, new FaultAct(FaultVerb.FollowUp, "engineer", "content") { IsWell = true });
        var before = _bench.Arrived.Count;

        _bench.Pass(60 * 24 * 6);

        Assert.Equal(before, _bench.Arrived.Count);
        Assert.Null(_bench.Board.CaseOf(id));
    }

    [Fact]
    public void A_planned_silence_holds_from_its_beginning_and_not_before()
    {
        var now = _bench.Clock.GetUtcNow();
        Assert.NotNull(_bench.Board.Add(new("far", "engineer", "some day", now.AddDays(91), now.AddDays(92)) { Subject = "court-2" }));
        Assert.Null(_bench.Board.Add(new("night", "engineer", "cabling tonight", now.AddHours(1), now.AddHours(3)) { Subject = "court-2" }));
        _bench.Gone("court-2/matrix");
        _bench.Pass(2);
        Assert.Equal("zhang/sms", Assert.Single(_bench.Arrived).Lane);
        _bench.Back("court-2/matrix");
        _bench.Pass(50);
        _bench.Kill();
        var before = _bench.Arrived.Count;

        _bench.Pass(15);
        _bench.Gone("court-2/recorder");
        _bench.Pass(100);
        Assert.Equal(before, _bench.Arrived.Count);

        _bench.Pass(30);
        Assert.Contains(_bench.Arrived.Skip(before), a => a.Notice.Body.En.Contains("court-2/recorder", StringComparison.Ordinal));
        Assert.Empty(_bench.Board.Silences);
    }

    private string Closed()
    {
        var id = _bench.Report("court-1", "flickers", "Wang", null).Id;
        _bench.Act(id, FaultVerb.Resolve, text: "cable");
        _bench.Act(id, new FaultAct(FaultVerb.Close, "engineer") { Word = "well" });
        return id;
    }
}
