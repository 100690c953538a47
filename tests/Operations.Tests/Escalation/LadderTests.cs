using AvGateway.Operations.Escalation;
using AvGateway.Operations.Escalation.Ladders;
using AvGateway.Operations.Escalation.Silences;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Tests.Faults;

namespace AvGateway.Operations.Tests.Escalation;

/// <summary>Who is told of a fault, when, and what ends it.</summary>
public sealed class LadderTests
{
    private EscalationBench _bench = new();

    /// <summary>The whole table: from each stage, where each word leads; a dash changes nothing.</summary>
    [Fact]
    public void Every_stage_and_word_is_decided()
    {
        var words = Enum.GetValues<LadderTold>();
        var table = string.Join('\n', Enum.GetValues<LadderStage>().Select(s => $"{s}: {string.Join(' ', words.Select(w => LadderCycle.Next(s, w)?.ToString() ?? "-"))}"));

        // Waited TopReached Acknowledged Worked TakenBack Explained Silenced Freed Graver Restored Back
        Assert.Equal("""
            Gathering: Climbing - Acknowledged AtWork - Explained Silenced - Gathering Over -
            Climbing: - Exhausted Acknowledged AtWork - Explained Silenced - Gathering Over -
            Exhausted: - - Acknowledged AtWork - Explained Silenced - Gathering Over -
            Acknowledged: - - - AtWork Climbing Explained Silenced - - Over Gathering
            AtWork: - - - - - Explained - - - Over Gathering
            Explained: - - Acknowledged AtWork - - Silenced Gathering - Over -
            Silenced: - - Acknowledged AtWork - Explained - Gathering - Over -
            Over: - - - - - Explained Silenced - - - Gathering
            """, table);
        Assert.All(Enum.GetNames<LadderStage>(), stage => Assert.Contains(stage, LadderCycle.Diagram(), StringComparison.Ordinal));
    }

    [Fact]
    public void Nobody_answers_and_each_rung_is_told_once_a_round_until_the_repeats_are_used_up()
    {
        _bench.Gone("court-1/matrix");
        _bench.Pass(8 * 60);

        var told = _bench.Arrived.Where(a => a.Notice.Kind is NoticeKind.Fault).Select(a => (a.Lane, Minute: Math.Round((a.At - _bench.Arrived[0].At).TotalMinutes)));
        Assert.Equal([("zhang/sms", 0), ("lead/sms", 15), ("head/mail", 45), ("zhang/sms", 75), ("lead/sms", 90), ("head/mail", 120)], told);
        Assert.Equal(LadderStage.Exhausted, _bench.Board.CaseOf(_bench.Only.Id)!.Stage);
    }

    [Fact]
    public void The_first_message_comes_within_the_group_wait_and_names_what_a_receiver_may_know()
    {
        _bench.Gone("court-1/matrix");
        _bench.Pass(2);

        var (at, lane, notice) = Assert.Single(_bench.Arrived);
        Assert.InRange(at - _bench.Only.OpenedAt, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        Assert.Equal(("zhang/sms", "F-2026-000001.r1-1-1.zhang.sms", "F-2026-000001"), (lane, notice.Key, notice.Fault));
        Assert.Equal("[P4] court-1/matrix: The device cannot be reached F-2026-000001", notice.Subject.En);
        Assert.Equal("[P4] court-1/matrix 设备失去联系 F-2026-000001", notice.Subject.Zh);
        Assert.Contains("since 2026-01-05 09:00:00 +08:00", notice.Body.En, StringComparison.Ordinal);
        Assert.DoesNotContain("no-reply", notice.Body.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_on_duty_changes_and_the_new_one_is_told()
    {
        _bench.Pass(7 * 24 * 60);
        _bench.Gone("court-1/matrix");
        _bench.Pass(2);

        Assert.Equal("li/sms", Assert.Single(_bench.Arrived).Lane);
    }

    [Fact]
    public void A_fault_that_hits_a_hearing_goes_every_way_at_once()
    {
        _bench.Use("court-1", Occupancy.InSession);
        _bench.Gone("court-1/matrix");
        _bench.Pass(1.5);

        Assert.Equal(["zhang/mail", "zhang/sms"], _bench.LanesOf(NoticeKind.Fault).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Work_stops_the_ladder_and_who_was_told_hears_of_the_end()
    {
        var id = Told();
        _bench.Act(id, FaultVerb.Accept);
        _bench.Pass(3 * 60);
        Assert.Equal(["zhang/sms"], _bench.LanesOf(NoticeKind.Fault));

        _bench.Back("court-1/matrix");
        _bench.Pass(10);

        var over = Assert.Single(_bench.Arrived, a => a.Notice.Kind is NoticeKind.Over);
        Assert.Equal(("zhang/sms", $"{id}.over-1.zhang.sms"), (over.Lane, over.Notice.Key));
    }

    [Fact]
    public void An_acknowledgement_that_no_work_follows_is_taken_back_and_the_next_rung_is_told()
    {
        var id = Told();
        _bench.Act(id, FaultVerb.Acknowledge);
        _bench.Pass(29);
        Assert.Equal(FaultStep.Acknowledged, _bench.Only.Step);
        _bench.Pass(2);

        Assert.Equal((FaultStep.Open, null), (_bench.Only.Step, _bench.Only.AcknowledgedAt));
        Assert.Contains(_bench.Only.TimeLine, l => l.What == FaultWords.TakenBack);
        Assert.Equal(["zhang/sms", "lead/sms"], _bench.LanesOf(NoticeKind.Fault));
        Assert.Equal(FaultStep.Acknowledged, _bench.Act(id, FaultVerb.Acknowledge).Fault!.Step);
    }

    [Fact]
    public void A_dead_switch_is_one_message_and_what_hangs_on_it_none()
    {
        _bench.Gone("court-1/matrix", "court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder");
        _bench.Pass(5);

        Assert.Equal(("zhang/sms", "F-2026-000001"), (Assert.Single(_bench.Arrived).Lane, _bench.Arrived[0].Notice.Fault));
        Assert.Equal(FaultKinds.SwitchDown, _bench.Only.Code);
    }

    [Fact]
    public void What_a_cause_explains_within_the_group_wait_calls_nobody_until_the_cause_is_gone()
    {
        _bench.Gone("court-1/matrix");
        _bench.Pass(TimeSpan.FromSeconds(40));
        string[] others = ["court-1/recorder", "court-1/codec", "court-2/matrix", "court-2/recorder"];
        _bench.Gone(others);
        _bench.Pass(10);
        Assert.All(_bench.Arrived, a => Assert.DoesNotContain("court-1/matrix", a.Notice.Subject.En, StringComparison.Ordinal));
        Assert.Equal(LadderStage.Explained, _bench.Board.CaseOf("F-2026-000001")!.Stage);

        _bench.Back(others);
        _bench.Pass(12);

        Assert.Contains(_bench.Arrived, a => a.Notice.Kind is NoticeKind.Fault or NoticeKind.Digest && a.Notice.Body.En.Contains("court-1/matrix", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cut_line_is_one_ticket_of_the_carrier_with_circuit_and_last_good_time()
    {
        _bench = new(l => l with { Rungs = [new(TimeSpan.Zero, ["party"], [])], Codes = [FaultKinds.LineDown], Repeats = 0 });
        _bench.Gone(BoardBench.Devices);
        _bench.Pass(5);

        var (_, lane, notice) = Assert.Single(_bench.Arrived);
        Assert.Equal(("carrier-desk/mail", "carrier-a"), (lane, _bench.Only.Party));
        Assert.Contains("circuit CIRCUIT-1", notice.Body.En, StringComparison.Ordinal);
        Assert.Contains("last good 2026-01-05 09:00:00 +08:00", notice.Body.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_switch_is_nothing_to_the_carrier()
    {
        _bench = new(l => l with { Rungs = [new(TimeSpan.Zero, ["party"], [])], Codes = [FaultKinds.LineDown], Repeats = 0 });
        _bench.Gone([.. BoardBench.Devices.Where(d => d != "machine-room/ups")]);
        _bench.Pass(60);

        Assert.Empty(_bench.Tried);
        Assert.Equal(FaultKinds.SwitchDown, _bench.Only.Code);
    }

    [Fact]
    public void A_vendor_whose_warranty_and_contract_have_ended_is_not_called()
    {
        _bench = new(l => l with { Rungs = [new(TimeSpan.Zero, ["party"], []), new(TimeSpan.FromMinutes(10), ["contact:head"], [])], Repeats = 0 });
        _bench.Gone([.. BoardBench.Devices.Where(d => d != "machine-room/ups")]);
        _bench.Pass(3);

        Assert.Equal(["head/mail"], _bench.LanesOf(NoticeKind.Fault));
        Assert.Contains(_bench.Only.TimeLine, l => l.What == FaultWords.Held && l.Text!.Contains("ask for an offer", StringComparison.Ordinal));
    }

    [Fact]
    public void Twenty_flaps_in_ten_minutes_are_one_ticket_with_a_count_and_one_message()
    {
        for (var i = 0; i < 20; i++)
        {
            _bench.Gone("court-1/matrix");
            _bench.Pass(TimeSpan.FromSeconds(15));
            _bench.Back("court-1/matrix");
            _bench.Pass(TimeSpan.FromSeconds(15));
        }

        Assert.True(_bench.Only.IsFlapping);
        Assert.True(_bench.Only.Times >= 10, $"{_bench.Only.Times} times");
        Assert.Single(_bench.Arrived);
    }

    [Fact]
    public void A_hearing_that_comes_near_is_told_anew()
    {
        Told();
        _bench.Pass(6 * 60);
        _bench.Arrived.Clear();
        _bench.Use("court-1", Occupancy.InSession);
        _bench.Pass(2);

        Assert.Equal(["zhang/mail", "zhang/sms"], _bench.Arrived.Where(a => a.Notice.Subject.En.StartsWith("[P1]", StringComparison.Ordinal)).Select(a => a.Lane).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_silence_holds_what_it_is_for_and_what_is_still_there_is_told_when_it_ends()
    {
        var now = _bench.Clock.GetUtcNow();
        Assert.Null(_bench.Board.Add(new("s1", "engineer", "cabling", now, now.AddHours(2)) { Subject = "court-1" }));
        _bench.Gone("court-1/matrix", "court-2/matrix");
        _bench.Pass(60);
        Assert.All(_bench.Arrived, a => Assert.DoesNotContain("court-1/matrix", a.Notice.Body.En, StringComparison.Ordinal));
        Assert.Contains(_bench.Changes, c => c.Fault.Subject == "court-1/matrix" && c.Line.What == FaultWords.Held && c.Line.Text == "silence s1 by engineer: cabling");

        _bench.Kill();
        _bench.Pass(55);
        Assert.All(_bench.Arrived, a => Assert.DoesNotContain("court-1/matrix", a.Notice.Body.En, StringComparison.Ordinal));
        _bench.Pass(15);

        Assert.Contains(_bench.Arrived, a => a.Notice.Body.En.Contains("court-1/matrix", StringComparison.Ordinal));
        Assert.Empty(_bench.Board.Silences);
    }

    [Fact]
    public void A_silence_has_an_end_and_never_hides_a_recording_in_danger()
    {
        var now = _bench.Clock.GetUtcNow();
        Assert.NotNull(_bench.Board.Add(new("s1", "engineer", "for ever", now, now.AddDays(8))));
        Assert.NotNull(_bench.Board.Add(new("s1", "engineer", "over", now.AddHours(-2), now.AddHours(-1))));
        Assert.Null(_bench.Board.Add(new("s1", "engineer", "cabling", now, now.AddHours(2)) { Subject = "court-1" }));
        _bench.Faults.Tell(new("court-1/recorder", "recording.no-growth"), true);
        _bench.Pass(2);
        Assert.NotEmpty(_bench.Arrived);

        var silent = new Silence("s2", "engineer", "known", now, now.AddHours(2)) { Fault = _bench.Only.Id };
        Assert.True(silent.Holds(_bench.Only));
    }

    [Fact]
    public void Clocks_remind_once_a_mark_of_those_that_it_concerns()
    {
        _bench.Use("court-1", Occupancy.HearingNear);
        var id = Told();
        _bench.Act(id, FaultVerb.Accept);
        _bench.Act(id, FaultVerb.Answer, text: "on the way");
        _bench.Pass(5 * 60);

        var lines = _bench.Only.TimeLine.Where(l => l.What == FaultWords.Clock).Select(l => l.Text);
        Assert.Equal(["on-site 50 %", "on-site 80 %", "on-site 100 %", "restore 50 %", "restore 80 %", "restore 100 %"], lines);
        Assert.Equal(["zhang/sms"], _bench.Arrived.Where(a => a.Notice.Key.Contains("on-site-50", StringComparison.Ordinal)).Select(a => a.Lane));
        Assert.Equal(["head/mail", "lead/sms", "zhang/sms"], _bench.Arrived.Where(a => a.Notice.Key.Contains("restore-100", StringComparison.Ordinal)).Select(a => a.Lane).Order(StringComparer.Ordinal));
        Assert.Contains("Contract clock (on-site 50 %)", _bench.Arrived.First(a => a.Notice.Kind is NoticeKind.Clock).Notice.Subject.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(24)]
    [InlineData(-24)]
    public void A_step_of_the_clock_loses_and_doubles_no_rung_with_a_restart_or_without(int hours)
    {
        var usual = Rungs(new(), null, false);
        Assert.Equal(["r1-1-1", "r1-1-2", "r1-1-3", "r1-2-1", "r1-2-2", "r1-2-3"], usual.Select(r => r.Step));
        Assert.Equal(usual, Rungs(new(), TimeSpan.FromHours(hours), false));
        Assert.Equal(usual.Select(r => r.Step), Rungs(new(), TimeSpan.FromHours(hours), true).Select(r => r.Step));

        static List<(string Step, double Minute)> Rungs(EscalationBench bench, TimeSpan? step, bool kills)
        {
            bench.Gone("court-1/matrix");
            bench.Pass(7);
            if (step is { } by) bench.Clock.Step(by);
            if (kills) bench.Kill();
            bench.Pass(8 * 60);
            return [.. bench.Told.Where(t => t.Step.StartsWith('r')).Select(t => (t.Step, Math.Round((t.At - bench.Told[0].At).TotalMinutes)))];
        }
    }

    [Fact]
    public void A_restart_goes_on_at_the_same_rung_with_the_ladder_of_then()
    {
        Told();
        _bench.Pass(5);
        _bench.Kill();
        _bench.Pass(8);
        Assert.Equal(["zhang/sms"], _bench.LanesOf(NoticeKind.Fault));
        _bench.Pass(2);

        Assert.Equal(["zhang/sms", "lead/sms"], _bench.LanesOf(NoticeKind.Fault));
    }

    private string Told()
    {
        _bench.Gone("court-1/matrix");
        _bench.Pass(2);
        return _bench.Only.Id;
    }
}
