using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Faults.Clocks;
using AvGateway.Operations.Schedule.Calendars;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>What people report: intake, the reporter's word, and the call afterwards.</summary>
public sealed class FaultReportTests
{
    private readonly BoardBench _bench = new();

    [Theory]
    [InlineData(false, Occupancy.Empty, Severity.P4)]
    [InlineData(false, Occupancy.InSession, Severity.P2)]
    [InlineData(true, Occupancy.HearingNear, Severity.P2)]
    [InlineData(true, Occupancy.InSession, Severity.P1)]
    public void A_report_is_a_fault_at_once_and_as_grave_as_the_room_is_used(bool unusable, Occupancy use, Severity severity)
    {
        _bench.Use("court-1", use);

        var fault = _bench.Report("court-1", unusable: unusable).Fault!;

        Assert.Equal((severity, "court-1", FaultStep.Open), (fault.Severity, fault.Room, fault.Step));
        Assert.Equal(["opened", "reported"], _bench.Told(fault.Id));
        Assert.Equal(("Wang: the screen flickers", "engineer"), (fault.TimeLine[^1].Text, fault.TimeLine[^1].By));
    }

    [Fact]
    public void By_phone_at_ten_to_midnight_the_clock_that_never_sleeps_begins()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        var hours = new ServiceHours(new(zone), static () => BuiltInCalendar.Calendar, ServiceHours.UsualOffice);
        _bench.Use("court-1", Occupancy.InSession);
        var fault = _bench.Report("court-1", unusable: true).Fault!;
        var called = new DateTimeOffset(2026, 10, 3, 23, 50, 0, TimeSpan.FromHours(8));
        var late = fault with { OpenedAt = called, Terms = [new(Severity.P1, called)] };

        var answer = new ContractClocks(ServiceTerms.Usual(isBasic: false), hours).Of(late, called).Single(c => c.Kind is ClockKind.Restore);

        Assert.Equal(called.AddMinutes(30), answer.Due);
    }

    [Fact]
    public async Task One_about_what_has_a_fault_already_joins_it()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        var id = _bench.Only.Id;

        Assert.Equal(id, _bench.Report("court-1/matrix").Fault!.Id);
        Assert.Equal(id, _bench.Report("court-1/matrix", name: "Li").Fault!.Id);
        Assert.Equal(["Wang", "Li"], _bench.Only.Reporters.Select(r => r.Name));

        // A room has many things: what people say about it is no fault of one of its devices.
        Assert.NotEqual(id, _bench.Report("court-1").Fault!.Id);
    }

    [Fact]
    public async Task What_no_sensor_sees_is_over_when_somebody_says_what_was_done()
    {
        var id = _bench.Report("court-1").Fault!.Id;
        await _bench.PassAsync(TimeSpan.FromHours(5));
        Assert.Equal(FaultStep.Open, _bench.Only.Step);
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Close).Refusal!.Code);
        Assert.Equal(AnswerCodes.BadArgument, _bench.Act(id, FaultVerb.Resolve).Refusal!.Code);

        var solved = _bench.Act(id, FaultVerb.Resolve, text: "cable replaced, picture steady for ten minutes").Fault!;

        Assert.Equal((FaultStep.Solved, false), (solved.Step, solved.IsPresent));
        Assert.NotNull(solved.RecoveredAt);
        await _bench.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(FaultStep.Solved, _bench.Only.Step);
    }

    [Fact]
    public void Closing_needs_the_word_of_whoever_reported_it()
    {
        var id = Solved();

        Assert.Contains("word", _bench.Act(id, FaultVerb.Close).Refusal!.Title, StringComparison.Ordinal);
        var closed = _bench.Act(id, new FaultAct(FaultVerb.Close, "engineer") { Word = "by phone: it is well" }).Fault!;

        Assert.Equal((FaultStep.Closed, "reporter: by phone: it is well"), (closed.Step, closed.TimeLine[^1].Text));
        Assert.NotNull(closed.FollowUpBy);
    }

    [Fact]
    public void Whoever_reported_it_himself_closes_it_himself()
    {
        var id = _bench.Report("court-1", name: "clerk-1", by: "clerk-1").Fault!.Id;
        _bench.Act(id, FaultVerb.Resolve, text: "restarted");

        Assert.Equal(FaultStep.Closed, _bench.Act(id, FaultVerb.Close, "clerk-1").Fault!.Step);
    }

    [Fact]
    public async Task Three_days_without_an_objection_are_a_word_as_well()
    {
        var id = Solved();
        await _bench.PassAsync(TimeSpan.FromDays(3) - TimeSpan.FromMinutes(5));
        Assert.Equal(FaultStep.Solved, _bench.Only.Step);

        await _bench.PassAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(("gateway", "nobody objected within three workdays"), (_bench.Board.Find(id)!.TimeLine[^1].By, _bench.Board.Find(id)!.TimeLine[^1].Text));
    }

    [Fact]
    public async Task Reported_again_before_it_is_closed_it_was_not_mended()
    {
        var id = Solved();

        Assert.Equal(id, _bench.Report("court-1", "still flickers").Fault!.Id);
        await _bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal((FaultStep.Open, 2, (DateTimeOffset?)null), (_bench.Only.Step, _bench.Only.Times, _bench.Only.RecoveredAt));
    }

    [Fact]
    public void Afterwards_somebody_asks_how_it_went()
    {
        var id = Closed();
        Assert.True(_bench.Board.Find(id)!.AwaitsFollowUp);

        var done = _bench.Act(id, new FaultAct(FaultVerb.FollowUp, "engineer", "content") { IsWell = true }).Fault!;

        Assert.Equal((FaultStep.FollowedUp, true, false), (done.Step, done.IsClosed, done.AwaitsFollowUp));
        Assert.Equal(("followed-up", "well: content"), (done.TimeLine[^1].What, done.TimeLine[^1].Text));
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, new FaultAct(FaultVerb.FollowUp, "engineer", "again") { IsWell = true }).Refusal!.Code);
    }

    [Fact]
    public async Task What_is_not_well_is_taken_up_again_and_both_name_the_other()
    {
        var id = Closed();

        var again = _bench.Act(id, new FaultAct(FaultVerb.FollowUp, "engineer", "flickers in the afternoon") { IsWell = false }).Fault!;

        var before = _bench.Board.Find(id)!;
        Assert.Equal((FaultStep.FollowedUp, again.Id, id), (before.Step, before.ReopenedAs, again.Reopens));
        Assert.Equal(("Wang", FaultStep.Open), (Assert.Single(again.Reporters).Name, again.Step));
        await _bench.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal((again.Id, true), (_bench.Only.Id, _bench.Only.IsPresent));
    }

    [Fact]
    public async Task One_that_waits_for_its_call_is_not_forgotten_after_a_week()
    {
        var id = Closed();
        await _bench.PassAsync(TimeSpan.FromDays(20));
        Assert.NotNull(_bench.Board.Find(id));

        _bench.Act(id, new FaultAct(FaultVerb.FollowUp, "engineer", "content") { IsWell = true });
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(id, Assert.Single(_bench.Board.TakeDropped()));
    }

    [Fact]
    public async Task What_stopped_a_room_is_followed_up_also_when_the_gateway_saw_it_and_a_reminder_is_not()
    {
        _bench.Use("court-1", Occupancy.HearingNear);
        _bench.Gone("court-1/matrix", "court-2/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        _bench.Back("court-1/matrix", "court-2/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(2));
        foreach (var open in _bench.Open.ToList()) _bench.Act(open.Id, FaultVerb.Close);

        Assert.Equal([("court-1/matrix", true), ("court-2/matrix", false)], _bench.Board.Faults.Select(f => (f.Subject, f.AwaitsFollowUp)).Order());
    }

    [Fact]
    public void A_stored_report_comes_back_whole()
    {
        var fault = _bench.Report("court-1", contact: "zhang").Fault!;

        var read = FaultJson.Read(FaultJson.Write(fault));

        Assert.Equal(Assert.Single(fault.Reporters), Assert.Single(read.Reporters));
    }

    private string Solved()
    {
        var id = _bench.Report("court-1").Fault!.Id;
        _bench.Act(id, FaultVerb.Resolve, text: "cable replaced");
        return id;
    }

    private string Closed()
    {
        var id = Solved();
        _bench.Act(id, new FaultAct(FaultVerb.Close, "engineer") { Word = "it is well" });
        return id;
    }
}
