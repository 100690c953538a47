using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;

namespace AvGateway.Operations.Tests.Faults;

/// <summary>What people do about a fault, and what they cannot.</summary>
public sealed class FaultActsTests
{
    private readonly BoardBench _bench = new();

    /// <summary>The whole table: from each step, where each move leads; a dash is a refusal.</summary>
    [Fact]
    public void Every_step_and_move_is_decided()
    {
        var moves = Enum.GetValues<FaultMove>();
        var table = string.Join('\n', Enum.GetValues<FaultStep>().Select(s => $"{s}: {string.Join(' ', moves.Select(m => FaultCycle.Next(s, m)?.ToString() ?? "-"))}"));

        // Acknowledge Diagnose ToVendor ToCarrier AwaitPart AwaitHearing AwaitDispatch Solve Close Recovered Relapsed TakeBack FollowUp
        const string Work = "Diagnosing WithVendor WithCarrier WaitingPart WaitingHearing AwaitingDispatch - - Restored";
        Assert.Equal($"""
            Open: Acknowledged {Work} Open - -
            Acknowledged: - {Work} Acknowledged Open -
            Diagnosing: - {Work} Diagnosing - -
            WithVendor: - {Work} WithVendor - -
            WithCarrier: - {Work} WithCarrier - -
            WaitingPart: - {Work} WaitingPart - -
            WaitingHearing: - {Work} WaitingHearing - -
            AwaitingDispatch: - {Work} AwaitingDispatch - -
            Restored: - - - - - - - Solved Closed Restored Open - -
            Solved: - - - - - - - - Closed Solved Open - -
            Closed: - - - - - - - - - - - - FollowedUp
            FollowedUp: - - - - - - - - - - - - -
            """, table);
    }

    [Fact]
    public void The_diagram_names_every_step() =>
        Assert.All(Enum.GetNames<FaultStep>(), step => Assert.Contains(step, FaultCycle.Diagram(), StringComparison.Ordinal));

    [Fact]
    public async Task The_usual_way()
    {
        var id = await OpenAsync();

        Assert.Equal(FaultStep.Acknowledged, _bench.Act(id, FaultVerb.Acknowledge).Fault!.Step);
        Assert.Equal(("engineer", FaultStep.Diagnosing), Of(_bench.Act(id, FaultVerb.Accept).Fault!));
        Assert.Equal(("acme", FaultStep.WithVendor), Of(_bench.Act(id, FaultVerb.Assign, to: "vendor:acme").Fault!));
        Assert.NotNull(_bench.Act(id, FaultVerb.Answer, "acme-desk", "a technician comes at three").Fault!.AnsweredAt);
        Assert.Equal(("acme", FaultStep.WaitingPart), Of(_bench.Act(id, FaultVerb.Assign, to: "part", text: "power supply").Fault!));

        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(FaultStep.Solved, _bench.Act(id, FaultVerb.Resolve, text: "power supply replaced").Fault!.Step);
        var closed = _bench.Act(id, FaultVerb.Close, "clerk").Fault!;

        Assert.True(closed.IsClosed);
        Assert.Null(closed.Party);
        Assert.Equal(Enumerable.Range(1, closed.TimeLine.Length), closed.TimeLine.Select(l => l.Number));

        static (string?, FaultStep) Of(Fault fault) => (fault.Owner, fault.Step);
    }

    [Theory]
    [InlineData(FaultVerb.Close)]
    [InlineData(FaultVerb.Resolve)]
    public async Task What_is_still_seen_can_neither_be_closed_nor_resolved(FaultVerb verb)
    {
        var id = await OpenAsync();
        _bench.Act(id, FaultVerb.Accept);

        var answer = _bench.Act(id, verb);

        Assert.Equal(AnswerCodes.FaultStep, answer.Refusal!.Code);
        Assert.Equal(FaultStep.Diagnosing, _bench.Only.Step);
    }

    [Fact]
    public async Task A_second_acknowledgement_and_an_unknown_fault_are_refused()
    {
        var id = await OpenAsync();
        _bench.Act(id, FaultVerb.Acknowledge);

        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Acknowledge).Refusal!.Code);
        Assert.Equal(AnswerCodes.Unknown, _bench.Act("F-2026-000099", FaultVerb.Acknowledge).Refusal!.Code);
    }

    [Fact]
    public async Task Reopening_makes_a_new_fault_and_links_both()
    {
        var id = await OpenAsync();
        _bench.Back("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Reopen).Refusal!.Code);
        _bench.Act(id, FaultVerb.Close);

        var again = _bench.Act(id, FaultVerb.Reopen, "clerk", "the picture is still torn").Fault!;

        Assert.Equal((id, again.Id), (again.Reopens, _bench.Board.Find(id)!.ReopenedAs));
        Assert.True(_bench.Board.Find(id)!.IsClosed);
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Reopen).Refusal!.Code);
    }

    [Fact]
    public async Task A_time_line_has_an_end()
    {
        var id = await OpenAsync();
        for (var i = 0; i < FaultBoard.MostLines; i++) _bench.Act(id, FaultVerb.Note, text: "again");

        Assert.Equal(FaultBoard.MostLines, _bench.Only.TimeLine.Length);
        Assert.Equal(AnswerCodes.FaultStep, _bench.Act(id, FaultVerb.Note, text: "again").Refusal!.Code);
    }

    private async Task<string> OpenAsync()
    {
        _bench.Gone("court-1/matrix");
        await _bench.PassAsync(TimeSpan.FromMinutes(1));
        return _bench.Only.Id;
    }
}
