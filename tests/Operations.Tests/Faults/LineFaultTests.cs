using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Tests.Escalation;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>What the fault of a watched line carries, and who is called for it (R15).</summary>
public sealed class LineFaultTests
{
    private static readonly LineVerdict OfCarrier = new(LineSide.Carrier, [LineReasons.CarrierSilent]);
    private static readonly LineVerdict OfUs = new(LineSide.Local, [LineReasons.RouterSilent]);
    private static readonly LineVerdict OfFar = new(LineSide.FarSide, [LineReasons.FarRouterWell]);
    private static readonly LineVerdict NotKnown = new(LineSide.Unknown, [LineReasons.Undecided]);
    private static readonly DateTimeOffset LastWell = new(2026, 1, 5, 7, 59, 30, TimeSpan.Zero);

    private LineVerdict? _verdict;

    [Fact]
    public async Task The_fault_carries_the_verdict_and_the_carrier_has_it_when_it_is_the_carriers()
    {
        var bench = Bench();
        _verdict = OfCarrier;
        bench.Board.Tell(new("far", FaultKinds.LineSilent), true);
        await bench.PassAsync(TimeSpan.FromSeconds(15));

        Assert.Equal((FaultKinds.LineDown, "carrier-a", OfCarrier, "CIRCUIT-2", LastWell), (bench.Only.Code, bench.Only.Owner, bench.Only.Verdict, bench.Only.Circuit, bench.Only.LastGood));
        Assert.Equal(bench.Only.Verdict, FaultJson.Read(FaultJson.Write(bench.Only)).Verdict);
    }

    [Fact]
    public async Task A_trouble_of_ours_has_no_carrier_until_it_is_judged_anew_and_every_turn_is_a_line()
    {
        var bench = Bench();
        _verdict = OfUs;
        bench.Board.Tell(new("far", FaultKinds.LineDegraded), true, Wording.Own("loss 5 % out"));
        await bench.PassAsync(TimeSpan.FromSeconds(15));
        Assert.Equal((FaultKinds.LineDegraded, (string?)null), (bench.Only.Code, bench.Only.Owner));

        _verdict = OfCarrier;
        await bench.PassAsync(TimeSpan.FromSeconds(35));
        Assert.Equal("carrier-a", bench.Only.Owner);
        _verdict = OfFar;
        await bench.PassAsync(TimeSpan.FromSeconds(35));
        Assert.Null(bench.Only.Owner);
        Assert.Equal(2, bench.Told(bench.Only.Id).Count(w => w == FaultWords.Judged));
    }

    [Fact]
    public async Task To_see_less_takes_nothing_back_in_one_trouble_and_a_new_one_is_judged_by_itself()
    {
        var bench = Bench();
        _verdict = OfCarrier;
        bench.Board.Tell(new("far", FaultKinds.LineDegraded), true);
        await bench.PassAsync(TimeSpan.FromSeconds(15));
        _verdict = NotKnown;
        await bench.PassAsync(TimeSpan.FromSeconds(35));
        Assert.Equal(OfCarrier, bench.Only.Verdict);

        bench.Board.Tell(new("far", FaultKinds.LineDegraded), false);
        await bench.PassAsync(TimeSpan.FromSeconds(5));
        _verdict = new(LineSide.Unknown, [LineReasons.Looking]);
        bench.Board.Tell(new("far", FaultKinds.LineDegraded), true);
        await bench.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(OfCarrier, bench.Only.Verdict);
        _verdict = NotKnown;
        await bench.PassAsync(TimeSpan.FromSeconds(35));
        Assert.Equal((NotKnown, (string?)null), (bench.Only.Verdict, bench.Only.Owner));
    }

    [Fact]
    public async Task A_degraded_line_is_not_a_second_fault_once_it_is_silent()
    {
        var bench = Bench();
        _verdict = OfCarrier;
        bench.Board.Tell(new("far", FaultKinds.LineDegraded), true);
        bench.Board.Tell(new("far", FaultKinds.LineSilent), true);
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(FaultKinds.LineDown, bench.Only.Code);
    }

    [Fact]
    public async Task A_silent_gateway_on_a_line_whose_devices_answer_is_no_dead_line()
    {
        var bench = Bench();
        _verdict = OfFar;
        bench.Board.Tell(new("line-1", FaultKinds.LineSilent), true);
        await bench.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((FaultKinds.LineSilent, (string?)null), (bench.Only.Code, bench.Only.Owner));
    }

    [Fact]
    public async Task A_line_without_a_watch_is_its_carriers_as_before()
    {
        var bench = Bench();
        bench.Gone(BoardBench.Devices);
        await bench.PassAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(("line-1", "carrier-a", (LineVerdict?)null), (bench.Only.Subject, bench.Only.Owner, bench.Only.Verdict));
    }

    [Fact]
    public void Ours_is_told_to_our_duty_the_far_courts_to_its_duty_and_the_carrier_hears_of_its_own()
    {
        Assert.Equal(["zhang/sms"], ToldBy(OfUs));
        Assert.Equal(["zhang/sms"], ToldBy(NotKnown));
        Assert.Equal(["lead/sms"], ToldBy(OfFar));
        Assert.Equal(["carrier-desk/mail"], ToldBy(OfCarrier));
    }

    [Fact]
    public void A_verdict_that_becomes_the_carriers_calls_the_carrier_although_the_rung_is_past()
    {
        _verdict = NotKnown;
        var bench = Told();
        Assert.DoesNotContain(bench.Told, t => t.Lane == "carrier-desk/mail");
        Assert.Null(bench.Only.Party);

        _verdict = OfCarrier;
        bench.Pass(3);
        Assert.Contains(bench.Told, t => t.Lane == "carrier-desk/mail");
        Assert.Equal("carrier-a", bench.Only.Party);

        // It was not the carrier's after all: the report is taken away.
        _verdict = OfUs;
        bench.Pass(3);
        Assert.Null(bench.Only.Party);
    }

    [Fact]
    public void What_a_person_gave_to_the_carrier_stays_there()
    {
        _verdict = NotKnown;
        var bench = Told();
        bench.Act(bench.Only.Id, FaultVerb.Assign, to: "carrier:carrier-a");
        _verdict = OfUs;
        bench.Pass(3);

        Assert.Equal(("carrier-a", FaultStep.WithCarrier), (bench.Only.Party, bench.Only.Step));
    }

    private IEnumerable<string> ToldBy(LineVerdict verdict)
    {
        _verdict = verdict;
        return Told().Told.Select(t => t.Lane).Distinct();
    }

    private EscalationBench Told()
    {
        var bench = new EscalationBench(
            ladder => ladder with { Rungs = [new(TimeSpan.Zero, ["party"], []), new(TimeSpan.FromMinutes(15), ["roster:duty"], [])] },
            rules => rules with { FarContactOf = _ => "lead" },
            faults: Rules);
        bench.Faults.Tell(new("far", FaultKinds.LineSilent), true);
        bench.Pass(2);
        return bench;
    }

    private BoardBench Bench()
    {
        var bench = new BoardBench();
        return new(Rules(bench.Rules()), clock: bench.Clock);
    }

    private FaultRules Rules(FaultRules rules) => rules with
    {
        Graph = new([.. rules.Graph.Branches, new("far", BranchKind.Line, "对端", "Far", [], "carrier-a", "CIRCUIT-2")], BoardBench.Devices),
        VerdictOf = line => line is "far" or "line-1" ? _verdict : null,
        LastWell = line => line is "far" ? LastWell : null,
    };
}
